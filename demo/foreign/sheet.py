"""A workbook as a hospital's system exports it, with what is wrong in it known cell by cell."""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

MAPPINGS = Path(__file__).parent / "mappings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """`code` is that of the finding by which the fault must be told, in this row (as Excel counts) of this column."""

    row: int
    header: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignSheet:
    """`head` are the rows above the headers. Cells are texts, numbers, dates, or None."""

    filename: str
    sheet: str
    mapping: str  # the name of its mapping, a file beside this one
    head: Sequence[Sequence[Any]]
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    planted: Sequence[Planted] = field(default_factory=tuple)

    @property
    def first_row(self) -> int:
        return len(self.head) + 2

    @property
    def mapping_text(self) -> str:
        return (MAPPINGS / f"{self.mapping}.yaml").read_text(encoding="utf-8")

    def as_workbook(self) -> bytes:
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
        page = book.add_worksheet(self.sheet)
        for number, row in enumerate([*self.head, self.headers, *self.rows]):
            for place, cell in enumerate(row):
                _write(page, number, place, cell=cell)
        book.close()
        return target.getvalue()


def _write(page: Any, row: int, column: int, *, cell: Any) -> None:
    if isinstance(cell, datetime.date):
        page.write_datetime(row, column, cell)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell)
    elif cell is not None:
        page.write_string(row, column, cell)
