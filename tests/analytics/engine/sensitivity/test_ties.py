"""Scores that are tied, and how far the hazard ratio rests on which of equal patients is matched."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.engine.design.ties import DRAWS, draws_for, pairs_without_ties, rows_of
from analytics.result.comparison import result_object
from analytics.stats.survival.cox import fit_cox
from tests.analytics.tables import make_frame, make_protocol, make_rows

CLASSES = [{"name": "age", "type": "continuous", "cut": [50, 60]}, {"name": "hbv", "type": "binary"}]


def run(folder: Path, *, design: dict[str, Any] | None = None, **changes: Any) -> Comparison:
    asked = {"covariates": CLASSES, "cox": None, "design": {"caliper": {"width": 0.2}} | (design or {})} | changes
    protocol = make_protocol(**asked)
    return compare(make_frame(folder, protocol=protocol, rows=make_rows(size=150)), protocol=protocol)


def ties_row(comparison: Comparison) -> dict[str, Any]:
    (row,) = [row for row in result_object(comparison)["sensitivity"] if row["kind"] == "tied_scores"]
    return dict(row)


def test_tied_scores_are_told_and_their_ties_broken_200_times_without_being_asked(tmp_path: Path) -> None:
    comparison = run(tmp_path)
    ties = result_object(comparison)["matching"]["ties"]
    assert (ties["n"], ties["distinct"], ties["decide_who"]) == (150, 6, True)
    assert ties["share"] == ties["tied"] / 150 > 0.9
    assert "tied_scores" in {notice.code for notice in comparison.warnings}
    row = ties_row(comparison)
    assert (row["settings"]["n"], row["range"]["draws"], row["range"]["failed"]) == (DRAWS, 200, 0)
    assert row["range"]["min"] <= row["low"] < row["hr"] < row["high"] <= row["range"]["max"]
    assert (row["p"], row["why"]["p"], row["why"]["se"]) == (None, "not_requested", "not_requested")


def test_the_row_is_the_median_and_range_of_cox_fits_of_the_redrawn_pairs(tmp_path: Path) -> None:
    comparison = run(tmp_path)
    table = comparison.design.unmatched
    rows = rows_of(table, score=comparison.design.score, protocol=comparison.protocol)
    ratios = []
    for pairs in pairs_without_ties(rows):
        of = table.iloc[np.concatenate([pairs.treated, pairs.control])]
        arm = (of["arm"] == "Resection").to_numpy(float)[:, None]
        fit = fit_cox(of["OS_time"].to_numpy(), event=(of["OS_event"] == 1).to_numpy(), X=arm)
        ratios.append(float(np.exp(fit.coefficients[0])))
    row = ties_row(comparison)
    low, middle, high = np.percentile(ratios, [2.5, 50, 97.5])
    assert (row["low"], row["hr"], row["high"]) == pytest.approx((low, middle, high), rel=1e-8)
    assert (row["range"]["min"], row["range"]["max"]) == pytest.approx((min(ratios), max(ratios)), rel=1e-8)


def test_a_key_turns_it_off_by_name_and_the_pairs_stay(tmp_path: Path) -> None:
    on, off = run(tmp_path), run(tmp_path, design={"tied_scores": False})
    told, silent = result_object(on), result_object(off)
    assert silent["sensitivity"] == []
    assert "ties" not in silent["matching"]
    assert "tied_scores" not in {notice.code for notice in off.warnings}
    assert told["matching"]["pairs"] == silent["matching"]["pairs"]
    assert told["endpoints"] == silent["endpoints"]


@pytest.mark.parametrize(
    "design", [{"ratio": 2}, {"replace": True}, {"distance": "mahalanobis", "caliper": None}, {"estimand": "ATC"}]
)
def test_every_kind_of_nearest_matching_has_the_row(design: dict[str, Any], tmp_path: Path) -> None:
    row = ties_row(run(tmp_path, design=design))
    assert row["range"]["min"] < row["hr"] < row["range"]["max"]


def test_scores_that_are_all_different_have_no_row(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    rows = make_rows(size=150).assign(age=random.normal(60, 10, 150))
    protocol = make_protocol(covariates=[{"name": "age", "type": "continuous"}], cox=None)
    found = result_object(compare(make_frame(tmp_path, protocol=protocol, rows=rows), protocol=protocol))
    assert found["matching"]["ties"] | {"n": 150} == {
        "n": 150, "tied": 0, "share": 0.0, "distinct": 150, "decide_who": False,
    }  # fmt: skip
    assert found["sensitivity"] == []


@pytest.mark.parametrize("method", ["optimal", "cem", "subclassification", "weighting"])
def test_methods_that_take_nobody_in_turn_do_not_speak_of_ties(method: str, tmp_path: Path) -> None:
    found = result_object(run(tmp_path, design={"method": method, "caliper": None}))
    assert "ties" not in found["matching"]
    assert found["sensitivity"] == []


@pytest.mark.parametrize(("size", "draws"), [(609, 200), (50_000, 200), (100_000, 100), (2_000_000, 20), (0, 200)])
def test_a_very_large_table_is_drawn_less_often(size: int, draws: int) -> None:
    assert draws_for(size) == draws
