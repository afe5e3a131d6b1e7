"""A workbook's raw sheets → the tables that the registry knows, and what of them it does not."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from importers.files import messages
from importers.files.cells import normalized
from importers.files.findings import Collector, Place
from importers.files.personal_columns import (
    masked,
    personal_columns,
    personal_columns_anywhere,
    without_personal_columns,
)
from importers.files.raw import RawSheet, Workbook, WorkbookRefused
from importers.layout.columns import (
    NOTHING,
    OWN_SHEETS,
    README_SHEET,
    SEARCHED_ROWS,
    Layout,
    Unmatched,
    column_names,
    headers_in,
    lay_out,
    sheet_names,
)
from importers.layout.known_sheets import LABORATORY, laboratory_rows
from importers.layout.laboratory_rows import read_results
from importers.layout.row_tokens import SourceRow, tokens_of
from importers.layout.tables import Table, read_table
from importers.mapping.catalog import ANALYTE, VALUE
from importers.mapping.headers import located
from importers.mapping.language import SheetMapping
from registry.workbook.sheets import Sheet, sheet_of, sheets

OUR_OWN_SHEETS = set(map(normalized, OWN_SHEETS))

HeaderMapping = Mapping[str, Mapping[str, str]]  # {sheet: {normalized header: column, or IGNORED}}


@dataclass(slots=True, kw_only=True)
class RecognizedWorkbook:
    """`tables` by sheet in the order of import; `unreadable` are known sheets whose rows cannot be read."""

    tables: dict[str, Table] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    unmatched: tuple[Unmatched, ...] = ()
    former: dict[str, Mapping[int, SourceRow]] = field(default_factory=dict)


def recognize(book: Workbook, *, header_mapping: HeaderMapping, collector: Collector) -> RecognizedWorkbook:
    """Raises WorkbookRefused where no sheet is known."""
    for notice in book.notices:
        collector.add(notice, at=Place())
    known = _known_sheets(book, collector=collector)
    found = RecognizedWorkbook()
    for sheet in sheets():
        raw = known.get(sheet.name)
        if raw is not None and raw.rows:
            _take(
                raw,
                sheet=_in_its_form(raw, sheet=sheet),
                book=book,
                header_mapping=header_mapping,
                into=found,
                told=collector,
            )
    _tell_of_empty_sheets(found, book=book, collector=collector)
    return found


def _tell_of_empty_sheets(found: RecognizedWorkbook, *, book: Workbook, collector: Collector) -> None:
    """Of a template most sheets are empty, and rightly so."""
    empty = [name for name, table in found.tables.items() if not table.rows]
    if not empty or any(normalized(raw.name) in OUR_OWN_SHEETS for raw in book.sheets):
        return
    if len(empty) == len(found.tables) and not found.unreadable:
        collector.add(messages.NO_ROWS.about(), at=Place())
        return
    for name in empty:
        collector.add(messages.EMPTY_SHEET.about(), at=Place(sheet=name))


def _take(
    raw: RawSheet,
    *,
    sheet: Sheet,
    book: Workbook,
    header_mapping: HeaderMapping,
    into: RecognizedWorkbook,
    told: Collector,
) -> None:
    layout = lay_out(raw, sheet=sheet, header_mapping=header_mapping.get(sheet.name, NOTHING))
    for notice in raw.notices:
        told.add(notice, at=Place(sheet=sheet.name))
    cleaned = without_personal_columns(raw, header=max(layout.header_row - 1, 0), known=set(layout.places.values()))
    dropped = {number for _, number in cleaned.notices}
    for problem, column in (*cleaned.notices, *(known for known in layout.problems if known[1] not in dropped)):
        told.add(problem, at=Place(sheet=sheet.name, row=layout.header_row or None, column=column))
    into.unmatched += tuple(one for one in layout.unmatched if one.number not in dropped)
    if not layout.is_readable:
        into.unreadable.add(sheet.name)
        return
    into.former[sheet.name] = tokens_of(raw, header_row=layout.header_row, first_row=layout.first_row)
    read = read_results if sheet is laboratory_rows() else read_table
    into.tables[sheet.name] = read(cleaned.raw, layout=layout, epoch_1904=book.epoch_1904, collector=told)


def _known_sheets(book: Workbook, *, collector: Collector) -> dict[str, RawSheet]:
    """By the name of the template's sheet; the two forms of the laboratory's are one."""
    known: dict[str, RawSheet] = {}
    for raw in book.sheets:
        name = sheet_names().get(normalized(raw.name)) or (_told_by_headers(raw) if book.is_text else None)
        name = sheet_of(LABORATORY).name if name == laboratory_rows().name else name
        if name is None:
            if raw.rows and normalized(raw.name) not in OUR_OWN_SHEETS:
                collector.add(messages.UNKNOWN_SHEET.about(), at=Place(sheet=raw.name))
        elif name in known and raw.rows and known[name].rows:
            collector.add(messages.REPEATED_SHEET.about(other=known[name].name), at=Place(sheet=raw.name))
        elif name not in known or raw.rows:
            known[name] = raw
    if not known:
        raise WorkbookRefused(messages.NO_KNOWN_SHEET.about(found=", ".join(raw.name for raw in book.sheets)))
    return known


def _told_by_headers(raw: RawSheet) -> str | None:
    """Of a text file whose name is no sheet's: the sheet that knows most of its headers, if one does."""
    counts = {
        sheet.name: headers_in([raw.labels, *raw.rows[:SEARCHED_ROWS]], names=column_names(sheet.name))
        for sheet in (*sheets(), laboratory_rows())
    }
    best = max(counts.values())
    fitting = [name for name, count in counts.items() if count == best]
    return fitting[0] if best >= 2 and len(fitting) == 1 else None


def _in_its_form(raw: RawSheet, *, sheet: Sheet) -> Sheet:
    """A laboratory's sheet that has a column for the analyte has one row per result."""
    if sheet.name != sheet_of(LABORATORY).name:
        return sheet
    layout = lay_out(raw, sheet=laboratory_rows())
    return laboratory_rows() if {ANALYTE, VALUE} <= layout.places.keys() else sheet


def sent_sheets(book: Workbook, *, header_mapping: HeaderMapping) -> Iterator[tuple[RawSheet, Layout]]:
    """The readable sheets as they were sent, each with its layout, in the order of import."""
    known = _known_sheets(book, collector=Collector())
    for sheet in sheets():
        raw = known.get(sheet.name)
        if raw is not None and raw.rows:
            layout = lay_out(
                raw, sheet=_in_its_form(raw, sheet=sheet), header_mapping=header_mapping.get(sheet.name, NOTHING)
            )
            if layout.is_readable:
                yield raw, layout


def without_persons(book: Workbook, *, header_mapping: HeaderMapping, mapping: SheetMapping | None = None) -> Workbook:
    """The same book where no column names persons. Else HIDDEN stands in those columns, and wherever nobody reads.

    A book of which no sheet is known may be mapped yet: of that only those columns are hidden.
    """
    if mapping is not None or not (read := _read_columns(book, header_mapping=header_mapping)):
        return _foreign_without_persons(book, mapping=mapping)
    found = {
        place: columns for place, raw in enumerate(book.sheets) if (columns := _personal(raw, layout=read.get(id(raw))))
    }
    if not found:
        return book
    clean = [
        _cleaned(raw, layout=read.get(id(raw)), columns=found.get(place, ())) for place, raw in enumerate(book.sheets)
    ]
    return replace(book, sheets=tuple(clean))


def _foreign_without_persons(book: Workbook, *, mapping: SheetMapping | None) -> Workbook:
    sheet = located(book, mapping=mapping) if mapping is not None else None
    clean: list[RawSheet] = []
    for raw in book.sheets:
        is_read = sheet is not None and raw is sheet.raw
        read = {sheet.number(header) for header in mapping.all_headers} if sheet and mapping and is_read else set()
        columns = [number for number in personal_columns_anywhere(raw.rows) if number not in read]
        title = sheet.header_row - 1 if sheet and is_read else None
        clean.append(masked(raw, columns=columns, header=title) if columns else raw)
    is_same = all(one is raw for one, raw in zip(clean, book.sheets, strict=True))
    return book if is_same else replace(book, sheets=tuple(clean))


def _read_columns(book: Workbook, *, header_mapping: HeaderMapping) -> dict[int, Layout]:
    """The layout of each sheet that is read, by the identity of the sheet."""
    try:
        known = _known_sheets(book, collector=Collector())
    except WorkbookRefused:
        return {}
    by_name = {sheet.name: sheet for sheet in sheets()}
    return {
        id(raw): lay_out(
            raw, sheet=_in_its_form(raw, sheet=by_name[name]), header_mapping=header_mapping.get(name, NOTHING)
        )
        for name, raw in known.items()
        if raw.rows
    }


def _personal(raw: RawSheet, *, layout: Layout | None) -> list[int]:
    if normalized(raw.name) in OUR_OWN_SHEETS:
        return []
    if layout is None or not layout.header_row:
        return personal_columns_anywhere(raw.rows, labels=raw.labels)
    known = set(layout.places.values())
    return personal_columns(raw.rows, header=layout.header_row - 1, known=known, labels=raw.labels)


def _cleaned(raw: RawSheet, *, layout: Layout | None, columns: Collection[int]) -> RawSheet:
    if layout is not None:
        return masked(raw, columns=columns, header=layout.header_row - 1 if layout.header_row else None)
    return raw if normalized(raw.name) == normalized(README_SHEET) else masked(raw)
