"""Rows that repeat, rows whose parent is missing, and rows held back because their parent is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from importers import messages
from importers.findings import Collector
from importers.records import BELOW_ASSESSMENT, Key, Lines, Record, Records
from importers.tables import Table
from registry.sheets import sheet_of
from registry.stored import Stored, natural_key

Rows = set[tuple[str, int]]
PARENTS = ("patient", "assessment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """`held_rows` have no error of their own."""

    accepted: Mapping[str, Records]
    held_rows: Rows


@dataclass(frozen=True, slots=True)
class _Parents:
    """The keys of one kind of parent: in all rows of the file, and so far of the records accepted."""

    in_file: set[Key]
    accepted: set[Key] = field(default_factory=set)


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
            problem = messages.DUPLICATE_ROW.about(row=row, first=first[key], key=", ".join(key_columns))
            collector.add(
                problem, at=table.place(row, name=key_columns[0]), found=table.found(row, name=key_columns[0])
            )
            repeated |= {row, first[key]}
        first.setdefault(key, row)
    return repeated


def keys_in(table: Table | None, *, entity: str) -> set[Key]:
    """The keys of all rows of a sheet, those with errors included."""
    if table is None or not all(name in table.cells for name in natural_key(entity)):
        return set()
    columns = [[cell.value for cell in table.cells[name]] for name in natural_key(entity)]
    return set(zip(*columns, strict=True))


def tell_orphans(
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


def tell_shared_hospital_numbers(records: Records, *, stored: Stored, collector: Collector) -> None:
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


def hold_back(records: Iterable[Record], *, tables: Mapping[str, Table], stored: Stored, bad: Rows) -> Sorted:
    """Accept the records without errors whose parents are accepted or stored. Parents come before children in `records`."""
    parents = {entity: _Parents(keys_in(tables.get(sheet_of(entity).name), entity=entity)) for entity in PARENTS}
    accepted = {
        entity: Records()
        for entity in (*PARENTS, *(entity for table in tables.values() for entity in table.sheet.entities))
    }
    bad_of, held = defaultdict[str, set[int]](set), Rows()
    for name, row in bad:
        bad_of[name].add(row)
    for record in records:
        good = _good_lines(record, bad=bad_of[record.table.sheet.name])
        if good and _parents_fit(record, parents=parents, stored=stored):
            accepted[record.entity].add(record if good is record.at else Record(record.form, good))
            if record.entity in parents:
                parents[record.entity].accepted.add(record.key)
        else:
            held |= {(record.table.sheet.name, record.table.rows[line]) for line in good}
    return Sorted(accepted=accepted, held_rows=held)


def _good_lines(record: Record, *, bad: Collection[int]) -> Lines:
    rows = record.table.rows
    return tuple([line for line in record.at if rows[line] not in bad]) if bad else record.at


def _parents_fit(record: Record, *, parents: Mapping[str, _Parents], stored: Stored) -> bool:
    """A parent that stands in the file counts as the file has it; one that does not must be stored."""
    if record.entity == "patient":
        return True
    patients, assessments, key = parents["patient"], parents["assessment"], record.key
    is_known = key[:1] in patients.accepted if key[:1] in patients.in_file else key[0] in stored.patients
    if not is_known or record.entity not in BELOW_ASSESSMENT:
        return is_known
    return key[:3] in (assessments.accepted if key[:3] in assessments.in_file else stored.assessments)
