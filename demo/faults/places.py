"""Where a fault of a course is planted, and what is changed there: a row that fits, told by the patient's other rows."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from demo.cohort.margins import CUTOFF
from demo.fault import Change, Person, Row, row_with
from demo.faults.dates import lives
from demo.faults.patients import had_haic, took_ici
from demo.sheet_names import (
    ADVERSE_EVENT,
    ASSESSMENT,
    FOLLOW_UP,
    IMAGING,
    LABORATORY,
    PATIENT,
    RESECTION,
    SYSTEMIC,
    TRANSARTERIAL,
    TRANSPLANT,
)
from registry.clinical.dosing.agents import is_pd1_or_pdl1

HAIC = row_with(modality="HAIC")
TACE = frozenset({"CTACE", "DEBTACE"})
PLAIN_TERMS = frozenset({"Fever", "Abdominal pain", "Nausea", "Vomiting", "Fatigue"})
ONGOING = {"ae_resolution_date": None, "ae_ongoing": "1", "outcome": "NOT"}
UNTOLD = {"sir_class": None, "clavien_dindo": None}
FEW_PLATELETS = 75
LONGEST_GAP_DAYS = 42  # between the cycles of one course
USUAL_GAP_DAYS = 120  # at least, between contacts
HIGHEST_LENVATINIB_MG, LIGHTEST_KG = 12.0, 60


def _days(row: Row, name: str, days: int) -> date:
    shifted: date = row[name] + timedelta(days=days)
    return shifted


def _sessions(person: Person) -> list[Row]:
    return sorted(person[TRANSARTERIAL], key=lambda row: row["start_date"])


def after_session(days: int, *, place: int) -> Change:
    """So many days after the session at this place in time."""
    return lambda _row, person: {"start_date": _days(_sessions(person)[place], "start_date", days)}


def _is_second(row: Row, person: Person) -> bool:
    days = [session["start_date"] for session in _sessions(person)]
    return len(days) == 2 and row["start_date"] == days[1]


def second_cycle(row: Row, person: Person) -> bool:
    return _is_second(row, person) and HAIC(row, person) and row["cycle_no"] == 2 and lives(row, person)


def first_cycle(row: Row, person: Person) -> bool:
    """In full dose, soon after the weight was taken."""
    is_whole = row.get("dose_reduction_pct") is None and row.get("regimen_variant") == "STD"
    return HAIC(row, person) and is_whole and row["start_date"] == _sessions(person)[0]["start_date"]


def second_tace(row: Row, person: Person) -> bool:
    return _is_second(row, person) and row["modality"] in TACE and not had_haic(person)


def third_cycle(row: Row, person: Person) -> bool:
    return HAIC(row, person) and row["cycle_no"] == 3


def between_cycles(row: Row, person: Person) -> bool:
    """Of a course that goes on without the cycle."""
    days = [session["start_date"] for session in _sessions(person) if session["modality"] == "HAIC"]
    return HAIC(row, person) and row["cycle_no"] == 2 and len(days) > 2 and (days[2] - days[0]).days <= LONGEST_GAP_DAYS


def earlier(days: int) -> Change:
    return lambda row, _person: {"start_date": _days(row, "start_date", -days)}


def later(days: int) -> Change:
    return lambda row, _person: {"follow_up_date": _days(row, "follow_up_date", days)}


def times(share: float, column: str) -> Change:
    return lambda row, _person: {column: round(row[column] * share, 1)}


def fohaic(row: Row, _person: Person) -> Mapping[str, Any]:
    return {"regimen_variant": None, "agent_1_dose_mg": round(row["agent_1_dose_mg"] * 130 / 85, 1)}


def one_lesion(row: Row, _person: Person) -> bool:
    return row.get("lesions_ablated") == 1 and row.get("complete_ablation_1m") == "1"


def seen_a_month_after(row: Row, person: Person) -> bool:
    days = [(scan["imaging_date"] - row["start_date"]).days for scan in person[IMAGING]]
    is_long = max(contact["follow_up_date"] for contact in person[FOLLOW_UP]) > _days(row, "start_date", 100)
    return one_lesion(row, person) and is_long and [day for day in days if day > -10] == [30]


def _visit(person: Person) -> Row:
    return next(row for row in person[ASSESSMENT] if row["assessment_type"] == "POST_TX")


def day_before_visit(_row: Row, person: Person) -> Mapping[str, Any]:
    return {"start_date": _days(_visit(person), "assessment_date", -1)}


def beyond_milan(row: Row, person: Person) -> bool:
    return one_lesion(row, person) and person[ASSESSMENT][0]["within_milan"] == "0"


def _is_free(person: Person) -> bool:
    return all(contact.get("progression_date") is None for contact in person[FOLLOW_UP])


def cured_and_free(row: Row, person: Person) -> bool:
    return (
        row["resection_margin"] == "R0"
        and _is_free(person)
        and any(s.get("sum_viable_mm") for s in person[IMAGING][1:2])
    )


def before_response(_row: Row, person: Person) -> Mapping[str, Any]:
    scan = next(scan for scan in person[IMAGING] if scan["imaging_role"] == "RESP")
    return {"start_date": _days(scan, "imaging_date", -5)}


def weighed(row: Row, person: Person) -> bool:
    visit = person[ASSESSMENT][0]
    is_recent = 0 <= (row["agent_start_date"] - visit["assessment_date"]).days <= 14
    is_heavy = isinstance(visit["weight_kg"], float) and visit["weight_kg"] >= LIGHTEST_KG
    return row["agent_code"] == "LENVATINIB" and row["dose"] == HIGHEST_LENVATINIB_MG and is_recent and is_heavy


def beside_lenvatinib(row: Row, person: Person) -> bool:
    """Both for months."""
    others = [one for one in person[SYSTEMIC] if one["agent_code"] == "LENVATINIB"]
    starts = [max(row["agent_start_date"], one["agent_start_date"]) for one in others]
    ends = [one["agent_stop_date"] or CUTOFF for one in (row, *others)]
    is_long = bool(starts) and (min(ends) - max(starts)).days > 30
    is_later = all(row["agent_start_date"] > one["agent_start_date"] for one in others)
    return bool(is_pd1_or_pdl1(row["agent_code"])) and is_long and is_later


def unread(row: Row, person: Person) -> bool:
    return row.get("imaging_role") == "RESP" and row.get("response_mrecist") == "PR" and _is_free(person)


def last_scan_of_long_follow_up(row: Row, person: Person) -> bool:
    is_last = all(scan["imaging_date"] <= row["imaging_date"] for scan in person[IMAGING])
    end = max(contact["follow_up_date"] for contact in person[FOLLOW_UP])
    return is_last and row.get("imaging_role") == "PROG" and end > _days(row, "imaging_date", 60)


def last_of_the_living(row: Row, person: Person) -> bool:
    *_, before, last = sorted([date.min, date.min, *(contact["follow_up_date"] for contact in person[FOLLOW_UP])])
    is_last = row["follow_up_date"] == last <= CUTOFF - timedelta(days=70) and (last - before).days >= USUAL_GAP_DAYS
    return is_last and len(person[FOLLOW_UP]) > 1 and row["vital_status"] == "ALIVE" and _is_free(person)


def followed_further(row: Row, person: Person) -> bool:
    later = [contact for contact in person[FOLLOW_UP] if contact["follow_up_date"] > row["follow_up_date"]]
    return len(later) > 1 and lives(row, person)


def only_contact(row: Row, person: Person) -> bool:
    scans = max(scan["imaging_date"] for scan in person[IMAGING])
    start = _sessions(person)[0]["start_date"]
    is_alone = len(person[FOLLOW_UP]) == 1 and row["vital_status"] == "ALIVE" and _is_free(person)
    return is_alone and scans > start + timedelta(days=1)


def soon_after_start(_row: Row, person: Person) -> Mapping[str, Any]:
    day = _days(_sessions(person)[0], "start_date", 1)
    return {"follow_up_date": day, "last_known_alive_date": day}


def before_treatment(_row: Row, person: Person) -> Mapping[str, Any]:
    return {"ae_onset_date": _days(_sessions(person)[0], "start_date", -10)}


def never_operated(_row: Row, person: Person) -> bool:
    return not person[RESECTION] and not person[TRANSPLANT]


def no_agents(row: Row, person: Person) -> bool:
    return never_operated(row, person) and not person[SYSTEMIC]


def never_immune(_row: Row, person: Person) -> bool:
    return not took_ici(person)


def of_men(_row: Row, person: Person) -> bool:
    return person[PATIENT][0]["sex"] == "M"


def few_platelets(_row: Row, person: Person) -> bool:
    return person[LABORATORY][1]["plt"] < FEW_PLATELETS and len(person[ADVERSE_EVENT]) == 1


def graded_apart(_row: Row, person: Person) -> Mapping[str, Any]:
    day = _visit(person)["assessment_date"]
    event = {"ae_term": "Platelet count decreased", "ae_grade": "4", "ae_onset_date": day, "ctcae_version": "5.0"}
    return {**event, **ONGOING, **UNTOLD, "serious": "1"}


def later_of_two(row: Row, person: Person) -> bool:
    first, *others = sorted(person[ADVERSE_EVENT], key=lambda event: event["ae_onset_date"])
    is_plain = first["ae_term"] in PLAIN_TERMS and first["ae_resolution_date"] is not None
    is_long = is_plain and (first["ae_resolution_date"] - first["ae_onset_date"]).days > 2
    return is_long and len(others) == 1 and row is not first and others[0]["ae_onset_date"] == row["ae_onset_date"]


def again(_row: Row, person: Person) -> Mapping[str, Any]:
    first = min(person[ADVERSE_EVENT], key=lambda event: event["ae_onset_date"])
    same = {name: first[name] for name in ("ae_term", "ae_grade", "serious", "ctcae_version")}
    return {**same, "ae_onset_date": _days(first, "ae_onset_date", 1), **ONGOING, **UNTOLD}
