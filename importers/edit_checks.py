"""The registry's edit checks over the records of a workbook, each with what is known of its patient and its assessment."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from importers.findings import Collector
from importers.languages import in_both
from importers.records import LABORATORY, Key, Record
from registry import rules
from registry.stored import Stored


def apply_rules(records: Sequence[Record], *, stored: Stored, today: datetime.date, collector: Collector) -> None:
    dates = patient_dates(records, stored=stored)
    assessments = {record.key: record.values for record in records if record.entity == "assessment"}
    known: dict[tuple[Any, ...], list[rules.Finding]] = {}
    for record in records:
        values = record.values
        by_itself = judged_by_itself(record.entity, variables=frozenset(values))
        key = (record.entity, *values.values()) if by_itself else ()
        if not by_itself or key not in known:
            context = {**_of_assessment(record, assessments=assessments), **dates.get(record.local_id, {})}
            known[key] = rules.findings(record.entity, rules.row_of(values, known=context, today=today))
        for finding in known[key]:
            _collect(finding, record=record, collector=collector)


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
