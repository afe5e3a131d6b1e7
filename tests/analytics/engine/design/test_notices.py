"""What the design says of itself, each on the table that showed it missing or false."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.flat.protocol import TableProtocol
from analytics.flat.table import read_table
from analytics.protocol.errors import validate_plan
from analytics.result.comparison import result_object
from tests.analytics.tables import make_frame, make_protocol, make_rows
from tests.reference.outcome_data import DATA


def run(folder: Path, *, rows: pd.DataFrame, **changes: Any) -> Comparison:
    protocol = make_protocol(**({"cox": None} | changes))
    return compare(make_frame(folder, protocol=protocol, rows=rows), protocol=protocol)


def codes(comparison: Comparison) -> list[str]:
    return [notice.code for notice in comparison.warnings]


def smd(comparison: Comparison, *, name: str, moment: str = "before") -> float | None:
    row = next(row for row in result_object(comparison)["balance"] if row["covariate"] == name)
    return None if row[f"smd_{moment}"] is None else float(row[f"smd_{moment}"])


def arms_apart(*, size: int = 40) -> pd.DataFrame:
    """Age alone tells the arms apart."""
    rows = make_rows(size=size)
    return rows.assign(age=np.where(rows["arm"] == "R", 40.0, 70.0) + np.arange(size) % 5)


@pytest.mark.parametrize(
    "design", [{"method": "weighting", "weights": {"type": "siptw"}}, {"method": "nearest"}, {"method": "weighting", "weights": {"type": "att"}}]
)  # fmt: skip
def test_arms_that_the_covariates_separate_are_said_to_be_beyond_comparison(
    design: dict[str, Any], tmp_path: Path
) -> None:
    comparison = run(tmp_path, rows=arms_apart(), design=design, covariates=[{"name": "age", "type": "continuous"}])
    assert codes(comparison)[0] == "arms_apart"
    assert result_object(comparison)["propensity"]["arms_apart"] is True


def test_arms_that_overlap_are_not_said_to_be_apart(tmp_path: Path) -> None:
    comparison = run(tmp_path, rows=make_rows())
    assert "arms_apart" not in codes(comparison)
    assert "arms_apart" not in result_object(comparison)["propensity"]


def test_a_covariate_without_any_value_is_named(tmp_path: Path) -> None:
    covariates = [{"name": "age", "type": "continuous"}, {"name": "hbv", "type": "binary", "use": ["baseline"]}]
    comparison = run(tmp_path, rows=make_rows().assign(hbv=""), covariates=covariates)
    (notice,) = [notice for notice in comparison.warnings if notice.code == "empty_covariate"]
    assert notice.message.en.endswith(": hbv.")
    assert "empty_covariate" not in codes(run(tmp_path, rows=make_rows(), covariates=covariates))


def test_the_balance_of_a_logarithm_is_on_its_scale_as_matchit_has_it_on_log_bilirubin(tmp_path: Path) -> None:
    """MatchIt's summary of the formula trt ~ log(bili) on pbc, before matching: -0.0792; on bili itself -0.2136."""
    rows = pd.read_csv(DATA / "pbc.csv").assign(id=lambda table: table.index)
    rows.to_csv(tmp_path / "pbc.csv", index=False)
    found = {}
    for log in (True, False):
        protocol = validate_plan(
            TableProtocol,
            content={
                "id": "pbc",
                "title": "Bilirubin",
                "table": {"id": "id", "arm": "arm"},
                "arms": {"focal": {"value": 0}, "reference": {"value": 1}},
                "endpoints": {"OS": {"time": "time", "event": "event"}},
                "covariates": [{"name": "x2", "type": "continuous", "log": log}],
                "conventions": {"smd": "matchit"},
            },
        )
        comparison = compare(read_table(tmp_path / "pbc.csv", protocol=protocol), protocol=protocol)
        found[log] = smd(comparison, name="x2")
        first = next(row for row in result_object(comparison)["baseline"] if row["covariate"] == "x2")
        assert first["unmatched"]["arms"]["1"]["mean"] == pytest.approx(rows.loc[rows["arm"] == 1, "x2"].mean())
    assert found == {True: pytest.approx(-0.0792, abs=5e-5), False: pytest.approx(-0.2136, abs=5e-5)}


def test_scores_that_are_equal_but_for_rounding_do_not_differ(tmp_path: Path) -> None:
    """Two covariates with no effect at all: every fitted score is the share of the focal arm, to the last bits."""
    rows = pd.DataFrame(
        [
            {"patient": f"{arm}{place}{copy}", "arm": arm, "center": "C01", "days": 100 + place, "died": 1, "age": age, "hbv": hbv}
            for place, (age, hbv) in enumerate([(50.1, 0), (50.1, 1), (61.7, 0), (61.7, 1)])
            for arm, size in (("R", 3), ("A", 7))
            for copy in range(size)
        ]
    )  # fmt: skip
    covariates = [{"name": "age", "type": "continuous"}, {"name": "hbv", "type": "binary"}]
    comparison = run(tmp_path, rows=rows, covariates=covariates, design={"method": "nearest"})
    row = next(row for row in result_object(comparison)["balance"] if row["covariate"] == "distance")
    assert (row["smd_before"], row["ks_before"], row["variance_ratio_before"]) == (0.0, 0.0, None)


def test_an_arm_that_needs_no_act_is_not_told_to_lack_it(tmp_path: Path) -> None:
    rows = make_rows()
    waits = np.where(rows["arm"] == "R", 30, np.nan)
    waits[np.flatnonzero(rows["arm"] == "R")[:3]] = np.nan
    table = {"id": "patient", "arm": "arm", "defining": "wait"}
    comparison = run(tmp_path, rows=rows.assign(wait=waits), table=table)
    (notice,) = [notice for notice in comparison.warnings if notice.code == "defining_missing"]
    focal = int((rows["arm"] == "R").sum())
    assert notice.message.en == f"The time of the arm-defining event is unknown for 3 of {focal} patients."
