"""Everything that the checks find about one patient: each record with what is known besides it, then all of them together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.rules.base import Finding, Row, row_of
from registry.rules.context import body_on
from registry.rules.facts import facts_of_patient
from registry.rules.questions import asks_more, joint_findings, own_findings, patient_findings
from registry.timeline import BELOW, build_timeline

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`row` is the record to point at, of this kind."""

    entity: str
    row: Row
    finding: Finding


def examine_patient(records: Rows, *, today: date) -> Iterator[Told]:
    """What all checks find in one patient's records.

    Rows hold their variables; those below another record also the words of its natural key (registry.timeline.BELOW). What
    else a row carries comes back with it.
    """
    surroundings = Surroundings(records, today=today)
    for entity, rows in records.items():
        for row in rows:
            for finding in surroundings.findings(entity, row):
                yield Told(entity=entity, row=row, finding=finding)
    for finding in patient_findings(build_timeline(records)):
        yield Told(entity=finding.check.entity, row=finding.records[0], finding=finding)


class Surroundings:
    """What is known of one patient around each single record."""

    def __init__(self, records: Rows, *, today: date) -> None:
        self._records = records
        self._today = today
        self._facts = facts_of_patient(records)
        self._parents = {entity: _by_key(records, entity=entity) for entity in {*ABOVE.values()}}
        self._panels = _panels(records.get("labresult", ()))
        self._agents = _agents(records)

    def findings(self, entity: str, row: Row) -> list[Finding]:
        found = own_findings(entity, row)
        if asks_more(entity, row):
            found += joint_findings(entity, row_of(row, known=self.known(entity, row), today=self._today))
        return found

    def known(self, entity: str, row: Row) -> dict[str, Any]:
        """Of the patient, of the record above, of the panel, of the body and of a session's drugs."""
        known: dict[str, Any] = {}
        words = BELOW.get(entity)
        if words is not None:
            known |= self._parents[ABOVE[entity]].get(tuple(row.get(word) for word in words), {})
        if entity in WITH_PANEL:
            known |= self._panels.get((row.get("assessment_date"), row.get("assessment_type")), {})
        if entity == "transarterialsession":
            known |= self._drugs_of(row)
        if entity in DOSED:
            known |= body_on(row.get(DOSED[entity]), assessments=self._records.get("assessment", ()))
        return known | self._facts

    def _drugs_of(self, session: Row) -> dict[str, Any]:
        """An empty list says that there are none, which only records that were looked for can."""
        if "transarterialagent" not in self._records:
            return {}
        return {"agent_codes": self._agents.get((session.get("start_date"), session.get("modality")), [])}


def _by_key(records: Rows, *, entity: str) -> dict[Key, Row]:
    words = next(words for child, words in BELOW.items() if ABOVE[child] == entity)
    return {tuple(row.get(word) for word in words): row for row in records.get(entity, ())}


def _panels(results: Sequence[Row]) -> dict[Key, dict[str, Any]]:
    panels: dict[Key, dict[str, Any]] = defaultdict(dict)
    for row in results:
        if row.get("value") is not None:
            panels[row.get("assessment_date"), row.get("assessment_type")][row["analyte_code"]] = row["value"]
    return panels


def _agents(records: Rows) -> dict[Key, list[str]]:
    agents: dict[Key, list[str]] = defaultdict(list)
    for row in records.get("transarterialagent", ()):
        agents[row.get("start_date"), row.get("modality")].append(row["agent_code"])
    return agents
