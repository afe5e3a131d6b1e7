"""One pandera schema per sheet, built from its columns. The name of a check is the code of what it finds."""

from collections.abc import Iterable
from functools import cache

import pandas as pd
import pandera.pandas as pa

from importers.files import messages
from importers.layout.known_sheets import sheet_named
from registry.workbook.sheets import Column, Kind


@cache
def schema_of(sheet: str) -> pa.DataFrameSchema:
    columns = sheet_named(sheet).columns
    return pa.DataFrameSchema({column.name: _column(column) for column in columns}, strict=False)


def _column(column: Column) -> pa.Column:
    return pa.Column(checks=list(_checks(column)), nullable=not column.required, required=False)


def _checks(column: Column) -> Iterable[pa.Check]:
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


def _is_whole(numbers: "pd.Series[float]") -> "pd.Series[bool]":
    return numbers == numbers.round()
