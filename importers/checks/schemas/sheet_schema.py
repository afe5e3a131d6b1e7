"""One pandera schema per sheet, built from its columns. The name of a check is the code of what it finds."""

import datetime
from collections.abc import Iterable, Mapping
from functools import cache, partial
from typing import Any

import pandas as pd
import pandera.pandas as pa

from importers.files import messages
from importers.layout.known_sheets import sheet_named
from registry.workbook.sheets import Column, Kind

NUMBERS = {Kind.NUMBER, Kind.WHOLE, Kind.ANALYTE}
TYPE = "type"  # of a check that no file can fail: its cells are read into these, or not at all
TYPES: Mapping[Kind, type] = {
    Kind.TEXT: str,
    Kind.DATE: datetime.date,
    Kind.MOMENT: datetime.datetime,
    Kind.CODES: list,
}


@cache
def schema_of(sheet: str) -> pa.DataFrameSchema:
    columns = sheet_named(sheet).columns
    return pa.DataFrameSchema({column.name: _column(column) for column in columns}, strict=False)


def _column(column: Column) -> pa.Column:
    kind = float if column.kind in NUMBERS else object
    return pa.Column(kind, checks=list(_checks(column)), nullable=True, required=False)


def _checks(column: Column) -> Iterable[pa.Check]:
    if column.required:
        yield pa.Check(_is_filled, error=messages.REQUIRED.code, ignore_na=False)
    if column.kind in TYPES:
        yield pa.Check(partial(_are_all, of=TYPES[column.kind]), error=TYPE)
    if column.kind is Kind.CODE:
        yield pa.Check.isin(list(column.codes), error=messages.UNKNOWN_CODE.code)
    if column.kind is Kind.CODES:
        allowed = frozenset(column.codes)
        yield pa.Check(lambda given: given.map(allowed.issuperset), error=messages.UNKNOWN_CODE.code)
    if column.kind is Kind.WHOLE:
        yield pa.Check(_is_whole, error=messages.NOT_WHOLE.code)
    if column.range is not None:
        low, high = column.range.hard
        yield pa.Check.in_range(low, high, error=messages.OUT_OF_RANGE.code)
    if column.max_length is not None and column.kind is Kind.TEXT:
        yield pa.Check.str_length(max_value=column.max_length, error=messages.TOO_LONG.code)


def _are_all(values: "pd.Series[Any]", *, of: type) -> "pd.Series[bool]":
    """Of just this type: a moment is a date as well, but not one of a column of dates."""
    return values.map(type).isin([of])


def _is_filled(values: "pd.Series[Any]") -> "pd.Series[bool]":
    return values.notna()


def _is_whole(numbers: "pd.Series[float]") -> "pd.Series[bool]":
    return numbers == numbers.round()
