"""Pandera's failure cases → findings with sheet, row and column."""

from functools import cache
from itertools import islice

import pandas as pd
import pandera.pandas as pa

from importers.checks.schemas.sheet_schema import NUMBERS, TYPE, schema_of
from importers.files import messages
from importers.files.findings import Collector
from importers.files.messages import Problem
from importers.layout.known_sheets import sheet_named
from importers.layout.tables import Table
from registry.languages import in_both, listed_codes
from registry.workbook.sheets import Column

SHOWN_CODES = 20  # of a longer list nobody reads more in one sentence


def shape_problems(table: Table, *, collector: Collector) -> None:
    """Add what the schema of this sheet refuses, once per cell; a cell that could not be read has been told already."""
    columns = schema_of(table.sheet.name).columns
    for name in filter(table.cells.__contains__, columns):
        for check, row in _failed(table, schema=columns[name]):
            place = table.place(row, name=name)
            if place not in collector.bad_places:
                value = table.cell(row, name=name).value
                problem = _problem(check, sheet=table.sheet.name, column=table.sheet.column(name), value=value)
                collector.add(problem, at=place, found=table.found(row, name=name))


@cache  # a file may have a hundred thousand such cells
def codes_with_labels(sheet: str, *, name: str) -> tuple[messages.Listed, messages.Listed]:
    """In both languages: HIST (Histology), IMG (Imaging). A label that repeats its code is left out; a long list is cut."""
    codes = sheet_named(sheet).column(name).codes
    english, chinese = in_both(lambda: listed_codes(dict(islice(codes.items(), SHOWN_CODES))))
    more = ("", "") if len(codes) <= SHOWN_CODES else (", …", "……")
    return messages.Listed(english + more[0]), messages.Listed(chinese + more[1])


def shown_unit(unit: str) -> str:
    """The unit of a ratio is 1, which nobody writes."""
    return "" if unit == "1" else unit


def _failed(table: Table, *, schema: pa.Column) -> list[tuple[str, int]]:
    """(check, row). Column by column: pandera joins what failed, and of columns of several types pandas cannot tell which it becomes."""
    frame = _frame(table, name=schema.name)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        failed = errors.failure_cases[["check", "index"]].drop_duplicates()
    else:
        return []
    if TYPE in set(failed["check"]):  # whoever read the cells is wrong, not the file
        raise TypeError(f"{table.sheet.name}: {schema.name} was read into another type than the column has")
    return [(str(check), int(row)) for check, row in failed.itertuples(index=False)]


def _frame(table: Table, *, name: str) -> pd.DataFrame:
    """Indexed by Excel row; numbers as floats, so that one missing value does not make a column of objects."""
    kind = float if table.sheet.column(name).kind in NUMBERS else object
    return pd.DataFrame({name: pd.Series([cell.value for cell in table.cells[name]], index=table.rows, dtype=kind)})


def _problem(check: str, *, sheet: str, column: Column, value: object) -> Problem:
    if check == messages.UNKNOWN_CODE.code:
        unknown = "; ".join(code for code in value if code not in column.codes) if isinstance(value, list) else value
        allowed, allowed_zh = codes_with_labels(sheet, name=column.name)
        return messages.UNKNOWN_CODE.about(found=unknown, allowed=allowed, allowed_zh=allowed_zh)
    if check == messages.OUT_OF_RANGE.code and column.range is not None:
        low, high = column.range.hard
        return messages.OUT_OF_RANGE.about(
            found=f"{value:g}", low=f"{low:,g}", high=f"{high:,g}", unit=shown_unit(column.range.unit)
        )
    if check == messages.NOT_WHOLE.code:
        return messages.NOT_WHOLE.about(found=f"{value:g}")
    if check == messages.TOO_LONG.code:
        return messages.TOO_LONG.about(length=len(str(value)), limit=column.max_length)
    return messages.REQUIRED.about()
