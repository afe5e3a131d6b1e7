"""A list as a file: what it shows, and nothing else."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.errors import Refused
from registry.lists.columns import plain
from registry.spreadsheet import table_file

CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)
MOST_ROWS = 50_000  # of a workbook: it is made in memory, for no record lies on a disk unencrypted
OF_WORKBOOKS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Row = Sequence[Any]


def list_file(head: Row, *, rows: Iterable[Row], file_format: str, name: str) -> HttpResponseBase:
    told = f"{name}-{timezone.localdate():%Y-%m-%d}"
    values = ([plain(value) for value in row] for row in rows)
    if file_format == CSV:
        return table_file(_with(head, values), name=told)
    return HttpResponse(
        _workbook(head, values),
        content_type=OF_WORKBOOKS,
        headers={"Content-Disposition": f'attachment; filename="{told}.xlsx"'},
    )


def _with(head: Row, rows: Iterable[Row]) -> Iterable[Row]:
    yield [str(label) for label in head]
    yield from rows


def _workbook(head: Row, rows: Iterable[Row]) -> bytes:
    """Text is written as text: what begins as a formula is none."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for at, label in enumerate(head):
            sheet.write_string(0, at, str(label), bold)
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                raise Refused(
                    _("A workbook holds at most %(most)s rows here. Download the list as CSV, or filter it first.")
                    % {"most": f"{MOST_ROWS:,}"}
                )
            for at, value in enumerate(row):
                if isinstance(value, int | float):
                    sheet.write_number(number, at, value)
                else:
                    sheet.write_string(number, at, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, 0, max(len(head) - 1, 0))
    return file.getvalue()
