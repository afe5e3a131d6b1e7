"""Weibull accelerated failure times as a sensitivity analysis, beside the Cox ratio of the same cohort."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import compare
from analytics.result.comparison import result_object
from analytics.stats.survival.accelerated_failure import weibull_effect
from analytics.stats.survival.second_engine import engine_version
from tests.analytics.tables import make_frame, make_protocol, make_rows

AFT = [{"kind": "aft"}]


def run(folder: Path, *, rows: pd.DataFrame | None = None, **changes: Any) -> dict[str, Any]:
    protocol = make_protocol(sensitivity=AFT, **changes)
    return result_object(compare(make_frame(folder, protocol=protocol, rows=rows), protocol=protocol))


@pytest.mark.parametrize(
    "design",
    [
        None,
        {},
        {"ratio": 2},
        {"replace": True},
        {"method": "weighting", "estimand": "ATE", "weights": {"type": "siptw"}},
        {"method": "subclassification"},
    ],
)
def test_the_row_has_a_time_ratio_and_a_hazard_ratio_near_that_of_cox(
    design: dict[str, Any] | None, tmp_path: Path
) -> None:
    found = run(tmp_path, design=design)
    (row,) = [row for row in found["sensitivity"] if row["kind"] == "aft"]
    cohort = list(found["endpoints"]["OS"])[-1]
    cox = found["endpoints"]["OS"][cohort]["hazard_ratio"]
    assert (row["kind"], row["endpoint"]) == ("aft", "OS")
    assert abs(np.log(row["hr"] / cox["hr"])) < 0.1
    assert row["se"] == pytest.approx(cox["se"], rel=0.1)
    ratio = row["time_ratio"]
    assert ratio["low"] < ratio["ratio"] < ratio["high"]
    assert (ratio["ratio"] > 1) == (row["hr"] < 1)
    assert row["settings"]["distribution"] == "weibull"
    assert row["settings"]["left_out"] == 0
    assert found["software"]["lifelines"] == engine_version()
    assert all(check["ok"] for check in found["checks"])


def test_before_any_design_it_is_the_model_of_the_rows_as_they_are(tmp_path: Path) -> None:
    rows = make_rows()
    (row,) = run(tmp_path, design=None)["sensitivity"]
    expected = weibull_effect(
        rows["days"].to_numpy(float) / 30.4375,
        event=(rows["died"] == 1).to_numpy(),
        arm=(rows["arm"] == "R").to_numpy(float),
    )
    assert row["time_ratio"]["ratio"] == pytest.approx(expected.time_ratio.ratio)
    assert row["hr"] == pytest.approx(expected.hazard_ratio.hr)


def test_a_time_of_zero_is_left_out_and_counted(tmp_path: Path) -> None:
    rows = make_rows()
    rows.loc[:2, "days"] = 0
    (row,) = run(tmp_path, rows=rows, design=None)["sensitivity"]
    assert row["settings"]["left_out"] == 3
    assert row["n_treated"] + row["n_control"] == len(rows) - 3


def test_an_arm_without_events_is_a_row_of_nulls_with_the_reason(tmp_path: Path) -> None:
    rows = make_rows()
    rows = rows.assign(died=np.where(rows["arm"] == "R", 0, rows["died"]))
    (row,) = run(tmp_path, rows=rows, cox=None)["sensitivity"]
    assert (row["hr"], row["why"]["hr"]) == (None, "separation")
    assert (row["time_ratio"]["ratio"], row["time_ratio"]["why"]["ratio"]) == (None, "separation")
