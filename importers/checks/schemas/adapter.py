"""Pandera's failure cases → findings with sheet, row and column."""

from dataclasses import replace
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
    try:
        schema_of(table.sheet.name).validate(_frame(table), lazy=True)
    except pa.errors.SchemaErrors as errors:
        failed = errors.failure_cases[["column", "check", "index"]].drop_duplicates()
    else:
        return
    _refuse_other_types(failed, sheet=table.sheet.name)
    for name, check, row in failed.itertuples(index=False):
        place = table.place(int(row), name=str(name))
        if place not in collector.bad_places:
            value = table.cell(int(row), name=str(name)).value
            problem = _problem(str(check), sheet=table.sheet.name, column=table.sheet.column(str(name)), value=value)
            collector.add(problem, at=place, found=table.found(int(row), name=str(name)))


def _refuse_other_types(failed: pd.DataFrame, *, sheet: str) -> None:
    """Whoever read the cells is wrong, not the file."""
    wrong = failed.loc[failed["check"] == TYPE, "column"]
    if len(wrong):
        raise TypeError(f"{sheet}: {', '.join(sorted(set(wrong)))} was read into another type than the column has")


def _frame(table: Table) -> pd.DataFrame:
    """Indexed by Excel row; numbers as floats, so that one missing value does not make a column of objects."""
    index, kinds = pd.Index(table.rows), {column.name: column.kind for column in table.sheet.columns}
    columns = {
        name: pd.Series([cell.value for cell in column], index=index, dtype=float if kinds[name] in NUMBERS else object)
        for name, column in table.cells.items()
    }
    return pd.DataFrame(columns, index=index, copy=False)


def _unknown_code(found: str, *, choices: tuple[str, str]) -> Problem:
    """The list is what the reader chooses from: it is not cut as what was found is."""
    problem = messages.UNKNOWN_CODE.about(found=found)
    return replace(problem, values={**problem.values, "allowed": choices[0], "allowed_zh": choices[1]})


@cache  # a file may have a hundred thousand such cells
def _choices(sheet: str, *, name: str) -> tuple[str, str]:
    codes = sheet_named(sheet).column(name).codes
    english, chinese = in_both(lambda: listed_codes(dict(islice(codes.items(), SHOWN_CODES))))
    return (f"{english}, …", f"{chinese}……") if len(codes) > SHOWN_CODES else (english, chinese)


def _problem(check: str, *, sheet: str, column: Column, value: object) -> Problem:
    if check == messages.UNKNOWN_CODE.code:
        unknown = "; ".join(code for code in value if code not in column.codes) if isinstance(value, list) else value
        return _unknown_code(str(unknown), choices=_choices(sheet, name=column.name))
    if check == messages.OUT_OF_RANGE.code and column.range is not None:
        low, high = column.range.hard
        return messages.OUT_OF_RANGE.about(
            found=f"{value:g}", low=f"{low:,g}", high=f"{high:,g}", unit=column.range.unit
        )
    if check == messages.NOT_WHOLE.code:
        return messages.NOT_WHOLE.about(found=f"{value:g}")
    if check == messages.TOO_LONG.code:
        return messages.TOO_LONG.about(length=len(str(value)), limit=column.max_length)
    return messages.REQUIRED.about()
