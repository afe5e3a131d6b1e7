"""Everything that the checks find about one patient: each record with what is known besides it, then all of them together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from registry.clinical.timeline import BELOW, build_timeline
from registry.models.base.record import MISSING_REASON
from registry.requirements.course_facts import CourseFacts, course_facts
from registry.rules.check import Finding, Row, row_of
from registry.rules.completeness import Completeness, completeness
from registry.rules.facts import body_on, facts_of_patient
from registry.rules.questions import joint_findings, joint_names, needs_context, own_findings, patient_findings

Rows = Mapping[str, Sequence[Row]]  # of one patient, by entity
Key = tuple[Any, ...]

ABOVE = {
    "labresult": "assessment",
    "tumorburden": "assessment",
    "transarterialagent": "transarterialsession",
    "ablationlesion": "ablationsession",
    "lesionmeasurement": "imagingassessment",
}
DOSED = {"transarterialsession": "start_date", "transarterialagent": "start_date", "systemicagent": "agent_start_date"}
WITH_PANEL = frozenset({"assessment", "tumorburden", "labresult"})
# The words by which a record above others is known to them, and those that tell what is known around a record
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({ABOVE[below]: words for below, words in BELOW.items()})
NAMING = MappingProxyType(
    {**{name: (start,) for name, start in DOSED.items()}, "assessment": WORDS["assessment"], **BELOW}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFinding:
    """`row` is the record to point at, of this kind."""

    entity: str
    row: Row
    finding: Finding


def evaluate_patient(records: Rows, *, today: date) -> Iterator[RecordFinding]:
    """What all checks find in one patient's records.

    Rows hold their variables; those below another record also the words of its natural key (registry.clinical.timeline.BELOW). What
    else a row carries comes back with it.
    """
    context = RecordContext(records, today=today)
    for entity, rows in records.items():
        for row in rows:
            for finding in context.findings(entity, row):
                yield RecordFinding(entity=entity, row=row, finding=finding)
    for finding in patient_findings(build_timeline(records)):
        yield RecordFinding(entity=finding.check.entity, row=finding.records[0], finding=finding)


def completeness_of_patient(records: Rows, *, today: date) -> dict[str, Completeness]:
    """How much of what is required one patient's records have, by entity."""
    context = RecordContext(records, today=today)
    found = {
        entity: [completeness(entity, context.row(entity, row)) for row in rows] for entity, rows in records.items()
    }
    return {
        entity: Completeness(filled=sum(one.filled for one in those), required=sum(one.required for one in those))
        for entity, those in found.items()
    }


class RecordContext:
    """What is known of one patient around each single record."""

    def __init__(self, records: Rows, *, today: date, besides: Row = MappingProxyType({})) -> None:
        """`besides` is what else is known of the patient, where the records do not say it."""
        self._records = records
        self._today = today
        self._facts = {**besides, **facts_of_patient(records)}
        self._parents = {entity: _by_key(records, entity=entity) for entity in WORDS if entity in records}
        self._panels = _panels(records.get("labresult", ()))
        self._agents = _agents(records)
        self._beside: dict[Key, dict[str, Any]] = {}  # what is known besides records of the same names
        self._course: CourseFacts | None = None

    def findings(self, entity: str, row: Row) -> list[Finding]:
        return [*own_findings(entity, row), *self.joint_findings(entity, row)]

    def joint_findings(self, entity: str, row: Row) -> list[Finding]:
        if not needs_context(entity, row):
            return []
        return joint_findings(entity, row_of(row, known=self.known(entity, row), today=self._today))

    def joint_findings_of_equals(
        self, entity: str, row: Row, *, found: dict[Key, Sequence[Finding]], analyte: str
    ) -> Sequence[Finding]:
        """The same, asked once of rows alike in all that is asked for, of this and of other patients. `found` holds the answers."""
        known = self.known(entity, row)
        names = joint_names(entity, analyte=analyte)
        alike = (analyte, *[known.get(name) if (own := row.get(name)) in {None, ""} else own for name in names])
        if alike not in found:
            found[alike] = joint_findings(entity, row_of(row, known=known, today=self._today))
        return found[alike]

    def row(self, entity: str, row: Row) -> Row:
        """The record with everything known besides it, as required variables are asked for."""
        course = course_facts(build_timeline(self._records)) if self._course is None else self._course
        self._course = course
        return row_of(row, known={**self.known(entity, row), "course": course}, today=self._today)

    def known(self, entity: str, row: Row) -> Row:
        """Of the patient, of the record above, of the panel, of the body and of a session's drugs."""
        named = (entity, *[row.get(word) for word in NAMING.get(entity, ())])
        if named not in self._beside:
            self._beside[named] = self._known(entity, row)
        if entity == "transarterialsession":
            return self._beside[named] | self._drugs_of(row)
        return self._beside[named]

    def _known(self, entity: str, row: Row) -> dict[str, Any]:
        known: dict[str, Any] = {}
        if entity in BELOW:
            words = tuple(row.get(word) for word in BELOW[entity])
            known |= self._parents.get(ABOVE[entity], {}).get(words, {})
        if entity in WITH_PANEL:
            known |= self._panels.get((row.get("assessment_date"), row.get("assessment_type")), {})
        if entity in DOSED:
            known |= body_on(row.get(DOSED[entity]), assessments=self._records.get("assessment", ()))
        return known | self._facts

    def _drugs_of(self, session: Row) -> dict[str, Any]:
        """An empty list says that there are none: known where the session says so itself, or its drugs were looked for."""
        if "agent_codes" in session or "transarterialagent" not in self._records:
            return {}
        return {"agent_codes": self._agents.get((session.get("start_date"), session.get("modality")), [])}


def _by_key(records: Rows, *, entity: str) -> dict[Key, Row]:
    words = WORDS[entity]
    return {tuple([row.get(word) for word in words]): row for row in records.get(entity, ())}


def _panels(results: Sequence[Row]) -> dict[Key, dict[str, Any]]:
    panels: dict[Key, dict[str, Any]] = defaultdict(dict)
    for row in results:
        panel, analyte = panels[row.get("assessment_date"), row.get("assessment_type")], row["analyte_code"]
        result = row.get("value_code") if row.get("value") is None else row["value"]
        if result is not None:
            panel[analyte] = result
        elif row.get("missing_reason") is not None:
            panel[f"{analyte}{MISSING_REASON}"] = row["missing_reason"]
    return panels


def _agents(records: Rows) -> dict[Key, list[str]]:
    agents: dict[Key, list[str]] = defaultdict(list)
    for row in records.get("transarterialagent", ()):
        agents[row.get("start_date"), row.get("modality")].append(row["agent_code"])
    return agents
