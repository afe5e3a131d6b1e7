"""Checks that need several of a patient's records at once: what they are, and how they find."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from registry.rules.base import Finding, Label, Row, Severity, readable
from registry.timeline import Timeline

Records = Mapping[str, Iterable[Row]]  # of one patient, by entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """The records that a check holds against each other, the one to point at first, and what its sentence names."""

    records: tuple[Row, ...]
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCheck:
    """One rule of the data dictionary, section 13, about the course of one patient.

    `entity` and `fields` are of the record to point at. `hits` meets timelines in which any variable may be missing.
    `passing` and `failing` are examples.
    """

    code: str
    severity: Severity
    entity: str
    fields: tuple[str, ...]
    message: Label
    hits: Callable[[Timeline], Iterable[Hit]]
    passing: Records
    failing: Records


def examine_timeline(check: PatientCheck, *, timeline: Timeline) -> list[Finding]:
    return [
        Finding(
            check=check,
            values={name: readable(value) for name, value in hit.values.items()},
            records=hit.records,
        )
        for hit in check.hits(timeline)
    ]
