"""The registry's edit checks over the records of a workbook, each with what is known of its patient and its assessment.

Then the checks over all records of each patient: those of the workbook in the place of those stored.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from importers.findings import Collector, Place
from importers.known_sheets import LABORATORY
from importers.languages import in_both
from importers.records import Key, Record
from importers.tables import Table
from registry import rules
from registry.rules.examination import Surroundings
from registry.rules.facts import treatment_starts
from registry.rules.locked import CHANGED
from registry.stored import Stored, natural_key
from registry.timeline import BELOW, ENTITIES, build_timeline

RECORD = "record"  # what a row of a patient's timeline carries beside its variables: where in the workbook it stands
SESSION, AGENT = "transarterialsession", "transarterialagent"
SAME_PERSON = "V-P04"  # the hashes of the other rules are not in a workbook
FREE_TEXT = "free_text"

Rows = Mapping[str, Sequence[rules.Row]]  # of one patient, by entity


def apply_rules(records: Sequence[Record], *, stored: Stored, today: datetime.date, collector: Collector) -> None:
    known: dict[tuple[Any, ...], list[rules.Finding]] = {}
    for local_id, own, rows in rows_by_patient(records, stored=stored):
        agents = _agents(own, stored=stored)
        around = Surroundings(rows, today=today, besides=_known_dates(stored, local_id=local_id))
        for record in own:
            row = {**_words_above(record), **record.values, **_of_row(record, stored=stored, agents=agents)}
            for finding in _findings(record, row=row, around=around, known=known):
                _collect(finding, record=record, collector=collector)
        _tell_course(rows, collector=collector)


def rows_by_patient(records: Iterable[Record], *, stored: Stored) -> Iterator[tuple[str, list[Record], Rows]]:
    """Study number, records of the workbook, and all that is known of the patient with the records in their place.

    Of a record stored before, a blank leaves what is stored. One patient at a time: together they would be the file again.
    """
    sent: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        sent[record.local_id].append(record)
    earlier = _stored_rows(stored, of=sent)
    for local_id, own in sent.items():
        yield local_id, own, _rows(own, stored=stored, earlier=earlier.get(local_id, {}))


def _findings(
    record: Record, *, row: rules.Row, around: Surroundings, known: dict[tuple[Any, ...], list[rules.Finding]]
) -> list[rules.Finding]:
    """What a laboratory result says by itself is judged once for equal ones: they are by far the most, few are different."""
    key = (record.entity, *record.values.values()) if record.entity == LABORATORY else ()
    if not key or key not in known:
        known[key] = rules.own_findings(record.entity, row)
    return [*known[key], *around.joint_findings(record.entity, row)]


def _agents(records: Iterable[Record], *, stored: Stored) -> dict[Key, list[str]]:
    """The drugs of each session of one patient, in the workbook or stored."""
    agents: dict[Key, list[str]] = defaultdict(list)
    for record in records:
        if record.entity == AGENT:
            agents[record.key[:3]].append(record.key[3])
        elif record.entity == SESSION and record.key in stored.agents:
            agents[record.key] += stored.agents[record.key]
    return agents


def _words_above(record: Record) -> dict[str, Any]:
    """The words of the natural key of the record above, which a row below it does not hold itself."""
    if record.entity not in BELOW:
        return {}
    return dict(zip(natural_key(record.entity), record.key, strict=True))


def _of_row(record: Record, *, stored: Stored, agents: Mapping[Key, list[str]]) -> dict[str, Any]:
    """What a row says besides its variables: the drugs of a session, what it would change of a locked record, words."""
    more: dict[str, Any] = {}
    if record.entity == SESSION:
        more["agent_codes"] = agents[record.key] if record.key in agents else _no_drugs(record)
    if record.entity == "tumorburden":
        more[FREE_TEXT] = " ".join(text for row in record.rows if (text := record.table.texts.get(row)))
    changed = _changed_while_locked(record, stored=stored)
    return {**more, CHANGED: changed} if changed else more


def _no_drugs(record: Record) -> list[str] | None:
    """That a session has none only a sheet with their columns says."""
    cells = record.table.cells_of(record.rows, entity=AGENT)
    return [] if cells and not any(cell.raw for cell in cells) else None


def _changed_while_locked(record: Record, *, stored: Stored) -> list[str]:
    before = stored.locked.get(record.entity, {}).get(record.key)
    if before is None:
        return []
    return [name for name, value in record.values.items() if value is not None and before.get(name) != value]


def _known_dates(stored: Stored, *, local_id: str) -> dict[str, Any]:
    known = stored.patients.get(local_id)
    if known is None:
        return {}
    dates = {"birth_date": known.birth_date, "diagnosis_date": known.diagnosis_date, "death_date": known.death_date}
    return {name: day for name, day in dates.items() if day is not None}


def _stored_rows(stored: Stored, *, of: Mapping[str, Any]) -> dict[str, dict[str, list[Any]]]:
    """What is stored of the workbook's patients, with its keys, by study number and entity."""
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for entity, rows in stored.rows.items():
        for key, row in rows.items():
            if row["local_id"] in of:
                found[row["local_id"]][entity].append((key, row))
    return found


def _rows(records: Iterable[Record], *, stored: Stored, earlier: Mapping[str, list[Any]]) -> Rows:
    rows: dict[str, list[rules.Row]] = defaultdict(list)
    given = {(record.entity, record.key): record for record in records}
    for (entity, key), record in given.items():
        if entity in ENTITIES or entity in BELOW:
            before = stored.rows.get(entity, {}).get(key, {})
            said = {name: value for name, value in record.values.items() if value is not None}
            rows[entity].append({**before, **_words_above(record), **said, RECORD: record})
    for entity, those in earlier.items():
        rows[entity] += [row for key, row in those if (entity, key) not in given]
    return {entity: those for entity, those in rows.items() if those}


def _tell_course(rows: Rows, *, collector: Collector) -> None:
    """Told where the workbook says it: what contradicts something stored is told of the record that the workbook has."""
    for finding in rules.patient_findings(build_timeline(rows)):
        told = (row[RECORD] for row in finding.records if RECORD in row)
        record = next((record for record in told if _has_place(record, finding=finding)), None)
        if record is not None:
            _collect(finding, record=record, collector=collector)


def _has_place(record: Record, *, finding: rules.Finding) -> bool:
    return record.column_of(finding.fields[0]) in record.table.cells


def tell_of_the_whole(
    records: Sequence[Record], *, tables: Mapping[str, Table], stored: Stored, collector: Collector
) -> None:
    """What is told of the file, and of patients who may be one person: those of the workbook against all of the center."""
    values: dict[str, list[float]] = defaultdict(list)
    for record in records:
        if record.entity == LABORATORY and record.parts[0][1]["value"] is not None:
            values[record.key[3]].append(record.parts[0][1]["value"])
    batch = rules.Batch(
        values={analyte: tuple(found) for analyte, found in values.items()},
        registry_medians=stored.registry_medians,
        rows={name: len(table.rows) for name, table in tables.items()},
        rows_before=stored.uploaded_rows,
    )
    for finding in rules.batch_findings(batch):
        _tell(finding, at=_place_of(str(finding.values["place"]), tables=tables), collector=collector)
    for finding in rules.registry_findings(_identities(records, stored=stored)):
        told = next((row[RECORD] for row in finding.records if RECORD in row), None)
        if told is not None and finding.code == SAME_PERSON:
            _collect(finding, record=told, collector=collector)


def _place_of(name: str, *, tables: Mapping[str, Table]) -> Place:
    """A sheet, or the column of an analyte."""
    table = next((table for table in tables.values() if name in table.cells), None)
    return Place(sheet=name) if table is None else table.place(None, name=name)


def _identities(records: Iterable[Record], *, stored: Stored) -> list[dict[str, Any]]:
    """Those stored first, so that a pair is told of the patient whom the workbook brings."""
    sent = {record.local_id: record for record in records if record.entity == "patient"}
    starts = _first_starts(records, stored=stored)
    rows = stored.rows.get("patient", {}).values()
    known = {row["local_id"]: {name: row.get(name) for name in ("birth_date", "sex")} for row in rows}
    for local_id, record in sent.items():
        said = {name: record.values.get(name) for name in ("birth_date", "sex")}
        known.pop(local_id, None)
        known[local_id] = {**said, RECORD: record}
    return [
        {"patient_id": local_id, "local_id": local_id, "center_id": 0, "index_date": starts.get(local_id), **row}
        for local_id, row in known.items()
    ]


def _first_starts(records: Iterable[Record], *, stored: Stored) -> dict[str, datetime.date]:
    starts: dict[str, datetime.date] = {}
    for entity, name in treatment_starts().items():
        told = [(record.local_id, record.values.get(name)) for record in records if record.entity == entity]
        told += [(row["local_id"], row.get(name)) for row in stored.rows.get(entity, {}).values()]
        for local_id, start in told:
            if start is not None:
                starts[local_id] = min(start, starts.get(local_id, start))
    return starts


def _collect(finding: rules.Finding, *, record: Record, collector: Collector) -> None:
    """Told once, on the first row of the record; an error holds back every row that describes it."""
    name = record.column_of(finding.fields[0])
    place = record.table.place(record.rows[0], name=name)
    raw = ""
    if name in record.table.cells:
        raw = record.table.found(record.rows[0], name=name)
    _tell(finding, at=place, collector=collector, found=raw)
    if finding.severity is rules.Severity.ERROR:
        collector.bad_rows |= {(place.sheet, row) for row in record.rows}


def _tell(finding: rules.Finding, *, at: Place, collector: Collector, found: str = "") -> None:
    text = partial(in_both, lambda: finding.text)
    collector.add_text(finding.code, severity=finding.severity, at=at, text=text, found=found)
