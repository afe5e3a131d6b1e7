"""A workbook's bytes → raw cells with their Excel rows, or one clear refusal.

The reader (calamine) is fast but hides what this module looks for first: a lone cell far out makes it reserve memory for the
whole rectangle and abort the process; error cells and formulas without a result come back empty; merged cells come back as
one value. So each part is unpacked here once, within limits, before calamine sees the file.
"""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

import python_calamine

from importers import messages
from importers.cells import is_blank
from importers.messages import Problem
from importers.pause import garbage_collection_paused

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LARGEST_UNPACKED = 250 * MEGABYTE
MOST_PARTS = 2_000
MOST_COLUMNS = 1_000
MOST_CELLS_IN_RANGE = 20_000_000
CHUNK = 2 * MEGABYTE

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"

CELL_WITH_CONTENT = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?<!/)>')
ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>.*?<(?:\w+:)?v>([^<]*)<', re.DOTALL
)
FORMULA_CELL = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*(?<!/)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
MERGED_CELLS = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')


class WorkbookRefused(Exception):  # it is an answer, in both languages
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.code}: {problem.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """`rows[i]` is Excel row i + 1, its cells from column A. `hidden` says what the reader left out, by (row, column) from 1."""

    name: str
    rows: list[list[Any]]
    hidden: Mapping[tuple[int, int], Problem]
    merged: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    sha256: str
    sheets: tuple[RawSheet, ...]
    epoch_1904: bool


@dataclass(frozen=True, slots=True)
class _Hidden:
    cells: Mapping[tuple[int, int], Problem]
    merged: tuple[str, ...]


@garbage_collection_paused()
def read_workbook(source: Path | bytes) -> Workbook:
    """Every row is read, whatever the sheet says of its own size. Raises WorkbookRefused."""
    content = contents(source)
    _refuse_what_is_no_workbook(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _refuse_unsafe_package(package)
            parts, epoch_1904 = _sheet_parts(package)
            hidden = {name: _look_into(package, part=part, sheet=name) for name, part in parts.items()}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ET.ParseError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        raise WorkbookRefused(messages.DAMAGED.about()) from error
    sheets = tuple(
        RawSheet(name=name, rows=rows, hidden=hidden[name].cells, merged=hidden[name].merged)
        for name, rows in _read_cells(content)
        if name in hidden
    )
    return Workbook(sha256=hashlib.sha256(content).hexdigest(), sheets=sheets, epoch_1904=epoch_1904)


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def contents(source: Path | bytes) -> bytes:
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > LARGEST_FILE:
        raise WorkbookRefused(
            messages.TOO_LARGE.about(megabytes=f"{size / MEGABYTE:.1f}", limit=LARGEST_FILE // MEGABYTE)
        )
    return source.read_bytes() if isinstance(source, Path) else source


def _refuse_what_is_no_workbook(content: bytes) -> None:
    if not content.strip(b"\x00 \r\n\t"):
        raise WorkbookRefused(messages.EMPTY_FILE.about())
    if content.startswith(OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in content
        raise WorkbookRefused((messages.ENCRYPTED if encrypted else messages.LEGACY_WORKBOOK).about())
    if content.startswith(b"PK"):
        return
    start = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body")):
        raise WorkbookRefused(messages.HTML_FILE.about())
    raise WorkbookRefused((messages.NOT_A_WORKBOOK if b"\x00" in content[:4096] else messages.TEXT_FILE).about())


def _refuse_unsafe_package(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS:
        raise WorkbookRefused(messages.TOO_MANY_PARTS.about(count=len(parts), limit=MOST_PARTS))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED:
        raise WorkbookRefused(messages.BOMB.about(megabytes=unpacked // MEGABYTE, limit=LARGEST_UNPACKED // MEGABYTE))
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookRefused(messages.ENCRYPTED.about())
    if "xl/workbook.xml" not in names:
        raise WorkbookRefused(messages.NOT_A_WORKBOOK.about())
    if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in package.read(
        "[Content_Types].xml"
    ):
        raise WorkbookRefused(messages.MACROS.about())
    for part in parts:
        _refuse_declarations(package, part=part.filename)


def _refuse_declarations(package: zipfile.ZipFile, *, part: str) -> None:
    """Entities could inflate or fetch what they name. Unpacking every part also proves its checksum and declared size."""
    is_markup, end = part.lower().endswith((".xml", ".rels")), b""
    for chunk in _chunks(package, part=part):
        seen = end + chunk
        if is_markup and b"\x00" in seen:  # UTF-16 would hide a declaration from this search
            raise WorkbookRefused(messages.DAMAGED.about())
        if is_markup and (b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
            raise WorkbookRefused(messages.DOCTYPE.about())
        end = seen[-16:]


def _sheet_parts(package: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """{sheet name: part}, and whether days count from 1904."""
    book = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314  # a document type declaration was refused before
    relations = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    properties = next((found for tag in (MAIN, STRICT) if (found := book.find(f"{tag}workbookPr")) is not None), None)
    names = set(package.namelist())
    parts = {}
    for element in [*book.iter(f"{MAIN}sheet"), *book.iter(f"{STRICT}sheet")]:
        target = targets.get(element.get(RELATION) or element.get(STRICT_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        if part in names:
            parts[element.get("name", "")] = part
    return parts, properties is not None and properties.get("date1904") in {"1", "true"}


def _look_into(package: zipfile.ZipFile, *, part: str, sheet: str) -> _Hidden:
    cells: dict[tuple[int, int], Problem] = {}
    merged: list[str] = []
    rows = columns = 0
    for piece in _whole_rows(package, part=part):
        references = CELL_WITH_CONTENT.findall(piece)
        columns = max(columns, *map(_column_number, {letters for letters, _ in references}), 0)
        rows = max(rows, *map(int, {digits for _, digits in references}), 0)
        cells |= {
            _place(ref): messages.ERROR_CELL.about(found=found.decode(errors="replace"))
            for ref, found in ERROR_CELL.findall(piece)
        }
        cells |= {_place(ref): messages.NO_RESULT.about() for ref in FORMULA_CELL.findall(piece)}
        merged += [ref.decode() for ref in MERGED_CELLS.findall(piece)]
    if columns > MOST_COLUMNS or rows * columns > MOST_CELLS_IN_RANGE:
        raise WorkbookRefused(messages.TOO_WIDE.about(sheet=sheet, cell=f"{column_letters(columns)}{rows}"))
    return _Hidden(cells=cells, merged=tuple(merged))


def _whole_rows(package: zipfile.ZipFile, *, part: str) -> Iterator[bytes]:
    """The part in pieces that never cut a row in two."""
    rest = b""
    for chunk in _chunks(package, part=part):
        rest += chunk
        cut = rest.rfind(b"</row>")
        if cut > 0:
            yield rest[: cut + 6]
            rest = rest[cut + 6 :]
    yield rest


def _chunks(package: zipfile.ZipFile, *, part: str) -> Iterator[bytes]:
    with package.open(part) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _place(reference: bytes) -> tuple[int, int]:
    letters = reference.rstrip(b"0123456789")
    return int(reference[len(letters) :]), _column_number(letters)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read_cells(content: bytes) -> Iterator[tuple[str, list[list[Any]]]]:
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                while rows and all(is_blank(cell) for cell in rows[-1]):
                    rows.pop()
                yield sheet.name, rows
    except python_calamine.PasswordError as error:
        raise WorkbookRefused(messages.ENCRYPTED.about()) from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise WorkbookRefused(messages.DAMAGED.about()) from error
