"""check_workbook: everything that is wrong or doubtful in a workbook, with its place, before anything is stored."""

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from django.utils import timezone
from django.utils.translation import gettext_noop

from importers.checks.edit_checks import apply_rules, report_on_whole_workbook
from importers.checks.identifiers import report_like_identifiers
from importers.checks.identity import report_other_centers, report_other_persons
from importers.checks.parents import (
    Rows,
    SortedRecords,
    hold_back,
    repeated_rows,
    report_orphans,
    report_shared_hospital_numbers,
)
from importers.checks.record_forms import add_records
from importers.checks.records import Records
from importers.checks.schemas import shape_problems
from importers.files import cells, messages
from importers.files.cells import normalized
from importers.files.findings import Collector, Finding, Place, RuleTotal
from importers.files.garbage_collection import garbage_collection_paused
from importers.files.workbook import Workbook, WorkbookRefused, read_workbook
from importers.layout.columns import README_SHEET, Unmatched
from importers.layout.mapped_tables import recognize_mapped
from importers.layout.recognition import HeaderMapping, RecognizedWorkbook, recognize
from importers.layout.row_tokens import SourceRow
from importers.layout.tables import Table
from importers.mapping.language import SheetMapping
from registry.jobs.progress import Report, seldom, unreported
from registry.rules import Severity
from registry.workbook.sheets import READABLE_VERSIONS, TEMPLATE_VERSION
from registry.workbook.stored_keys import NOTHING_STORED, Stored

NO_HEADER_MAPPING: HeaderMapping = MappingProxyType({})

Ask = Callable[[Collection[str]], Stored]  # what is stored of the patients whom the workbook names


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCount:
    """`with_errors` rows have an error of their own; `held_back` rows have none but hang below one that has."""

    sheet: str
    rows: int
    with_errors: int
    held_back: int

    @property
    def accepted(self) -> int:
        return self.rows - self.with_errors - self.held_back


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRows:
    """The rows of a sheet that would not be stored: for an error of their own, or with what they hang below."""

    own: tuple[int, ...]
    with_parent: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """`findings` are shown up to a limit per rule; `totals` count them all. `accepted` are the records fit to be stored.

    `former` says of rows of a workbook sent back, by sheet, where they stood.
    """

    center: str
    sha256: str
    sheets: tuple[SheetCount, ...]
    held: Mapping[str, HeldRows]
    findings: tuple[Finding, ...]
    totals: tuple[RuleTotal, ...]
    accepted: Mapping[str, Records]
    unmatched: tuple[Unmatched, ...] = ()
    former: Mapping[str, Mapping[int, SourceRow]] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        return sum(rule.total for rule in self.totals if rule.severity is severity)

    @property
    def has_errors(self) -> bool:
        return self.count(Severity.ERROR) > 0


def check_workbook(
    source: Path | bytes | Workbook,
    *,
    center: str,
    stored: Stored | Ask = NOTHING_STORED,
    header_mapping: HeaderMapping | SheetMapping = NO_HEADER_MAPPING,
    today: datetime.date | None = None,
    progress: Report = unreported,
) -> CheckReport:
    """Check a workbook for the center with this code. Raises WorkbookRefused when nothing of it can be read.

    `stored` is what the center has, or how to learn it of those named; `header_mapping` what it said of its own headers, or of a
    sheet that is not the template's at all. A workbook is let go once its cells are read, if the caller lets it go as well. A text
    file, which is known by its name, is read by the caller.
    """
    with garbage_collection_paused():
        progress(5, gettext_noop("Reading the workbook"))
        book = source if isinstance(source, Workbook) else read_workbook(source)
        _refuse_other_center(book, center=center)
        collector, sha256 = Collector(), book.sha256
        if isinstance(header_mapping, SheetMapping):
            found = recognize_mapped(book, mapping=header_mapping, collector=collector)
        else:
            _tell_of_older_template(book, collector=collector)
            found = recognize(book, header_mapping=header_mapping, collector=collector)
        report_other_centers(book, found=found, center=center, collector=collector)
        del book, source  # its cells are in the tables now, and a large one is not held twice
        progress(25, gettext_noop("Checking formats, codes and ranges"))
        go_on = seldom(progress)
        for table in found.tables.values():
            shape_problems(table, collector=collector)
            go_on(30, gettext_noop("Checking formats, codes and ranges"))
        progress(35, gettext_noop("Checking keys and parent records"))
        records, repeated = _records_of(found.tables, collector=collector)
        known = stored(set(records.column(lambda form: form.key[0]))) if callable(stored) else stored
        _check_references(records, found=found, stored=known, collector=collector)
        progress(40, gettext_noop("Running edit checks"))
        day = today or timezone.localdate()
        apply_rules(records, stored=known, today=day, collector=collector, progress=progress)
        _check_whole(records, found=found, stored=known, collector=collector)
        bad = collector.bad_rows | repeated
        ready = hold_back(records, tables=found.tables, stored=known, bad=bad)
        return _report(found, ready=ready, bad=bad, collector=collector, center=center, sha256=sha256)


def _records_of(tables: Mapping[str, Table], *, collector: Collector) -> tuple[Records, Rows]:
    """The records of all rows but those that repeat another, and these."""
    repeated = {name: repeated_rows(table, collector=collector) for name, table in tables.items()}
    records = Records()
    for name, table in tables.items():
        add_records(table, without=repeated[name], into=records, collector=collector)
    return records, {(name, row) for name, rows in repeated.items() for row in rows}


def _check_references(records: Records, *, found: RecognizedWorkbook, stored: Stored, collector: Collector) -> None:
    report_like_identifiers(found.tables, stored=stored.patients, collector=collector)
    report_orphans(records, tables=found.tables, unreadable=found.unreadable, stored=stored, collector=collector)
    report_shared_hospital_numbers(records, stored=stored, collector=collector)
    report_other_persons(records, stored=stored, collector=collector)


def _check_whole(records: Records, *, found: RecognizedWorkbook, stored: Stored, collector: Collector) -> None:
    # Corrections are few, and nothing is missing of them
    rows_before = {} if any(found.former.values()) else stored.uploaded_rows
    report_on_whole_workbook(records, tables=found.tables, rows_before=rows_before, stored=stored, collector=collector)


def _report(
    found: RecognizedWorkbook, *, ready: SortedRecords, bad: Rows, collector: Collector, center: str, sha256: str
) -> CheckReport:
    tables = found.tables.items()
    return CheckReport(
        center=center,
        sha256=sha256,
        sheets=tuple(_count(table, bad=bad, held=ready.held_rows) for _, table in tables),
        held={name: _held(table, bad=bad, held=ready.held_rows) for name, table in tables},
        findings=collector.findings(),
        totals=collector.totals(),
        accepted=ready.accepted,
        unmatched=found.unmatched,
        former=found.former,
    )


def _refuse_other_center(book: Workbook, *, center: str) -> None:
    """The template says which center it was made for; a plain workbook says nothing and is taken at its word."""
    about = _readme(book)
    found = about.get("center_code", center)
    if found and found.upper() != center.upper():
        raise WorkbookRefused(messages.OTHER_CENTER.about(found=found, center=center))
    version = about.get("template_version", TEMPLATE_VERSION)
    if version and version not in READABLE_VERSIONS:
        raise WorkbookRefused(messages.OTHER_VERSION.about(found=version, version=TEMPLATE_VERSION))


def _tell_of_older_template(book: Workbook, *, collector: Collector) -> None:
    version = _readme(book).get("template_version", TEMPLATE_VERSION)
    if version and version != TEMPLATE_VERSION:
        collector.add(messages.OLDER_TEMPLATE.about(found=version, version=TEMPLATE_VERSION), at=Place())


def _readme(book: Workbook) -> dict[str, str]:
    rows = next((sheet.rows for sheet in book.sheets if normalized(sheet.name) == normalized(README_SHEET)), [])
    pairs = [[cells.shown(cell).strip() for cell in row if not cells.is_blank(cell)] for row in rows]
    return {pair[0]: pair[1] for pair in pairs if len(pair) >= 2}


def _count(table: Table, *, bad: Rows, held: Rows) -> SheetCount:
    name = table.sheet.name
    with_errors = sum((name, row) in bad for row in table.rows)
    held_back = sum((name, row) in held and (name, row) not in bad for row in table.rows)
    return SheetCount(sheet=name, rows=len(table.rows), with_errors=with_errors, held_back=held_back)


def _held(table: Table, *, bad: Rows, held: Rows) -> HeldRows:
    name, only = table.sheet.name, held - bad
    rows = list(zip(table.rows, table.source_rows, strict=True))
    own = dict.fromkeys(in_file for row, in_file in rows if (name, row) in bad)
    with_parent = dict.fromkeys(in_file for row, in_file in rows if (name, row) in only)
    return HeldRows(own=tuple(own), with_parent=tuple(with_parent))
