"""The registry's edit checks over the records of a workbook, each with what is known of its patient and its assessment.

Then the checks over all records of each patient: those of the workbook in the place of those stored.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from importers.findings import Collector
from importers.languages import in_both
from importers.records import LABORATORY, Key, Record
from registry import rules
from registry.stored import Stored
from registry.timeline import ENTITIES, build_timeline

RECORD = "record"  # what a row of a patient's timeline carries beside its variables: where in the workbook it stands
SESSION, AGENT = "transarterialsession", "transarterialagent"
DAY_IN_KEY = {SESSION: 1, AGENT: 1, "systemicagent": 2}  # where the key of a dosed record has its day

Patients = Mapping[str, Mapping[str, Sequence[rules.Row]]]  # rows by study number and entity


def apply_rules(records: Sequence[Record], *, stored: Stored, today: datetime.date, collector: Collector) -> None:
    dates = patient_dates(records, stored=stored)
    patients = patient_rows(records, stored=stored)
    assessments = {record.key: record.values for record in records if record.entity == "assessment"}
    laboratory = _laboratory(records)
    sessions = _sessions(patients)
    agents = _agents(records, stored=stored)
    known: dict[tuple[Any, ...], list[rules.Finding]] = {}
    for record in records:
        values = record.values
        by_itself = judged_by_itself(record.entity, variables=frozenset(values))
        key = (record.entity, *values.values()) if by_itself else ()
        if not by_itself or key not in known:
            context = {
                **_of_assessment(record, assessments=assessments),
                **laboratory.get(record.key, {}),
                **_of_session(record, sessions=sessions, agents=agents),
                **_of_body(record, patients=patients),
                **dates.get(record.local_id, {}),
            }
            known[key] = rules.findings(record.entity, rules.row_of(values, known=context, today=today))
        for finding in known[key]:
            _collect(finding, record=record, collector=collector)
    for rows in patients.values():
        _tell_course(rows, collector=collector)


@cache
def judged_by_itself(entity: str, *, variables: frozenset[str]) -> bool:
    """No check of this kind of record asks for more than its own variables, so equal records need judging once.

    So it is with laboratory results, which are by far the most; few of their values are different.
    """
    return entity == LABORATORY and all(
        set(check.operands) <= variables for check in rules.checks() if check.entity == entity
    )


def _of_assessment(record: Record, *, assessments: Mapping[Key, dict[str, Any]]) -> dict[str, Any]:
    if record.assessment is None:
        return {}
    _, assessment_date, assessment_type = record.assessment
    known = assessments.get(record.assessment, {})
    return {**known, "assessment_date": assessment_date, "assessment_type": assessment_type}


def _laboratory(records: Iterable[Record]) -> dict[Key, dict[str, Any]]:
    """Values by analyte, of each assessment."""
    panels: dict[Key, dict[str, Any]] = defaultdict(dict)
    for record in records:
        if record.entity == LABORATORY:
            panels[record.key[:3]][record.key[3]] = record.parts[0][1]["value"]
    return panels


def _sessions(patients: Patients) -> dict[Key, rules.Row]:
    """Each session of the workbook, over what is stored of it."""
    rows = (row for entities in patients.values() for row in entities.get(SESSION, ()))
    return {row[RECORD].key: {k: v for k, v in row.items() if k != RECORD} for row in rows if RECORD in row}


def _agents(records: Iterable[Record], *, stored: Stored) -> dict[Key, list[str]]:
    """The drugs of each session, in the workbook or stored."""
    agents = defaultdict(list, {key: list(codes) for key, codes in stored.agents.items()})
    for record in records:
        if record.entity == AGENT:
            agents[record.key[:3]].append(record.key[3])
    return agents


def _of_session(
    record: Record, *, sessions: Mapping[Key, rules.Row], agents: Mapping[Key, list[str]]
) -> dict[str, Any]:
    """A drug is judged with its session, a session with its drugs; that it has none only a sheet with their columns says."""
    if record.entity == AGENT:
        return dict(sessions.get(record.key[:3], {}))
    if record.entity != SESSION:
        return {}
    cells = record.table.cells_of(record.rows, entity=AGENT)
    known = record.key in agents or (cells and not any(cell.raw for cell in cells))
    return {"agent_codes": agents.get(record.key, [])} if known else {}


def _of_body(record: Record, *, patients: Patients) -> dict[str, float]:
    place = DAY_IN_KEY.get(record.entity)
    if place is None:
        return {}
    return rules.body_on(record.key[place], assessments=patients[record.local_id].get("assessment", ()))


def patient_rows(records: Iterable[Record], *, stored: Stored) -> Patients:
    """All that is known of the workbook's patients; of a record stored before, a blank leaves what is stored."""
    given = {(record.entity, record.key): record for record in records if record.entity in ENTITIES}
    patients: dict[str, dict[str, list[rules.Row]]] = defaultdict(lambda: defaultdict(list))
    for (entity, key), record in given.items():
        before = stored.rows.get(entity, {}).get(key, {})
        said = {name: value for name, value in record.values.items() if value is not None}
        patients[record.local_id][entity].append({**before, **said, RECORD: record})
    for entity, rows in stored.rows.items():
        for key, row in rows.items():
            if (entity, key) not in given and row["local_id"] in patients:
                patients[row["local_id"]][entity].append(row)
    return patients


def _tell_course(rows: Mapping[str, Sequence[rules.Row]], *, collector: Collector) -> None:
    """Told where the workbook says it: what contradicts something stored is told of the record that the workbook has."""
    for finding in rules.patient_findings(build_timeline(rows)):
        told = (row[RECORD] for row in finding.records if RECORD in row)
        record = next((record for record in told if finding.fields[0] in record.table.cells), None)
        if record is not None:
            _collect(finding, record=record, collector=collector)


def patient_dates(records: Iterable[Record], *, stored: Stored) -> dict[str, dict[str, Any]]:
    """Birth, diagnosis and death by patient: what the workbook says, else what is stored."""
    dates: dict[str, dict[str, Any]] = {
        local_id: {
            "birth_date": known.birth_date,
            "diagnosis_date": known.diagnosis_date,
            "death_date": known.death_date,
        }
        for local_id, known in stored.patients.items()
    }
    for record in records:
        if record.entity in {"patient", "followup"}:
            given = {name: record.values.get(name) for name in ("birth_date", "diagnosis_date", "death_date")}
            dates.setdefault(record.local_id, {}).update(
                {name: value for name, value in given.items() if value is not None}
            )
    return dates


def _collect(finding: rules.Finding, *, record: Record, collector: Collector) -> None:
    """Told once, on the first row of the record; an error holds back every row that describes it."""
    name = record.column_of(finding.fields[0])
    place = record.table.place(record.rows[0], name=name)
    raw = ""
    if name in record.table.cells:
        raw = record.table.found(record.rows[0], name=name)
    collector.add_text(
        finding.code, severity=finding.severity, at=place, text=partial(in_both, lambda: finding.text), found=raw
    )
    if finding.severity is rules.Severity.ERROR:
        collector.bad_rows |= {(place.sheet, row) for row in record.rows}
