"""A file's bytes → raw sheets, whatever the file is called. Runs in the child process (importers.files.subprocess_reader), never in the site's."""

import hashlib
import io
import re
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from typing import Any

import python_calamine

from importers.files import messages
from importers.files.cell import is_blank
from importers.files.data_sets import kind_of_data_set, read_data_set
from importers.files.delimited_text import is_named_as_text, read_separated, wide_encoding
from importers.files.inspection import UNREADABLE, Inspected, InspectedBook, few, inspect_package
from importers.files.kinds import other_kind, other_package
from importers.files.messages import Problem
from importers.files.number_formats import NumberFormat
from importers.files.open_document import MIME_TYPE, inspect_open_document
from importers.files.package import (
    BookParts,
    Package,
    book_parts,
    in_usual_names,
    open_package,
    prove,
    workbook_part,
)
from importers.files.raw import RawSheet, Workbook, WorkbookRefused, column_letters
from importers.files.sheet_part import place

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
OLD_STREAMS = ("Workbook", "Book")
START = 4096
RANGE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7}")
LAST_HEADER_ROW = 16  # merged titles are looked for as far as headers are
NOTHING_SEEN = Inspected()

Cells = list[tuple[str, list[list[Any]]]]
Notices = tuple[Problem, ...]


def read_content(content: bytes, *, name: str = "", look_first: bool = False) -> Workbook:
    """Raises WorkbookRefused. `name` only tells a text file that is meant as one, and what its sheet is called.

    A package is looked into while its cells are read, by two threads, or before: there are files on which the reader dies.
    """
    if not content.strip(b"\x00 \r\n\t"):
        raise WorkbookRefused(messages.EMPTY_FILE.about())
    if content.startswith(OLE):
        return _read_old(content)
    if content.startswith(b"PK"):
        return _read_package(content, look_first=look_first)
    data_set = kind_of_data_set(content)
    if data_set is not None:
        return read_data_set(content, kind=data_set, name=PurePath(name).stem)
    _refuse_other_kinds(content)
    if not is_named_as_text(name):
        raise WorkbookRefused(messages.TEXT_FILE.about())
    return read_separated(content, name=PurePath(name).stem)


def _refuse_other_kinds(content: bytes) -> None:
    start = content[:START].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body")):
        raise WorkbookRefused(messages.HTML_FILE.about())
    kind = ("an XML file", " XML 文件") if start.startswith(b"<?xml") else other_kind(content)
    if kind is not None:
        raise WorkbookRefused(messages.OTHER_KIND.about(kind=kind[0], kind_zh=kind[1]))
    if b"\x00" in content[:START] and not wide_encoding(content):
        raise WorkbookRefused(messages.NOT_A_WORKBOOK.about())


def _read_package(content: bytes, *, look_first: bool) -> Workbook:
    try:
        package = open_package(content)
        if _mime_type(package) == MIME_TYPE:
            return _read_open_document(content, package=package)
        if package.find("xl/workbook.bin"):
            return _read_binary(content, package=package)
        part = workbook_part(package)
        if part is None:
            kind, kind_zh = other_package(package.names)
            raise WorkbookRefused(messages.OTHER_KIND.about(kind=kind, kind_zh=kind_zh))
        return _read_markup(content, package=package, workbook=part, look_first=look_first)
    except UNREADABLE as error:
        raise WorkbookRefused(messages.DAMAGED.about()) from error


def _mime_type(package: Package) -> bytes:
    part = package.find("mimetype")
    return package.archive.read(part).strip() if part and package.archive.getinfo(part).file_size < START else b""


def _read_markup(content: bytes, *, package: Package, workbook: str, look_first: bool) -> Workbook:
    """What is refused is told at once, and nobody waits for the reader, whose thread ends with the process."""
    parts = book_parts(package, workbook=workbook)
    if look_first or not parts.is_usual:
        found = inspect_package(package, parts=parts)
        cells = _read_cells(content if parts.is_usual else in_usual_names(package, parts=parts))
    else:
        reading = ThreadPoolExecutor(max_workers=1).submit(_read_cells, content)
        found = inspect_package(package, parts=parts)
        cells = reading.result()
    return _workbook(content, cells=cells, found=found, parts=parts)


def _workbook(
    content: bytes, *, cells: Cells, found: InspectedBook, parts: BookParts | None = None, notices: Notices = ()
) -> Workbook:
    sheets = tuple(_sheet(name, rows=rows, found=found.sheets.get(name, NOTHING_SEEN)) for name, rows in cells)
    return Workbook(
        sha256=hashlib.sha256(content).hexdigest(),
        sheets=sheets,
        epoch_1904=parts is not None and parts.epoch_1904,
        notices=(*notices, *found.notices),
    )


def _sheet(name: str, *, rows: list[list[Any]], found: Inspected) -> RawSheet:
    _show_as_seen(rows, formats=found.formats)
    _fill_merged_headers(rows, merged=found.merged)
    notices = (*found.notices, *_about_hidden_columns(rows, hidden=found.hidden_columns))
    return RawSheet(name=name, rows=rows, hidden=found.cells, merged=found.merged, notices=notices)


def _show_as_seen(rows: list[list[Any]], *, formats: Mapping[tuple[int, int], NumberFormat]) -> None:
    for (row, column), number_format in formats.items():
        if row <= len(rows) and column <= len(rows[row - 1]):
            cell = rows[row - 1][column - 1]
            if type(cell) in {float, int}:
                rows[row - 1][column - 1] = number_format.seen(cell)


def _fill_merged_headers(rows: list[list[Any]], *, merged: Collection[str]) -> None:
    """A title that reaches down over several rows of a header is the title of each. Below the header merges are refused."""
    for reference in filter(RANGE.fullmatch, merged):
        first, last = (place(corner) for corner in reference.split(":"))
        text = _at(rows, row=first[0], column=first[1])
        if first[1] == last[1] and last[0] <= LAST_HEADER_ROW and isinstance(text, str):
            for row in rows[first[0] : last[0]]:
                if first[1] <= len(row) and is_blank(row[first[1] - 1]):
                    row[first[1] - 1] = text


def _at(rows: list[list[Any]], *, row: int, column: int) -> Any:
    return rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""


def _about_hidden_columns(rows: list[list[Any]], *, hidden: Collection[int]) -> Notices:
    """Of columns with content; those of our own, which begin with _, are meant to be hidden."""
    telling = []
    for number in hidden:
        column = (row[number - 1] for row in rows if number <= len(row))
        first = next((cell for cell in column if not is_blank(cell)), None)
        if first is not None and not str(first).startswith("_"):
            telling.append(column_letters(number))
    return (messages.HIDDEN_COLUMNS.about(count=len(telling), found=few(telling)),) if telling else ()


def _read_open_document(content: bytes, *, package: Package) -> Workbook:
    found = inspect_open_document(package)
    return _workbook(content, cells=_read_cells(content), found=found)


def _read_binary(content: bytes, *, package: Package) -> Workbook:
    """A workbook whose parts are no markup: only its limits and macros can be looked at."""
    if any(name.endswith("vbaproject.bin") for name in package.names):
        raise WorkbookRefused(messages.MACROS.about())
    for part in package.names.values():
        for _chunk in prove(package, part=part):
            pass
    nothing, cells = InspectedBook(sheets={}, notices=()), _read_cells(content)
    if not cells:  # the reader is lenient with a list of sheets that it cannot read
        raise WorkbookRefused(messages.DAMAGED.about())
    return _workbook(content, cells=cells, found=nothing, notices=(messages.BINARY_WORKBOOK.about(),))


def _read_old(content: bytes) -> Workbook:
    """The compound file of old Excel. An encrypted workbook of today is one as well."""
    if _holds(content, "EncryptedPackage"):
        raise WorkbookRefused(messages.ENCRYPTED.about())
    if not _holds(content, "Root Entry"):  # cut off before the directory of its streams
        raise WorkbookRefused(messages.DAMAGED.about())
    if not any(_holds(content, stream) for stream in OLD_STREAMS):
        raise WorkbookRefused(messages.NOT_A_WORKBOOK.about())
    if _holds(content, "_VBA_PROJECT"):
        raise WorkbookRefused(messages.MACROS.about())
    sheets = tuple(RawSheet(name=name, rows=rows) for name, rows in _read_cells(content))
    digest = hashlib.sha256(content).hexdigest()
    return Workbook(sha256=digest, sheets=sheets, notices=(messages.LEGACY_WORKBOOK.about(),))


def _holds(content: bytes, stream: str) -> bool:
    """The directory of a compound file names its streams in UTF-16."""
    return stream.encode("utf-16-le") in content


def _read_cells(content: bytes) -> Cells:
    """Name and rows of each sheet."""
    found = []
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                while rows and all(is_blank(cell) for cell in rows[-1]):
                    rows.pop()
                found.append((sheet.name, rows))
        return found
    except python_calamine.PasswordError as error:
        raise WorkbookRefused(messages.ENCRYPTED.about()) from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise WorkbookRefused(messages.DAMAGED.about()) from error
