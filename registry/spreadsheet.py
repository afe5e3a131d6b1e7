"""Tables for a spreadsheet program: it opens them as it should, and runs nothing of what left the site."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from django.http import StreamingHttpResponse

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # Excel runs the wide forms as well
A_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel shows Chinese text as noise


def harmless(text: str) -> str:
    """Text that would be run as a formula, kept as text by a quote before it; a number stays a number."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) and not A_NUMBER.fullmatch(text) else text


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
