"""A package (.xlsx) is looked into, within limits, beside the reader or before it.

The reader (calamine) is fast but hides what this module looks for: a lone cell far out makes it reserve memory for the
whole rectangle and abort the process; error cells and formulas without a result come back empty; merged cells come back as
one value; a percentage comes back as a hundredth of what is seen.
"""

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.parsers.expat import ExpatError

from importers.files import messages
from importers.files.messages import Problem
from importers.files.number_formats import NumberFormat, telling_styles
from importers.files.package import BookParts, Package, SheetPart, prove
from importers.files.raw import WorkbookRefused, column_letters
from importers.files.sheet_part import NotPlain, Seen, reach, seen_by_parser, seen_plainly

QUOTED = 5
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ET.ParseError,
    ExpatError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """Of one sheet: what the reader leaves out and what is seen of numbers, by (row, column) from 1, merged cells, what to tell."""

    cells: Mapping[tuple[int, int], Problem] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], NumberFormat] = field(default_factory=dict)
    merged: tuple[str, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedBook:
    sheets: Mapping[str, Inspected]
    notices: tuple[Problem, ...]


def inspect_package(package: Package, *, parts: BookParts) -> InspectedBook:
    """Raises WorkbookRefused for what no registry should open, and one of UNREADABLE."""
    _refuse_macros(package)
    of_sheets = {sheet.part for sheet in parts.sheets}
    for part in package.names.values():
        if part not in of_sheets:
            for _chunk in prove(package, part=part):
                pass
    formats = _formats(package, part=parts.others.get("styles"))
    looked = {sheet.name: _look_into(package, sheet=sheet, formats=formats) for sheet in parts.sheets}
    links = any(name.startswith("xl/externallinks/") for name in package.names) or any(s.is_linked for s, _ in looked.values())  # fmt: skip
    lost = [messages.LOST_SHEET.about(sheet=sheet.name) for sheet in parts.sheets if sheet.part is None]
    notices = (*([messages.LINKED.about()] if links else ()), *lost)
    return InspectedBook(sheets={name: inspected for name, (_, inspected) in looked.items()}, notices=notices)


def _refuse_macros(package: Package) -> None:
    has_code = any(name.endswith("vbaproject.bin") for name in package.names)
    if has_code or b"macroEnabled" in package.archive.read(package.names["[content_types].xml"]):
        raise WorkbookRefused(messages.MACROS.about())


def _formats(package: Package, *, part: str | None) -> Mapping[int, NumberFormat]:
    """{style of a cell: its format}"""
    if part is None:
        return {}
    own, styles = dict[int, str](), list[int]()
    for element in package.markup(part):
        name = element.tag.rsplit("}", 1)[-1]
        if name == "numFmts":
            own = {int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in element}
        elif name == "cellXfs":
            styles = [int(one.get("numFmtId", 0)) for one in element]
    return telling_styles(own, styles=styles)


def _look_into(package: Package, *, sheet: SheetPart, formats: Mapping[int, NumberFormat]) -> tuple[Seen, Inspected]:
    if sheet.part is None:
        return Seen(), Inspected()
    seen = _seen(package, part=sheet.part, telling=formats)
    if seen.is_too_wide:
        raise WorkbookRefused(
            messages.TOO_WIDE.about(sheet=sheet.name, cell=f"{column_letters(seen.columns)}{seen.rows}")
        )
    return seen, Inspected(
        cells=seen.left_out,
        formats={at: formats[style] for at, style in seen.styles.items()},
        merged=tuple(seen.merged),
        hidden_columns=tuple(seen.hidden_columns),
        notices=about_what_is_hidden(seen.hidden_rows, is_hidden=sheet.is_hidden),
    )


def _seen(package: Package, *, part: str, telling: Mapping[int, NumberFormat]) -> Seen:
    try:
        seen = seen_plainly(prove(package, part=part), telling=telling)
    except NotPlain:
        return seen_by_parser(prove(package, part=part), telling=telling)
    if seen.is_too_wide:
        seen.rows, seen.columns = reach(package.chunks(part))
    return seen


def about_what_is_hidden(rows: list[int], *, is_hidden: bool) -> tuple[Problem, ...]:
    """Nobody sees in Excel what is sent here all the same."""
    sheet = [messages.HIDDEN_SHEET.about()] if is_hidden else []
    if not rows:
        return tuple(sheet)
    return (*sheet, messages.HIDDEN_ROWS.about(count=len(rows), found=few(map(str, rows[: QUOTED + 1]))))


def few(shown: Iterable[str]) -> str:
    words = list(shown)
    return ", ".join(words[:QUOTED]) + (", …" if len(words) > QUOTED else "")
