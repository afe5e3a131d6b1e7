"""Rows that repeat, rows whose parent is missing, and rows held back because their parent is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import and_

from importers.checks.records import BELOW_ASSESSMENT, Form, Key, Lines, Record, Records
from importers.files import messages
from importers.files.findings import Collector
from importers.layout.tables import Table
from registry.workbook.sheets import sheet_of
from registry.workbook.stored_keys import Stored, natural_key

Rows = set[tuple[str, int]]
PARENTS = ("patient", "assessment")
MOST_COLUMNS = 4  # named of those in which two rows differ


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedRecords:
    """`held_rows` have no error of their own."""

    accepted: Mapping[str, Records]
    held_rows: Rows


def repeated_rows(table: Table, *, collector: Collector) -> set[int]:
    """Rows that share a key. The later one is told; which of them is right nobody here can know, so all are held back."""
    key_columns = [name for name in table.sheet.key if name in table.cells]
    required = [place for place, name in enumerate(key_columns) if table.sheet.column(name).required]
    first: dict[Key, int] = {}
    repeated: set[int] = set()
    for index, row in enumerate(table.rows):
        key = tuple(table.cells[name][index].value for name in key_columns)
        if any(key[place] is None for place in required):
            continue
        if key in first:
            problem = _about_repeated(table, row=row, first=first[key], key=key_columns)
            collector.add(
                problem, at=table.place(row, name=key_columns[0]), found=table.found(row, name=key_columns[0])
            )
            repeated |= {row, first[key]}
        first.setdefault(key, row)
    return repeated


def _about_repeated(table: Table, *, row: int, first: int, key: Sequence[str]) -> messages.Problem:
    """Two rows with one key may be the same thing twice, or two things: then which cells tell them apart."""
    differing = [name for name in table.cells if table.cell(row, name=name).raw != table.cell(first, name=name).raw]
    columns = [name for name in differing if name not in key]
    if not columns:
        return messages.DUPLICATE_ROW.about(row=row, first=first)
    named = ", ".join(columns[:MOST_COLUMNS]) + (" …" if len(columns) > MOST_COLUMNS else "")
    return messages.SAME_KEY.about(row=row, first=first, key=", ".join(key), columns=named)


def keys_in(table: Table | None, *, entity: str) -> set[Key]:
    """The keys of all rows of a sheet, those with errors included."""
    if table is None or not all(name in table.cells for name in natural_key(entity)):
        return set()
    columns = [[cell.value for cell in table.cells[name]] for name in natural_key(entity)]
    return set(zip(*columns, strict=True))


def report_orphans(
    records: Iterable[Record],
    *,
    tables: Mapping[str, Table],
    unreadable: Collection[str],
    stored: Stored,
    collector: Collector,
) -> None:
    """Nothing is said of parents while the parents' own sheet cannot be read: one cause, one finding."""
    patient_sheet, assessment_sheet = sheet_of("patient").name, sheet_of("assessment").name
    patients = {key[0] for key in keys_in(tables.get(patient_sheet), entity="patient")} | set(stored.patients)
    assessments = keys_in(tables.get(assessment_sheet), entity="assessment") | stored.assessments
    doubtful = {
        name for name, table in tables.items() if _may_hold_orphans(table, patients=patients, assessments=assessments)
    }
    for record in records if doubtful else ():
        if record.table.sheet.name not in doubtful:
            continue
        if record.local_id not in patients:
            if patient_sheet not in unreadable:
                _tell(record, message=messages.NO_PATIENT, name="local_id", found=record.local_id, collector=collector)
        elif (
            record.assessment is not None
            and record.assessment not in assessments
            and assessment_sheet not in unreadable
        ):
            found = " ".join(str(part) for part in record.assessment)
            _tell(record, message=messages.NO_ASSESSMENT, name="assessment_date", found=found, collector=collector)


def _may_hold_orphans(table: Table, *, patients: Collection[str], assessments: Collection[Key]) -> bool:
    """A sheet is asked by its rows, which are far fewer than its records."""
    named = {key[0] for key in keys_in(table, entity="patient")}
    above = keys_in(table, entity="assessment") if BELOW_ASSESSMENT.intersection(table.sheet.entities) else set()
    return not (named.issubset(patients) and above.issubset(assessments))


def _tell(record: Record, *, message: messages.Message, name: str, found: str, collector: Collector) -> None:
    for row in record.rows:
        collector.add(message.about(row=row, found=found), at=record.table.place(row, name=name), found=found)


def report_shared_hospital_numbers(records: Records, *, stored: Stored, collector: Collector) -> None:
    owners: dict[str, str] = {}
    for record in records.of("patientidentity"):
        number = record.values.get("hospital_no")
        if number is None:
            continue
        other = owners.setdefault(number, record.local_id)
        owner = other if other != record.local_id else stored.owner_of(number)
        if owner is not None and owner != record.local_id:
            problem = messages.SHARED_HOSPITAL_NUMBER.about(row=record.rows[0], other=owner)
            collector.add(problem, at=record.table.place(record.rows[0], name="hospital_no"))


def hold_back(records: Records, *, tables: Mapping[str, Table], stored: Stored, bad: Rows) -> SortedRecords:
    """Accept the records without errors whose parents are accepted or stored."""
    parents = _Parents(tables, stored=stored)
    good = {name: [(name, row) not in bad for row in table.rows] for name, table in tables.items()}
    entities = (*PARENTS, *(entity for table in tables.values() for entity in table.sheet.entities))
    accepted, held, parts = {entity: Records() for entity in entities}, Rows(), records.by_entity()
    for entity in dict.fromkeys((*PARENTS, *parts)):
        part = parts.get(entity, Records())
        is_good = part.column(lambda form: good[form.table.sheet.name])
        has_parents = part.column(parents.have_parents)
        lines = {place: _good_lines(record, good=good) for place, record in part.several.items()}
        for place, those in lines.items():  # what is told on several rows stands on those without errors
            is_good[place] = bool(those)
        wanted = list(map(and_, is_good, has_parents))
        accepted[entity] = part if all(wanted) and not lines else part.where(wanted, instead=lines)
        parents.accept(entity, accepted[entity])
        if not all(has_parents):
            held |= _rows(
                part, wanted=[fine and not fits for fine, fits in zip(is_good, has_parents, strict=True)], lines=lines
            )
    return SortedRecords(accepted=accepted, held_rows=held)


def _good_lines(record: Record, *, good: Mapping[str, Sequence[bool]]) -> Lines:
    return tuple([line for line in record.at if good[record.table.sheet.name][line]])


def _rows(part: Records, *, wanted: Sequence[bool], lines: Mapping[int, Lines]) -> Rows:
    places = [place for place, is_wanted in enumerate(wanted) if is_wanted]
    return {
        (part[place].table.sheet.name, part[place].table.rows[line])
        for place in places
        for line in lines.get(place, part[place].at)
    }


class _Parents:
    """The keys of patients and visits below which records may hang: one that stands in the file counts as the file has it, one
    that does not must be stored."""

    def __init__(self, tables: Mapping[str, Table], *, stored: Stored) -> None:
        in_file = {entity: keys_in(tables.get(sheet_of(entity).name), entity=entity) for entity in PARENTS}
        self._patients = set(stored.patients) - {key[0] for key in in_file["patient"]}
        self._visits = set(stored.assessments) - in_file["assessment"]
        # By the columns of the key, which most forms of a sheet share
        self._judged: dict[tuple[int, ...], list[bool]] = {}

    def have_parents(self, form: Form) -> list[bool]:
        """Of each line of the form's table."""
        if form.entity == "patient":
            return [True] * len(form.table.rows)
        is_below_visit = form.entity in BELOW_ASSESSMENT
        columns = form.key[:3] if is_below_visit else form.key[:1]
        known = tuple(map(id, columns))
        if known not in self._judged:
            fits = [local_id in self._patients for local_id in columns[0]]
            if is_below_visit:
                fits = [fit and key in self._visits for fit, key in zip(fits, zip(*columns, strict=True), strict=True)]
            self._judged[known] = fits
        return self._judged[known]

    def accept(self, entity: str, records: Records) -> None:
        if entity == "patient":
            self._patients |= set(records.column(lambda form: form.key[0]))
        elif entity == "assessment":
            self._visits |= set(records.column(lambda form: list(zip(*form.key, strict=True))))
