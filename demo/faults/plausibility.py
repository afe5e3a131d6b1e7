"""Faults that contradict no rule of the dictionary and yet the course of a patient: what the registry's own checks find."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from demo.fault import QUERY, Kind, Person, Row, cell, query, row_with
from demo.sheet_names import ADVERSE_EVENT, ASSESSMENT, IMAGING, LABORATORY, PATIENT, SYSTEMIC, TRANSARTERIAL

POST = row_with(assessment_type="POST_TX")
SHRUNK_CM = 12.0
DIGITS = 3


def _is_first_of_several_agents(row: Row, person: Person) -> bool:
    starts = sorted(agent["agent_start_date"] for agent in person[SYSTEMIC])
    lines = {agent["line_no"] for agent in person[SYSTEMIC]}
    return lines == {1} and len(set(starts)) == len(starts) > 1 and row["agent_start_date"] == starts[0]


def _sized_twice(row: Row, person: Person) -> bool:
    is_sized = all(isinstance(visit["height_cm"], float) for visit in person[ASSESSMENT])
    return is_sized and POST(row, person) and all(one["modality"] != "HAIC" for one in person[TRANSARTERIAL])


def _baseline_afp(person: Person) -> Any:
    return next(panel["afp"] for panel in person[LABORATORY] if panel["assessment_type"] == "BASE")


def _afp_of_some_digits(row: Row, person: Person) -> bool:
    afp = _baseline_afp(person)
    return POST(row, person) and isinstance(afp, float) and len(f"{afp:g}".replace(".", "").strip("0")) >= DIGITS


def _tenfold(_row: Row, person: Person) -> Mapping[str, Any]:
    return {"afp": round(_baseline_afp(person) * 10, 6)}


def _seen_after(row: Row, person: Person) -> bool:
    """A baseline scan of one row, of a patient whose first treatment came some days later."""
    first = min(session["start_date"] for session in person[TRANSARTERIAL])
    is_new = person[PATIENT][0]["prior_hcc_treatment"] == ["NONE"]
    is_one_row = sum(scan["imaging_date"] == row["imaging_date"] for scan in person[IMAGING]) == 1
    is_before = row["imaging_date"] + timedelta(days=1) < first
    return is_new and is_before and row["imaging_role"] == "BASE" and is_one_row


PLAUSIBILITY = (
    cell("a second line before the first", SYSTEMIC, "line_no", 2, query("V-L01"), where=_is_first_of_several_agents),
    Kind(
        name="a patient who shrank",
        sheet=ASSESSMENT,
        change=lambda row, _person: {"height_cm": row["height_cm"] - SHRUNK_CM},
        at="height_cm",
        code="V-L03",
        severity=QUERY,
        where=_sized_twice,
    ),
    Kind(
        name="a hospital stay that is not serious",
        sheet=ADVERSE_EVENT,
        change={"hospitalized_days": 6},
        at="serious",
        code="V-L04",
        severity=QUERY,
        where=row_with(serious="0"),
    ),
    cell("a response before treatment", IMAGING, "imaging_role", "RESP", query("V-L08"), where=_seen_after).found_at(
        "imaging_date"
    ),
    Kind(
        name="AFP with another decimal point",
        sheet=LABORATORY,
        change=_tenfold,
        at="afp",
        code="V-L10",
        severity=QUERY,
        where=_afp_of_some_digits,
    ),
    Kind(
        name="a prothrombin time in the place of the INR",
        sheet=LABORATORY,
        change={"inr": 12.3, "pt": None},
        at="inr",
        code="V-U10",
        severity=QUERY,
        where=POST,
    ),
    cell(
        "HAIC without a dose", TRANSARTERIAL, "agent_1_dose_mg", None, query("V-L12"), where=row_with(modality="HAIC")
    ),
)
