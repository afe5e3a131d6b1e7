from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.engine.design.design import Design
from analytics.engine.outcomes.outcomes import Outcomes
from analytics.engine.self_checks import check
from analytics.stats.matching.nearest import Pairs
from analytics.stats.survival.kaplan_meier import Median
from analytics.stats.tests.proportions import Proportion
from tests.analytics.tables import RESPONSE, make_frame, make_protocol, make_rows


@pytest.fixture
def answered(tmp_path: Path) -> Outcomes:
    """With a response and adverse events."""
    (tmp_path / "ae.csv").write_text("patient,term,grade\n000,Fever,3\n001,Fever,1\n001,Rash,2\n", encoding="utf-8")
    rows = make_rows()
    rows = rows.assign(bor=["CR", "SD", "PD", ""] * 60)
    protocol = make_protocol(endpoints={"ORR": RESPONSE}, safety={"table": "ae.csv"})
    opened = compare(make_frame(tmp_path, protocol=protocol, rows=rows), protocol=protocol).outcomes
    assert opened is not None
    return opened


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    protocol = make_protocol()
    return compare(make_frame(tmp_path, protocol=protocol), protocol=protocol)


def failing(design: Design, *, opened: Outcomes | None = None) -> set[str]:
    return {notice.code for notice in check(design, opened=opened) if not notice.ok}


def with_endpoint(outcomes: Outcomes | None, **changes: object) -> Outcomes:
    assert outcomes is not None
    broken = replace(outcomes.endpoints["OS"]["matched"], **changes)  # type: ignore[arg-type]
    return replace(outcomes, endpoints={"OS": outcomes.endpoints["OS"] | {"matched": broken}})


def test_a_sound_result_passes_every_check(comparison: Comparison) -> None:
    assert failing(comparison.design, opened=comparison.outcomes) == set()


def test_a_flow_that_loses_somebody_fails(comparison: Comparison) -> None:
    design = comparison.design
    short = replace(design.flow[-1], remaining=design.flow[-1].remaining - 1)
    assert failing(replace(design, flow=(*design.flow[:-1], short))) == {"flow_adds_up", "arms_sum"}


def test_a_level_that_is_counted_twice_fails(comparison: Comparison) -> None:
    design = comparison.design
    place = next(place for place, row in enumerate(design.baseline) if row.covariate == "bclc")
    row = design.baseline[place]
    cell = row.cohorts["matched"]
    arms = {label: replace(arm, count=(arm.count or 0) + 200) for label, arm in cell.arms.items()}
    broken = replace(row, cohorts=row.cohorts | {"matched": replace(cell, arms=arms)})
    baseline = (*design.baseline[:place], broken, *design.baseline[place + 1 :])
    assert failing(replace(design, baseline=baseline)) == {"levels_sum", "percentages", "matched_within_unmatched"}


def test_a_person_in_two_pairs_or_beyond_the_caliper_fails(comparison: Comparison) -> None:
    design = comparison.design
    assert design.matching is not None
    pairs = design.matching.pairs
    assert pairs is not None
    twice = replace(pairs, control=np.full_like(pairs.control, pairs.control[0]))
    assert "pairs_distinct" in failing(with_pairs(design, pairs=twice))
    narrow = replace(pairs, caliper_width=0.0)
    assert failing(with_pairs(design, pairs=narrow)) == {"caliper_respected"}


def with_pairs(design: Design, *, pairs: Pairs) -> Design:
    assert design.matching is not None
    adjusted = replace(design.matching.adjusted, pairs=pairs)
    return replace(design, matching=replace(design.matching, adjusted=adjusted))


def test_a_median_off_its_curve_fails(comparison: Comparison) -> None:
    assert comparison.outcomes is not None
    arms = comparison.outcomes.endpoints["OS"]["matched"].arms
    off = {label: replace(arm, median=Median(value=1.0, low=None, high=None)) for label, arm in arms.items()}
    assert failing(comparison.design, opened=with_endpoint(comparison.outcomes, arms=off)) == {"median_on_curve"}


@pytest.mark.parametrize("change", [{"low": 5.0, "high": 6.0}, {"p": 1e-9, "low": 0.5, "high": 2.0, "hr": 1.0}])
def test_a_ratio_off_its_interval_or_against_its_p_fails(change: dict[str, float], comparison: Comparison) -> None:
    assert comparison.outcomes is not None
    ratios = comparison.outcomes.endpoints["OS"]["matched"].hazard_ratios
    broken = ratios | {"naive": replace(ratios["naive"], **change)}  # type: ignore[arg-type]
    opened = with_endpoint(comparison.outcomes, hazard_ratios=broken)
    assert failing(comparison.design, opened=opened) == {"interval_coherent"}


def test_sound_answers_and_events_pass_and_what_was_checked_is_told(comparison: Comparison, answered: Outcomes) -> None:
    found = check(comparison.design, opened=answered)
    assert {"response_sums", "safety_sums"} <= {notice.code for notice in found}
    assert all(notice.ok for notice in found if notice.code.endswith("_sums") and notice.where.endswith("unmatched"))


@pytest.mark.parametrize(
    "change",
    [
        {"evaluable": 1},
        {"successes": 0},
        {"proportion": Proportion(rate=0.5, low=0.6, high=0.7)},
        {"proportion": Proportion(rate=None, low=None, high=None)},
    ],
)
def test_a_response_that_does_not_recompute_fails(
    change: dict[str, Any], comparison: Comparison, answered: Outcomes
) -> None:
    result = answered.responses["ORR"]["unmatched"]
    arms = {label: replace(arm, **change) for label, arm in result.arms.items()}
    opened = replace(answered, responses={"ORR": {"unmatched": replace(result, arms=arms)}}, safety={})
    assert failing(comparison.design, opened=opened) == {"response_sums"}


@pytest.mark.parametrize(
    "change",
    [
        {"events": 0},
        {"events": 99},
        {"patients": {"g1_2": 1, "g3_4": 1, "g5": 0, "any": 1}},
        {"patients": {"g1_2": 0, "g3_4": 0, "g5": 0, "any": 99}},
    ],
)
def test_a_term_with_more_than_all_terms_or_a_patient_with_two_worst_grades_fails(
    change: dict[str, Any], comparison: Comparison, answered: Outcomes
) -> None:
    total, fever, *others = answered.safety["unmatched"]
    assert fever.term == "Fever"
    arms = {label: replace(arm, **change) if arm.events else arm for label, arm in fever.arms.items()}
    opened = replace(answered, responses={}, safety={"unmatched": (total, replace(fever, arms=arms), *others)})
    assert failing(comparison.design, opened=opened) == {"safety_sums"}
