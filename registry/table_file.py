"""A table as CSV that a spreadsheet program opens as it should, and runs nothing of."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from django.http import StreamingHttpResponse

from registry.spreadsheet import harmless

BYTE_ORDER_MARK = "\ufeff"  # without it Excel shows Chinese text as noise


def table_file(rows: Iterable[Sequence[Any]], *, name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        _lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow([_cell(value) for value in row])
        yield line.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return value if isinstance(value, int | float) else harmless(str(value))
