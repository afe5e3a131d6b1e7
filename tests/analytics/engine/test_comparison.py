import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.engine.comparison import Comparison, compare
from analytics.errors import FaultyDataError
from analytics.frame import FlowRow
from analytics.messages import Message
from analytics.result.comparison import CALIPER_VERSION, result_json, result_object
from analytics.stats.survival.cox import fit_cox
from analytics.stats.survival.kaplan_meier import kaplan_meier, median
from tests.analytics.tables import RESPONSE, make_content, make_frame, make_protocol, make_rows, with_cells

TOP_LEVEL = [
    "protocol", "data", "software", "warnings", "flow", "arms", "propensity", "matching", "balance", "baseline",
    "endpoints", "cox", "subgroups", "response", "safety", "sensitivity", "checks",
]  # fmt: skip
REASONS = {
    "not_reached", "infinite", "not_estimable", "separation", "no_events", "too_few_events", "beyond_follow_up",
    "suppressed", "not_requested",
}  # fmt: skip


def run(folder: Path, *, rows: pd.DataFrame | None = None, **changes: Any) -> Comparison:
    protocol = make_protocol(**changes)
    return compare(make_frame(folder, protocol=protocol, rows=rows), protocol=protocol)


def codes(comparison: Comparison) -> set[str]:
    return {notice.code for notice in comparison.warnings}


def objects(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        yield content
    for part in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from objects(part)


def assert_sound(comparison: Comparison) -> dict[str, Any]:
    """What holds of any result: it is JSON, every null of a number has a known reason, every check is met."""
    content = json.loads(result_json(comparison))
    assert list(content)[: len(TOP_LEVEL)] == TOP_LEVEL
    assert set(content) - set(TOP_LEVEL) <= {"periods", "centers", "verification", "immortal_time"}
    assert [check["code"] for check in content["checks"] if not check["ok"]] == []
    for part in (
        content["propensity"],
        content["matching"],
        content["balance"],
        content["baseline"],
        content["endpoints"],
        content["cox"],
        content["flow"],
        content["response"],
        content["safety"],
    ):
        for found in objects(part):
            nulls = {
                key for key, value in found.items() if value is None and key not in ("level", "reference", "class")
            }
            assert nulls <= set(found.get("why", {})), found
            assert set(found.get("why", {}).values()) <= REASONS
    return content


def test_a_matched_comparison_is_sound_and_adds_up(tmp_path: Path) -> None:
    content = assert_sound(run(tmp_path))
    pairs = content["matching"]["n_pairs"]
    assert [row["id"] for row in content["flow"]] == ["rows", "arm_unknown", "missing_covariate", "matched"]
    assert content["flow"][-1]["arms"] == {"Resection": pairs, "Ablation": pairs}
    assert content["balance"][0]["covariate"] == "distance"
    assert abs(content["balance"][1]["smd_after"]) < abs(content["balance"][1]["smd_before"])
    assert {arm["n"] for arm in content["endpoints"]["OS"]["matched"]["arms"].values()} == {pairs}
    assert sum(center["after"] for center in content["matching"]["centers"]) == 2 * pairs
    assert content["data"]["n"] == content["flow"][-2]["remaining"] == len(content["propensity"]["scores"])


def test_the_same_data_give_the_same_bytes_but_for_the_clock(tmp_path: Path) -> None:
    first, second = result_object(run(tmp_path)), result_object(run(tmp_path))
    for content in (first, second):
        content["software"] = {k: v for k, v in content["software"].items() if k not in ("started", "seconds")}
    assert json.dumps(first) == json.dumps(second)


def test_the_headline_after_matching_is_clustered_by_pair_with_naive_and_stratified_beside_it(tmp_path: Path) -> None:
    comparison = run(tmp_path)
    matched = result_object(comparison)["endpoints"]["OS"]["matched"]
    table = comparison.design.matched
    assert table is not None
    fit = fit_cox(
        table["OS_time"].to_numpy(),
        event=(table["OS_event"] == 1).to_numpy(),
        X=(table["arm"] == "Resection").to_numpy(float)[:, None],
        robust=True,
        clusters=table["pair"].to_numpy(),
    )
    assert fit.robust is not None
    assert matched["hazard_ratio"]["method"] == "cluster_pair"
    assert matched["hazard_ratio"]["hr"] == pytest.approx(np.exp(fit.coefficients[0]))
    assert matched["hazard_ratio"]["se"] == pytest.approx(np.sqrt(fit.robust[0, 0]))
    assert [ratio["method"] for ratio in matched["hazard_ratios"]] == [
        "naive",
        "cluster_pair",
        "strata_pair",
        "corrected",
    ]
    assert matched["hazard_ratios"][0]["hr"] == pytest.approx(matched["hazard_ratio"]["hr"])
    assert matched["logrank"]["stratified_chi2"] is not None


def test_a_protocol_may_make_the_corrected_errors_the_headline_of_every_model(tmp_path: Path) -> None:
    plan = {"design": {"method": "weighting"}, "subgroups": ["bclc"]}
    plain = assert_sound(run(tmp_path, **plan))
    corrected = assert_sound(run(tmp_path, **plan, cox={"covariates": ["age"], "errors": "corrected"}))
    before, after = (content["endpoints"]["OS"]["weighted"] for content in (plain, corrected))
    assert [ratio["method"] for ratio in before["hazard_ratios"]] == ["naive", "robust", "corrected"]
    assert (before["hazard_ratio"]["method"], after["hazard_ratio"]["method"]) == ("robust", "corrected")
    assert after["hazard_ratio"] == before["hazard_ratios"][-1]
    assert after["hazard_ratio"]["hr"] == before["hazard_ratio"]["hr"]
    assert after["hazard_ratio"]["se"] > before["hazard_ratio"]["se"]
    assert "df" not in before["hazard_ratio"]
    for tables in ("cox", "subgroups"):
        assert "df" in json.dumps(corrected[tables]["OS"]["weighted"])
    assert corrected["cox"]["OS"]["weighted"]["univariable"][0]["se"] == after["hazard_ratio"]["se"]


def test_few_effective_events_are_told_with_what_to_do_instead(tmp_path: Path) -> None:
    rows = make_rows().assign(died=lambda rows: (rows["days"] < 250).astype(int))
    found = run(tmp_path, rows=rows, design={"method": "weighting"})
    (notice,) = [notice for notice in found.warnings if notice.code == "few_effective_events"]
    assert notice.where == "endpoints.OS.weighted"
    assert "overlap weights or truncation" in notice.message.en
    assert "few_effective_events" not in codes(run(tmp_path, design={"method": "weighting"}))


def test_without_a_design_nothing_is_dropped_and_nothing_is_matched(tmp_path: Path) -> None:
    rows = with_cells(make_rows(), {(0, "age"): "", (1, "bclc"): "", (2, "arm"): "other"})
    content = assert_sound(run(tmp_path, rows=rows, design=None))
    assert (content["propensity"], content["matching"]) == ({}, {})
    assert content["data"]["n"] == 239
    assert list(content["endpoints"]["OS"]) == ["unmatched"]
    assert content["balance"][0] | {"why": None} == content["balance"][0] | {"why": None, "smd_after": None}
    assert (
        content["baseline"][0]["unmatched"]["arms"]["Resection"]["missing"]
        + content["baseline"][0]["unmatched"]["arms"]["Ablation"]["missing"]
        == 1
    )
    assert ("age", "(missing)") in {(row["covariate"], row["level"]) for row in content["balance"]}


def test_each_cox_model_drops_its_own_incomplete_rows(tmp_path: Path) -> None:
    rows = with_cells(make_rows(), {(0, "age"): "", (1, "bclc"): ""})
    tables = assert_sound(run(tmp_path, rows=rows, design=None))["cox"]["OS"]["unmatched"]
    assert [(row["term"], row["n"]) for row in tables["univariable"]] == [
        ("arm", 240), ("age", 239), ("bclc", 239), ("bclc", 239),
    ]  # fmt: skip
    assert {row["n"] for row in tables["multivariable"]} == {238}
    assert [(row["level"], row["reference"]) for row in tables["multivariable"]][0::2] == [
        ("Resection", "Ablation"),
        ("A", "0"),
    ]


def test_a_missing_covariate_of_the_score_leaves_before_the_score_counted_per_arm(tmp_path: Path) -> None:
    rows = make_rows()
    gone = [place for place in range(len(rows)) if rows["arm"][place] == "R"][:20]
    comparison = run(tmp_path, rows=with_cells(rows, {(place, "age"): "" for place in gone}))
    row = assert_sound(comparison)["flow"][2]
    assert (row["removed"], row["detail"]) == (20, {"age": {"Resection": 20, "Ablation": 0}})
    assert "missing_covariate" in codes(comparison)


def test_missing_as_a_level_keeps_the_rows(tmp_path: Path) -> None:
    covariates = [
        {"name": "age", "type": "continuous", "cut": [50, 60], "missing": "level"},
        {"name": "hbv", "type": "binary", "missing": "level"},
    ]
    rows = with_cells(make_rows(), {(place, name): "" for place in range(30) for name in ("age", "hbv")})
    content = assert_sound(run(tmp_path, rows=rows, covariates=covariates, cox=None))
    assert content["data"]["n"] == 240
    levels = [(row["covariate"], row["level"]) for row in content["baseline"]]
    assert levels == [
        ("age", "≤50"), ("age", ">50 to ≤60"), ("age", ">60"), ("age", "(missing)"),
        ("hbv", "0"), ("hbv", "1"), ("hbv", "(missing)"),
    ]  # fmt: skip


def test_the_arms_may_swap_in_the_hazard_ratio_but_not_in_the_balance(tmp_path: Path) -> None:
    arms = {"focal": {"value": "R", "label": "Resection"}, "reference": {"value": "A", "label": "Ablation"}}
    one, other = (run(tmp_path, arms=arms | {"hr": way}) for way in ("focal_vs_reference", "reference_vs_focal"))
    first, second = result_object(one), result_object(other)
    assert first["balance"] == second["balance"]
    for method in range(3):
        ours, theirs = (content["endpoints"]["OS"]["matched"]["hazard_ratios"][method] for content in (first, second))
        assert ours["hr"] == pytest.approx(1 / theirs["hr"])
        assert ours["low"] == pytest.approx(1 / theirs["high"])
        assert ours["p"] == pytest.approx(theirs["p"])
    row = second["cox"]["OS"]["matched"]["multivariable"][0]
    assert (row["term"], row["level"], row["reference"]) == ("arm", "Ablation", "Resection")


def test_the_median_is_that_of_the_arm_by_hand(tmp_path: Path) -> None:
    rows = make_rows()
    arm = rows[rows["arm"] == "R"]
    expected = median(kaplan_meier(arm["days"].to_numpy(float), event=(arm["died"] == 1).to_numpy())).value
    found = result_object(run(tmp_path))["endpoints"]["OS"]["unmatched"]["arms"]["Resection"]["median"]
    assert expected is not None
    assert found == pytest.approx(expected / 30.4375)


def test_a_negative_or_missing_outcome_leaves_that_endpoint_only_and_a_time_of_zero_stays(tmp_path: Path) -> None:
    rows = with_cells(make_rows(), {(0, "days"): -3, (1, "died"): "", (2, "days"): 0})
    comparison = run(tmp_path, rows=rows, design=None)
    arms = assert_sound(comparison)["endpoints"]["OS"]["unmatched"]["arms"]
    assert sum(arm["n"] for arm in arms.values()) == 238
    assert "outcome_missing" in codes(comparison)
    (notice,) = (notice for notice in comparison.warnings if notice.code == "outcome_missing")
    assert "1 with a negative time" in notice.message.en


def test_where_everybody_is_censored_nothing_is_estimated_and_it_says_so(tmp_path: Path) -> None:
    comparison = run(tmp_path, rows=make_rows().assign(died=0))
    content = assert_sound(comparison)
    for cohort in content["endpoints"]["OS"].values():
        assert cohort["hazard_ratio"]["why"]["hr"] == "no_events"
        assert cohort["logrank"]["why"]["p"] == "no_events"
        assert cohort["arms"]["Resection"]["why"]["median"] == "not_reached"
    assert "no_events" in codes(comparison)


def test_an_arm_without_events_is_a_reason_not_a_traceback(tmp_path: Path) -> None:
    rows = make_rows()
    comparison = run(tmp_path, rows=rows.assign(died=rows["died"].where(rows["arm"] == "A", 0)))
    content = assert_sound(comparison)
    assert content["endpoints"]["OS"]["unmatched"]["hazard_ratio"]["why"]["hr"] == "no_events"
    assert content["cox"]["OS"]["unmatched"]["univariable"][0]["why"]["hr"] == "separation"


def test_a_level_without_events_is_named(tmp_path: Path) -> None:
    rows = make_rows()
    comparison = run(tmp_path, rows=rows.assign(died=rows["died"].where(rows["bclc"] != "B", 0)))
    assert_sound(comparison)
    assert any("bclc=B" in notice.message.en for notice in comparison.warnings if notice.code == "not_estimable")


def test_constant_collinear_and_separating_covariates_of_the_score_are_named(tmp_path: Path) -> None:
    rows = make_rows()
    rows = rows.assign(one=1, twice=rows["age"] * 2, cheat=(rows["arm"] == "R").astype(int))
    names = ["age", "one", "twice", "cheat"]
    covariates = [{"name": name, "type": "continuous"} for name in names]
    comparison = run(tmp_path, rows=rows, covariates=covariates, cox=None)
    content = assert_sound(comparison)
    assert content["propensity"]["dropped_covariates"] == ["one", "twice"]
    assert {"constant_column", "collinear_column", "separation"} <= codes(comparison)
    assert any(notice.message.en.startswith("cheat:") for notice in comparison.warnings)


def test_a_score_of_constants_is_faulty_data(tmp_path: Path) -> None:
    with pytest.raises(FaultyDataError) as caught:
        run(tmp_path, rows=make_rows().assign(age=60), covariates=[{"name": "age", "type": "continuous"}], cox=None)
    assert caught.value.errors[0].code == "constant_score"


@pytest.mark.parametrize(("cells", "levels"), [("", []), ("A", []), ("A", ["A"]), ("A", ["A", "B"]), ("", ["A", "B"])])
@pytest.mark.parametrize("missing", ["drop", "level"])
def test_a_factor_without_a_second_level_is_named_and_changes_nothing(
    cells: str, levels: list[str], missing: str, tmp_path: Path
) -> None:
    empty = {"name": "bclc", "type": "categorical", "levels": levels, "missing": missing}
    covariates = [{"name": "age", "type": "continuous"}, empty | {"use": ["balance", "baseline"]}]
    comparison = run(tmp_path, rows=make_rows().assign(bclc=cells), covariates=covariates)
    assert_sound(comparison)
    assert any("bclc" in notice.message.en for notice in comparison.warnings if notice.code == "not_estimable")
    if cells or missing == "level":
        scored = run(tmp_path, rows=make_rows().assign(bclc=cells), covariates=[covariates[0], empty])
        assert assert_sound(scored)["matching"] == result_object(comparison)["matching"]


def test_a_single_person_has_no_spread_within_an_arm(tmp_path: Path) -> None:
    rows = make_rows(size=20).assign(arm=["R"] + ["A"] * 19)
    with pytest.raises(FaultyDataError) as caught:
        run(tmp_path, rows=rows, design={"caliper": {"width": 0.2, "unit": "sd_within_arm"}})
    assert caught.value.errors[0].code == "arm_too_small"


def test_an_arm_emptied_by_missing_covariates_is_faulty_data(tmp_path: Path) -> None:
    rows = make_rows()
    cells: dict[tuple[int, str], object] = {
        (place, "age"): "" for place in range(len(rows)) if rows["arm"][place] == "R"
    }
    with pytest.raises(FaultyDataError) as caught:
        run(tmp_path, rows=with_cells(rows, cells))
    assert caught.value.errors[0].code == "empty_arm"


def test_a_caliper_that_no_pair_meets_leaves_an_empty_cohort_that_says_so(tmp_path: Path) -> None:
    rows = make_rows()
    rows = rows.assign(age=rows["age"] + np.arange(len(rows)) / 10_000)
    comparison = run(tmp_path, rows=rows, design={"caliper": {"width": 0, "unit": "raw"}})
    content = assert_sound(comparison)
    assert content["matching"]["n_pairs"] == 0
    assert content["endpoints"]["OS"]["matched"]["arms"]["Resection"]["n"] == 0
    assert {"no_pairs", "caliper_changes_estimand"} <= codes(comparison)


def test_when_the_focal_arm_is_the_larger_one_it_says_what_that_means(tmp_path: Path) -> None:
    rows = make_rows()
    comparison = run(tmp_path, rows=rows.assign(arm=rows["arm"].map({"R": "A", "A": "R"})), design={})
    sizes = comparison.design.unmatched["arm"].value_counts()
    assert sizes["Resection"] > sizes["Ablation"]
    assert "focal_outnumbers" in codes(comparison)
    assert comparison.design.matching is not None
    assert comparison.design.matching.pairs.count == sizes["Ablation"]


def test_the_design_alone_opens_no_outcome(tmp_path: Path) -> None:
    protocol = make_protocol()
    comparison = compare(make_frame(tmp_path, protocol=protocol), protocol=protocol, design_only=True)
    content = assert_sound(comparison)
    assert (content["endpoints"], content["cox"]) == ({}, {})
    assert content["balance"]


def test_the_design_never_sees_an_outcome(tmp_path: Path) -> None:
    rows = make_rows()
    one, other = (
        run(tmp_path, rows=rows),
        run(tmp_path, rows=rows.assign(died=1 - rows["died"], days=rows["days"][::-1])),
    )
    for part in ("flow", "propensity", "matching", "balance", "baseline"):
        assert result_object(one)[part] == result_object(other)[part]


def test_the_flow_of_the_cohort_stands_before_the_rows_of_the_engine(tmp_path: Path) -> None:
    protocol = make_protocol()
    found = FlowRow("all", Message("All patients", "所有患者"), removed=0, remaining=240, arms={}, centers=3)
    comparison = compare(make_frame(tmp_path, protocol=protocol), protocol=protocol, flow=[found])
    assert [row.id for row in comparison.design.flow] == ["all", "arm_unknown", "missing_covariate", "matched"]
    assert_sound(comparison)


@pytest.mark.parametrize("times", [[3, 3], [0, 0], [1, 2]])
@pytest.mark.parametrize("died", [[1, 1], [0, 1], [0, 0]])
@pytest.mark.parametrize("method", ["nearest", "none"])
def test_two_rows_are_a_result_with_reasons(times: list[int], died: list[int], method: str, tmp_path: Path) -> None:
    rows = make_rows(size=2).assign(arm=["R", "A"], days=times, died=died)
    assert_sound(run(tmp_path, rows=rows, design={"method": method}))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), size=st.integers(4, 60), blanks=st.floats(0, 0.3), events=st.floats(0, 1))
def test_any_table_gives_a_sound_result_or_a_worded_fault(
    seed: int, size: int, blanks: float, events: float, tmp_path: Path
) -> None:
    random = np.random.default_rng(seed)
    rows = make_rows(size=size, seed=seed)
    rows = rows.assign(days=random.integers(-1, 9, size) * 100, died=(random.random(size) < events).astype(int))
    rows = rows.assign(age=rows["age"].round(-1), bor=random.choice(["CR", "PR", "SD", "PD", ""], size)).astype(object)
    events = pd.DataFrame({"patient": random.choice(rows["patient"], 30), "term": random.choice(list("xyz"), 30)})
    events.assign(grade=random.choice(["", 1, 3, 5], 30)).to_csv(tmp_path / "ae.csv", index=False)
    endpoints = make_content()["endpoints"] | {"ORR": RESPONSE}
    for name in ("arm", "days", "died", "age", "bclc", "hbv", "center"):
        rows.loc[random.random(size) < blanks, name] = ""
    try:
        assert_sound(run(tmp_path, rows=rows, endpoints=endpoints, safety={"table": "ae.csv"}))
    except FaultyDataError as fault:
        unexpected = {error.code for error in fault.errors} - {"empty_arm", "constant_score"}
        if unexpected:
            raise


def test_the_version_in_a_result_is_that_of_the_project() -> None:
    project = (Path(__file__).parents[3] / "pyproject.toml").read_text()
    assert f'version = "{CALIPER_VERSION}"' in project
