"""A file's bytes → raw sheets, whatever the file is called. Runs in the child process (importers.files.subprocess_reader), never in the site's."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from typing import Any

import python_calamine

from importers.files import messages
from importers.files.cells import is_blank
from importers.files.delimited_text import is_named_as_text, read_separated
from importers.files.inspection import inspect_package
from importers.files.raw import RawSheet, Workbook, WorkbookRefused

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
OLD_STREAMS = ("Workbook", "Book")
START = 4096


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
    start = content[:START].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body")):
        raise WorkbookRefused(messages.HTML_FILE.about())
    is_wide_text = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if start.startswith(b"<?xml") or (b"\x00" in content[:START] and not is_wide_text):
        raise WorkbookRefused(messages.NOT_A_WORKBOOK.about())
    if not is_named_as_text(name):
        raise WorkbookRefused(messages.TEXT_FILE.about())
    return read_separated(content, name=PurePath(name).stem)


def _read_package(content: bytes, *, look_first: bool) -> Workbook:
    """What is refused is told at once, and nobody waits for the reader, whose thread ends with the process."""
    if look_first:
        package, cells = inspect_package(content), _read_cells(content)
    else:
        reading = ThreadPoolExecutor(max_workers=1).submit(_read_cells, content)
        package, cells = inspect_package(content), reading.result()
    sheets = tuple(
        RawSheet(name=name, rows=rows, hidden=found.cells, merged=found.merged, notices=found.notices)
        for name, rows in cells
        if (found := package.sheets.get(name)) is not None
    )
    digest = hashlib.sha256(content).hexdigest()
    return Workbook(sha256=digest, sheets=sheets, epoch_1904=package.epoch_1904, notices=package.notices)


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


def _read_cells(content: bytes) -> list[tuple[str, list[list[Any]]]]:
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
