"""Patients who come under observation late count as at risk from then: from the flat table to the result, held against R."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.errors import ProtocolError
from analytics.flat.protocol import TableProtocol
from analytics.flat.table import read_table
from analytics.protocol.errors import validate_plan
from analytics.result.comparison import result_json
from tests.analytics.tables import make_frame, make_protocol, make_rows
from tests.reference.outcome_data import DATA, of_r, table

TABLE = {"id": "patient", "arm": "arm", "center": "center", "entry": "entry"}


def run(folder: Path, *, rows: pd.DataFrame, **changes: Any) -> Comparison:
    protocol = make_protocol(**({"table": TABLE, "cox": None} | changes))
    return compare(make_frame(folder, protocol=protocol, rows=rows), protocol=protocol, verify=True)


def content_of(comparison: Comparison) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(result_json(comparison))
    assert [check["code"] for check in content["checks"] if not check["ok"]] == []
    return content


def entering(*, size: int = 240) -> pd.DataFrame:
    rows = make_rows(size=size)
    random = np.random.default_rng(8)
    share = np.where(random.random(size) < 0.4, 0.0, random.random(size) * 0.6)
    return rows.assign(entry=(rows["days"] * share).astype(int))


@pytest.mark.parametrize("name", ["lung", "pbc", "mgus2"])
def test_a_flat_table_with_a_column_of_entry_gives_the_numbers_of_r(name: str, tmp_path: Path) -> None:
    """Surv(entry, time, event) in survfit and coxph; the log-rank test as r/late_entry.R writes it out."""
    of = table(name)
    of.frame.to_csv(tmp_path / "table.csv", index_label="id")
    protocol = validate_plan(
        TableProtocol,
        content={
            "id": name,
            "title": "Delayed entry",
            "table": {"id": "id", "arm": "arm", "entry": "entry"},
            "arms": {"focal": {"value": 1, "label": "one"}, "reference": {"value": 0, "label": "none"}},
            "endpoints": {"OS": {"time": "time", "event": "event", "unit": "months", "tau": of.horizon}},
        },
    )
    found = content_of(compare(read_table(tmp_path / "table.csv", protocol=protocol), protocol=protocol))
    survival, theirs = found["endpoints"]["OS"]["unmatched"], of_r("late_entry")
    arms = [survival["arms"][label] for label in ("none", "one")]
    half = len(theirs["kaplan_meier_log"][name]) // 2
    medians = [theirs["kaplan_meier_log"][name][place] for place in (0, half)]
    assert [arm["median"] for arm in arms] == pytest.approx(medians)
    assert survival["logrank"]["chi2"] == pytest.approx(theirs["log_rank"][name][0], rel=1e-9)
    means = [survival["rmst"]["arms"][label][key] for label in ("none", "one") for key in ("rmst", "se")]
    assert means == pytest.approx(theirs["restricted_mean"][name], rel=1e-9)
    assert survival["ph_test"]["chi2"] == pytest.approx(theirs["proportional_hazards"][name][0], rel=1e-6)
    assert [arm["followup_median"] for arm in arms] == pytest.approx(theirs["follow_up"][name], nan_ok=True)


def test_entry_at_time_zero_changes_nothing(tmp_path: Path) -> None:
    rows = make_rows()
    late = content_of(run(tmp_path, rows=rows.assign(entry=0)))
    plain = content_of(run(tmp_path, rows=rows, table={key: of for key, of in TABLE.items() if key != "entry"}))
    for part in ("endpoints", "matching", "balance", "subgroups"):
        assert late[part] == plain[part]


def test_matched_persons_are_at_risk_from_their_entry_in_every_part(tmp_path: Path) -> None:
    rows = entering()
    comparison = run(
        tmp_path,
        rows=rows,
        cox={"covariates": ["age", "bclc"]},
        subgroups=["bclc"],
        sensitivity=[{"kind": "bootstrap", "n": 20}, {"kind": "bootstrap", "n": 20, "unit": "pair"}, {"kind": "landmark", "months": [6]}],
    )  # fmt: skip
    found = content_of(comparison)
    matched = found["endpoints"]["OS"]["matched"]
    of = comparison.design.matched
    assert of is not None
    for label, arm in matched["at_risk"].items():
        persons = of[of["arm"] == label]
        for month, count in arm.items():
            at = float(month)
            expected = ((persons["entry_months"] < at) | (persons["entry_months"] <= 0)) & (
                persons["OS_time"] >= at - 1e-9
            )
            assert count == int(expected.sum())
    assert {row["kind"] for row in found["sensitivity"]} >= {"bootstrap", "landmark"}
    assert all(row["hr"] is not None for row in found["sensitivity"])
    assert found["subgroups"]["OS"]["matched"][0]["hr"] is not None
    (notice,) = [one for one in comparison.warnings if one.code == "delayed_entry" and one.where.endswith(".matched")]
    assert f"{int((of['entry_months'] > 0).sum())} of {len(of)} patients came under observation" in notice.message.en
    assert {one["why"] for one in found["verification"]["not_compared"]} == {"delayed_entry"}


def test_whoever_leaves_before_entering_or_came_at_an_unknown_time_is_left_out_and_counted(tmp_path: Path) -> None:
    rows = entering().astype({"entry": object})
    rows.loc[:3, "entry"] = rows.loc[:3, "days"]
    rows.loc[4:5, "entry"] = ""
    comparison = run(tmp_path, rows=rows, design=None)
    arms = content_of(comparison)["endpoints"]["OS"]["unmatched"]["arms"]
    assert sum(arm["n"] for arm in arms.values()) == len(rows) - 6
    (notice,) = [one for one in comparison.warnings if one.code == "delayed_entry"]
    assert " 6 left before that" in notice.message.en
    assert "outcome_missing" not in {one.code for one in comparison.warnings}


def test_weighted_curves_and_tests_take_the_entry(tmp_path: Path) -> None:
    found = content_of(run(tmp_path, rows=entering(), design={"method": "weighting"}))["endpoints"]["OS"]
    plain = content_of(
        run(tmp_path, rows=entering(), design={"method": "weighting"}, table={key: of for key, of in TABLE.items() if key != "entry"})
    )["endpoints"]["OS"]  # fmt: skip
    for cohort in ("unmatched", "weighted"):
        for part in ("logrank", "hazard_ratio", "rmst"):
            assert found[cohort][part] != plain[cohort][part], (cohort, part)


def test_competing_events_with_delayed_entry_are_not_offered_and_said_so(tmp_path: Path) -> None:
    rows = entering().assign(died=np.arange(240) % 3)
    comparison = run(
        tmp_path, rows=rows, design=None, endpoints={"OS": {"time": "days", "event": "died", "competing_code": 2}}
    )
    assert "competing_with_entry" in {one.code for one in comparison.warnings}
    assert "cif" not in content_of(comparison)["endpoints"]["OS"]["unmatched"]


def test_ways_around_immortal_time_are_refused_with_delayed_entry() -> None:
    with pytest.raises(ProtocolError, match="immortal_time is not available with delayed entry"):
        make_protocol(table=TABLE | {"defining": "wait"}, immortal_time={"rezero": True})


def test_the_public_data_have_entries_before_their_times() -> None:
    for path in DATA.glob("*.csv"):
        rows = pd.read_csv(path)
        if {"entry", "time"} <= set(rows.columns):
            assert ((rows["entry"] < rows["time"]) | (rows["time"] == 0)).all(), path.name


def test_an_endpoint_counted_from_another_day_has_an_entry_of_its_own(tmp_path: Path) -> None:
    rows = entering().assign(other=0)
    endpoints = {
        "OS": {"time": "days", "event": "died"},
        "PPS": {"time": "days", "event": "died", "entry": "other"},
    }
    comparison = run(tmp_path, rows=rows, endpoints=endpoints, design=None)
    assert [one.where.split(".")[1] for one in comparison.warnings if one.code == "delayed_entry"] == ["OS"]
    plain = run(
        tmp_path, rows=rows, endpoints=endpoints, design=None, table={k: v for k, v in TABLE.items() if k != "entry"}
    )
    found, without = (content_of(one)["endpoints"] for one in (comparison, plain))
    assert found["PPS"]["unmatched"]["hazard_ratio"] == without["OS"]["unmatched"]["hazard_ratio"]
    assert found["OS"]["unmatched"]["hazard_ratio"] != without["OS"]["unmatched"]["hazard_ratio"]
