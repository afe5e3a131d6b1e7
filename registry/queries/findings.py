"""What the checks find in the standing records of one patient, and which fields each finding names."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from registry.choices import RecordStatus
from registry.clinical.timeline import BELOW, ENTITIES, SOURCES, build_timeline
from registry.models.hierarchy import entity_of, model_of, parents_of
from registry.queries.records import ENTITY, PatientRows, Row
from registry.rules import Finding, patient_findings
from registry.rules.evaluation import RecordContext
from registry.rules.facts import DEATH_DATE, INDEX_DATE, OWN_FACTS, treatment_starts
from registry.rules.records import clinical_dates, fields_of

Place = tuple[str, int, str]  # kind of record, its id, the variable


@dataclass(frozen=True, slots=True)
class Found:
    """`places` are the fields named, the one to point at first; `digest` changes when a value in one of them does.

    `beside` are the other values that the check looked at: nobody is asked about them alone, yet they may be what is wrong.
    """

    finding: Finding
    places: tuple[Place, ...]
    digest: str
    beside: tuple[Place, ...]
    is_of_draft: bool  # a record that it names is not yet said to be complete


def found_in(patient: PatientRows, *, today: date) -> Iterator[Found]:
    """Everything of every severity: record by record, then over the course."""
    if patient.patient is None:
        return
    context, where = RecordContext(patient.rows, today=today), _Where(patient)
    for entity, rows in list(patient.rows.items()):
        for row in rows:
            for finding in context.findings(entity, row):
                places = where.places(finding, row=row)
                yield _found(finding, places=places, where=where, beside=where.beside(finding, row=row))
    timeline = build_timeline(
        {entity: rows for entity, rows in patient.rows.items() if entity in ENTITIES | BELOW.keys()}
    )
    for finding in patient_findings(timeline):
        yield _found(finding, places=tuple(_places_on_course(finding)), where=where)


class _Where:
    """Where the values stand that the checks of a record may ask about."""

    def __init__(self, patient: PatientRows) -> None:
        self._patient = patient

    @cached_property
    def own(self) -> dict[tuple[str, int], Row]:
        """Made for the few patients in whom something is found."""
        return {(row[ENTITY], row["id"]): row for rows in self._patient.rows.values() for row in rows}

    @cached_property
    def facts(self) -> dict[str, Place]:
        return dict(_facts(self._patient))

    def value(self, place: Place) -> Any:
        return self.own.get(place[:2], {}).get(place[2])

    def places(self, finding: Finding, *, row: Row) -> tuple[Place, ...]:
        """The fields that the check points at, and the dates of other records that it held them against."""
        check: Any = finding.check
        entity, record_id, mine = row[ENTITY], row["id"], variables(row[ENTITY])
        places: list[Place] = []
        pointed_at = (*((check.subject,) if check.subject else ()), *check.fields)
        for name in (*pointed_at, *check.operands):
            is_pointed_at = name in pointed_at
            if name in mine and (name in row or (is_pointed_at and self._elsewhere(name, row=row) is None)):
                if is_pointed_at:
                    places.append((entity, record_id, name))
                continue
            place = self._elsewhere(name, row=row)
            if place and (is_pointed_at or isinstance(self.value(place), date)):
                places.append(place)
        return tuple(dict.fromkeys(places)) or ((entity, record_id, check.fields[0]),)

    def beside(self, finding: Finding, *, row: Row) -> tuple[Place, ...]:
        """The values that the check looked at, wherever they stand; of a value that is missing, nothing but its own field."""
        check: Any = finding.check
        entity, record_id, mine = row[ENTITY], row["id"], variables(row[ENTITY])
        if any(name in mine and name not in row for name in check.fields):
            return ()
        places = [
            (entity, record_id, name) if name in mine and name in row else self._elsewhere(name, row=row)
            for name in (*check.fields, *check.operands)
        ]
        return tuple(dict.fromkeys(place for place in places if place))

    def _elsewhere(self, name: str, *, row: Row) -> Place | None:
        for column, parent in parents_of(model_of(row[ENTITY])):
            above = self.own.get((entity_of(parent), row.get(column, 0)))
            if above and name in above and name in variables(above[ENTITY]):
                return (above[ENTITY], above["id"], name)
        return self.facts.get(name)


def _facts(patient: PatientRows) -> Iterator[tuple[str, Place]]:
    """Birth, diagnosis and sex, the first death told, the first treatment."""
    told = patient.patient or {}
    yield from ((name, ("patient", patient.patient_id, name)) for name in OWN_FACTS if name in told)
    dated = {DEATH_DATE: [("followup", DEATH_DATE)], INDEX_DATE: list(treatment_starts().items())}
    for fact, sources in dated.items():
        days = [
            (row[variable], entity, row["id"], variable)
            for entity, variable in sources
            for row in patient.rows.get(entity, ())
            if variable in row
        ]
        if days:
            _day, *place = min(days)
            yield fact, tuple(place)


@cache
def variables(entity: str) -> frozenset[str]:
    return frozenset(field.name for field in fields_of()[entity])


def _places_on_course(finding: Finding) -> Iterator[Place]:
    """On the record to point at the fields of the check, on those it is held against their dates."""
    seen: set[Place] = set()
    for row in finding.records:
        entity = row[ENTITY]
        for name in _dates(entity, of=finding) if seen else finding.fields:
            place = (entity, row["id"], name)
            if place not in seen:
                seen.add(place)
                yield place


def _dates(entity: str, *, of: Finding) -> list[str]:
    mine = {field.name for field in clinical_dates(entity)}
    named = [name for name in of.fields if name in mine and entity == of.check.entity]
    of_source = [source.date_field for source in SOURCES if source.entity == entity][:1]
    return named or of_source or [name for name in of.fields if name in variables(entity)]


def _found(finding: Finding, *, places: tuple[Place, ...], where: _Where, beside: tuple[Place, ...] = ()) -> Found:
    values: Mapping[Place, Any] = {place: where.value(place) for place in sorted(places)}
    told = repr((finding.code, values)).encode()
    return Found(
        finding=finding,
        places=places,
        digest=hashlib.blake2b(told, digest_size=16).hexdigest(),
        beside=tuple(place for place in beside if place not in places),
        is_of_draft=any(where.value((*place[:2], "record_status")) == RecordStatus.DRAFT for place in places),
    )
