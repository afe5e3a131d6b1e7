"""The workbook sent back: the rows to look at with their keys, each cell colored by what was found in it, in both languages.

It is a template in itself, so once corrected it can be sent. A hidden token says which row of which upload each row was.
"""

import datetime
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from importers.checks.check import NO_HEADER_MAPPING
from importers.files import cells
from importers.files.garbage_collection import garbage_collection_paused
from importers.files.raw import RawSheet, Workbook, WorkbookRefused, column_letters
from importers.layout.columns import OWN_COLUMNS, ROW_TOKEN, SUMMARY_SHEET, Layout
from importers.layout.recognition import HeaderMapping, sent_sheets
from importers.layout.row_tokens import token
from importers.mapping.headers import located
from importers.mapping.language import SheetMapping
from importers.models import Upload
from importers.storage.center_mappings import parts_of
from importers.storage.mapping import header_mapping_of
from importers.storage.originals import stored_workbook
from importers.workbooks.foreign_feedback import ForeignPage, page_name, rows_to_look_at, write_foreign_sheet
from importers.workbooks.sheet_writer import HEADER_ROWS, Lists, Style, styles_of, write_cell, write_head
from importers.workbooks.summary import Noted, write_summary
from importers.workbooks.template import write_readme
from registry.workbook.sheets import Column, Kind, sheets

SEVERITIES = ("error", "query", "warning")
MOST_COMMENTS = 2_000  # of a sheet: Excel opens more of them slowly; the columns at the right say them all
COMMENT_SIZE = {"x_scale": 2.2, "y_scale": 1.3, "author": "Caliper"}

Findings = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A sheet as it was sent. `wanted` are its rows to look at, `by_row` what was found in them."""

    raw: RawSheet
    layout: Layout
    wanted: Sequence[int]
    by_row: Mapping[int, Findings]

    @cached_property
    def columns(self) -> list[Column]:
        """All that the template has; of a laboratory's own form those that were sent."""
        sheet = self.layout.sheet
        return [column for column in sheet.columns if sheet in sheets() or column.name in self.layout.places]


@dataclass(slots=True)
class _Page:
    """One sheet while it is written."""

    page: Any
    marked: Marked
    upload: int
    style: Style
    epoch_1904: bool
    comments: int = 0
    places: dict[str, int] = field(default_factory=dict)
    sent: list[tuple[int, int, Column, Any]] = field(
        default_factory=list
    )  # where each column sent is to stand, and how


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whose file it is. `upload` is 0 for one that was only checked."""

    center_code: str
    center_name: str
    filename: str
    upload: int = 0


def annotated_upload(upload: Upload) -> bytes:
    """Of an upload that has been checked. A file that could not be read comes back as a summary alone."""
    center = upload.center
    try:
        book = stored_workbook(upload)
    except WorkbookRefused:
        book = Workbook(sha256=upload.sha256, sheets=(), epoch_1904=False)
    origin = Origin(center_code=center.center_code, center_name=center.name, filename=upload.filename, upload=upload.pk)
    known = parts_of(upload.mapping) or header_mapping_of(center.pk)
    return annotated_bytes(book, report=upload.report or {}, origin=origin, header_mapping=known)


@garbage_collection_paused()
def annotated_bytes(
    book: Workbook,
    *,
    report: Mapping[str, Any],
    origin: Origin,
    header_mapping: HeaderMapping | SheetMapping = NO_HEADER_MAPPING,
) -> bytes:
    target = io.BytesIO()
    out = xlsxwriter.Workbook(target, {"in_memory": True})
    if isinstance(header_mapping, SheetMapping):
        _write_foreign(out, book=book, report=report, origin=origin, mapping=header_mapping)
        out.close()
        return target.getvalue()
    style, marked = styles_of(out), marked_sheets(book, report=report, header_mapping=header_mapping)
    write_readme(out, center_code=origin.center_code, center_name=origin.center_name, style=style)
    summary = out.add_worksheet(SUMMARY_SHEET)
    pages = [out.add_worksheet(one.layout.sheet.name) for one in marked]
    lists = Lists(out)
    noted: dict[int, Noted] = {}  # by the identity of each finding
    for one, page in zip(marked, pages, strict=True):
        write_head(page, columns=one.columns, lists=lists, style=style)
        noted |= _write_rows(
            _Page(page=page, marked=one, upload=origin.upload, style=style, epoch_1904=book.epoch_1904)
        )
    write_summary(summary, report=report, noted=noted, filename=origin.filename, style=style)
    out.close()
    return target.getvalue()


def _write_foreign(
    out: Any, *, book: Workbook, report: Mapping[str, Any], origin: Origin, mapping: SheetMapping
) -> None:
    style, sheet, noted = styles_of(out), located(book, mapping=mapping), dict[int, Noted]()
    write_readme(out, center_code=origin.center_code, center_name=origin.center_name, style=style)
    summary = out.add_worksheet(SUMMARY_SHEET)
    wanted, by_row = rows_to_look_at(sheet, report=report) if sheet is not None else ([], {})
    if sheet is not None and wanted:
        page = out.add_worksheet(page_name(sheet.raw.name))
        noted = write_foreign_sheet(
            ForeignPage(page=page, sheet=sheet, wanted=wanted, by_row=by_row, upload=origin.upload, style=style)
        )
    write_summary(summary, report=report, noted=noted, filename=origin.filename, style=style)


def marked_sheets(book: Workbook, *, report: Mapping[str, Any], header_mapping: HeaderMapping) -> list[Marked]:
    """Those with rows to look at: rows held back, and rows in which something was found."""
    found: dict[str, dict[int, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for finding in report.get("findings", ()):
        if finding["row"] is not None:
            found[finding["sheet"]][finding["row"]].append(finding)
    marked = []
    for raw, layout in sent_sheets(book, header_mapping=header_mapping) if report.get("sheets") else ():
        name = layout.sheet.name
        held = report.get("held", {}).get(name, {})
        rows = {*found[name], *held.get("own", ()), *held.get("with_parent", ())}
        wanted = sorted(row for row in rows if row >= layout.first_row)
        if wanted:
            marked.append(Marked(raw=raw, layout=layout, wanted=wanted, by_row=found[name]))
    return marked


def _write_rows(to: _Page) -> dict[int, Noted]:
    """Gives where each finding's cell stands now, by the identity of the finding."""
    marked, own = to.marked, len(to.marked.columns)
    to.places = {column.name: number for number, column in enumerate(marked.columns)}
    to.sent = [
        (number, marked.layout.places[column.name], column, to.style.of(column))
        for number, column in enumerate(marked.columns)
        if column.name in marked.layout.places
    ]
    widths = (14, 12, 60, 60, 14)
    for number, (name, width) in enumerate(zip(OWN_COLUMNS, widths, strict=True), start=own):
        to.page.write_string(0, number, name, to.style.name)
        to.page.set_column(number, number, width, None, {"hidden": True} if name == ROW_TOKEN else {})
    noted: dict[int, Noted] = {}
    for place, row in enumerate(marked.wanted, start=HEADER_ROWS):
        findings = sorted(marked.by_row.get(row, ()), key=lambda one: SEVERITIES.index(one["severity"]))
        _write_row(to, place=place, row=row, findings=findings)
        for finding in findings:
            letters = xl_col_to_name(_column_of(finding, to=to))
            noted[id(finding)] = Noted(sheet=marked.layout.sheet.name, cell=f"{letters}{place + 1}")
    return noted


def _column_of(finding: Mapping[str, Any], *, to: _Page) -> int:
    """By the name of its variable, else by where it stood; what is about a whole row is told in its first cell."""
    if finding["name"] in to.places:
        return to.places[finding["name"]]
    sent = {column_letters(place): name for name, place in to.marked.layout.places.items()}
    return to.places.get(sent.get(finding["column"], ""), 0)


def _write_row(to: _Page, *, place: int, row: int, findings: Findings) -> None:
    marked = to.marked
    sent = marked.raw.rows[row - 1] if row <= len(marked.raw.rows) else []
    by_cell: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    written: set[int] = set()
    for finding in findings:
        by_cell[_column_of(finding, to=to)].append(finding)
    for number, at, column, plain in to.sent:
        if at <= len(sent) and not cells.is_blank(raw := sent[at - 1]):
            about = by_cell.get(number)
            form = to.style.of(column, severity=about[0]["severity"]) if about else plain
            write_cell(to.page, place, number, value=_cell(raw, column=column, epoch_1904=to.epoch_1904), form=form)
            written.add(number)
    for number, about in by_cell.items():
        if number not in written:
            to.page.write_blank(place, number, None, to.style.of(marked.columns[number], severity=about[0]["severity"]))
        if to.comments < MOST_COMMENTS:
            to.comments += 1
            to.page.write_comment(place, number, _comment(about), COMMENT_SIZE)
    _write_own(to, place=place, row=row, findings=findings)


def _write_own(to: _Page, *, place: int, row: int, findings: Findings) -> None:
    said = [[one[name] for one in findings] for name in ("code", "severity", "en", "zh")]
    texts = ["\n".join(dict.fromkeys(told)) for told in said]
    for number, text in enumerate((*texts, token(to.upload, row=row)), start=len(to.marked.columns)):
        if text:
            write_cell(to.page, place, number, value=text, form=None)


def _cell(raw: Any, *, column: Column, epoch_1904: bool) -> Any:
    """A day counted from 1904 would be another one in a workbook that counts from 1900."""
    if epoch_1904 and column.kind in {Kind.DATE, Kind.MOMENT} and isinstance(raw, float):
        moment = cells.read_moment(raw, zone=datetime.UTC, epoch_1904=True).value  # Excel's own have no zone
        return raw if moment is None else moment.date() if column.kind is Kind.DATE else moment.replace(tzinfo=None)
    return raw


def _comment(findings: Findings) -> str:
    return "\n\n".join(f"{one['code']}\n{one['en']}\n{one['zh']}" for one in findings)
