"""The hospital's own sheet sent back: its rows to look at under its own headers, each cell colored by what was found in it.

Read again by the same mapping once it is corrected; a hidden token says which row of which upload each row was.
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from importers.files.cells import is_blank
from importers.files.raw import column_letters
from importers.layout.columns import OWN_COLUMNS, OWN_SHEETS, ROW_TOKEN
from importers.layout.row_tokens import token
from importers.mapping.headers import LocatedSheet
from importers.workbooks.sheet_writer import Style, write_cell
from importers.workbooks.summary import Noted
from registry.workbook.sheets import Kind

SEVERITIES = ("error", "query", "warning")
LONGEST_NAME = 31  # of a sheet
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
WIDTHS = (14, 12, 60, 60, 14)

Findings = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignPage:
    """One sheet while it is written. `by_row` is what was found in the rows of the hospital's sheet."""

    page: Any
    sheet: LocatedSheet
    wanted: Sequence[int]
    by_row: Mapping[int, Findings]
    upload: int
    style: Style


def page_name(name: str) -> str:
    """A text file may be called as no sheet of Excel may, or as one that is written beside it."""
    allowed = FORBIDDEN.sub("_", name).strip("'")[:LONGEST_NAME] or "sheet"
    is_taken = allowed.casefold() in {own.casefold() for own in OWN_SHEETS}
    return f"{allowed}_" if is_taken else allowed


def rows_to_look_at(sheet: LocatedSheet, *, report: Mapping[str, Any]) -> tuple[list[int], dict[int, list[Any]]]:
    """Rows held back for any kind of record, and rows in which something was found."""
    found: dict[int, list[Any]] = defaultdict(list)
    for finding in report.get("findings", ()):
        if finding["row"] is not None and finding["sheet"] == sheet.raw.name:
            found[finding["row"]].append(finding)
    held = {row for rows in report.get("held", {}).values() for row in (*rows["own"], *rows["with_parent"])}
    lines = set(sheet.lines)
    return sorted(row for row in {*found, *held} if row in lines), found


def write_foreign_sheet(to: ForeignPage) -> dict[int, Noted]:
    """Gives where each finding's cell stands now, by the identity of the finding."""
    first = to.sheet.lines[0] if to.sheet.lines else to.sheet.header_row + 1
    width = len(to.sheet.names)
    for number, cells in enumerate(to.sheet.raw.rows[: first - 1]):
        for place, cell in enumerate(cells):
            _write(to, at=(number, place), cell=cell, severity="")
    for number, (name, width_of_it) in enumerate(zip(OWN_COLUMNS, WIDTHS, strict=True), start=width):
        to.page.write_string(to.sheet.header_row - 1, number, name, to.style.name)
        hidden = {"hidden": True} if name == ROW_TOKEN else {}
        to.page.set_column(number, number, width_of_it, None, hidden)
    to.page.freeze_panes(to.sheet.header_row, 1)
    noted: dict[int, Noted] = {}
    for place, row in enumerate(to.wanted, start=first - 1):
        findings = sorted(to.by_row.get(row, ()), key=lambda one: SEVERITIES.index(one["severity"]))
        _write_row(to, place=place, row=row, findings=findings)
        for finding in findings:
            noted[id(finding)] = Noted(sheet=to.page.get_name(), cell=f"{finding['column'] or 'A'}{place + 1}")
    return noted


def _write_row(to: ForeignPage, *, place: int, row: int, findings: Findings) -> None:
    by_letter: dict[str, str] = {}
    for finding in findings:
        by_letter.setdefault(finding["column"] or "", finding["severity"])
    cells = to.sheet.raw.rows[row - 1]
    for number in range(len(to.sheet.names)):
        cell, severity = cells[number] if number < len(cells) else "", by_letter.get(column_letters(number + 1), "")
        _write(to, at=(place, number), cell=cell, severity=severity)
    said = [[one[name] for one in findings] for name in ("code", "severity", "en", "zh")]
    texts = ["\n".join(dict.fromkeys(told)) for told in said]
    for number, text in enumerate((*texts, token(to.upload, row=row)), start=len(to.sheet.names)):
        if text:
            write_cell(to.page, place, number, value=text, form=None)


def _write(to: ForeignPage, *, at: tuple[int, int], cell: Any, severity: str) -> None:
    kind = Kind.TEXT if isinstance(cell, str) else Kind.DATE if isinstance(cell, datetime.date) else Kind.NUMBER
    if isinstance(cell, datetime.datetime) and cell.time() != datetime.time():
        kind = Kind.MOMENT
    if not is_blank(cell):
        write_cell(to.page, *at, value=cell, form=to.style.body[kind, severity])
    elif severity:
        to.page.write_blank(*at, None, to.style.body[Kind.TEXT, severity])
