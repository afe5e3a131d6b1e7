import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.result.comparison import result_json, result_object
from tests.analytics.tables import make_frame, make_protocol, make_rows

COLUMNS = {"id": "patient", "arm": "arm", "center": "center"}


def run(folder: Path, *, waits: Any, **changes: Any) -> Comparison:
    protocol = make_protocol(table=COLUMNS | {"defining": "wait"}, **changes)
    return compare(make_frame(folder, protocol=protocol, rows=make_rows().assign(wait=waits)), protocol=protocol)


def warned(comparison: Comparison) -> set[str]:
    return {notice.code for notice in comparison.warnings}


def test_the_guaranteed_time_of_an_arm_is_the_median_wait_in_months(tmp_path: Path) -> None:
    rows = make_rows()
    waits = np.where(rows["arm"] == "R", 60.875, 0.0)
    comparison = run(tmp_path, waits=waits)
    assert result_object(comparison)["immortal_time"]["guaranteed"] == {"Resection": 2.0, "Ablation": 0.0}
    (notice,) = (notice for notice in comparison.warnings if notice.code == "immortal_time")
    assert f"{(rows['arm'] == 'R').sum()} of 240" in notice.message.en
    assert "Resection 2.0 months, Ablation 0.0 months" in notice.message.en
    assert "Resection 2.0 个月" in notice.message.zh


def test_one_late_act_is_enough_for_the_warning_and_none_is_none(tmp_path: Path) -> None:
    assert "immortal_time" in warned(run(tmp_path, waits=[1, *[0] * 239]))
    nobody_late = run(tmp_path, waits=-5)
    assert "immortal_time" not in warned(nobody_late)
    assert result_object(nobody_late)["immortal_time"]["guaranteed"] == {"Resection": 0.0, "Ablation": 0.0}


def test_waits_are_in_the_unit_of_the_first_endpoint(tmp_path: Path) -> None:
    weeks = {"OS": {"time": "days", "event": "died", "unit": "weeks"}}
    found = result_object(run(tmp_path, waits=4, endpoints=weeks))["immortal_time"]["guaranteed"]
    assert found["Resection"] == pytest.approx(28 / 30.4375)


def test_an_unknown_act_is_counted_among_those_whose_arm_has_the_act(tmp_path: Path) -> None:
    is_focal = (make_rows()["arm"] == "R").to_numpy()
    waits = pd.Series(np.where(is_focal, "30", ""))
    waits[np.flatnonzero(is_focal)[:3]] = ""
    comparison = run(tmp_path, waits=waits)
    (notice,) = (notice for notice in comparison.warnings if notice.code == "defining_missing")
    expected = f"The time of the arm-defining event is unknown for 3 of {is_focal.sum()} patients."
    assert notice.message.en == expected


@pytest.mark.parametrize("arm", ["R", "A"])
def test_an_arm_that_never_has_the_act_is_not_called_unknown(arm: str, tmp_path: Path) -> None:
    """TACE with immunotherapy against TACE alone warned that the act was unknown for 2,986 of 3,513."""
    waits = pd.Series(np.where(make_rows()["arm"] == arm, "", "30"))
    comparison = run(tmp_path, waits=waits)
    label = {"R": "Resection", "A": "Ablation"}[arm]
    content = json.loads(result_json(comparison))["immortal_time"]
    assert content["guaranteed"][label] is None
    assert content["why"][f"guaranteed.{label}"] == "not_estimable"
    assert "immortal_time" in warned(comparison)
    assert "defining_missing" not in warned(comparison)


def test_where_no_arm_has_a_known_act_everybody_is_counted(tmp_path: Path) -> None:
    comparison = run(tmp_path, waits="")
    (notice,) = (notice for notice in comparison.warnings if notice.code == "defining_missing")
    assert "unknown for 240 of 240" in notice.message.en


def test_the_ways_around_it_say_that_nobody_asked_for_them(tmp_path: Path) -> None:
    content = result_object(run(tmp_path, waits=0))["immortal_time"]
    assert content["landmark"] == []
    assert {key for key, why in content["why"].items() if why == "not_requested"} == {
        "naive", "rezero", "time_dependent", "ccw",
    }  # fmt: skip


def test_the_warning_stands_beside_the_design_before_any_outcome(tmp_path: Path) -> None:
    protocol = make_protocol(table=COLUMNS | {"defining": "wait"})
    frame = make_frame(tmp_path, protocol=protocol, rows=make_rows().assign(wait=9))
    comparison = compare(frame, protocol=protocol, design_only=True)
    assert "immortal_time" in warned(comparison)
    assert "immortal_time" in result_object(comparison)


def test_without_a_defining_act_there_is_no_such_part(tmp_path: Path) -> None:
    protocol = make_protocol()
    assert "immortal_time" not in result_object(compare(make_frame(tmp_path, protocol=protocol), protocol=protocol))
