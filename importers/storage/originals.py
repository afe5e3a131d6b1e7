"""What is kept of a file: the file, or, where columns of it name persons, what was read of it without them.

The second is no workbook any more but says the same to a check: the same cells at the same places, with HIDDEN in those columns.
What a format may hold besides (shared texts, comments, earlier versions) is gone with the file.
"""

import datetime
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from importers.files.messages import Message, Problem
from importers.files.raw import RawSheet, Workbook, WorkbookRefused
from importers.files.workbook import read_workbook
from importers.layout.recognition import HeaderMapping, without_persons
from importers.mapping.language import SheetMapping
from importers.models import Upload

SECONDS_TO_LOOK = 20  # somebody waits for the answer of the page; what takes longer is looked at by the worker

# How a cell that JSON does not know is written and read. A moment is a date as well, so it comes first.
MOMENTS: Mapping[str, tuple[type, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "moment": (datetime.datetime, datetime.datetime.isoformat, datetime.datetime.fromisoformat),
    "date": (datetime.date, datetime.date.isoformat, datetime.date.fromisoformat),
    "time": (datetime.time, datetime.time.isoformat, datetime.time.fromisoformat),
    "seconds": (datetime.timedelta, datetime.timedelta.total_seconds, lambda seconds: datetime.timedelta(0, seconds)),
}


def looked_at(content: bytes, *, name: str) -> Workbook | None:
    """Before anything is stored. None where it cannot be read, or not in time: that is for the check to say."""
    try:
        return read_workbook(content, name=name, seconds=SECONDS_TO_LOOK)
    except WorkbookRefused:
        return None


def reduced(book: Workbook, *, header_mapping: HeaderMapping, mapping: SheetMapping | None = None) -> bytes | None:
    """What is kept in the place of the file. None where no column of it names persons, and the file itself is kept."""
    clean = without_persons(book, header_mapping=header_mapping, mapping=mapping)
    return None if clean is book else as_content(clean)


def stored_workbook(upload: Upload) -> Workbook:
    """Raises WorkbookRefused, also where nothing was kept because nothing could be read."""
    if upload.is_reduced and upload.original:
        return from_content(bytes(upload.original))
    return read_workbook(bytes(upload.original), name=upload.filename)


def as_content(book: Workbook) -> bytes:
    told = {
        "sha256": book.sha256,
        "epoch_1904": book.epoch_1904,
        "is_text": book.is_text,
        "notices": _packed(book.notices),
        "sheets": [
            {
                "name": sheet.name,
                "rows": sheet.rows,
                "places": [list(place) for place in sheet.hidden],
                "hidden": _packed(sheet.hidden.values()),
                "merged": sheet.merged,
                "notices": _packed(sheet.notices),
                "labels": sheet.labels,
            }
            for sheet in book.sheets
        ],
    }
    return zlib.compress(json.dumps(told, default=_as_pair).encode())


def from_content(content: bytes) -> Workbook:
    """Of what as_content gave, and of nothing else."""
    told = json.loads(zlib.decompress(content))
    sheets = tuple(map(_sheet, told.pop("sheets")))
    return Workbook(sheets=sheets, notices=_problems(told.pop("notices")), **told)


def _sheet(told: dict[str, Any]) -> RawSheet:
    places = map(tuple, told["places"])
    return RawSheet(
        name=told["name"],
        rows=[[_from_pair(cell) if isinstance(cell, list) else cell for cell in row] for row in told["rows"]],
        hidden=dict(zip(places, _problems(told["hidden"]), strict=True)),
        merged=tuple(told["merged"]),
        notices=_problems(told["notices"]),
        labels=tuple(told.get("labels", ())),
    )


def _packed(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """With their sentences, which may be other ones when the upload is looked at again."""
    return [{"message": asdict(one.message), "values": one.values} for one in problems]


def _problems(told: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(Message(**one["message"]), one["values"]) for one in told)


def _as_pair(cell: Any) -> list[Any]:
    kind, (_type, write, _read) = next(item for item in MOMENTS.items() if isinstance(cell, item[1][0]))
    return [kind, write(cell)]


def _from_pair(pair: list[Any]) -> Any:
    kind, written = pair
    return MOMENTS[kind][2](written)
