"""Faults of dates: of single dates, and of dates that contradict a death, a birth or each other."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from demo.fault import WARNING, Change, Kind, Person, Row, cell, query, row_knowing, warning
from demo.sheet_names import ABLATION, ADVERSE_EVENT, FOLLOW_UP, IMAGING, PATIENT, SYSTEMIC, TRANSARTERIAL


def death_of(person: Person) -> date | None:
    return next((row["death_date"] for row in person[FOLLOW_UP] if row.get("death_date")), None)


def _dies(_row: Row, person: Person) -> bool:
    return death_of(person) is not None


def lives(_row: Row, person: Person) -> bool:
    return death_of(person) is None


def _at_death(row: Row, _person: Person) -> bool:
    return row.get("death_date") is not None


def _after_death(column: str, *, days: int) -> Change:
    def change(_row: Row, person: Person) -> Mapping[str, Any]:
        died = death_of(person)
        return {column: died + timedelta(days=days) if died else None}

    return change


def _from_diagnosis(column: str, *, days: int) -> Change:
    return lambda _row, person: {column: person[PATIENT][0]["diagnosis_date"] + timedelta(days=days)}


def _contact_after_death(_row: Row, person: Person) -> Mapping[str, Any]:
    died = death_of(person)
    return {"follow_up_date": died + timedelta(days=30), "last_known_alive_date": None} if died else {}


def _resolves_early(row: Row, _person: Person) -> Mapping[str, Any]:
    return {"ae_resolution_date": row["ae_onset_date"] - timedelta(days=3)}


def _stops_early(row: Row, _person: Person) -> Mapping[str, Any]:
    return {"agent_stop_date": row["agent_start_date"] - timedelta(days=7)}


DATES = (
    cell("a contact in the future", FOLLOW_UP, "follow_up_date", date(2099, 1, 1), "V-D01", where=lives),
    cell("an event before birth", ADVERSE_EVENT, "ae_onset_date", date(1921, 5, 4), "V-D02"),
    cell("a date a century ago", IMAGING, "imaging_date", date(1919, 3, 5), warning("V-D03")),
    Kind(
        name="treated after death",
        sheet=TRANSARTERIAL,
        change=_after_death("start_date", days=3),
        at="start_date",
        code="V-D05",
        where=_dies,
    ),
    Kind(
        name="alive after death",
        sheet=FOLLOW_UP,
        change=_contact_after_death,
        at="follow_up_date",
        code="V-D06",
        where=lambda row, person: _dies(row, person) and row["vital_status"] == "ALIVE",
    ),
    Kind(
        name="last known alive after death",
        sheet=FOLLOW_UP,
        change=_after_death("last_known_alive_date", days=5),
        at="last_known_alive_date",
        code="V-D07",
        where=_at_death,
    ),
    Kind(
        name="an agent stopped before it was started",
        sheet=SYSTEMIC,
        change=_stops_early,
        at="agent_stop_date",
        code="V-D08",
    ),
    Kind(
        name="treated shortly before the diagnosis",
        sheet=TRANSARTERIAL,
        change=_from_diagnosis("start_date", days=-10),
        at="start_date",
        code="V-D09",
        severity=WARNING,
    ),
    Kind(
        name="ablated long before the diagnosis",
        sheet=ABLATION,
        change=_from_diagnosis("start_date", days=-45),
        at="start_date",
        code="V-U01",
    ),
    Kind(
        name="progression after death",
        sheet=FOLLOW_UP,
        change=_after_death("progression_date", days=10),
        at="progression_date",
        code="V-D23",
        where=_at_death,
    ),
    Kind(
        name="an event ending before its onset",
        sheet=ADVERSE_EVENT,
        change=_resolves_early,
        at="ae_onset_date",
        code="V-D26",
        where=row_knowing("ae_resolution_date"),
    ),
    cell("a death without a date", FOLLOW_UP, "death_date", None, "C9", where=_at_death),
    cell("a death without a cause", FOLLOW_UP, "death_cause", None, query("V-R13"), where=_at_death),
)
