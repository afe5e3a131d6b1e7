"""The registry's edit checks over the records of a workbook, each with what is known of its patient and its assessment.

Then the checks over all records of each patient: those of the workbook in the place of those stored.
"""

import datetime
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop

from importers.checks.records import Columns, Form, Key, Record, Records
from importers.files.findings import Collector, Place
from importers.layout.known_sheets import LABORATORY
from importers.layout.tables import Table
from registry import rules
from registry.clinical.timeline import BELOW, ENTITIES, build_timeline
from registry.jobs.progress import Report, seldom, unreported
from registry.languages import in_both
from registry.rules.evaluation import RecordContext
from registry.rules.facts import treatment_starts
from registry.rules.record.locks import CHANGED
from registry.workbook.sheets import Kind
from registry.workbook.stored_keys import Stored, natural_key

RECORD = "record"  # what a row of a patient's timeline carries beside its variables: where in the workbook it stands
SESSION, AGENT, BURDEN = "transarterialsession", "transarterialagent", "tumorburden"
SAME_PERSON = "V-P04"  # the hashes of the other rules are not in a workbook
FREE_TEXT = "free_text"
PERSON = ("birth_date", "birth_date_precision", "sex")

Rows = Mapping[str, Sequence[rules.Row]]  # of one patient, by entity
KnownRecord = tuple[Record, dict[str, Any]]  # a record, and what is known of it from the workbook


def apply_rules(
    records: Records,
    *,
    stored: Stored,
    today: datetime.date,
    collector: Collector,
    progress: Report = unreported,
) -> None:
    """By far the longest part of a check, so whoever follows it is told between the patients, and may stop it there."""
    equals, go_on, done = _Equals(), seldom(progress), 0
    for local_id, own, rows in rows_by_patient(records, stored=stored):
        go_on(40 + 18 * done // len(records), gettext_noop("Running edit checks"))
        done += len(own)
        agents = _agents((record for record, _ in own), stored=stored)
        context = RecordContext(rows, today=today, besides=_known_dates(stored, local_id=local_id))
        for record, said in own:
            row = _row(record, said=said, stored=stored, agents=agents)
            for finding in _findings(record, row=row, context=context, equals=equals):
                _collect(finding, record=record, collector=collector)
        _tell_course(rows, collector=collector)


def rows_by_patient(records: Records, *, stored: Stored) -> Iterator[tuple[str, list[KnownRecord], Rows]]:
    """Study number, what the workbook says, and all that is known of the patient with that in its place.

    Of a record stored before, a blank leaves what is stored. One patient at a time: together they would be the file again.
    """
    sent: dict[str, array[int]] = defaultdict(partial(array, "I"))
    for place, local_id in enumerate(records.column(lambda form: form.key[0])):
        sent[local_id].append(place)
    earlier, columns = _stored_rows(stored, of=sent), _Columns()
    for local_id, places in sent.items():
        said = [(record, _said(record, columns=columns[record.form])) for record in map(records.__getitem__, places)]
        yield local_id, said, _rows(said, stored=stored, earlier=earlier.get(local_id, {}))


class _Columns(dict[Form, Columns]):
    """What checks read of records of one form: the values given in any row, and below another record the words of its key."""

    def __missing__(self, form: Form) -> Columns:
        words = zip(natural_key(form.entity), form.key, strict=True) if form.entity in BELOW else ()
        given = {name: column for name, column in form.values.items() if any(value is not None for value in column)}
        self[form] = {**given, **dict(words)}
        return self[form]


def _said(record: Record, *, columns: Columns) -> dict[str, Any]:
    """What is known of a record from the workbook."""
    if len(record.at) == 1:
        line = record.at[0]
        known = {name: value for name, column in columns.items() if (value := column[line]) is not None}
    else:
        known = {name: value for name, value in record.read(columns).items() if value is not None}
    known[RECORD] = record
    return known


def _row(record: Record, *, said: rules.Row, stored: Stored, agents: Mapping[Key, list[str]]) -> rules.Row:
    """What the checks of one record are asked about: its blanks tell what the file has a column for."""
    if record.form.entity == LABORATORY and not stored.locked:
        return said
    return {**dict.fromkeys(record.form.values), **said, **_of_row(record, stored=stored, agents=agents)}


def _findings(record: Record, *, row: rules.Row, context: RecordContext, equals: "_Equals") -> Sequence[rules.Finding]:
    if record.form.entity == LABORATORY:
        return equals.findings(record, row=row, context=context)
    return context.findings(record.form.entity, row)


class _Equals:
    """What laboratory results say is judged once for equal ones: they are by far the most, and few are different."""

    def __init__(self) -> None:
        self._own: dict[Form, list[Sequence[rules.Finding] | None]] = {}  # by line
        self._joint: dict[Key, Sequence[rules.Finding]] = {}

    def findings(self, record: Record, *, row: rules.Row, context: RecordContext) -> Sequence[rules.Finding]:
        form, line = record.form, record.at[0]
        if form not in self._own:
            self._own[form] = _own_findings(form)
        own = self._own[form][line]
        if CHANGED in row:  # of a locked one, which no other is like
            return [*(own or ()), *context.joint_findings(form.entity, row)]
        if own is None:
            return ()
        analyte = form.key[3][line]
        return [*own, *context.joint_findings_of_equals(form.entity, row, analyte=analyte, found=self._joint)]


def _own_findings(form: Form) -> list[Sequence[rules.Finding] | None]:
    """Of each line of its table; None where nothing is found and nothing more is asked."""
    alike: dict[Key, Sequence[rules.Finding] | None] = {}
    lines, words = list(zip(*form.values.values(), strict=True)), dict.fromkeys(natural_key(form.entity))
    for line in set(lines):
        row = {name: value for name, value in zip(form.values, line, strict=True) if value is not None}
        found, known = rules.own_findings(form.entity, row), {**words, **row}
        alike[line] = found if found or rules.needs_context(form.entity, known) else None
    return [alike[line] for line in lines]


def _agents(records: Iterable[Record], *, stored: Stored) -> dict[Key, list[str]]:
    """The drugs of each session of one patient, in the workbook or stored."""
    agents: dict[Key, list[str]] = defaultdict(list)
    for record in records:
        entity = record.form.entity
        if entity == AGENT:
            agents[record.key[:3]].append(record.key[3])
        elif entity == SESSION and record.key in stored.agents:
            agents[record.key] += stored.agents[record.key]
    return agents


def _of_row(record: Record, *, stored: Stored, agents: Mapping[Key, list[str]]) -> dict[str, Any]:
    """What a row says besides its variables: the drugs of a session, what it would change of a locked record, words."""
    more: dict[str, Any] = {}
    entity, table = record.form.entity, record.form.table
    if entity == SESSION:
        more["agent_codes"] = agents[record.key] if record.key in agents else _no_drugs(record)
    if entity == BURDEN and table.texts:
        more[FREE_TEXT] = " ".join(text for row in record.rows if (text := table.texts.get(row)))
    changed = _changed_while_locked(record, stored=stored)
    return {**more, CHANGED: changed} if changed else more


def _no_drugs(record: Record) -> list[str] | None:
    """That a session has none only a sheet with their columns says."""
    cells = record.table.cells_of(record.rows, entity=AGENT)
    return [] if cells and not any(cell.raw for cell in cells) else None


def _changed_while_locked(record: Record, *, stored: Stored) -> list[str]:
    locked = stored.locked.get(record.form.entity)
    before = locked.get(record.key) if locked else None
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


def _rows(said: Iterable[KnownRecord], *, stored: Stored, earlier: Mapping[str, list[Any]]) -> Rows:
    rows: dict[str, list[rules.Row]] = defaultdict(list)
    for record, row in said:
        entity = record.form.entity
        if entity in ENTITIES or entity in BELOW:
            before = stored.rows[entity].get(record.key) if stored.rows.get(entity) else None
            rows[entity].append({**before, **row} if before else row)
    given = {(record.form.entity, record.key) for record, _ in said} if earlier else set()
    for entity, those in earlier.items():
        rows[entity] += [row for key, row in those if (entity, key) not in given]
    return {entity: those for entity, those in rows.items() if those}


def _tell_course(rows: Rows, *, collector: Collector) -> None:
    """RecordFinding where the workbook says it: what contradicts something stored is told of the record that the workbook has."""
    for finding in rules.patient_findings(build_timeline(rows)):
        told = (row[RECORD] for row in finding.records if RECORD in row)
        record = next((record for record in told if _has_place(record, finding=finding)), None)
        if record is not None:
            _collect(finding, record=record, collector=collector)


def _has_place(record: Record, *, finding: rules.Finding) -> bool:
    return record.column_of(finding.fields[0]) in record.table.cells


def report_on_whole_workbook(
    records: Records,
    *,
    tables: Mapping[str, Table],
    rows_before: Mapping[str, int],
    stored: Stored,
    collector: Collector,
) -> None:
    """What is told of the file, and of patients who may be one person: those of the workbook against all of the center."""
    values: dict[str, list[float]] = defaultdict(list)
    for form, lines in records.lines_of(LABORATORY):
        measured = [value for line in lines if (value := form.values["value"][line]) is not None]
        if measured:
            values[form.key[3][lines[0]]] += measured
    batch = rules.Batch(
        values={analyte: tuple(found) for analyte, found in values.items()},
        registry_medians=stored.registry_medians,
        rows={name: len(table.rows) for name, table in tables.items()},
        rows_before=rows_before,
        days=_days_of_months(tables),
    )
    for finding in rules.batch_findings(batch):
        _tell(finding, at=_place_of(finding, tables=tables), collector=collector)
    for finding in rules.registry_findings(_identities(records, stored=stored)):
        told = next((row[RECORD] for row in finding.records if RECORD in row), None)
        if told is not None and finding.code == SAME_PERSON:
            _collect(finding, record=told, collector=collector)


def _days_of_months(tables: Mapping[str, Table]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Of the dates known to the day. That of birth is left out: hospitals blur it on purpose."""
    dates = {
        (sheet, column.name): [cell for cell in table.cells.get(column.name, ()) if not cell.precision]
        for sheet, table in tables.items()
        for column in table.sheet.columns
        if column.kind is Kind.DATE and column.name != "birth_date"
    }
    return {
        place: tuple(cell.value.day for cell in cells if isinstance(cell.value, datetime.date))
        for place, cells in dates.items()
    }


def _place_of(finding: rules.Finding, *, tables: Mapping[str, Table]) -> Place:
    """A sheet, a column of it, or the column of an analyte."""
    name, column = str(finding.values["place"]), finding.values.get("name")
    if column is not None:
        return tables[name].place(None, name=str(column))
    table = next((table for table in tables.values() if name in table.cells), None)
    return Place(sheet=name) if table is None else table.place(None, name=name)


def _identities(records: Records, *, stored: Stored) -> list[dict[str, Any]]:
    """Those stored first, so that a pair is told of the patient whom the workbook brings."""
    starts = _first_starts(records, stored=stored)
    known: dict[str, dict[str, Any]] = {
        local_id: {name: getattr(person, name) for name in PERSON} for local_id, person in stored.patients.items()
    }
    for record in records.of("patient"):
        known.pop(record.local_id, None)
        said = {name: record.values.get(name) for name in PERSON}
        known[record.local_id] = {**said, RECORD: record}
    return [
        {"patient_id": local_id, "local_id": local_id, "center_id": 0, "index_date": starts.get(local_id), **row}
        for local_id, row in known.items()
    ]


def _first_starts(records: Records, *, stored: Stored) -> dict[str, datetime.date]:
    names = treatment_starts()
    told = [(record.local_id, record.values.get(names[record.entity])) for record in records.of(*names)]
    told += [(local_id, person.first_treated) for local_id, person in stored.patients.items()]
    starts = dict[str, datetime.date]()
    for local_id, start in told:
        if start is not None:
            starts[local_id] = min(start, starts.get(local_id, start))
    return starts


def _collect(finding: rules.Finding, *, record: Record, collector: Collector) -> None:
    """RecordFinding once, on the first row of the record; an error holds back every row that describes it."""
    name = record.column_of(finding.fields[0])
    place = record.table.place(record.rows[0], name=name)
    raw = ""
    if name in record.table.cells:
        if record.table.cell(record.rows[0], name=name).problem is not None:
            return  # what could not be read has been told, and is not missing
        raw = record.table.found(record.rows[0], name=name)
    _tell(finding, at=place, collector=collector, found=raw)
    if finding.severity is rules.Severity.ERROR:
        collector.bad_rows |= {(place.sheet, row) for row in record.rows}


def _tell(finding: rules.Finding, *, at: Place, collector: Collector, found: str = "") -> None:
    text = partial(in_both, lambda: finding.text)
    collector.add_text(finding.code, severity=finding.severity, at=at, text=text, found=found)
