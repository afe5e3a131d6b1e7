"""All edit checks together, and the one function that applies them: forms and uploads ask it alike."""

from functools import cache

from registry.rules import (
    adverse_event,
    arterial_agent,
    assessment,
    follow_up,
    imaging,
    laboratory,
    patient,
    systemic,
    transarterial,
    treatment,
    tumor_burden,
)
from registry.rules.base import Check, Finding, Row, examine
from registry.rules.dates import date_checks
from registry.rules.ranges import range_checks
from registry.rules.records import fields_of

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


@cache
def checks() -> tuple[Check, ...]:
    return (*date_checks(), *range_checks(), *(check for noun in NOUNS for check in noun.CHECKS))


@cache
def checks_of(entity: str) -> tuple[Check, ...]:
    if entity not in fields_of():
        raise ValueError(f"no record is called {entity!r}; known are {', '.join(sorted(fields_of()))}")
    return tuple(check for check in checks() if check.entity == entity)


def findings(entity: str, row: Row) -> list[Finding]:
    """What the checks of this kind of record find in one row.

    The row, best made by row_of, holds the record's own variables by name, the patient's birth_date, diagnosis_date and
    death_date where known, today, and for a tumor burden also its assessment's variables. A check whose operands are
    unknown finds nothing.
    """
    return [found for check in checks_of(entity) if (found := examine(check, row=row)) is not None]
