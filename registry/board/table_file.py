"""A table as CSV that a spreadsheet program opens as it should, and runs nothing of."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from registry.spreadsheet import harmless

BYTE_ORDER_MARK = "\ufeff"  # without it Excel shows Chinese text as noise


def table_file(rows: Iterable[Sequence[Any]], *, name: str) -> HttpResponse:
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return response


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return value if isinstance(value, int | float) else harmless(str(value))
