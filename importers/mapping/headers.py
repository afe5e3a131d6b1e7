"""Where the headers of a foreign sheet stand, what they are called, and on which row its data begin. PURE.

A header is compared as names are everywhere: full width as half width, without case and double spaces. The second of two that
are the same is called `AFP #2`, a column that has values but no header `(C)`.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from importers.files.cells import is_blank, normalized, shown
from importers.files.raw import RawSheet, Workbook, column_letters
from importers.mapping.language import HeaderRows, SheetMapping

SEARCHED_ROWS = 30
JOINT = " / "  # between the upper and the lower of two headers
RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")
UNIT = re.compile(r"[(\[（【]([^()\[\]（）【】]+)[)\]）】]\s*$")

Names = Sequence[str]  # of the columns from A


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedSheet:
    """`numbers` are those of the columns, from 1, by normalized header; `header_row` is the lower one of two, `lines` the data's rows."""

    raw: RawSheet
    names: Names
    numbers: Mapping[str, int]
    header_row: int
    lines: Sequence[int]

    def number(self, header: str) -> int | None:
        return self.numbers.get(normalized(header))

    def lacking(self, headers: Collection[str]) -> list[str]:
        return [header for header in headers if normalized(header) not in self.numbers]


def located(book: Workbook, *, mapping: SheetMapping) -> LocatedSheet | None:
    """The sheet that a mapping is about: the one named, else the one with most of its headers. None where there is none."""
    if mapping.sheet is not None and not book.is_text:
        wanted = normalized(mapping.sheet)
        raw = next((one for one in book.sheets if normalized(one.name) == wanted), None)
        return located_in(raw, mapping=mapping) if raw is not None else None
    found = [located_in(raw, mapping=mapping) for raw in book.sheets if raw.rows]
    headers = mapping.all_headers
    fitting = [one for one in found if one is not None and len(one.lacking(headers)) < len(headers)]
    return min(fitting, key=lambda one: len(one.lacking(headers)), default=None)


def located_in(raw: RawSheet, *, mapping: SheetMapping) -> LocatedSheet | None:
    wanted = set(map(normalized, mapping.all_headers))
    row = mapping.header.row or _row_with_most(raw, header=mapping.header, wanted=wanted)
    return laid_out(raw, header=mapping.header, row=row) if row is not None and row <= len(raw.rows) else None


def laid_out(raw: RawSheet, *, header: HeaderRows, row: int) -> LocatedSheet:
    """With the (upper) headers on this row."""
    lower = min(row + header.rows - 1, len(raw.rows))
    first = max(header.first or 0, lower + 1)
    names = names_of(raw, row=row, lower=lower)
    lines = [
        number
        for number, cells in enumerate(raw.rows[first - 1 :], start=first)
        if not (header.comment and is_comment(cells, mark=header.comment)) and not all(map(is_blank, cells))
    ]
    numbers: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if name:
            numbers.setdefault(normalized(name), number)
    return LocatedSheet(raw=raw, names=names, numbers=numbers, header_row=lower, lines=lines)


def names_of(raw: RawSheet, *, row: int, lower: int) -> list[str]:
    """How a mapping names the columns. Of two rows the upper one reaches as far as it is merged."""
    width = max(map(len, raw.rows), default=0)
    below = _texts(raw.rows[lower - 1], width=width)
    joined = below
    if lower > row:
        above = _spread(_texts(raw.rows[row - 1], width=width), below=below, raw=raw, row=row)
        joined = [
            JOINT.join(dict.fromkeys(filter(None, pair))) if all(pair) else pair[0] or pair[1]
            for pair in zip(above, below, strict=True)
        ]
    return list(_each_once(joined))


def is_comment(cells: Sequence[Any], *, mark: str) -> bool:
    return next((shown(cell).lstrip() for cell in cells if not is_blank(cell)), "").startswith(mark)


def unit_in(header: str) -> str:
    """The one in brackets at its end: g/L of 白蛋白(g/L)."""
    found = UNIT.search(header.split(" #")[0])
    return found[1].strip() if found else ""


def _row_with_most(raw: RawSheet, *, header: HeaderRows, wanted: set[str]) -> int | None:
    """The row among the first with most of the headers asked for, the first of equals. None where no row has one."""
    best, found = 0, None
    for row in range(1, min(SEARCHED_ROWS, len(raw.rows) - header.rows + 1) + 1):
        if header.comment and is_comment(raw.rows[row - 1], mark=header.comment):
            continue
        names = names_of(raw, row=row, lower=row + header.rows - 1)
        count = len(wanted.intersection(map(normalized, names)))
        if count > best:
            best, found = count, row
    return found


def _texts(cells: Sequence[Any], *, width: int) -> list[str]:
    texts = [" ".join(shown(cell).split()) for cell in cells]
    return texts + [""] * (width - len(texts))


def _spread(above: list[str], *, below: Sequence[str], raw: RawSheet, row: int) -> list[str]:
    """A merged cell has its text in its first column only. Where the file tells no merges, the text reaches to the next one."""
    merges = [(_number(a), _number(b)) for a, top, b, end in _ranges(raw.merged) if int(top) <= row <= int(end)]
    told = list(above)
    if merges:
        for first, last in merges:
            told[first - 1 : last] = [above[first - 1]] * len(told[first - 1 : last])
        return told
    for place in range(1, len(told)):
        if not told[place] and below[place]:
            told[place] = told[place - 1]
    return told


def _ranges(merged: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    for reference in merged:
        if found := RANGE.fullmatch(reference.replace("$", "")):
            yield found[1], found[2], found[3], found[4]


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _each_once(names: Sequence[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if not name:
            yield f"({column_letters(number)})"
            continue
        spelled = normalized(name)
        seen[spelled] = seen.get(spelled, 0) + 1
        yield name if seen[spelled] == 1 else f"{name} #{seen[spelled]}"
