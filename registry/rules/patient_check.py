"""Checks that need several of a patient's records at once: what they are, and how they find."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from registry.clinical.timeline import Timeline, build_timeline
from registry.rules.check import Finding, Label, Row, Severity, readable
from registry.rules.partial_dates import MOST_READINGS, readings, vague_dates

Records = Mapping[str, Iterable[Row]]  # of one patient, by entity
READ_ANOTHER_WAY = "read another way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """The records that a check holds against each other, the one to point at first, and what its sentence names."""

    records: tuple[Row, ...]
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCheck:
    """One rule about the course of one patient: of the data dictionary, section 13, or of the registry's own.

    `entity` and `fields` are of the record to point at: of a patient without such a record nothing is asked. `hits` meets
    timelines in which any variable may be missing. `passing` and `failing` are examples.
    """

    code: str
    severity: Severity
    entity: str
    fields: tuple[str, ...]
    message: Label
    hits: Callable[[Timeline], Iterable[Hit]]
    passing: Records
    failing: Records
    source: str = ""


def evaluate_timeline(check: PatientCheck, *, timeline: Timeline) -> list[Finding]:
    return [
        Finding(
            check=check,
            values={name: readable(value) for name, value in hit.values.items()},
            records=hit.records,
        )
        for hit in check.hits(timeline)
        if _holds_on_every_day(check, hit=hit, timeline=timeline)
    ]


def _holds_on_every_day(check: PatientCheck, *, hit: Hit, timeline: Timeline) -> bool:
    """Whether the same is found whatever the days of the imprecise dates were: of its own records, and of each other one.

    Note [Partial dates] tells which days are tried.
    """
    own = [record for record in hit.records if vague_dates(record)]
    named = {id(record) for record in own}
    others = [record for record in timeline.once(_vague_records) if id(record) not in named]
    return all(_is_found_again(check, timeline=other) for other in _other_timelines(timeline, vague=own)) and all(
        any(found.records[0] == hit.records[0] for found in check.hits(other))
        for other in _with_others(timeline, others=others)
    )


def _vague_records(timeline: Timeline) -> list[Row]:
    return [record for records in timeline.records.values() for record in records if vague_dates(record)]


def _is_found_again(check: PatientCheck, *, timeline: Timeline) -> bool:
    return any(READ_ANOTHER_WAY in record for found in check.hits(timeline) for record in found.records)


def _with_others(timeline: Timeline, *, others: list[Row]) -> Iterator[Timeline]:
    """Each record that a hit does not name is read by itself; of several only the ends, for together they are many."""
    if len(others) == 1:
        return _other_timelines(timeline, vague=others)
    ends = (
        other
        for record in others
        for other in islice(_other_timelines(timeline, vague=[record]), 2 ** len(vague_dates(record)))
    )
    return islice(ends, MOST_READINGS)


def _other_timelines(timeline: Timeline, *, vague: list[Row]) -> Iterator[Timeline]:
    for way in readings(vague) if vague else ():
        instead = {id(old): {**new, READ_ANOTHER_WAY: True} for old, new in zip(vague, way, strict=True)}
        records = {
            entity: [instead.get(id(record), record) for record in rows] for entity, rows in timeline.records.items()
        }
        yield build_timeline(records)
