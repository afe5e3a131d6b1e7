"""The headline under other reasonable choices: a fixed grid, each point what the comparison itself would have found."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.engine.comparison import Comparison, compare, with_stability
from analytics.engine.outcomes.headline import headlines
from analytics.engine.sensitivity import stability as grid
from analytics.protocol.design import Design
from analytics.report.figures.stability import specification_curve
from analytics.report.tables.stability import stability_tables
from analytics.result.comparison import result_object
from tests.analytics.tables import make_frame, make_protocol, make_rows

COVARIATES = [{"name": "age", "type": "continuous"}, {"name": "hbv", "type": "binary"}]


def run(folder: Path, **changes: Any) -> Comparison:
    asked = {"covariates": COVARIATES, "cox": None, "design": {"caliper": {"width": 0.2}}} | changes
    protocol = make_protocol(**asked)
    return with_stability(compare(make_frame(folder, protocol=protocol, rows=make_rows(size=150)), protocol=protocol))


def test_every_study_has_at_least_two_hundred_specifications(tmp_path: Path) -> None:
    outcomes = run(tmp_path).stability["OS"]
    assert len(outcomes) >= 200  # of two covariates; each further one adds fifteen
    assert len({repr(one.specification) for one in outcomes}) == len(outcomes)


def test_the_first_is_the_headline_itself(tmp_path: Path) -> None:
    comparison = run(tmp_path)
    result = result_object(comparison)
    planned = result["endpoints"]["OS"]["matched"]["hazard_ratio"]["hr"]
    assert result["stability"]["OS"]["planned"] == pytest.approx(planned, rel=1e-9)


@pytest.mark.parametrize("plan", [grid.FEW[2], grid.FEW[3], grid.MANY[-1], grid.MANY[5]])
def test_each_point_is_what_a_comparison_of_that_design_finds(plan: dict[str, Any], tmp_path: Path) -> None:
    comparison = run(tmp_path)
    (found,) = [
        one.hr
        for one in comparison.stability["OS"]
        if one.specification.design == plan and one.specification.left_out is None and one.specification.months is None
    ]
    protocol = comparison.protocol.model_copy(update={"design": Design.model_validate(plan)})
    again = headlines(comparison.design.frame, protocol=protocol)["OS"].ratio.hr
    assert found == pytest.approx(again, rel=1e-7)


def test_a_covariate_left_out_is_left_out_of_the_score_alone(tmp_path: Path) -> None:
    comparison = run(tmp_path)
    (found,) = [
        one.hr
        for one in comparison.stability["OS"]
        if one.specification.design == grid.FEW[1]
        and one.specification.left_out == "age"
        and one.specification.months is None
    ]
    without = make_protocol(covariates=COVARIATES[1:], cox=None, design=grid.FEW[1])
    again = headlines(make_frame(tmp_path, protocol=without, rows=make_rows(size=150)), protocol=without)["OS"].ratio.hr
    assert found == pytest.approx(again, rel=1e-7)


def test_the_summary_is_of_the_specifications_shown(tmp_path: Path) -> None:
    found = result_object(run(tmp_path))["stability"]["OS"]
    ratios = np.array([one["hr"] for one in found["specifications"]])
    assert (found["n"], found["min"], found["max"]) == (ratios.size, ratios.min(), ratios.max())
    assert found["median"] == pytest.approx(np.median(ratios))
    assert found["share_beyond"] == pytest.approx(((ratios > 1) != (found["planned"] > 1)).mean())


def test_the_table_and_the_curve_show_it(tmp_path: Path) -> None:
    result = result_object(run(tmp_path))
    (table,) = stability_tables(result)
    assert table.rows[0].cells[1] == f"{result['stability']['OS']['planned']:.2f}"
    assert specification_curve(result, endpoint="OS").axes


def test_arms_left_as_they_are_have_no_specifications(tmp_path: Path) -> None:
    comparison = run(tmp_path, design={"method": "none"})
    assert comparison.stability == {}
    assert "stability" not in result_object(comparison)
