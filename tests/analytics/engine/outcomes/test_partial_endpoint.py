"""An endpoint that only some have, such as survival after progression."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.result.comparison import result_object
from analytics.stats.survival.cox import fit_cox
from analytics.stats.survival.log_rank import log_rank
from tests.analytics.tables import make_content, make_frame, make_protocol, make_rows

PPS = {"time": "after", "event": "died_after", "report_months": [6]}


def make_progressed(*, share: float = 0.6) -> pd.DataFrame:
    random = np.random.default_rng(8)
    rows = make_rows()
    progressed = random.random(len(rows)) < share
    after = (rows["days"] * 0.4).round().astype(int)
    return rows.assign(after=after.where(progressed, None), died_after=rows["died"].where(progressed, None)).astype(
        {"after": "Int64", "died_after": "Int64"}
    )


def run(folder: Path, *, rows: pd.DataFrame, **changes: Any) -> Comparison:
    protocol = make_protocol(endpoints=make_content()["endpoints"] | {"PPS": PPS}, **changes)
    return compare(make_frame(folder, protocol=protocol, rows=rows), protocol=protocol)


def test_it_is_analyzed_in_those_who_have_it_and_the_others_are_counted_per_arm(tmp_path: Path) -> None:
    rows = make_progressed()
    comparison = run(tmp_path, rows=rows, design=None)
    arms = result_object(comparison)["endpoints"]["PPS"]["unmatched"]["arms"]
    have = rows[rows["after"].notna()]["arm"].value_counts()
    assert (arms["Resection"]["n"], arms["Ablation"]["n"]) == (have["R"], have["A"])
    (notice,) = (n for n in comparison.warnings if n.code == "outcome_missing")
    lacking = rows[rows["after"].isna()]["arm"].value_counts()
    assert notice.where == "endpoints.PPS.unmatched"
    assert f"Ablation {lacking['A']}, Resection {lacking['R']}; 0 with a negative time" in notice.message.en


def test_the_matching_is_that_of_everybody(tmp_path: Path) -> None:
    rows = make_progressed()
    partial, whole = (
        run(tmp_path, rows=rows),
        run(tmp_path, rows=rows.assign(after=rows["days"], died_after=rows["died"])),
    )
    assert result_object(partial)["matching"] == result_object(whole)["matching"]


def test_pairs_that_lose_one_are_counted_and_told(tmp_path: Path) -> None:
    comparison = run(tmp_path, rows=make_progressed())
    matched = result_object(comparison)["endpoints"]["PPS"]["matched"]
    table = comparison.design.matched
    assert table is not None
    sizes = table[table["PPS_time"].notna()]["pair"].value_counts()
    assert matched["pairs"] == {"complete": (sizes == 2).sum(), "broken": (sizes == 1).sum()}
    assert sum(arm["n"] for arm in matched["arms"].values()) == sizes.sum()
    (notice,) = (n for n in comparison.warnings if n.code == "broken_pairs")
    assert notice.message.en.startswith(f"PPS: {(sizes == 1).sum()} pairs have lost one member")
    whole = result_object(comparison)["endpoints"]["OS"]
    assert whole["matched"]["pairs"]["broken"] == 0
    assert whole["unmatched"]["pairs"]["why"] == {"complete": "not_requested", "broken": "not_requested"}


def test_its_ratio_is_still_clustered_by_pair_and_its_strata_are_the_pairs_left(tmp_path: Path) -> None:
    comparison = run(tmp_path, rows=make_progressed())
    matched = result_object(comparison)["endpoints"]["PPS"]["matched"]
    table = comparison.design.matched
    assert table is not None
    table = table[table["PPS_time"].notna()]
    time, event = table["PPS_time"].to_numpy(float), (table["PPS_event"] == 1).to_numpy()
    focal, pair = (table["arm"] == "Resection").to_numpy(), table["pair"].to_numpy()
    fit = fit_cox(time, event=event, X=focal.astype(float)[:, None], robust=True, clusters=pair)
    assert fit.robust is not None
    assert matched["hazard_ratio"]["method"] == "cluster_pair"
    assert matched["hazard_ratio"]["hr"] == pytest.approx(np.exp(fit.coefficients[0]))
    assert matched["hazard_ratio"]["se"] == pytest.approx(np.sqrt(fit.robust[0, 0]))
    stratified = log_rank(time, event=event, arm=focal, strata=pair)
    assert matched["logrank"]["stratified_chi2"] == pytest.approx(stratified.chi2)
    both = table["pair"].map(table["pair"].value_counts()).to_numpy() == 2
    complete = log_rank(time[both], event=event[both], arm=focal[both], strata=pair[both])
    assert stratified.chi2 == pytest.approx(complete.chi2)


def test_where_nobody_of_an_arm_has_it_the_rest_of_the_result_stands(tmp_path: Path) -> None:
    rows = make_progressed()
    rows = rows.assign(
        after=rows["after"].where(rows["arm"] == "A"), died_after=rows["died_after"].where(rows["arm"] == "A")
    )
    comparison = run(tmp_path, rows=rows)
    content = result_object(comparison)["endpoints"]
    assert content["PPS"]["matched"]["hazard_ratio"]["hr"] is None
    assert content["PPS"]["matched"]["arms"]["Resection"]["n"] == 0
    assert content["OS"]["matched"]["hazard_ratio"]["hr"] is not None
    assert all(check.ok for check in comparison.checks)
