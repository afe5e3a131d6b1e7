"""A package (.xlsx) is looked into, within limits, before the reader sees it.

The reader (calamine) is fast but hides what this module looks for: a lone cell far out makes it reserve memory for the
whole rectangle and abort the process; error cells and formulas without a result come back empty; merged cells come back as
one value.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

from importers.files import messages
from importers.files.messages import Problem
from importers.files.raw import (
    LARGEST_UNPACKED,
    MEGABYTE,
    MOST_CELLS_IN_RANGE,
    MOST_COLUMNS,
    MOST_PARTS,
    WorkbookRefused,
    column_letters,
)

CHUNK = 2 * MEGABYTE

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
ROW = re.compile(rb'<row\s[^>]*?\br="(\d{1,7})"')
PREFIXED_ROW = re.compile(rb'<\w+:row\s[^>]*?\br="(\d{1,7})"')
# A sheet has at most so many columns where it shows none of these
COLUMNS_BEYOND = (
    (26, re.compile(rb'\br="[A-Z]{2,3}[0-9]')),
    (52, re.compile(rb'\br="(?:[A-Z]{3}|[B-Z][A-Z])[0-9]')),
    (104, re.compile(rb'\br="(?:[A-Z]{3}|[D-Z][A-Z])[0-9]')),
    (208, re.compile(rb'\br="(?:[A-Z]{3}|[H-Z][A-Z])[0-9]')),
    (494, re.compile(rb'\br="(?:[A-Z]{3}|[S-Z][A-Z])[0-9]')),
)
ALL_ROWS, ALL_COLUMNS = 1_048_576, 16_384
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d{1,7})"[^>]*(?<!/)>')
QUOTED_ROWS = 5
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ET.ParseError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """Of one sheet: what the reader leaves out, by (row, column) from 1, its merged cells, and what to tell of it."""

    cells: Mapping[tuple[int, int], Problem]
    merged: tuple[str, ...]
    notices: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    sheets: Mapping[str, Inspected]
    epoch_1904: bool
    notices: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    is_hidden: bool


def inspect_package(content: bytes) -> Package:
    """Raises WorkbookRefused for what no registry should open."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _refuse_unsafe_package(package)
            parts, epoch_1904 = _sheet_parts(package)
            sheets = {name: _look_into(package, part=part, sheet=name) for name, part in parts.items()}
            linked = any(name.startswith("xl/externalLinks/") for name in package.namelist())
    except UNREADABLE as error:
        raise WorkbookRefused(messages.DAMAGED.about()) from error
    notices = (messages.LINKED.about(),) if linked else ()
    return Package(sheets=sheets, epoch_1904=epoch_1904, notices=notices)


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


def _sheet_parts(package: zipfile.ZipFile) -> tuple[dict[str, _Part], bool]:
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
            parts[element.get("name", "")] = _Part(part, is_hidden=element.get("state", "visible") != "visible")
    return parts, properties is not None and properties.get("date1904") in {"1", "true"}


def _look_into(package: zipfile.ZipFile, *, part: _Part, sheet: str) -> Inspected:
    cells: dict[tuple[int, int], Problem] = {}
    merged: list[str] = []
    unseen: list[int] = []
    rows = columns = 0
    for piece in _whole_rows(package, part=part.name):
        reached = _reach_at_most(piece)
        rows, columns = max(rows, reached[0]), max(columns, reached[1])
        cells |= _left_out(piece)
        if b"hidden=" in piece:
            unseen += [int(row) for row in HIDDEN_ROW.findall(piece)]
        if b"mergeCell" in piece:
            merged += [ref.decode() for ref in MERGED_CELLS.findall(piece)]
    if _is_too_wide(rows, columns):
        rows, columns = _reach(package, part=part)
        if _is_too_wide(rows, columns):
            raise WorkbookRefused(messages.TOO_WIDE.about(sheet=sheet, cell=f"{column_letters(columns)}{rows}"))
    notices = _about_what_is_hidden(unseen, is_hidden=part.is_hidden)
    return Inspected(cells=cells, merged=tuple(merged), notices=notices)


def _is_too_wide(rows: int, columns: int) -> bool:
    return columns > MOST_COLUMNS or rows * columns > MOST_CELLS_IN_RANGE


def _reach_at_most(piece: bytes) -> tuple[int, int]:
    """The last row, and a column beyond which there is none. Rows need not be numbered; then they are counted by their cells."""
    numbers = ROW.findall(piece) + (PREFIXED_ROW.findall(piece) if b":row" in piece else [])
    columns = next((most for most, beyond in COLUMNS_BEYOND if not beyond.search(piece)), ALL_COLUMNS)
    return max(map(int, numbers), default=ALL_ROWS if b"<c " in piece or b":c " in piece else 0), columns


def _reach(package: zipfile.ZipFile, *, part: _Part) -> tuple[int, int]:
    """The last row and column with a value: each cell is looked at, which only an odd sheet is worth."""
    rows = columns = 0
    for piece in _whole_rows(package, part=part.name):
        found = CELL_WITH_CONTENT.findall(piece)
        rows = max(rows, *map(int, {digits for _, digits in found}), 0)
        columns = max(columns, *map(_column_number, {letters for letters, _ in found}), 0)
    return rows, columns


def _left_out(piece: bytes) -> dict[tuple[int, int], Problem]:
    """What the reader gives as empty although it is not."""
    cells: dict[tuple[int, int], Problem] = {}
    if b't="e"' in piece:
        for reference, found in ERROR_CELL.findall(piece):
            cells[_place(reference)] = messages.ERROR_CELL.about(found=found.decode(errors="replace"))
    if b"<f" in piece or b":f" in piece:
        cells |= {_place(reference): messages.NO_RESULT.about() for reference in FORMULA_CELL.findall(piece)}
    return cells


def _about_what_is_hidden(rows: list[int], *, is_hidden: bool) -> tuple[Problem, ...]:
    """Nobody sees in Excel what is sent here all the same."""
    sheet = [messages.HIDDEN_SHEET.about()] if is_hidden else []
    more = ", …" if len(rows) > QUOTED_ROWS else ""
    shown = ", ".join(map(str, rows[:QUOTED_ROWS])) + more
    return (*sheet, messages.HIDDEN_ROWS.about(count=len(rows), found=shown)) if rows else tuple(sheet)


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
