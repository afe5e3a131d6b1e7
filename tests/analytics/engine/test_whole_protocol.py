"""Everything a protocol may ask for, from the table to the JSON: published figures, and what must hold of any result."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import compare
from analytics.flat.protocol import TableProtocol
from analytics.flat.table import read_table
from analytics.protocol.errors import validate_plan
from analytics.result.comparison import result_json
from analytics.stats.survival.cox import fit_cox
from analytics.stats.survival.level_counts import count_levels, fit_levels, start_clock
from analytics.stats.survival.log_rank import log_rank_of_groups
from analytics.stats.tests.e_value import e_value
from tests.analytics.tables import RESPONSE, make_content, make_frame, make_protocol, make_rows
from tests.reference.frames import lung
from tests.reference.outcome_data import DATA

MONTH = 30.4375


def run(folder: Path, *, rows: pd.DataFrame, design_only: bool = False, **changes: Any) -> dict[str, Any]:
    protocol = make_protocol(**changes)
    frame = make_frame(folder, protocol=protocol, rows=rows)
    content: dict[str, Any] = json.loads(result_json(compare(frame, protocol=protocol, design_only=design_only)))
    assert [check["code"] for check in content["checks"] if not check["ok"]] == []
    return content


def on_public_data(folder: Path, *, rows: pd.DataFrame, **content: Any) -> dict[str, Any]:
    rows.to_csv(folder / "public.csv", index_label="id")
    arms = {"focal": {"value": 1, "label": "one"}, "reference": {"value": 0, "label": "none"}}
    whole = {"id": "public", "title": "A public data set", "table": {"id": "id", "arm": "arm"}, "arms": arms} | content
    protocol = validate_plan(TableProtocol, content=whole)
    found: dict[str, Any] = json.loads(
        result_json(compare(read_table(folder / "public.csv", protocol=protocol), protocol=protocol))
    )
    return found


def test_the_textbook_case_of_immortal_time_has_its_published_figures(tmp_path: Path) -> None:
    """Heart transplants: jasa and heart of R's survival, arm alone, Efron."""
    found = on_public_data(
        tmp_path,
        rows=pd.read_csv(DATA / "jasa.csv"),
        table={"id": "id", "arm": "arm", "defining": "act"},
        endpoints={"OS": {"time": "time", "event": "event"}},
        immortal_time={"landmark_months": [30 / MONTH], "time_dependent": True, "rezero": True, "ccw": {"grace_months": 3}},
    )["immortal_time"]  # fmt: skip
    assert (found["naive"]["n"], found["naive"]["hr"]) == (103, pytest.approx(0.26621665, rel=1e-6))
    assert found["time_dependent"]["hr"] == pytest.approx(1.13557727, rel=1e-6)
    assert found["time_dependent"]["p"] == pytest.approx(0.67, abs=0.005)
    (landmark,) = found["landmark"]
    assert (landmark["n"], landmark["n_treated"]) == (78, 35)
    assert landmark["hr"] == pytest.approx(0.91504587, rel=1e-6)
    assert 0.5 < found["ccw"]["hr"] < 2
    assert found["endpoints"]["OS"]["unmatched"]["naive"] == found["naive"]


def test_weighting_of_lung_has_its_published_hazard_ratio(tmp_path: Path) -> None:
    rows = lung()[["time", "status", "age", "sex", "ph.ecog", "ph.karno"]].dropna().reset_index(drop=True)
    found = on_public_data(
        tmp_path,
        rows=rows.assign(arm=rows["sex"] - 1),
        endpoints={"OS": {"time": "time", "event": "status", "event_code": 2, "censor_code": 1}},
        covariates=[{"name": name, "type": "continuous"} for name in ("age", "ph.ecog", "ph.karno")],
        design={"method": "weighting", "weights": {"type": "siptw"}},
    )
    weighted = found["endpoints"]["OS"]["weighted"]
    assert weighted["hazard_ratio"]["method"] == "robust"
    assert np.log(weighted["hazard_ratio"]["hr"]) == pytest.approx(-0.49488800, rel=1e-6)
    assert weighted["hazard_ratio"]["se"] == pytest.approx(0.16156993, rel=1e-6)
    assert weighted["logrank"]["p"] is not None
    assert weighted["rmst"]["difference"] is not None


def test_competing_risks_of_pbc_have_their_published_gray_test(tmp_path: Path) -> None:
    found = on_public_data(
        tmp_path,
        rows=pd.read_csv(DATA / "pbc.csv"),
        endpoints={"TTP": {"time": "time", "event": "cause", "competing_code": 2, "report_months": [12, 60, 300]}},
    )["endpoints"]["TTP"]["unmatched"]
    assert found["gray"]["1"]["chi2"] == pytest.approx(0.066593735, rel=1e-6)
    assert found["cause_specific"]["hr"] == found["hazard_ratio"]["hr"]
    assert found["fine_gray"]["hr"] != found["hazard_ratio"]["hr"]
    for label, of in found["cif"].items():
        assert 0 < of["1"]["12"][0] < of["1"]["60"][0]
        assert of["1"]["300"] == [None, None, None]
        assert of["1"]["why"]["300"] == "beyond_follow_up"
        both = of["1"]["60"][0] + of["2"]["60"][0]
        assert both < 1
        assert label in found["cif_curves"]


def test_in_a_weighted_cohort_gray_s_test_is_left_out_in_words_and_fine_gray_is_weighted(tmp_path: Path) -> None:
    found = on_public_data(
        tmp_path,
        rows=pd.read_csv(DATA / "pbc.csv"),
        endpoints={"TTP": {"time": "time", "event": "cause", "competing_code": 2}},
        covariates=[{"name": name, "type": "continuous"} for name in ("x1", "x2")],
        design={"method": "weighting", "weights": {"type": "overlap"}},
    )
    cohorts = found["endpoints"]["TTP"]
    assert cohorts["weighted"]["gray"]["1"]["p"] is None
    assert cohorts["unmatched"]["gray"]["1"]["p"] is not None
    assert cohorts["weighted"]["fine_gray"]["se"] != cohorts["unmatched"]["fine_gray"]["se"]
    told = [(notice["code"], notice["where"]) for notice in found["warnings"]]
    assert told.count(("gray_without_weights", "endpoints.TTP.weighted.gray")) == 1
    assert [code for code, _ in told].count("gray_without_weights") == 1


def test_all_arms_stand_together_and_each_contrast_has_its_own_score(tmp_path: Path) -> None:
    rows = make_rows(size=300)
    rows["arm"] = np.where(np.arange(300) % 3 == 0, "C", rows["arm"])
    arms = make_content()["arms"] | {"others": [{"value": "C", "label": "TACE"}], "contrasts": [["R", "C"], ["A", "C"]]}
    found = run(tmp_path, rows=rows, arms=arms)
    group = rows["arm"].map({"R": 0, "A": 1, "C": 2}).to_numpy()
    test = log_rank_of_groups(rows["days"].to_numpy(float), event=(rows["died"] == 1).to_numpy(), group=group)
    assert found["overall"]["OS"]["logrank"] == {"chi2": pytest.approx(test.chi2), "df": 2, "p": pytest.approx(test.p)}
    assert sorted(found["overall"]["OS"]["arms"]) == ["Ablation", "Resection", "TACE"]
    assert [(one["arms"]["focal"], one["arms"]["reference"]) for one in found["contrasts"]] == [
        ("Resection", "TACE"),
        ("Ablation", "TACE"),
    ]
    alone = run(tmp_path, rows=rows[rows["arm"] != "A"], arms={"focal": arms["focal"], "reference": arms["others"][0]})
    for key in ("matching", "balance", "endpoints", "cox"):
        assert found["contrasts"][0][key] == alone[key]


def test_a_subgroup_has_its_own_ratio_counts_and_one_interaction(tmp_path: Path) -> None:
    rows = make_rows()
    found = run(tmp_path, rows=rows, subgroups=["bclc", {"name": "age", "cut": [60]}, "center"], design=None)
    table = found["subgroups"]["OS"]["unmatched"]
    assert [row["level"] for row in table] == ["0", "A", "B", "≤60", ">60", "C01", "C02", "C03"]
    part = rows[rows["bclc"] == "A"]
    code = (part["arm"] == "R").to_numpy().astype(np.int64)
    clock = start_clock(part["days"].to_numpy(float), event=(part["died"] == 1).to_numpy())
    fit = fit_levels(count_levels(clock, code=code, levels=2))
    assert table[1]["hr"] == pytest.approx(np.exp(fit.coefficients[0]), rel=1e-6)
    assert sum(row["arms"]["Resection"]["n"] for row in table[:3]) == (rows["arm"] == "R").sum()
    assert len({row["interaction_p"] for row in table[:3]}) == 1


def test_a_subgroup_with_few_events_in_an_arm_shows_no_ratio(tmp_path: Path) -> None:
    rows = make_rows()
    rows["died"] = np.where((rows["bclc"] == "A") & (rows["arm"] == "R"), 0, rows["died"])
    row = run(tmp_path, rows=rows, subgroups=["bclc"], design=None)["subgroups"]["OS"]["unmatched"][1]
    assert (row["hr"], row["why"]["hr"], row["arms"]["Resection"]["events"]) == (None, "too_few_events", 0)


@pytest.mark.parametrize(
    ("design", "method"),
    [
        ({"ratio": 2}, "cluster_pair"),
        ({"replace": True}, "cluster_pair"),
        ({"method": "cem"}, "robust"),
        ({"method": "subclassification"}, "robust"),
        ({"method": "weighting", "weights": {"type": "overlap"}}, "robust"),
    ],
)
def test_a_design_with_weights_has_weighted_outcomes(design: dict[str, Any], method: str, tmp_path: Path) -> None:
    protocol = make_protocol(
        design=design, endpoints=make_content()["endpoints"] | {"ORR": RESPONSE}, subgroups=["bclc"]
    )
    rows = make_rows().assign(bor=["CR", "SD", "PD", ""] * 60)
    comparison = compare(make_frame(tmp_path, protocol=protocol, rows=rows), protocol=protocol)
    content = json.loads(result_json(comparison))
    table, cohort = comparison.design.matched, comparison.design.cohort
    assert table is not None
    fit = fit_cox(
        table["OS_time"].to_numpy(),
        event=(table["OS_event"] == 1).to_numpy(),
        X=(table["arm"] == "Resection").to_numpy(float)[:, None],
        weights=table["weight"].to_numpy() if "weight" in table else None,
    )
    found = content["endpoints"]["OS"][cohort]
    assert found["hazard_ratio"]["method"] == method
    assert np.log(found["hazard_ratio"]["hr"]) == pytest.approx(fit.coefficients[0], abs=1e-6)
    assert found["hazard_ratio"]["se"] != pytest.approx(np.sqrt(fit.covariance[0, 0]), rel=1e-9)
    assert content["cox"]["OS"][cohort]["univariable"][0]["hr"] == pytest.approx(found["hazard_ratio"]["hr"])
    assert content["cox"]["OS"][cohort]["multivariable"][0]["n"] == len(table)
    assert content["response"]["ORR"][cohort]["test"]["name"] == "Wald, weighted"
    assert [check["code"] for check in content["checks"] if not check["ok"]] == []


def test_forward_selection_names_its_steps_and_warns(tmp_path: Path) -> None:
    cox = {"covariates": ["age", "bclc", "hbv"], "selection": "forward", "strata": ["center"]}
    found = run(tmp_path, rows=make_rows(), cox=cox, design=None)
    table = found["cox"]["OS"]["unmatched"]
    chosen = [step["term"] for step in table["selection"]]
    assert chosen[0] == "age"
    assert "bclc" not in chosen
    assert {row["term"] for row in table["multivariable"]} == {"arm", *chosen}
    assert "data_driven_selection" in {notice["code"] for notice in found["warnings"]}


def test_strata_of_the_models_are_those_of_a_stratified_cox(tmp_path: Path) -> None:
    rows = make_rows()
    cox = {"covariates": ["age"], "strata": ["center"]}
    found = run(tmp_path, rows=rows, cox=cox, design=None)["cox"]["OS"]["unmatched"]["multivariable"]
    fit = fit_cox(
        rows["days"].to_numpy(float),
        event=(rows["died"] == 1).to_numpy(),
        X=np.column_stack([(rows["arm"] == "R").to_numpy(float), rows["age"].to_numpy()]),
        strata=pd.factorize(rows["center"])[0],
    )
    assert [np.log(row["hr"]) for row in found] == [pytest.approx(value, rel=1e-6) for value in fit.coefficients]


def test_imputed_covariates_keep_everybody_and_pool_the_ratio(tmp_path: Path) -> None:
    rows = make_rows().astype({"age": object})
    rows.loc[::4, "age"] = ""
    covariates = [make_content()["covariates"][0] | {"missing": "impute"}, *make_content()["covariates"][1:]]
    found = run(tmp_path, rows=rows, covariates=covariates, imputation={"m": 4})
    assert next(row for row in found["flow"] if row["id"] == "missing_covariate")["removed"] == 0
    assert found["data"]["n"] == 240
    again = run(tmp_path, rows=rows, covariates=covariates, imputation={"m": 4})
    assert again["endpoints"] == found["endpoints"]
    plain = run(tmp_path, rows=rows)
    assert plain["data"]["n"] == 180
    wide, narrow = (one["cox"]["OS"]["unmatched"]["multivariable"][1] for one in (found, plain))
    assert (wide["n"], narrow["n"]) == (240, 180)


SENSITIVITY = [
    {"kind": "caliper", "widths": [0.05, 0.2]},
    {"kind": "weighting", "type": "overlap"},
    {"kind": "doubly_adjusted"},
    {"kind": "center_stratified"},
    {"kind": "leave_one_center_out"},
    {"kind": "landmark", "months": [6, 12]},
    {"kind": "complete_case"},
    {"kind": "imputation", "m": 2},
    {"kind": "missing_level"},
    {"kind": "e_value"},
    {"kind": "convention", "smd": "matchit"},
    {"kind": "bootstrap", "n": 30},
    {"kind": "bootstrap", "n": 30, "unit": "pair"},
]


def test_each_sensitivity_analysis_is_a_row_and_its_own_settings(tmp_path: Path) -> None:
    found = run(tmp_path, rows=make_rows(), sensitivity=SENSITIVITY)
    rows = found["sensitivity"]
    kinds = [row["kind"] for row in rows]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        "caliper": 2, "weighting": 1, "doubly_adjusted": 1, "center_stratified": 1, "leave_one_center_out": 3,
        "landmark": 2, "complete_case": 1, "imputation": 1, "missing_level": 1, "e_value": 1, "convention": 1, "bootstrap": 2,
    }  # fmt: skip
    main = found["endpoints"]["OS"]["matched"]["hazard_ratio"]
    same = rows[1]
    assert same["settings"] == {"width": 0.2, "unit": "sd", "scale": "logit"}
    assert same["hr"] == pytest.approx(main["hr"])
    assert (same["n_treated"], same["n_control"]) == (found["matching"]["n_pairs"],) * 2
    smds = [abs(row["smd_after"]) for row in found["balance"][1:]]
    assert same["max_smd"] == pytest.approx(max(smds))
    strength = next(row for row in rows if row["kind"] == "e_value")
    share = strength["settings"]["event_share"]
    expected = e_value(main["hr"], low=main["low"], high=main["high"], event_share=share)
    assert (strength["value"], strength["value_limit"]) == (
        pytest.approx(expected.point),
        pytest.approx(expected.limit),
    )
    for row in rows[-2:]:
        assert row["low"] < row["hr"] < row["high"]
        assert row["settings"]["failed"] == 0
    one_less = next(row for row in rows if row["kind"] == "leave_one_center_out")
    assert one_less["settings"] == {"center": "C01"}
    again = run(tmp_path, rows=make_rows().query("center != 'C01'"))["endpoints"]["OS"]["matched"]["hazard_ratio"]
    assert one_less["hr"] == pytest.approx(again["hr"])


def test_the_landmark_without_an_act_follows_those_beyond_it(tmp_path: Path) -> None:
    rows = make_rows()
    found = run(tmp_path, rows=rows, design=None, sensitivity=[{"kind": "landmark", "months": [12]}])["sensitivity"][0]
    beyond = rows[rows["days"] / MONTH > 12]
    assert found["n_treated"] + found["n_control"] == len(beyond)


def test_p_values_stand_in_the_balance_only_where_asked_for(tmp_path: Path) -> None:
    asked = run(tmp_path, rows=make_rows(), conventions={"balance_p": True})
    assert all("p_before" in row for row in asked["balance"] if row["covariate"] != "distance")
    assert "p_before" not in run(tmp_path, rows=make_rows())["balance"][1]


def test_the_logarithm_of_a_covariate_is_what_the_models_see(tmp_path: Path) -> None:
    logged = make_content()["covariates"][0] | {"log": True}
    found = run(tmp_path, rows=make_rows(), covariates=[logged], cox={"covariates": ["age"]}, design=None)
    rows = make_rows()
    fit = fit_cox(
        rows["days"].to_numpy(float), event=(rows["died"] == 1).to_numpy(), X=np.log(rows[["age"]].to_numpy())
    )
    assert np.log(found["cox"]["OS"]["unmatched"]["univariable"][1]["hr"]) == pytest.approx(fit.coefficients[0])
    assert found["baseline"][0]["unmatched"]["arms"]["Resection"]["max"] > 20


def test_the_design_alone_opens_nothing_that_was_asked_for(tmp_path: Path) -> None:
    found = run(tmp_path, rows=make_rows(), sensitivity=SENSITIVITY, subgroups=["bclc"], design_only=True)
    assert (found["endpoints"], found["cox"], found["subgroups"], found["sensitivity"]) == ({}, {}, {}, [])
    assert found["balance"]


def test_many_acts_at_different_times_are_too_many_for_clones(tmp_path: Path) -> None:
    size = 2600
    rows = make_rows(size=size)
    waits = np.where(rows["arm"] == "R", (np.arange(size) + 1) / 100, np.nan)
    found = run(
        tmp_path,
        rows=rows.assign(wait=waits),
        table={"id": "patient", "arm": "arm", "defining": "wait"},
        immortal_time={"ccw": {"grace_months": 6}},
        design=None,
        cox=None,
        covariates=[],
    )
    assert "too_many_clones" in {notice["code"] for notice in found["warnings"]}
    assert found["immortal_time"]["ccw"]["why"]["hr"] == "not_estimable"
