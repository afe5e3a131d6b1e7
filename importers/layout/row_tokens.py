"""The hidden word on each row of a workbook sent back: which row of which upload it was, so that a correction finds its place."""

from collections.abc import Mapping
from dataclasses import dataclass

from importers.files.raw import RawSheet
from importers.layout.columns import ROW_TOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """`upload` is its number. Whoever shows it asks whether it is one of the same center: a file may say anything."""

    upload: int
    row: int


def token(upload: int, *, row: int) -> str:
    return f"{upload}:{row}"


def tokens_of(raw: RawSheet, *, header_row: int, first_row: int) -> Mapping[int, SourceRow]:
    """By Excel row, of the rows that came from a workbook sent back after an upload."""
    header = raw.rows[header_row - 1] if header_row else []
    if ROW_TOKEN not in header:
        return {}
    at, found = header.index(ROW_TOKEN), {}
    for number, row in enumerate(raw.rows[first_row - 1 :], start=first_row):
        upload, _colon, former = str(row[at] if at < len(row) else "").partition(":")
        if upload.isdecimal() and former.isdecimal() and int(upload) and len(upload + former) < 18:
            found[number] = SourceRow(upload=int(upload), row=int(former))
    return found
