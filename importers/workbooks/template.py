"""The workbook a center fills in: sheets, labels, lists and limits as registry.workbook.sheets describes them."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from importers.layout.columns import EXAMPLE_SHEET, README_SHEET
from importers.workbooks.sheet_writer import HEADER_ROWS, Lists, Style, styles_of, write_cell, write_head
from registry.languages import in_both
from registry.workbook.sheets import TEMPLATE_VERSION, Column, Kind, Sheet, sheets

EXAMPLE_COLUMNS = 12
EXAMPLE_DATE = "2024-03-15"
EXAMPLE_ID = "0001"

RULES = (
    _("Enter data from row 5 onward; do not change rows 1 to 4."),
    _("Enter dates as YYYY-MM-DD. Dark blue columns are required."),
    _("Select codes from the lists; separate multiple codes in one cell with semicolons."),
    _("Laboratory values may include a comparison sign and a unit, for example <0.5 or 4.1 g/dL."),
    _(
        "If a value is missing for a known reason, enter ND (not done), UNK (unknown), NA (not "
        "applicable) or NR (not recorded)."
    ),
    _("Leave a cell empty to make no change: an empty cell never erases the stored value."),
    _("Never enter names, ID card numbers or phone numbers anywhere in this workbook."),
)

NOT_IN_IT = _("Stored and retained, but not included in this workbook:")

Rows = Callable[[Sheet], Iterable[Mapping[str, Any]]]


def no_rows(_sheet: Sheet) -> Iterable[Mapping[str, Any]]:
    """An empty template."""
    return ()


def template_bytes(
    *,
    center_code: str,
    center_name: str,
    patients: Iterable[str] = (),
    rows: Rows = no_rows,
    missing: Sequence[str | Promise] = (),
) -> bytes:
    """`patients` are the center's study numbers, offered wherever one is asked for; `rows` what stands in a sheet already.

    `missing` is what is stored and yet not in the rows.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    style, offered = styles_of(book), tuple(patients)
    write_readme(book, center_code=center_code, center_name=center_name, style=style, missing=missing)
    pages = [(sheet, book.add_worksheet(sheet.name)) for sheet in sheets()]
    _write_example(book, style=style)
    lists = Lists(book)
    for sheet, page in pages:
        write_head(page, columns=sheet.columns, lists=lists, style=style, patients=offered)
        _write_rows(page, columns=sheet.columns, rows=rows(sheet), style=style)
    book.close()
    return target.getvalue()


def write_readme(
    book: Any, *, center_code: str, center_name: str, style: Style, missing: Sequence[str | Promise] = ()
) -> None:
    sheet = book.add_worksheet(README_SHEET)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80, style.body[Kind.TEXT, ""])
    about = {
        "template_version": TEMPLATE_VERSION,
        "center_code": center_code,
        "center_name": center_name,
        "cutoff_date": "",
    }
    for row, (name, value) in enumerate(about.items()):
        sheet.write_string(row, 0, name, style.name)
        sheet.write_string(row, 1, value, style.body[Kind.TEXT, ""])
    warned = [sentence for one in ((NOT_IN_IT, *missing) if missing else ()) for sentence in in_both(one)]
    sentences = [sentence for rule in RULES for sentence in in_both(rule)]
    for row, sentence in enumerate((*warned, *sentences), start=len(about) + 1):
        sheet.write_string(row, 1, sentence, style.body[Kind.TEXT, "query" if row <= len(about) + len(warned) else ""])


def _write_rows(page: Any, *, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], style: Style) -> None:
    places = {column.name: (number, style.of(column)) for number, column in enumerate(columns)}
    for row, values in enumerate(rows, start=HEADER_ROWS):
        for name, value in values.items():
            if name in places and value is not None:
                number, form = places[name]
                write_cell(page, row, number, value=value, form=form)


def _write_example(book: Any, *, style: Style) -> None:
    """A row of each sheet with made-up values. Nothing on this sheet is read."""
    page, row = book.add_worksheet(EXAMPLE_SHEET), 0
    page.set_column(0, EXAMPLE_COLUMNS, 18)
    page.protect()
    for sheet in sheets():
        english, chinese = in_both(sheet.title)
        page.write_string(row, 0, f"{sheet.name}: {english} {chinese}", style.required)
        for number, column in enumerate(_shown_in_example(sheet)):
            page.write_string(row + 1, number, column.name, style.name)
            page.write_string(row + 2, number, _example(column))
        row += 4


def _shown_in_example(sheet: Sheet) -> list[Column]:
    wanted = [column for column in sheet.columns if column.required or column.name in sheet.key]
    wanted += [column for column in sheet.columns if column not in wanted]
    return wanted[:EXAMPLE_COLUMNS]


def _example(column: Column) -> str:
    if column.name == "local_id":
        return EXAMPLE_ID
    if column.codes:
        return next(iter(column.codes))
    if column.kind is Kind.DATE:
        return EXAMPLE_DATE
    return f"{sum(column.range.soft) / 2:g}" if column.range is not None else "…"
