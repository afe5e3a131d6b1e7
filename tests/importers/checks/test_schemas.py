"""The gate of every sheet: one schema built from its columns."""

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from importers.checks.schemas import schema_of, shape_problems
from importers.files import messages
from importers.files.cells import Cell
from importers.files.findings import Collector
from importers.layout.known_sheets import laboratory_rows
from importers.layout.tables import Table
from registry.workbook.sheets import Column, Kind, Sheet, sheets

EVERY_SHEET = (*sheets(), laboratory_rows())
VALUES: Mapping[Kind, Any] = {
    Kind.TEXT: "text",
    Kind.DATE: datetime.date(2020, 1, 2),
    Kind.MOMENT: datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.UTC),
}


def fitting(column: Column) -> Any:
    if column.kind in (Kind.CODE, Kind.CODES):
        code = next(iter(column.codes))
        return code if column.kind is Kind.CODE else [code]
    if column.kind in VALUES:
        return VALUES[column.kind]
    high = column.range.hard[1] if column.range else 1.0
    return float(int(high)) if column.kind is Kind.WHOLE else float(high)


def make_table(sheet: Sheet, *, values: Mapping[str, Any]) -> Table:
    """One row with some of the columns."""
    return Table(
        sheet=sheet,
        rows=(2,),
        index_of={2: 0},
        cells={name: [Cell(value=value, raw=str(value))] for name, value in values.items()},
        places={name: place for place, name in enumerate(values, start=1)},
        texts={},
    )


def found(table: Table) -> list[tuple[str, str]]:
    collector = Collector()
    shape_problems(table, collector=collector)
    return [(one.place.name, one.code) for one in collector.findings()]


@pytest.mark.parametrize("sheet", EVERY_SHEET, ids=lambda sheet: sheet.name)
def test_each_sheet_has_a_schema_that_lets_fitting_values_pass(sheet: Sheet) -> None:
    assert set(schema_of(sheet.name).columns) == {column.name for column in sheet.columns}
    assert found(make_table(sheet, values={column.name: fitting(column) for column in sheet.columns})) == []


def wrong(column: Column) -> list[tuple[Any, str]]:
    """Values of the right type that the column does not take, and what they are called."""
    cases: list[tuple[Any, str]] = [(None, messages.REQUIRED.code)] if column.required else []
    if column.kind in (Kind.CODE, Kind.CODES):
        cases.append(("no such code" if column.kind is Kind.CODE else ["no such code"], messages.UNKNOWN_CODE.code))
    if column.kind is Kind.WHOLE:
        cases.append(((column.range.hard[0] if column.range else 0) + 0.5, messages.NOT_WHOLE.code))
    if column.range is not None:
        cases.append((column.range.hard[1] * 10 + 10, messages.OUT_OF_RANGE.code))
    if column.max_length is not None and column.kind is Kind.TEXT:
        cases.append(("x" * (column.max_length + 1), messages.TOO_LONG.code))
    return cases


@pytest.mark.parametrize("sheet", EVERY_SHEET, ids=lambda sheet: sheet.name)
def test_every_code_range_length_and_need_of_a_model_is_held(sheet: Sheet) -> None:
    for column in sheet.columns:
        for value, code in wrong(column):
            assert (column.name, code) in found(make_table(sheet, values={column.name: value})), (column.name, value)


@pytest.mark.parametrize("sheet", EVERY_SHEET, ids=lambda sheet: sheet.name)
def test_a_value_of_another_type_is_the_reader_s_fault_and_nobody_s_finding(sheet: Sheet) -> None:
    typed = [column for column in sheet.columns if column.kind in (*VALUES, Kind.CODES)]
    for column in typed:
        other = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC) if column.kind is Kind.DATE else 5.0
        with pytest.raises(TypeError, match=column.name) as caught:
            found(make_table(sheet, values={column.name: other}))
        assert "5.0" not in str(caught.value)
