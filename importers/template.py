"""The workbook a center fills in: sheets, labels, lists and limits as registry.sheets describes them."""

import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext_lazy as _
from xlsxwriter.utility import xl_col_to_name

from importers.columns import LISTS_SHEET, README_SHEET
from importers.languages import in_both
from registry.sheets import TEMPLATE_VERSION, Column, Kind, Sheet, sheets

HEADER_ROWS = 4
LAST_ROW = 10_000  # how far dropdowns and limits reach; rows beyond are read all the same
FIRST_DATE, LAST_DATE = "=DATE(1900,1,1)", "=DATE(2100,12,31)"

RULES = (
    _("Fill in the sheets from row 5 on; leave rows 1 to 4 as they are."),
    _("Write dates as YYYY-MM-DD. Columns in dark blue are required."),
    _("Codes come from the lists; several codes in one cell are separated by a semicolon."),
    _("Laboratory values may carry a sign and a unit, such as <0.5 or 4.1 g/dL."),
    _("Leave a cell empty when nothing changes: an empty cell never erases what is stored."),
    _("Never write names, ID-card or telephone numbers anywhere in this workbook."),
)


@dataclass(frozen=True, slots=True)
class _Style:
    name: Any
    required: Any
    label: Any
    hint: Any
    text: Any
    date: Any
    free: Any


def template_bytes(*, center_code: str, center_name: str) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    style = _styles(book)
    _write_readme(book, center_code=center_code, center_name=center_name, style=style)
    lists = _Lists(book)
    for sheet in sheets():
        _write_sheet(book, sheet=sheet, lists=lists, style=style)
    lists.sheet.hide()
    book.close()
    return target.getvalue()


def hint(column: Column) -> str:
    """What row 4 says of a column: form, codes, unit."""
    what = {
        Kind.DATE: "YYYY-MM-DD",
        Kind.CODE: " / ".join(column.codes),
        Kind.CODES: "; ".join(column.codes),
        Kind.TEXT: f"≤ {column.max_length}" if column.max_length else "",
    }.get(column.kind, "")
    if column.range is not None:
        low, high = column.range.hard
        units = " | ".join(unit for unit in (column.range.unit, *column.range.factors) if unit not in {"", "1"})
        what = f"{units} [{low:,g}–{high:,g}]".strip()
    return f"* {what}".rstrip() if column.required else what


def _styles(book: Any) -> _Style:
    return _Style(
        name=book.add_format({"bold": True, "bg_color": "#DCE6F1", "font_color": "#1F3864", "locked": True}),
        required=book.add_format({"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "locked": True}),
        label=book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#F2F2F2", "locked": True}),
        hint=book.add_format(
            {
                "text_wrap": True,
                "valign": "top",
                "italic": True,
                "font_color": "#595959",
                "bg_color": "#F2F2F2",
                "locked": True,
            }
        ),
        text=book.add_format({"num_format": "@", "locked": False}),
        date=book.add_format({"num_format": "yyyy-mm-dd", "locked": False}),
        free=book.add_format({"locked": False}),
    )


class _Lists:
    """Every list of codes, once, on a hidden sheet: a dropdown may not be longer than 255 characters by itself."""

    def __init__(self, book: Any) -> None:
        self.book, self.sheet, self.known = book, book.add_worksheet(LISTS_SHEET), dict[tuple[str, ...], str]()

    def range_of(self, codes: tuple[str, ...]) -> str:
        if codes not in self.known:
            letter = xl_col_to_name(len(self.known))
            self.sheet.write_column(0, len(self.known), codes)
            self.known[codes] = f"='{LISTS_SHEET}'!${letter}$1:${letter}${len(codes)}"
        return self.known[codes]


def _write_readme(book: Any, *, center_code: str, center_name: str, style: _Style) -> None:
    sheet = book.add_worksheet(README_SHEET)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80, style.text)
    about = {
        "template_version": TEMPLATE_VERSION,
        "center_code": center_code,
        "center_name": center_name,
        "cutoff_date": "",
    }
    for row, (name, value) in enumerate(about.items()):
        sheet.write_string(row, 0, name, style.name)
        sheet.write_string(row, 1, value, style.text)
    for row, rule in enumerate(RULES, start=len(about) + 1):
        english, chinese = in_both(lambda rule=rule: str(rule))  # type: ignore[misc]
        sheet.write_string(2 * row - len(about) - 1, 1, english)
        sheet.write_string(2 * row - len(about), 1, chinese)


def _write_sheet(book: Any, *, sheet: Sheet, lists: _Lists, style: _Style) -> None:
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(HEADER_ROWS, 1)
    page.set_row(HEADER_ROWS - 1, 45)
    page.protect(
        "",
        {
            "format_columns": True,
            "format_rows": True,
            "insert_rows": True,
            "delete_rows": True,
            "sort": True,
            "autofilter": True,
        },
    )
    for number, column in enumerate(sheet.columns):
        english, chinese = in_both(lambda column=column: str(column.label))  # type: ignore[misc]
        page.set_column(number, number, max(12, min(28, len(column.name) + 3)), _body(column, style=style))
        page.write_string(0, number, column.name, style.required if column.required else style.name)
        page.write_string(1, number, english, style.label)
        page.write_string(2, number, chinese, style.label)
        page.write_string(3, number, hint(column), style.hint)
        limits = _validation(column, lists=lists)
        if limits:
            page.data_validation(HEADER_ROWS, number, LAST_ROW, number, {"ignore_blank": True, **limits})


def _body(column: Column, *, style: _Style) -> Any:
    return {Kind.DATE: style.date, Kind.TEXT: style.text}.get(column.kind, style.free)


def _validation(column: Column, *, lists: _Lists) -> dict[str, Any] | None:
    """Laboratory values and lists of codes are checked when read: Excel cannot express what they may hold."""
    if column.kind is Kind.CODE:
        return {"validate": "list", "source": lists.range_of(tuple(column.codes))}
    if column.kind is Kind.DATE:
        return {"validate": "date", "criteria": "between", "minimum": FIRST_DATE, "maximum": LAST_DATE}
    if column.kind in {Kind.NUMBER, Kind.WHOLE} and column.range is not None:
        kind = "integer" if column.kind is Kind.WHOLE else "decimal"
        low, high = column.range.hard
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high, "error_type": "warning"}
    return None
