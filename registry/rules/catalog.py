"""All edit checks together, and the functions that apply them: forms and uploads ask them alike."""

from functools import cache

from registry.rules import (
    adverse_event,
    arterial_agent,
    assessment,
    combinations,
    courses,
    fates,
    follow_up,
    imaging,
    laboratory,
    patient,
    systemic,
    transarterial,
    treatment,
    tumor_burden,
)
from registry.rules.base import Check, Finding, Row, examine, known_names
from registry.rules.dates import date_checks
from registry.rules.patient_check import PatientCheck, examine_timeline
from registry.rules.ranges import range_checks
from registry.rules.records import fields_of
from registry.timeline import Timeline

NOUNS = (
    patient,
    assessment,
    tumor_burden,
    laboratory,
    treatment,
    transarterial,
    arterial_agent,
    systemic,
    imaging,
    follow_up,
    adverse_event,
)

STORIES = (courses, combinations, fates)


@cache
def checks() -> tuple[Check, ...]:
    return (*date_checks(), *range_checks(), *(check for noun in NOUNS for check in noun.CHECKS))


@cache
def checks_of(entity: str) -> tuple[tuple[frozenset[str], Check], ...]:
    """The checks of this kind of record, each after what it asks for."""
    if entity not in fields_of():
        raise ValueError(f"no record is called {entity!r}; known are {', '.join(sorted(fields_of()))}")
    return tuple((frozenset(check.operands), check) for check in checks() if check.entity == entity)


def findings(entity: str, row: Row) -> list[Finding]:
    """What the checks of this kind of record find in one row.

    The row, best made by row_of, holds the record's own variables by name, the patient's birth_date, diagnosis_date and
    death_date where known, today, and for a tumor burden also its assessment's variables. A check whose operands are
    unknown finds nothing.
    """
    known = known_names(row)
    asked = [check for operands, check in checks_of(entity) if operands <= known]
    return [found for check in asked if (found := examine(check, row=row)) is not None]


def patient_checks() -> tuple[PatientCheck, ...]:
    return tuple(check for story in STORIES for check in story.CHECKS)


def patient_findings(timeline: Timeline) -> list[Finding]:
    """What the checks over all records of one patient find.

    The timeline is of everything known of the patient: what is stored, with what is being entered in its place. Whatever the
    rows carried besides their variables, such as where they stand, is in the `records` of each finding, the one to point at
    first; where that one is stored already, the next may be the one being entered.
    """
    return [found for check in patient_checks() for found in examine_timeline(check, timeline=timeline)]
