"""Rows of a center as the sheets of an upload workbook, in the template's form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from demo.cohort.margins import CUTOFF
from demo.fault import Formula
from importers.layout.columns import README_SHEET
from importers.workbooks.sheet_writer import HEADER_ROWS, hint
from registry.languages import in_both
from registry.workbook.sheets import TEMPLATE_VERSION, Sheet, sheets

CREATED = datetime(2023, 9, 1, tzinfo=UTC)  # fixed, so that the same rows make the same file


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet as its cells, header rows included. A row may be empty; `merged` are ranges such as A6:B6."""

    name: str
    rows: Sequence[Sequence[Any]]
    merged: tuple[str, ...] = ()


def pages(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterable[Page]:
    """Every sheet of the template, one at a time, with the center's rows by sheet name."""
    for sheet in sheets():
        names = [column.name for column in sheet.columns]
        body = [[row.get(name) for name in names] for row in rows.get(sheet.name, ())]
        yield Page(name=sheet.name, rows=[*headers(sheet), *body])


def headers(sheet: Sheet) -> tuple[list[str], ...]:
    """Machine names, English labels, Chinese labels, hints: the four header rows of the template."""
    labels = [in_both(lambda column=column: str(column.label)) for column in sheet.columns]  # type: ignore[misc]
    names = [column.name for column in sheet.columns]
    found = names, [english for english, _ in labels], [chinese for _, chinese in labels], [*map(hint, sheet.columns)]
    if len(found) != HEADER_ROWS:
        raise AssertionError(f"the template has {HEADER_ROWS} header rows")
    return found


def about(center: str) -> dict[str, str]:
    return {"template_version": TEMPLATE_VERSION, "center_code": center, "cutoff_date": CUTOFF.isoformat()}


def write_pages(path: Path, *, facts: Mapping[str, str], content: Iterable[Page]) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": CREATED.replace(tzinfo=None), "title": f"Synthetic {path.stem}"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        readme = book.add_worksheet(README_SHEET)
        for place, fact in enumerate(facts.items()):
            readme.write_row(place, 0, fact)
        for page in content:
            _write_page(book.add_worksheet(page.name), page=page, day=day)
    return path


def _write_page(target: Worksheet, *, page: Page, day: Any) -> None:
    for place, row in enumerate(page.rows):
        for across, value in enumerate(row):
            _write_cell(target, place, across, value, day)
    target.merge.extend(_corners(reference) for reference in page.merged)


def _corners(reference: str) -> list[int]:
    """xlsxwriter's merge_range would write the cells anew, which a file written row by row cannot."""
    first, last = reference.split(":")
    return [*_place(first), *_place(last)]


def _place(reference: str) -> tuple[int, int]:
    row, column = xlsxwriter.utility.xl_cell_to_rowcol(reference)
    return row, column


def _write_cell(page: Worksheet, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 (a cell has no zone)
    elif isinstance(value, list):
        page.write_string(row, column, ";".join(value))
    elif isinstance(value, str):
        page.write_string(row, column, value)
    elif isinstance(value, Formula):
        page.write_formula(row, column, value.text, None, value.result)
    elif value is not None:
        page.write_number(row, column, value)
