import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import compare
from analytics.engine.design.design import Design, design
from analytics.errors import FaultyDataError, ProtocolError
from analytics.protocol.design import Design as DesignPlan
from analytics.protocol.errors import validate_plan
from analytics.report.design_sentence import design_sentence
from analytics.result.comparison import result_json
from tests.analytics.tables import make_frame, make_protocol, make_rows

DESIGNS: dict[str, dict[str, Any]] = {
    "closest": {"order": "closest", "caliper": {"width": 0.2}},
    "farthest": {"order": "farthest", "caliper": {"width": 0.2, "scale": "ps", "unit": "sd_within_arm"}},
    "random": {"order": "random"},
    "ratio": {"ratio": 2, "caliper": {"width": 0.2}},
    "replacement": {"replace": True, "caliper": {"width": 0.1}},
    "replacement by ratio": {"replace": True, "ratio": 3},
    "exact": {"exact": ["bclc", "center"], "caliper": {"width": 0.5}},
    "inside the caliper": {"mahalanobis": ["age", "bclc"], "caliper": {"width": 0.3}},
    "mahalanobis": {"distance": "mahalanobis"},
    "limit": {"covariate_caliper": {"age": {"width": 2, "unit": "raw"}}},
    "discard": {"discard": "both", "reestimate": True, "caliper": {"width": 0.2}},
    "other arm": {"estimand": "ATC", "caliper": {"width": 0.2}},
    "optimal": {"method": "optimal"},
    "optimal in strata": {"method": "optimal", "exact": ["hbv"], "distance": "mahalanobis"},
    "coarsened": {"method": "cem", "cem": {"cut": {"age": [50, 65]}}},
    "coarsened by default": {"method": "cem", "estimand": "ATC"},
    "subclasses": {"method": "subclassification", "subclasses": 5},
    "stabilized": {"method": "weighting", "weights": {"type": "siptw", "truncate": [0.01, 0.99]}},
    "att": {"method": "weighting", "weights": {"type": "att", "truncate": [0.05, 0.95]}},
    "atc": {"method": "weighting", "estimand": "ATC", "discard": "both"},
    "overlap": {"method": "weighting", "weights": {"type": "overlap"}},
    "matching weights": {"method": "weighting", "estimand": "ATM"},
}


def make_design(folder: Path, *, rows: pd.DataFrame | None = None, **plan: Any) -> Design:
    protocol = make_protocol(design=plan)
    return design(make_frame(folder, protocol=protocol, rows=rows), protocol=protocol)


def codes(made: Design) -> list[str]:
    return [notice.code for notice in made.notices]


@pytest.mark.parametrize("plan", DESIGNS.values(), ids=DESIGNS.keys())
def test_every_design_runs_to_a_result_that_agrees_with_itself(plan: dict[str, Any], tmp_path: Path) -> None:
    protocol = make_protocol(design=plan)
    comparison = compare(make_frame(tmp_path, protocol=protocol), protocol=protocol)
    result = json.loads(result_json(comparison))
    assert all(check["ok"] for check in result["checks"]), [c["code"] for c in result["checks"] if not c["ok"]]
    matching, cohort = result["matching"], "weighted" if plan.get("method") == "weighting" else "matched"
    assert matching["n_treated"] > 20
    assert matching["n_control"] > 20
    assert all(row["smd_after"] is not None for row in result["balance"])
    assert all(cohort in row for row in result["baseline"])
    assert sum(center["after"] for center in matching["centers"]) == matching["n_treated"] + matching["n_control"]
    arms = result["propensity"].get("arms") or {}
    for first, *others in matching["pairs"]:
        served = "Resection" if plan.get("estimand") != "ATC" or not plan.get("ratio", 1) > 1 else "Ablation"
        assert arms[first] == served
        assert all(arms[other] != served for other in others)


@pytest.mark.parametrize("plan", DESIGNS.values(), ids=DESIGNS.keys())
def test_weights_have_mean_one_in_the_arm_that_is_weighted(plan: dict[str, Any], tmp_path: Path) -> None:
    made = make_design(tmp_path, **plan)
    assert made.matching is not None
    if made.protocol.design.method == "weighting":
        return
    adjusted, focal = made.matching.adjusted, (made.unmatched["arm"] == "Resection").to_numpy()
    inside = adjusted.weights > 0
    for arm in (focal, ~focal):
        assert adjusted.weights[inside & arm].mean() == pytest.approx(1)
    if adjusted.members is not None:
        assert np.bincount(
            adjusted.members.row, weights=adjusted.members.weight, minlength=focal.size
        ) == pytest.approx(adjusted.weights)


def test_a_better_design_brings_the_arms_closer(tmp_path: Path) -> None:
    for name in ("closest", "inside the caliper", "overlap", "stabilized", "subclasses", "coarsened"):
        made = make_design(tmp_path, **DESIGNS[name])
        age = next(row for row in made.balance if row.covariate == "age")
        assert age.after is not None
        assert abs(age.after.smd or 0) < abs(age.before.smd or 0) / 2, name


def test_overlap_weights_balance_the_covariates_of_the_score_exactly(tmp_path: Path) -> None:
    made = make_design(tmp_path, **DESIGNS["overlap"])
    for row in made.balance:
        if row.covariate != "distance":
            assert row.after is not None
            assert row.after.smd == pytest.approx(0, abs=1e-8)


def test_partners_are_alike_where_the_design_says_so(tmp_path: Path) -> None:
    exact = make_design(tmp_path, **DESIGNS["exact"])
    near = make_design(tmp_path, **DESIGNS["limit"])
    for made, same in ((exact, lambda a, b: (a["bclc"], a["center"]) == (b["bclc"], b["center"])), (near, within_two)):
        assert made.matching is not None
        assert made.matching.pairs is not None
        for row, control in zip(made.matching.pairs.treated, made.matching.pairs.control, strict=True):
            assert same(made.unmatched.iloc[row], made.unmatched.iloc[control])


def within_two(one: pd.Series, other: pd.Series) -> bool:
    return abs(one["age"] - other["age"]) <= 2


def test_nobody_discarded_is_matched(tmp_path: Path) -> None:
    made = make_design(tmp_path, discard="both")
    assert made.matching is not None
    assert made.score is not None
    assert not made.score.kept.all()
    assert (made.matching.adjusted.weights[~made.score.kept] == 0).all()
    again = make_design(tmp_path, discard="both", reestimate=True)
    assert again.score is not None
    assert (again.score.kept == made.score.kept).all()
    assert (again.score.fit.probability != made.score.fit.probability)[made.score.kept].any()


def test_weighted_persons_have_no_outcomes_that_ignore_their_weights(tmp_path: Path) -> None:
    protocol = make_protocol(design=DESIGNS["overlap"])
    comparison = compare(make_frame(tmp_path, protocol=protocol), protocol=protocol)
    assert comparison.design.is_weighted
    cohort = json.loads(result_json(comparison))["endpoints"]["OS"].get("weighted", {})
    assert "cluster_pair" not in json.dumps(cohort)


def test_keys_that_the_method_has_no_use_for_are_named(tmp_path: Path) -> None:
    made = make_design(tmp_path, method="cem", ratio=2, caliper={"width": 0.2})
    [idle] = [notice for notice in made.notices if notice.code == "idle_design_key"]
    assert "design.ratio, design.caliper" in idle.message.en
    assert "idle_design_key" not in codes(make_design(tmp_path, **DESIGNS["inside the caliper"]))


def test_arms_that_hardly_overlap_are_named(tmp_path: Path) -> None:
    rows = make_rows()
    rows["age"] = np.where(rows["arm"] == "R", 70, 50) + np.arange(len(rows)) % 21
    made = make_design(tmp_path, rows=rows, caliper={"width": 0.2})
    assert {"poor_overlap", "caliper_changes_estimand"} <= set(codes(made))


def test_heavy_weights_are_named(tmp_path: Path) -> None:
    rows = make_rows()
    is_old = (rows["arm"] == "R") | (np.arange(len(rows)) % 60 == 0)
    rows["age"] = np.where(is_old, 70, 55) + np.arange(len(rows)) % 13
    assert "heavy_weights" in codes(make_design(tmp_path, rows=rows, method="weighting", weights={"type": "att"}))


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"method": "subclassification", "subclasses": 200}, "too_many_subclasses"),
        ({"discard": "both"}, "no_overlap"),
    ],
)
def test_what_the_rows_do_not_allow_is_refused_in_words(plan: dict[str, Any], code: str, tmp_path: Path) -> None:
    rows = make_rows()
    if code != "too_many_subclasses":
        rows["age"] = np.where(rows["arm"] == "R", 9000.0, 50.0) + rows["age"]
    with pytest.raises(FaultyDataError) as caught:
        make_design(tmp_path, rows=rows, **plan)
    assert [error.code for error in caught.value.errors] == [code]


def test_strata_that_hold_one_arm_only_leave_nobody(tmp_path: Path) -> None:
    rows = make_rows()
    rows["hbv"] = (rows["arm"] == "R").astype(int)
    assert "no_pairs" in codes(make_design(tmp_path, rows=rows, method="cem"))


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"exact": ["sex"]}, "design.exact names sex"),
        ({"mahalanobis": ["sex"]}, "design.mahalanobis names sex"),
        ({"covariate_caliper": {"bclc": {"width": 1}}}, "design.covariate_caliper names bclc, which is not continuous"),
        ({"cem": {"cut": {"bclc": [1]}}}, "design.cem.cut names bclc, which is not continuous"),
        ({"cem": {"cuts": {}}}, "Unknown key cuts in design.cem"),
        ({"weights": {"type": "iptw"}}, "design.weights.type: iptw is not allowed"),
        ({"weights": {"truncate": [0.9, 0.1]}}, "the percentiles of truncate must be in ascending order"),
        ({"estimand": "ATE"}, "nearest does not estimate ATE; available estimands: ATT, ATC"),
        ({"method": "weighting", "estimand": "ATT", "weights": {"type": "overlap"}}, "available estimands: ATO"),
        ({"order": "fastest"}, "design.order: fastest is not allowed"),
        ({"ratio": 0}, "design.ratio: 0 is not valid"),
        ({"subclasses": 1}, "design.subclasses: 1 is not valid"),
    ],
)
def test_a_design_that_cannot_be_is_refused_by_its_key(plan: dict[str, Any], words: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        make_protocol(design=plan)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "order", "estimand", "weights"),
    [
        ({}, "largest", "ATT", "siptw"),
        ({"estimand": "ATC"}, "smallest", "ATC", "siptw"),
        ({"distance": "mahalanobis"}, "data", "ATT", "siptw"),
        ({"method": "weighting"}, "largest", "ATE", "siptw"),
        ({"method": "weighting", "estimand": "ATC"}, "smallest", "ATC", "att"),
        ({"method": "weighting", "weights": {"type": "overlap"}}, "largest", "ATO", "overlap"),
        ({"method": "weighting", "estimand": "ATM", "weights": {"truncate": [0, 0.99]}}, "largest", "ATM", "matching"),
    ],
)
def test_what_is_not_said_follows_from_what_is(
    content: dict[str, Any], order: str, estimand: str, weights: str
) -> None:
    plan = validate_plan(DesignPlan, content=content)
    assert (plan.order, plan.estimand, plan.weighting.type) == (order, estimand, weights)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ratio", "1:2 nearest-neighbor matching on a logistic propensity score, without replacement, with a caliper"),
        ("replacement", "with replacement, with a caliper of 0.1 standard deviations of the logit of the score."),
        ("exact", "with exact matching on bclc, center."),
        ("inside the caliper", "the Mahalanobis distance of age, bclc within the propensity score caliper"),
        ("limit", "without a caliper, with a caliper of 2 on age."),
        ("other arm", "targeting the reference arm (ATC)."),
        ("optimal", "Optimal 1:1 matching (minimum total distance)."),
        ("coarsened", "Coarsened exact matching on the covariates, without a propensity score."),
        ("subclasses", "Subclassification on a logistic propensity score (5 subclasses)."),
        ("stabilized", "the effect in all patients (ATE), with weights truncated at percentiles 1 and 99."),
        ("overlap", "Overlap weights from a logistic propensity score."),
    ],
)
def test_a_design_is_told_in_a_sentence(name: str, words: str) -> None:
    assert words in design_sentence(validate_plan(DesignPlan, content=DESIGNS[name]))
