"""A sheet's part is looked through for what the reader hides: how far it reaches, errors, formulas, merges, what is hidden.

As Excel and its like write it, expressions do, which are ten times as fast as a parser; anything else is parsed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from importers.files import messages
from importers.files.messages import Problem
from importers.files.raw import MOST_CELLS_IN_RANGE, MOST_COLUMNS

ALL_ROWS, ALL_COLUMNS = 1_048_576, 16_384
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
IS, YES = rb"\s*=\s*", rb"\s*=\s*\"(?:1|true)\""
ODD_QUOTE = re.compile(rb"=\s*'")
CHUNK_START = 8_192  # where a part declares its names
OTHER_TAG = re.compile(rb"<c[a-zA-Z]")  # such as cols, which stand before and behind the rows
WITH_PREFIX = re.compile(rb'xmlns:\w+\s*=\s*"[^"]*/(?:spreadsheetml/2006/main|ooxml/spreadsheetml/main)"')
CELL_WITH_CONTENT = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*?(?<!/)>')
ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"(?=[^>]*\bt' + IS + rb'"e")[^>]*>.*?<v\b[^>]*>([^<]*)<', re.DOTALL)
FORMULA_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"([^>]*)(?<!/)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f\s*>)\s*(?:<v\s*/>|<v\b[^>]*>\s*</v\s*>)?\s*</c\s*>'
)
IS_TEXT = re.compile(rb"\bt" + IS + rb'"str"')
LINK = re.compile(r"\[\d+\]|\[[^\]<>]+\.(?:xls[xmb]?|csv|ods)\]", re.IGNORECASE)
LINKED_FORMULA = re.compile(rb"<f\b[^>]*>[^<]*(?:" + LINK.pattern.encode() + rb")", re.IGNORECASE)
MERGED_CELLS = re.compile(rb"<mergeCell\b[^>]*\bref" + IS + rb'"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
ROW = re.compile(rb"<row\s[^>]*?\br" + IS + rb'"(\d{1,7})"')
HIDDEN_ROW = re.compile(rb"<row\b(?=[^>]*\bhidden" + YES + rb")[^>]*?\br" + IS + rb'"(\d{1,7})"[^>]*(?<!/)>')
HIDDEN_COLUMNS = re.compile(
    rb"<col\b(?=[^>]*\bhidden" + YES + rb")(?=[^>]*\bmin" + IS + rb'"(\d+)")(?=[^>]*\bmax' + IS + rb'"(\d+)")'
)
# A sheet has at most so many columns where it shows none of these
COLUMNS_BEYOND = (
    (26, re.compile(rb'<c r="[A-Z]{2}')),
    (52, re.compile(rb'<c r="(?:[A-Z]{3}|[B-Z][A-Z])')),
    (104, re.compile(rb'<c r="(?:[A-Z]{3}|[D-Z][A-Z])')),
    (208, re.compile(rb'<c r="(?:[A-Z]{3}|[H-Z][A-Z])')),
    (494, re.compile(rb'<c r="(?:[A-Z]{3}|[S-Z][A-Z])')),
)


class NotPlain(Exception):  # it is an answer
    """The part is well written, but not as Excel writes it."""


@dataclass(slots=True)
class Seen:
    """Of one sheet. `left_out` is what the reader gives as empty, `styles` the style of cells whose format tells something."""

    rows: int = 0
    columns: int = 0
    left_out: dict[tuple[int, int], Problem] = field(default_factory=dict)
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    is_linked: bool = False

    @property
    def is_too_wide(self) -> bool:
        return self.columns > MOST_COLUMNS or self.rows * self.columns > MOST_CELLS_IN_RANGE

    def hide_columns(self, first: int, last: int) -> None:
        self.hidden_columns += range(first, min(last, MOST_COLUMNS) + 1)


def seen_plainly(chunks: Iterable[bytes], *, telling: Iterable[int]) -> Seen:
    """Its reach is an upper bound. Raises NotPlain."""
    seen, styles, first = Seen(), sorted(telling), True
    style_cell = _style_cell(styles)
    for piece in _whole_rows(chunks):
        if not _is_plain(piece) or (first and WITH_PREFIX.search(piece[:CHUNK_START])):
            raise NotPlain
        first = False
        _look_at(piece, seen=seen)
        if style_cell and any(b'"%d"' % style in piece for style in styles):
            for reference, style in style_cell.findall(piece):
                seen.styles[place(reference.decode())] = int(style)
    return seen


def _is_plain(piece: bytes) -> bool:
    """Every cell begins with its reference, and neither quotes nor comments could hide one."""
    cells, tags = piece.count(b'<c r="'), piece.count(b"<c")
    is_referenced = tags == cells or tags == cells + len(OTHER_TAG.findall(piece))
    return is_referenced and not (b"'" in piece and ODD_QUOTE.search(piece)) and b"<!" not in piece


def _style_cell(styles: list[int]) -> re.Pattern[bytes] | None:
    any_of = b"|".join(b"%d" % style for style in styles)
    pattern = rb'<c r="([A-Z]{1,3}\d{1,7})"(?=[^>]*\ss' + IS + rb'"(' + any_of + rb')")[^>]*(?<!/)>'
    return re.compile(pattern) if styles else None


def _look_at(piece: bytes, *, seen: Seen) -> None:
    rows, columns = _reach_at_most(piece)
    seen.rows, seen.columns = max(seen.rows, rows), max(seen.columns, columns)
    if b'"e"' in piece:
        for reference, found in ERROR_CELL.findall(piece):
            seen.left_out[place(reference.decode())] = messages.ERROR_CELL.about(found=found.decode(errors="replace"))
    if b"<f" in piece:
        _look_at_formulas(piece, seen=seen)
    if b"hidden" in piece:
        seen.hidden_rows += map(int, HIDDEN_ROW.findall(piece))
        for first, last in HIDDEN_COLUMNS.findall(piece):
            seen.hide_columns(int(first), int(last))
    if b"mergeCell" in piece:
        seen.merged += [reference.decode() for reference in MERGED_CELLS.findall(piece)]


def _look_at_formulas(piece: bytes, *, seen: Seen) -> None:
    for reference, attributes in FORMULA_CELL.findall(piece):
        if not IS_TEXT.search(attributes):  # whose result is the empty text
            seen.left_out[place(reference.decode())] = messages.NO_RESULT.about()
    seen.is_linked = seen.is_linked or LINKED_FORMULA.search(piece) is not None


def _reach_at_most(piece: bytes) -> tuple[int, int]:
    """The last row, and a column beyond which there is none. Rows need not be numbered; then they are counted by their cells."""
    columns = next((most for most, beyond in COLUMNS_BEYOND if not beyond.search(piece)), ALL_COLUMNS)
    return max(map(int, ROW.findall(piece)), default=ALL_ROWS if b"<c " in piece else 0), columns


def reach(chunks: Iterable[bytes]) -> tuple[int, int]:
    """The last row and column with a value, of a part seen plainly: each cell is looked at, which only an odd sheet is worth."""
    rows = columns = 0
    for piece in _whole_rows(chunks):
        found = CELL_WITH_CONTENT.findall(piece)
        rows = max(rows, *map(int, {digits for _, digits in found}), 0)
        columns = max(columns, *(column_number(letters.decode()) for letters in {letters for letters, _ in found}), 0)
    return rows, columns


def _whole_rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The part in pieces that never cut a row in two."""
    rest = b""
    for chunk in chunks:
        rest = rest + chunk if rest else chunk
        cut = rest.rfind(b"</row>")
        if cut > 0:
            yield rest[: cut + 6]
            rest = rest[cut + 6 :]
    yield rest


def seen_by_parser(chunks: Iterable[bytes], *, telling: Iterable[int]) -> Seen:
    """Whatever way it is written: without references, with any prefix, quotes or spaces. Raises ExpatError."""
    parsing = _Parsing(telling=frozenset(telling))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = parsing.start
    parser.EndElementHandler = parsing.end
    parser.CharacterDataHandler = parsing.text
    for chunk in chunks:
        parser.Parse(chunk, False)  # noqa: FBT003  # it takes no keywords
    parser.Parse(b"", True)  # noqa: FBT003
    return parsing.seen


@dataclass(slots=True)
class _Parsing:
    telling: frozenset[int]
    seen: Seen = field(default_factory=Seen)
    row: int = 0
    column: int = 0
    kind: str = ""
    style: int = 0
    inside: str = ""
    value: str = ""
    formula: str | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rsplit(" ", 1)[-1]
        if local == "row":
            self.row, self.column = _number(attributes.get("r"), otherwise=self.row + 1), 0
            if attributes.get("hidden") in {"1", "true"}:
                self.seen.hidden_rows.append(self.row)
        elif local == "c":
            self._start_cell(attributes)
        elif local in {"v", "t", "f"}:
            self.inside = local
            self.formula = "" if local == "f" else self.formula
        elif local == "mergeCell":
            self.seen.merged.append(attributes.get("ref", "").replace("$", ""))
        elif local == "col" and attributes.get("hidden") in {"1", "true"}:
            self.seen.hide_columns(_number(attributes.get("min")), _number(attributes.get("max")))

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        match = REFERENCE.fullmatch(attributes.get("r", "").replace("$", "").upper())
        if match:
            self.row, self.column = int(match[2]), column_number(match[1])
        else:
            self.column += 1
        self.kind, self.style = attributes.get("t", "n"), _number(attributes.get("s"))
        self.inside, self.value, self.formula = "", "", None

    def text(self, text: str) -> None:
        if self.inside == "f":
            self.formula = (self.formula or "") + text
        elif self.inside:
            self.value += text

    def end(self, name: str) -> None:
        local = name.rsplit(" ", 1)[-1]
        if local == self.inside:
            self.inside = ""
        elif local == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        seen, at = self.seen, (self.row, self.column)
        if self.formula is not None:
            seen.is_linked = seen.is_linked or LINK.search(self.formula) is not None
        if self.value or self.formula is not None:
            seen.rows, seen.columns = max(seen.rows, self.row), max(seen.columns, self.column)
        if self.kind == "e":
            seen.left_out[at] = messages.ERROR_CELL.about(found=self.value)
        elif self.formula is not None and not self.value.strip() and self.kind != "str":
            seen.left_out[at] = messages.NO_RESULT.about()
        elif self.style in self.telling and self.value:
            seen.styles[at] = self.style


def _number(text: str | None, *, otherwise: int = 0) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_number(letters)


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
