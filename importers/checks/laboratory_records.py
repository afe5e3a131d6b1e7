"""Each cell of a laboratory panel → a record of its own. They are by far the most of a workbook."""

from collections.abc import Collection, Sequence
from operator import and_
from typing import Any

from importers.checks.records import Columns, Form, Records
from importers.files.cells import Cell
from importers.layout.known_sheets import LABORATORY, analytes_of
from importers.layout.tables import Table
from registry.workbook.sheets import Column, Kind
from registry.workbook.stored_keys import natural_key


def add_laboratory_records(table: Table, *, without: Collection[int], into: Records) -> None:
    """In the order of the rows. The key of the sheet is that of its results, so that no two rows describe one."""
    parents = [[cell.value for cell in table.cells[name]] for name in natural_key("assessment") if name in table.cells]
    if len(parents) < len(natural_key("assessment")):
        return
    analytes = [column for column in analytes_of(table.sheet) if column.name in table.cells]
    beside = _beside(table, analytes=analytes)
    same: dict[Any, Sequence[Any]] = {}
    forms = [_form(table, analyte=one, parents=parents, beside=beside, same=same) for one in analytes]
    has_key = [
        None not in key and row not in without for row, key in zip(table.rows, zip(*parents, strict=True), strict=True)
    ]
    told = [[_says(cell) for cell in table.cells[one.name]] for one in analytes]
    into.add_side_by_side(forms, said=[list(map(and_, has_key, says)) for says in told])


def _says(cell: Cell) -> bool:
    return cell.value is not None or bool(cell.missing)


def _beside(table: Table, *, analytes: Sequence[Column]) -> Columns:
    """What the long sheet says of a result in columns of their own."""
    own = [c for c in table.sheet.columns if c.entity == LABORATORY and c not in analytes and c.name in table.cells]
    return {column.name: [cell.value for cell in table.cells[column.name]] for column in own}


def _form(
    table: Table, *, analyte: Column, parents: list[list[Any]], beside: Columns, same: dict[Any, Sequence[Any]]
) -> Form:
    results = _results(analyte, cells=table.cells[analyte.name])
    kept = {name: _kept_once(values, same=same) for name, values in results.items()}
    return Form(
        entity=LABORATORY,
        table=table,
        values={**kept, **beside},
        key=(*parents, kept["analyte_code"]),
        columns={name: name for name in table.cells},
        column_of_the_rest=analyte.name,
    )


def _kept_once(values: Sequence[Any], *, same: dict[Any, Sequence[Any]]) -> Sequence[Any]:
    """Most columns say the same in every row, and one list of it is enough for all analytes."""
    first = values[0] if values else None
    return same.setdefault(first, values) if all(value is first for value in values) else values


def _results(analyte: Column, *, cells: Sequence[Cell]) -> Columns:
    """The same variables for a number, a code and the reason for neither: what is stored of a result is one of the three."""
    is_measured = analyte.kind is Kind.ANALYTE
    values, blank = [cell.value for cell in cells], [None] * len(cells)
    return {
        "analyte_code": [analyte.name] * len(cells),
        "value": values if is_measured else blank,
        "value_code": blank if is_measured else values,
        "missing_reason": [(cell.missing or None) if cell.value is None else None for cell in cells],
        "comparator": [cell.comparator for cell in cells],
        "raw_value": [_raw(cell, is_measured=is_measured) for cell in cells],
        "raw_unit": [cell.unit for cell in cells],
    }


def _raw(cell: Cell, *, is_measured: bool) -> str:
    return cell.number if is_measured and cell.value is not None else cell.raw
