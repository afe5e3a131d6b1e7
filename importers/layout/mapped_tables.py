"""A workbook of the hospital's own → the tables that every upload becomes, each cell with the text and the place it had."""

from collections.abc import Mapping, Sequence

from importers.files import messages as of_files
from importers.files.cells import Cell
from importers.files.findings import Collector, Place
from importers.files.personal_columns import personal_columns
from importers.files.raw import Workbook, WorkbookRefused, column_letters
from importers.layout.columns import OWN_COLUMNS
from importers.layout.event_terms import in_their_versions
from importers.layout.known_sheets import sheet_named
from importers.layout.mapping_catalog import mapping_catalog
from importers.layout.origins import Origin
from importers.layout.recognition import RecognizedWorkbook
from importers.layout.row_tokens import tokens_of
from importers.layout.tables import (
    Reader,
    Table,
    by_default,
    is_identifier,
    reader,
    say_how_exact,
    shown_to_uploader,
    tell_cells,
    telling,
)
from importers.mapping import messages
from importers.mapping.headers import LocatedSheet, located
from importers.mapping.language import SheetMapping
from importers.mapping.records import MappedKind, mapped_kinds
from importers.mapping.results import IN_A_RESULT
from importers.mapping.trial import unread_headers
from importers.mapping.values import Given
from registry.workbook.sheets import Sheet, sheet_of

ASSESSMENT = "assessment"


def recognize_mapped(book: Workbook, *, mapping: SheetMapping, collector: Collector) -> RecognizedWorkbook:
    """Raises WorkbookRefused where no sheet has any of the mapping's headers."""
    for notice in book.notices:
        collector.add(notice, at=Place())
    sheet = demanded_sheet(book, mapping=mapping)
    _tell_of_headers(sheet, mapping=mapping, collector=collector)
    found = RecognizedWorkbook()
    if sheet.lines:
        tokens = tokens_of(sheet.raw, header_row=sheet.header_row, first_row=sheet.lines[0])
        found.former[sheet.raw.name] = tokens
    for kind in mapped_kinds(sheet, mapping=mapping, catalog=mapping_catalog(), epoch_1904=book.epoch_1904):
        if kind.rows:
            _take(kind, located_sheet=sheet, book=book, into=found, collector=collector)
    return found


def demanded_sheet(book: Workbook, *, mapping: SheetMapping) -> LocatedSheet:
    sheet = located(book, mapping=mapping)
    if sheet is None:
        names = ", ".join(raw.name for raw in book.sheets)
        raise WorkbookRefused(messages.NO_MAPPED_SHEET.about(mapping=mapping.name, found=names))
    return sheet


def _tell_of_headers(sheet: LocatedSheet, *, mapping: SheetMapping, collector: Collector) -> None:
    raw, at = sheet.raw, Place(sheet=sheet.raw.name, row=sheet.header_row)
    for notice in raw.notices:
        collector.add(notice, at=Place(sheet=raw.name))
    read = {number for header in mapping.all_headers if (number := sheet.number(header)) is not None}
    personal = personal_columns(raw.rows, header=sheet.header_row - 1, known=read)
    for number in personal:
        problem = of_files.PERSONAL_COLUMN.about(found=column_letters(number))
        collector.add(problem, at=Place(sheet=raw.name, row=sheet.header_row, column=number))
    if lacking := sheet.lacking(mapping.all_headers):
        collector.add(messages.LACKING_HEADERS.about(found=", ".join(lacking)), at=at)
    others = unread_headers(sheet, mapping=mapping)
    unread = [name for number, name in others if number not in personal and name not in OWN_COLUMNS]
    if unread:
        collector.add(messages.UNREAD_HEADERS.about(found=", ".join(unread)), at=at)


def _take(
    kind: MappedKind, *, located_sheet: LocatedSheet, book: Workbook, into: RecognizedWorkbook, collector: Collector
) -> None:
    sheet = sheet_named(kind.kind.sheet)
    origin = Origin(
        sheet=located_sheet.raw.name,
        header_row=located_sheet.header_row,
        rows=kind.rows,
        blocks=kind.blocks,
        columns=kind.columns,
        elsewhere=kind.elsewhere,
    )
    collector.origins[sheet.name] = origin.place
    needed = [c for c in sheet.columns if (c.required and c.default is None) or c.name in sheet.key[:1]]
    elsewhere = IN_A_RESULT if kind.kind.results else ()  # of a row per result they are in the column of its test
    lacking = [c for c in needed if c.name not in kind.variables and c.name not in elsewhere]
    for column in lacking:
        collector.add(of_files.MISSING_COLUMN.about(column=column.name), at=Place(sheet=sheet.name))
    if lacking:
        into.unreadable.add(sheet.name)
        return
    into.tables[sheet.name] = table = _table(kind, sheet=sheet, origin=origin, located_sheet=located_sheet, book=book)
    tell_cells(table, hidden={}, collector=collector)
    _warn_of_numbers(kind, table=table, collector=collector)
    _tell_differences(kind, table=table, collector=collector)


def _table(kind: MappedKind, *, sheet: Sheet, origin: Origin, located_sheet: LocatedSheet, book: Workbook) -> Table:
    read = {
        column.name: _cells(
            kind.variables[column.name], read_one=reader(sheet, column=column, epoch_1904=book.epoch_1904)
        )
        for column in sheet.columns
        if column.name in kind.variables
    }
    read |= in_their_versions(read)
    places = {name: number for columns in reversed(kind.columns) for name, number in columns.items()}
    places |= say_how_exact(read, sheet=sheet, places={name: places.get(name, 0) for name in read})
    rows = tuple(range(1, len(kind.rows) + 1))
    texts: Mapping[int, str] = {}
    if sheet is sheet_of(ASSESSMENT):
        raw = located_sheet.raw.rows
        texts = {number: text for number, row in zip(rows, kind.rows, strict=True) if (text := telling(raw[row - 1]))}
    index_of = {row: index for index, row in enumerate(rows)}
    cells = {**read, **by_default(read, sheet=sheet, count=len(rows))}
    return Table(sheet=sheet, rows=rows, index_of=index_of, cells=cells, places=places, texts=texts, origin=origin)


def _cells(given: Sequence[Given], *, read_one: Reader) -> list[Cell]:
    """Equal cells of the hospital's are one Given, which is read once."""
    known = {id(one): _cell(one, read_one=read_one) for one in {id(one): one for one in given}.values()}
    return [known[id(one)] for one in given]


def _cell(given: Given, *, read_one: Reader) -> Cell:
    """With the hospital's own text, whatever the mapping made of it."""
    if given.problem is not None:
        return Cell(raw=given.raw, problem=given.problem)
    cell = read_one(given.value)
    return Cell(
        value=cell.value,
        unit=cell.unit,
        number=cell.number,
        comparator=cell.comparator,
        missing=cell.missing,
        raw=given.raw,
        problem=cell.problem,
        precision=cell.precision,
    )


def _warn_of_numbers(kind: MappedKind, *, table: Table, collector: Collector) -> None:
    for name in (name for name in table.cells if is_identifier(table.sheet.column(name))):
        numbers = (
            row for row, one in zip(table.rows, kind.variables[name], strict=True) if isinstance(one.value, float)
        )
        first = next(numbers, None)
        if first is not None:
            collector.add(of_files.NUMERIC_IDENTIFIER.about(), at=table.place(first, name=name))


def _tell_differences(kind: MappedKind, *, table: Table, collector: Collector) -> None:
    for one in kind.differences:
        column = table.sheet.column(one.variable)
        place = kind.columns[kind.blocks[one.place]].get(one.variable)
        problem = messages.DIFFERENT_ROWS.about(
            column=one.variable,
            row=one.row,
            first=one.kept_row,
            found=shown_to_uploader(one.given.raw, column=column),
            other=shown_to_uploader(one.kept.raw, column=column),
        )
        at = Place(sheet=table.origin.sheet if table.origin else "", row=one.row, column=place, name=one.variable)
        collector.add(problem, at=at, found=shown_to_uploader(one.given.raw, column=column))
