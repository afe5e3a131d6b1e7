"""What the checks find in the standing records of one patient, and which fields each finding names."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.family import entity_of, model_of, parents_of
from registry.queries.records import ENTITY, PatientRows, Row
from registry.rules import Finding, body_on, findings, patient_findings, row_of
from registry.rules.records import clinical_dates, fields_of
from registry.timeline import ENTITIES, SOURCES, build_timeline

Place = tuple[str, int, str]  # kind of record, its id, the variable
Origins = Mapping[str, Place]

# The day a dose was given on decides which weight it is held against.
DAY_OF_DOSE = {
    "transarterialsession": "start_date",
    "transarterialagent": "start_date",
    "systemicagent": "agent_start_date",
}


@dataclass(frozen=True, slots=True)
class Found:
    """`places` are the fields named, the one to point at first; `digest` changes when a value in one of them does."""

    finding: Finding
    places: tuple[Place, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the checks of a record may ask that stands elsewhere, and where each of these values stands."""

    values: Mapping[str, Any]
    origins: Origins


def found_in(patient: PatientRows, *, today: date) -> Iterator[Found]:
    """Everything of every severity: record by record, then over the course."""
    if patient.patient is None:
        return
    own = {(row[ENTITY], row["id"]): row for rows in patient.rows.values() for row in rows}
    facts = _facts(patient)
    beside = _Beside(patient)
    for (entity, record_id), row in own.items():
        known = beside.known(row, facts=facts, own=own)
        for finding in findings(entity, row_of(row, known=known.values, today=today)):
            yield _found(finding, places=_places(finding, at=(entity, record_id), row=row, known=known), own=own)
    timeline = build_timeline({entity: rows for entity, rows in patient.rows.items() if entity in ENTITIES})
    for finding in patient_findings(timeline):
        yield _found(finding, places=tuple(_places_on_course(finding)), own=own)


def _facts(patient: PatientRows) -> Known:
    """Birth, diagnosis and the first death told."""
    told = patient.patient or {}
    values: dict[str, Any] = {name: told[name] for name in FACTS if name in told}
    origins: dict[str, Place] = {name: ("patient", patient.patient_id, name) for name in values}
    deaths = [row for row in patient.rows.get("followup", ()) if "death_date" in row]
    if deaths:
        first = min(deaths, key=lambda row: (row["death_date"], row["id"]))
        values["death_date"] = first["death_date"]
        origins["death_date"] = ("followup", first["id"], "death_date")
    return Known(values=values, origins=origins)


class _Beside:
    """What stands beside each record of one patient: its panel, its drugs, the patient's size."""

    def __init__(self, patient: PatientRows) -> None:
        self.assessments = patient.rows.get("assessment", [])
        self.panels: dict[int, dict[str, Any]] = {}
        for row in patient.rows.get("labresult", ()):
            if "value" in row:
                self.panels.setdefault(row["assessment_id"], {})[row["analyte_code"]] = row["value"]
        self.agents: dict[int, list[str]] = {}
        for row in patient.rows.get("transarterialagent", ()):
            self.agents.setdefault(row["session_id"], []).append(row["agent_code"])

    def known(self, row: Row, *, facts: Known, own: Mapping[tuple[str, int], Row]) -> Known:
        entity, values, origins = row[ENTITY], dict(facts.values), dict(facts.origins)
        for column, parent in parents_of(model_of(entity)):
            above = own.get((entity_of(parent), row.get(column, 0)), {})
            for name, value in above.items():
                if name not in NOT_INHERITED:
                    values[name], origins[name] = value, (entity_of(parent), above["id"], name)
        if entity == "assessment":
            values |= self.panels.get(row["id"], {})
        if entity == "transarterialsession":
            values["agent_codes"] = self.agents.get(row["id"], [])
        if entity in DAY_OF_DOSE:
            day = row.get(DAY_OF_DOSE[entity]) or values.get(DAY_OF_DOSE[entity])
            values |= body_on(day, assessments=self.assessments)
        return Known(values=values, origins=origins)


FACTS: tuple[str, ...] = ("birth_date", "diagnosis_date")
NOT_INHERITED = {"id", "patient", "record_status", ENTITY}


def _places(finding: Finding, *, at: tuple[str, int], row: Row, known: Known) -> tuple[Place, ...]:
    """The fields that the check points at, and the dates of other records that it held them against."""
    entity, record_id = at
    check: Any = finding.check
    mine = {field.name for field in fields_of()[entity]}
    places: list[Place] = []
    for name in check.fields:
        elsewhere = known.origins.get(name)
        is_mine = name in row or (name in mine and elsewhere is None)
        places += [(entity, record_id, name)] if is_mine else [elsewhere] if elsewhere else []
    for name in check.operands:
        if name not in row and name in known.origins and isinstance(known.values[name], date):
            places.append(known.origins[name])
    return tuple(dict.fromkeys(places)) or ((entity, record_id, check.fields[0]),)


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
    return named or [source.date_field for source in SOURCES if source.entity == entity][:1]


def _found(finding: Finding, *, places: tuple[Place, ...], own: Mapping[tuple[str, int], Row]) -> Found:
    values = [(place, own.get(place[:2], {}).get(place[2])) for place in sorted(places)]
    told = repr((finding.code, values)).encode()
    return Found(finding=finding, places=places, digest=hashlib.blake2b(told, digest_size=16).hexdigest())
