"""A block of cells as a spreadsheet puts it on the clipboard, and where in a sheet each of its cells belongs. Pure: nothing is read of what they say."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.clinical.date_text import NotADate, read_date_text
from registry.clinical.laboratory.analyte_names import folded_name

MOST_CELLS = 4000
Block = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of the sheet as it is seen: its id, and its day where it has one."""

    line: str
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is on the screen: lines and columns in their order, the column that says the day of a line, and all of `dates`.

    `names` leads from a folded heading to a column, of those that are not shown, too; `is_value` says of a text that it stands
    for a value, whatever else it may name: NA is sodium on a printout and "not applicable" in a cell.
    """

    lines: Sequence[Place]
    columns: Sequence[str]
    day_column: str
    dates: Collection[str]
    names: Mapping[str, str]
    is_value: Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    line: str
    column: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """`blank` cells change nothing; those `outside` are placed nowhere: beyond the sheet, under `unknown` headings, on `twofold` days."""

    cells: tuple[Placed, ...]
    new_lines: tuple[str, ...] = ()
    blank: int = 0
    outside: int = 0
    unknown: tuple[str, ...] = ()
    twofold: tuple[str, ...] = ()


def read_block(text: str) -> Block:
    """Tabs between cells and line breaks between rows, quotes around a cell that has either inside.

    A quote that is never closed is a character like any other.
    """
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True))
    except csv.Error:
        rows = [
            line.split("\t") for line in text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
        ]
    return [row or [""] for row in rows]


def turned(block: Block) -> Block:
    """Rows as columns."""
    width = max((len(row) for row in block), default=0)
    return [[row[at] if at < len(row) else "" for row in block] for at in range(width)]


def place(block: Block, *, line: str, column: str, view: View) -> Placement:
    """From this cell on; by its headings where the block has some, and by its days where it has their column.

    Whole dates in the first column, where a column of values was selected, say the days of the rows.
    """
    headings = _headings(block, view=view)
    rows = block[1:] if headings else block
    width = max((len(row) for row in rows), default=0)
    if not headings and width > 1 and column not in view.dates and _are_days(rows, at=0):
        columns = [view.day_column, *_from(column, view=view, width=width - 1)]
    else:
        columns = headings or _from(column, view=view, width=width)
    unknown = tuple(
        text.strip() for text, known in zip(block[0], headings, strict=True) if not known and text.strip()
    ) if headings else ()  # fmt: skip
    found = (
        _by_day(rows, columns=columns, view=view)
        if view.day_column in columns
        else _in_order(rows, line=line, view=view)
    )
    return _placement(rows, lines=found, columns=columns, unknown=unknown, view=view)


def _headings(block: Block, *, view: View) -> list[str]:
    """The columns that the first row names, "" under each unknown heading; nothing where it is a row of values."""
    if len(block) < 2:
        return []
    filled = [text for text in block[0] if text.strip()]
    found = [view.names.get(folded_name(text), "") for text in block[0]]
    named = [name for name in found if name]
    is_evident = any(name and not view.is_value(text) for text, name in zip(block[0], found, strict=True))
    if not is_evident or len(named) * 2 < len(filled) or len(set(named)) < len(named):
        return []
    is_day = [at for at in range(len(found)) if not found[at] and _are_days(block[1:], at=at)]
    if view.day_column not in found and len(is_day) == 1:
        found[is_day[0]] = view.day_column
    width = max(len(row) for row in block)
    return [*found, *[""] * (width - len(found))]


def _are_days(rows: Block, *, at: int) -> bool:
    texts = [row[at] for row in rows if at < len(row) and row[at].strip()]
    return bool(texts) and all(_is_whole_day(text) for text in texts)


def _from(column: str, *, view: View, width: int) -> list[str]:
    """To the right of a column; "" beyond the sheet."""
    start = view.columns.index(column) if column in view.columns else 0
    shown = list(view.columns[start : start + width])
    return [*shown, *[""] * (width - len(shown))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """By row: the id of its line, or "" where it has none. `new` ones are made of the rows that say a day nobody knows."""

    ids: list[str]
    new: tuple[str, ...] = ()
    twofold: tuple[str, ...] = ()


def _in_order(rows: Block, *, line: str, view: View) -> _Lines:
    known = [place.line for place in view.lines]
    start = known.index(line) if line in known else 0
    ids = known[start : start + len(rows)]
    return _Lines(ids=[*ids, *[""] * (len(rows) - len(ids))])


def _by_day(rows: Block, *, columns: Sequence[str], view: View) -> _Lines:
    at = columns.index(view.day_column)
    said = [row[at].strip() if at < len(row) else "" for row in rows]
    days = [day_of(text) for text in said]
    lines_on: Counter[Any] = Counter(place.day for place in view.lines if place.day)
    rows_on: Counter[Any] = Counter(day or text for day, text in zip(days, said, strict=True))
    known = {place.day: place.line for place in view.lines if place.day}
    taken = {place.line for place in view.lines}
    ids: list[str] = []
    new, twofold = [], []
    for text, day in zip(said, days, strict=True):
        if not text:
            ids.append("")
        elif rows_on[day or text] > 1 or lines_on[day] > 1:
            ids.append("")
            twofold.append(text)
        elif day in known:
            ids.append(known[day])
        else:
            ids.append(_free(taken))
            new.append(ids[-1])
            taken.add(ids[-1])
    return _Lines(ids=ids, new=tuple(new), twofold=tuple(dict.fromkeys(twofold)))


def _free(taken: set[str]) -> str:
    number = 1
    while f"new{number}" in taken:
        number += 1
    return f"new{number}"


def _is_whole_day(text: str) -> bool:
    """Not of a year alone: 1961 may be a value."""
    try:
        return not read_date_text(text).precision
    except NotADate:
        return False


def day_of(text: str) -> date | None:
    try:
        return read_date_text(text).day
    except NotADate:
        return None


def _placement(
    rows: Block, *, lines: _Lines, columns: Sequence[str], unknown: tuple[str, ...], view: View
) -> Placement:
    cells, blank, outside = [], 0, 0
    for row, line in zip(rows, lines.ids, strict=True):
        for text, column in zip(row, columns, strict=False):
            if not text.strip():
                blank += 1
            elif not column or not line:
                outside += 1
            elif column != view.day_column or line in lines.new:  # the day of a line that has one only leads to it
                cells.append(Placed(line=line, column=column, text=text))
    return Placement(
        cells=tuple(cells),
        new_lines=lines.new,
        blank=blank,
        outside=outside,
        unknown=unknown,
        twofold=lines.twofold,
    )
