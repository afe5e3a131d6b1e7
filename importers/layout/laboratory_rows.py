"""The long laboratory sheet, one row per result: read as the wide one is, each row filling the column of its analyte."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from importers.files import cells
from importers.files.cells import Cell
from importers.files.findings import Collector
from importers.files.raw import RawSheet
from importers.layout.columns import Layout
from importers.layout.known_sheets import analytes_of
from importers.layout.tables import Reader, Table, read_table, reader
from importers.mapping.catalog import ANALYTE, UNIT, VALUE
from registry.workbook.sheets import Kind

BLANK = Cell(missing="")

Results = dict[str, list[Cell]]


def read_results(raw: RawSheet, *, layout: Layout, epoch_1904: bool, collector: Collector) -> Table:
    """A table with a column for each analyte met; each of these cells stands where the value does."""
    places = {name: place for name, place in layout.places.items() if name not in {VALUE, UNIT}}
    table = read_table(raw, layout=replace(layout, places=places), epoch_1904=epoch_1904, collector=collector)
    at = {name: place for name in (VALUE, UNIT) if (place := layout.places.get(name))}
    results = _results(table, raw=raw, at=at)
    found = replace(
        table, cells={**table.cells, **results}, places={**table.places, **dict.fromkeys(results, at[VALUE])}
    )
    for index, row in enumerate(found.rows):
        code = found.cells[ANALYTE][index].value
        problem = raw.hidden.get((row, at[VALUE])) or (results[code][index].problem if code in results else None)
        notice = results[code][index].notice if code in results else None
        for told in filter(None, (problem, notice)):
            collector.add(told, at=found.place(row, name=code), found=found.found(row, name=code))
    return found


def _results(table: Table, *, raw: RawSheet, at: Mapping[str, int]) -> Results:
    readers = {code: _reader(table, code=code) for code in _codes(table)}
    results = {code: [BLANK] * len(table.rows) for code in readers}
    known: dict[Any, Cell] = {}
    for index, row in enumerate(table.rows):
        code = table.cells[ANALYTE][index].value
        if code in readers:
            value, unit = (_at(raw.rows[row - 1], place=at.get(name)) for name in (VALUE, UNIT))
            key = (code, type(value), value, unit)
            cell = known.get(key)
            if cell is None:
                cell = known[key] = readers[code](_with_unit(value, unit=unit, table=table, code=code))
            results[code][index] = cell
    return results


def _reader(table: Table, *, code: str) -> Reader:
    return reader(table.sheet, column=table.sheet.column(code), epoch_1904=False)


def _codes(table: Table) -> Iterable[str]:
    """In the order of the sheet. A code that is none of these stays in its own column, whose check tells it."""
    met = {cell.value for cell in table.cells[ANALYTE]}
    return [column.name for column in analytes_of(table.sheet) if column.name in met]


def _at(row: list[Any], *, place: int | None) -> Any:
    return row[place - 1] if place is not None and place <= len(row) else ""


def _with_unit(value: Any, *, unit: Any, table: Table, code: str) -> Any:
    """As one cell of the wide sheet would say it. A code has no unit, whatever the laboratory's system prints there."""
    given = cells.shown(unit).strip()
    is_measured = table.sheet.column(code).kind is Kind.ANALYTE
    speaks = is_measured and given and cells.normalized(given) not in cells.MISSING and not cells.is_blank(value)
    written = cells.shown(value).strip()
    return f"{written} {given}" if speaks and not written.endswith(given) else value
