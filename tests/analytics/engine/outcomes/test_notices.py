"""What an endpoint says of itself, each on the table that showed it missing or false."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.engine.comparison import Comparison, compare
from analytics.frame import AnalysisFrame
from analytics.result.comparison import result_object
from tests.analytics.report.tables.test_secondary import asking
from tests.analytics.tables import RESPONSE, make_frame, make_protocol, make_responders, make_rows


def run(folder: Path, *, rows: pd.DataFrame, **changes: Any) -> Comparison:
    protocol = make_protocol(**({"cox": None, "design": None} | changes))
    return compare(make_frame(folder, protocol=protocol, rows=rows), protocol=protocol)


def codes(comparison: Comparison) -> list[str]:
    return [notice.code for notice in comparison.warnings]


def test_a_cohort_in_which_everybody_had_the_event_has_followed_nobody_wrongly(tmp_path: Path) -> None:
    assert "event_only_follow_up" not in codes(run(tmp_path, rows=make_rows().assign(died=1)))


def test_patients_without_progression_are_not_a_missing_outcome_of_survival_after_it() -> None:
    endpoints = {"OS": {"kind": "OS"}, "PPS": {"kind": "PPS"}}
    protocol = asking(endpoints=endpoints, immortal_time=None, sensitivity=[], subgroups=[], cox={})
    rows = make_rows()
    months = rows["days"] / 30.4375
    table = rows.assign(
        id=rows["patient"],
        arm=np.where(rows["arm"] == "R", "Resection", "Ablation"),
        hbv_status=rows["hbv"].astype(float),
        OS_time=months,
        OS_event=rows["died"].astype(float),
        PPS_time=np.where(np.arange(len(rows)) < 60, months, np.nan),
        PPS_event=np.where(np.arange(len(rows)) < 60, rows["died"], np.nan),
    )
    frame = AnalysisFrame(table=table, source="registry", sha256="0" * 64, rows=len(table))
    comparison = compare(frame, protocol=protocol)
    notice = next(notice for notice in comparison.warnings if notice.code == "starts_later")
    assert notice.message.en.startswith(
        "PPS covers 60 of 240 patients: Time from first progression, among patients with progression. Not counted by arm: "
    )
    assert not any(notice.code == "outcome_missing" and ".PPS." in notice.where for notice in comparison.warnings)


def test_a_median_that_rests_on_few_at_risk_is_marked_with_their_number(tmp_path: Path) -> None:
    """Of 40 patients 30 are censored early, and the curve comes down to one half with four left."""
    days = [*range(1, 31), *range(100, 110)]
    arm = pd.DataFrame({"days": days, "died": [0] * 30 + [1] * 10})
    rows = pd.concat([arm.assign(arm="R"), arm.assign(arm="A", died=1)], ignore_index=True)
    rows = rows.assign(patient=[f"P{place}" for place in range(len(rows))], center="C01")
    arms = result_object(run(tmp_path, rows=rows, covariates=[]))["endpoints"]["OS"]["unmatched"]["arms"]
    few, many = arms["Resection"], arms["Ablation"]
    assert few["median"] == pytest.approx(104.5 / 30.4375)
    assert (few["median_at_risk"], few["median_on_few"]) == (5, True)
    assert (many["median_at_risk"], many["median_on_few"]) == (20, False)


def test_restricted_means_without_an_event_have_no_contrast(tmp_path: Path) -> None:
    means = result_object(run(tmp_path, rows=make_rows().assign(died=0)))["endpoints"]["OS"]["unmatched"]["rmst"]
    assert means["difference"] is None
    assert means["why"]["difference"] == "no_events"
    assert {arm["rmst"] for arm in means["arms"].values()} == {means["tau"]}


def test_an_act_after_the_end_of_follow_up_is_counted(tmp_path: Path) -> None:
    rows = make_rows()
    wait = np.where(rows["arm"] == "R", 10, np.nan)
    late = np.flatnonzero(rows["arm"] == "R")[:5]
    wait[late] = rows["days"].to_numpy()[late] + 50
    comparison = run(
        tmp_path,
        rows=rows.assign(wait=wait),
        table={"id": "patient", "arm": "arm", "defining": "wait"},
        immortal_time={"time_dependent": True, "ccw": {"grace_months": 3}},
    )
    (notice,) = [notice for notice in comparison.warnings if notice.code == "act_after_follow_up"]
    assert "for 5 patients" in notice.message.en
    fair = result_object(comparison)["immortal_time"]
    assert fair["ccw"]["n_treated"] == fair["naive"]["n_treated"] == int((rows["arm"] == "R").sum())


@pytest.mark.parametrize(("arms", "told"), [({"R": "CPCP", "A": "PPCC"}, True), ({"R": "CPCP", "A": "PPCS"}, False)])
def test_a_rate_at_which_everybody_succeeds_is_said_to_tell_nothing(
    arms: dict[str, str], told: bool, tmp_path: Path
) -> None:
    comparison = run(tmp_path, rows=make_responders(arms=arms), endpoints={"ORR": RESPONSE}, covariates=[])
    assert ("constant_rate" in codes(comparison)) is told


def test_the_response_that_an_2025_requires_is_named_as_its_criterion() -> None:
    """Note TACE_RESPONSE of an-2025: 100 % in both arms, since patients without response were not eligible."""
    protocol = asking(
        endpoints={"OS": {"kind": "OS"}, "ORR": {"type": "binary", "kind": "RESPONSE_TO_TACE", "success": ["CR", "PR"]}},
        immortal_time=None, sensitivity=[], subgroups=[], cox={},
    )  # fmt: skip
    rows = make_rows()
    table = rows.assign(
        id=rows["patient"],
        arm=np.where(rows["arm"] == "R", "Resection", "Ablation"),
        hbv_status=rows["hbv"].astype(float),
        OS_time=rows["days"] / 30.4375,
        OS_event=rows["died"].astype(float),
        ORR_value="PR",
    )
    comparison = compare(AnalysisFrame(table, "registry", "0" * 64, len(table)), protocol=protocol)
    (notice,) = [notice for notice in comparison.warnings if notice.code == "constant_rate"]
    assert "was required for inclusion" in notice.message.en
    assert "esponse" in notice.message.en
