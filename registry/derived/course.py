"""What is computed of a patient's course: numbers of sessions, sequences, sums and responses. Never stored itself.

Variables have the dictionary's names, values are as a record would store them: codes, numbers, "1" and "0". A variable that is
entered as well is taken as derived where all its inputs are known, else as entered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.clinical.timeline import Kind, Record, Timeline
from registry.derived.outcomes import derived_outcomes
from registry.derived.patient import derived_patient
from registry.derived.record import INDEX_ENTITIES, DerivedRecord
from registry.derived.treatments import derived_treatments

DERIVED, ENTERED = "derived", "entered"
ROUNDING_MM = 0.05  # sums are entered to a tenth of a millimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseMismatch:
    """A variable whose entered value is not the derived one."""

    entity: str
    record: Record
    variable: str
    entered: Any
    derived: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedCourse:
    """`days_since_last_contact` is counted to the day asked for; None without any contact, and after death."""

    index_date: date | None
    days_since_last_contact: int | None
    records: tuple[DerivedRecord, ...]

    def of(self, entity: str, **words: Any) -> dict[str, Any]:
        """The derived values of the first record of a kind that has these variables, such as `id=5` or its natural key."""
        for each in self.records:
            if each.entity == entity and all(each.record.get(name) == value for name, value in words.items()):
                return dict(each.values)
        return {}

    def mismatches(self) -> tuple[CourseMismatch, ...]:
        return tuple(found for each in self.records for found in _mismatches(each))


def derived_course(timeline: Timeline, *, on: date) -> DerivedCourse:
    """Everything about one patient; `on` is today or the cut-off of the data."""
    first, patient = timeline.first(*INDEX_ENTITIES), derived_patient(timeline)
    return DerivedCourse(
        index_date=first.day if first else None,
        days_since_last_contact=days_since_last_contact(timeline, on=on),
        records=(*([patient] if patient else []), *derived_treatments(timeline), *derived_outcomes(timeline)),
    )


def days_since_last_contact(timeline: Timeline, *, on: date) -> int | None:
    """From the last day on which the patient is known to have lived to `on`: above 183 a candidate for loss to follow-up."""
    if timeline.first(Kind.DEATH) is not None:
        return None
    told = [day for event in timeline.of(Kind.FOLLOW_UP) if (day := last_known_alive(event.record)) is not None]
    return (on - max(told)).days if told else None


def last_known_alive(record: Record) -> date | None:
    """As entered, else the day of a contact that found the patient alive."""
    if record.get("last_known_alive_date") is not None:
        return record["last_known_alive_date"]
    return record.get("follow_up_date") if record.get("vital_status") == "ALIVE" else None


def value_of(record: Record, *, variable: str, derived: Any) -> tuple[Any, str | None]:
    """The value to use, and whether it was DERIVED or ENTERED; None for neither."""
    if derived is not None:
        return derived, DERIVED
    entered = record.get(variable)
    return entered, None if entered is None else ENTERED


def _mismatches(each: DerivedRecord) -> Iterator[CourseMismatch]:
    for variable, derived in each.values.items():
        entered = each.record.get(variable)
        if entered is not None and derived is not None and not _is_same(entered, derived):
            yield CourseMismatch(
                entity=each.entity, record=each.record, variable=variable, entered=entered, derived=derived
            )


def _is_same(entered: Any, derived: Any) -> bool:
    if isinstance(derived, float) and isinstance(entered, int | float):
        return abs(entered - derived) <= ROUNDING_MM
    if isinstance(derived, list):
        return set(entered) == set(derived)
    return bool(entered == derived)
