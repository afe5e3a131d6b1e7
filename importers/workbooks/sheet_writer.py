"""How a sheet of ours looks in Excel: four header rows, lists and limits, and cells that keep what they are."""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from importers.files.cells import shown
from importers.layout.columns import LISTS_SHEET
from registry.languages import in_both
from registry.workbook.sheets import Column, Kind

HEADER_ROWS = 4
LAST_ROW = 10_000  # how far dropdowns and limits reach; rows beyond are read all the same
LONGEST_TEXT = 32_767  # of a cell in Excel
DIGITS_KEPT = 16  # of a number in a workbook: one written with more comes back as another
FIRST_DATE, LAST_DATE = "=DATE(1900,1,1)", "=DATE(2100,12,31)"
MAY_DO = ("format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
FORMATS: Mapping[Kind, Mapping[str, str]] = {
    Kind.TEXT: {"num_format": "@"},
    Kind.DATE: {"num_format": "yyyy-mm-dd"},
    Kind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    Kind.NUMBER: {},
}
FILLS: Mapping[str, str] = {"": "", "error": "#F8CBAD", "query": "#FFE699", "warning": "#DDEBF7"}


@dataclass(frozen=True, slots=True)
class Style:
    """`body` are the formats of cells by (what a cell holds, severity of what was found in it)."""

    name: Any
    required: Any
    label: Any
    hint: Any
    body: Mapping[tuple[Kind, str], Any]

    def of(self, column: Column, *, severity: str = "") -> Any:
        kind = column.kind if column.kind in FORMATS else Kind.NUMBER
        return self.body[kind, severity]


def styles_of(book: Any) -> Style:
    gray = {"text_wrap": True, "valign": "top", "bg_color": "#F2F2F2", "locked": True}
    return Style(
        name=book.add_format({"bold": True, "bg_color": "#DCE6F1", "font_color": "#1F3864", "locked": True}),
        required=book.add_format({"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "locked": True}),
        label=book.add_format(gray),
        hint=book.add_format({**gray, "italic": True, "font_color": "#595959"}),
        body={
            (kind, severity): book.add_format({**form, "locked": False, **({"bg_color": fill} if fill else {})})
            for kind, form in FORMATS.items()
            for severity, fill in FILLS.items()
        },
    )


class Lists:
    """Every list of codes, once, on a hidden sheet: a dropdown may not be longer than 255 characters by itself."""

    def __init__(self, book: Any) -> None:
        self.sheet, self.known = book.add_worksheet(LISTS_SHEET), dict[tuple[str, ...], str]()
        self.sheet.hide()

    def range_of(self, codes: tuple[str, ...]) -> str:
        if codes not in self.known:
            letter = xl_col_to_name(len(self.known))
            for row, code in enumerate(codes):
                self.sheet.write_string(row, len(self.known), code)
            self.known[codes] = f"='{LISTS_SHEET}'!${letter}$1:${letter}${len(codes)}"
        return self.known[codes]


def hint(column: Column) -> str:
    """What row 4 says of a column: form, codes, unit."""
    what = {
        Kind.DATE: "YYYY-MM-DD",
        Kind.MOMENT: "YYYY-MM-DD HH:MM",
        Kind.CODE: " / ".join(column.codes),
        Kind.CODES: "; ".join(column.codes),
        Kind.TEXT: f"≤ {column.max_length}" if column.max_length else "",
    }.get(column.kind, "")
    if column.range is not None:
        low, high = column.range.hard
        units = " | ".join(unit for unit in (column.range.unit, *column.range.factors) if unit not in {"", "1"})
        what = f"{units} [{low:,g}–{high:,g}]".strip()
    return f"* {what}".rstrip() if column.required else what


def write_head(
    page: Any, *, columns: Sequence[Column], lists: Lists, style: Style, patients: tuple[str, ...] = ()
) -> None:
    """Machine names, labels in two languages and hints, locked; below them lists and limits. `patients` are offered, not demanded."""
    page.freeze_panes(HEADER_ROWS, 1)
    page.set_row(HEADER_ROWS - 1, 45)
    page.protect("", dict.fromkeys(MAY_DO, True))
    for number, column in enumerate(columns):
        english, chinese = in_both(column.label)
        page.set_column(number, number, max(12, min(28, len(column.name) + 3)), style.of(column))
        page.write_string(0, number, column.name, style.required if column.required else style.name)
        page.write_string(1, number, english, style.label)
        page.write_string(2, number, chinese, style.label)
        page.write_string(3, number, hint(column), style.hint)
        is_reference = column.name == "local_id" and not column.entity
        limits = _known_patients(patients, lists=lists) if is_reference else _validation(column, lists=lists)
        if limits:
            page.data_validation(HEADER_ROWS, number, LAST_ROW, number, {"ignore_blank": True, **limits})


def write_cell(page: Any, row: int, column: int, *, value: Any, form: Any) -> None:
    """As the type it has; text is never run as a formula, and no digit of a number is lost."""
    if isinstance(value, str):
        if value:
            page.write_string(row, column, value[:LONGEST_TEXT], form)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, form)
    elif isinstance(value, int | float):
        text = repr(value)
        if len(text) <= DIGITS_KEPT and math.isfinite(value):
            page.write_number(row, column, value, form)
        else:
            page.write_string(row, column, text, form)
    elif isinstance(value, datetime.datetime | datetime.date):
        page.write_datetime(row, column, value, form)
    elif value is not None:
        page.write_string(row, column, shown(value)[:LONGEST_TEXT], form)


def _known_patients(patients: tuple[str, ...], *, lists: Lists) -> dict[str, Any] | None:
    if not patients:
        return None
    return {"validate": "list", "source": lists.range_of(patients), "error_type": "information"}


def _validation(column: Column, *, lists: Lists) -> dict[str, Any] | None:
    """Laboratory values and lists of codes are checked when read: Excel cannot express what they may hold."""
    if column.kind is Kind.CODE:
        return {"validate": "list", "source": lists.range_of(tuple(column.codes)), "error_type": "warning"}
    if column.kind is Kind.DATE:
        limits = {"criteria": "between", "minimum": FIRST_DATE, "maximum": LAST_DATE, "error_type": "warning"}
        return {"validate": "date", **limits}
    if column.kind in {Kind.NUMBER, Kind.WHOLE} and column.range is not None:
        kind = "integer" if column.kind is Kind.WHOLE else "decimal"
        low, high = column.range.hard
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high, "error_type": "warning"}
    return None
