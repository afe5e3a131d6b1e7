"""Faults that contradict no rule of the dictionary and yet the course of a patient: what the registry's own checks find."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from demo.fault import QUERY, Kind, Person, Row, cell, query, row_with, warning
from demo.sheet_names import (
    ABLATION,
    ADVERSE_EVENT,
    ASSESSMENT,
    FOLLOW_UP,
    IMAGING,
    LABORATORY,
    PATIENT,
    RESECTION,
    SYSTEMIC,
    TRANSARTERIAL,
)

POST = row_with(assessment_type="POST_TX")
SHRUNK_CM = 12.0
DIGITS = 3
LEAST_VIABLE_MM = 12.0
SCAN_HOLDS = timedelta(days=80)


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


def _first_session(person: Person) -> Row:
    return min(person[TRANSARTERIAL], key=lambda row: row["start_date"])


def _has_no_other_treatment(person: Person) -> bool:
    return not any(person[sheet] for sheet in (ABLATION, RESECTION, SYSTEMIC))


def _is_free(person: Person) -> bool:
    return not any(contact.get("progression_date") for contact in person[FOLLOW_UP])


def _after_a_viable_scan(row: Row, person: Person) -> bool:
    """The only contact after a progression, weeks after the scan that showed it, and nothing was done between."""
    scans = [scan for scan in person[IMAGING] if scan.get("sum_viable_mm") is not None]
    last = max(scans, key=lambda scan: scan["imaging_date"])
    is_near = timedelta(0) < row["follow_up_date"] - last["imaging_date"] <= SCAN_HOLDS
    is_viable = min(last["sum_viable_mm"], last["max_viable_diameter_mm"]) >= LEAST_VIABLE_MM
    is_untreated = _has_no_other_treatment(person) and all(
        session["start_date"] < last["imaging_date"] for session in person[TRANSARTERIAL]
    )
    return is_near and is_viable and is_untreated and row.get("disease_status") == "PROG"


def _treated_again_once_clear(row: Row, person: Person) -> bool:
    """The last embolization of somebody ablated or resected later, whose tumor was gone on the next scan."""
    sessions = [session["start_date"] for session in person[TRANSARTERIAL]]
    is_last = len(sessions) > 1 and row["start_date"] == max(sessions) and row["modality"] != "HAIC"
    return is_last and _is_free(person) and not person[SYSTEMIC] and _clear_scan(person) is not None


def _clear_scan(person: Person) -> Row | None:
    return next((scan for scan in person[IMAGING] if scan.get("sum_viable_mm") == 0), None)


def _after_clear_scan(_row: Row, person: Person) -> Mapping[str, Any]:
    clear = _clear_scan(person)
    return {"start_date": clear["imaging_date"] + timedelta(days=10)} if clear else {}


def _not_scanned_soon(row: Row, person: Person) -> bool:
    """The first contact of somebody free of progression, whose next scan came more than a month after the first treatment."""
    is_first = row["follow_up_date"] == min(contact["follow_up_date"] for contact in person[FOLLOW_UP])
    start = _first_session(person)["start_date"]
    near = [scan for scan in person[IMAGING] if start < scan["imaging_date"] <= start + timedelta(days=40)]
    is_alive = row["vital_status"] == "ALIVE"
    return is_first and is_alive and _is_free(person) and not near and _has_no_other_treatment(person)


def _progressed_unseen(_row: Row, person: Person) -> Mapping[str, Any]:
    return {
        "progression_date": _first_session(person)["start_date"] + timedelta(days=5),
        "progression_criteria": "MRECIST",
        "progression_type": ["INTRA_NEW"],
        "progression_site": ["LIVER"],
        "post_progression_therapy": ["BSC"],
    }


def _panel_of_the_baseline(row: Row, person: Person) -> Mapping[str, Any]:
    baseline = person[LABORATORY][0]
    return {name: baseline[name] for name in row if isinstance(baseline.get(name), float | int)}


def _numbers_before(row: Row, person: Person) -> bool:
    return POST(row, person) and isinstance(person[LABORATORY][0]["afp"], float)


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
    cell(
        "free of disease with viable tumor on the scan",
        FOLLOW_UP,
        "disease_status",
        "NED",
        query("V-L02"),
        where=_after_a_viable_scan,
    ),
    Kind(
        name="embolized with no viable tumor left",
        sheet=TRANSARTERIAL,
        change=_after_clear_scan,
        at="start_date",
        code="V-L05",
        severity=QUERY,
        where=_treated_again_once_clear,
    ),
    Kind(
        name="a progression that no scan shows",
        sheet=FOLLOW_UP,
        change=_progressed_unseen,
        at="progression_date",
        code="V-L06",
        severity=QUERY,
        where=_not_scanned_soon,
    ),
    cell(
        "a death from the tumor without progression",
        FOLLOW_UP,
        "death_cause",
        "HCC",
        warning("V-L07"),
        where=lambda row, person: row.get("death_date") is not None and _is_free(person),
    ),
    Kind(
        name="the panel of another day",
        sheet=LABORATORY,
        change=_panel_of_the_baseline,
        at="alb",
        code="V-L09",
        severity=QUERY,
        where=_numbers_before,
    ),
)
