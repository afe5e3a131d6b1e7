"""The sheets an upload may have: those of the template, and the laboratory's with one row per result."""

from dataclasses import replace
from functools import cache

from importers.mapping.catalog import ANALYTE, UNIT, VALUE
from registry.workbook.sheets import Column, Sheet, long_laboratory_sheet, sheet_of, sheets

LABORATORY = "labresult"
READ_TOGETHER = {ANALYTE, VALUE, UNIT}


@cache
def sheet_named(name: str) -> Sheet:
    return next(sheet for sheet in (*sheets(), laboratory_rows()) if sheet.name == name)


@cache
def laboratory_rows() -> Sheet:
    """The long sheet with the columns of the wide one behind its own: its rows are read into those.

    Code, value and unit make one cell of the analyte's column, so by themselves they belong to no record.
    """
    long, wide = long_laboratory_sheet(), sheet_of(LABORATORY)
    references, analytes = wide.columns[:3], wide.columns[3:]
    own = [replace(c, entity="" if c.name in READ_TOGETHER else c.entity) for c in long.columns[3:]]
    return replace(long, columns=(*references, *own, *analytes))


def analytes_of(sheet: Sheet) -> list[Column]:
    """The columns whose cells are results."""
    return [c for c in sheet.columns if c.entity == LABORATORY and c.variable in {"value", "value_code"}]
