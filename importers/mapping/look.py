"""What a sheet that nobody knows looks like: its first rows, where headers may stand, and what each column holds. PURE."""

import datetime
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from importers.files.cells import is_blank, read_date, shown
from importers.files.personal_columns import personal_columns_anywhere
from importers.files.raw import RawSheet, Workbook, column_letters
from importers.mapping.headers import is_comment, laid_out, unit_in
from importers.mapping.language import HeaderRows
from importers.mapping.values import number_in
from registry.clinical.personal_numbers import HIDDEN

FIRST_ROWS = 20
SEARCHED_ROWS = 30
MOST_VALUES = 200
MOST_READ = 400  # different texts of a column that are looked at one by one
LONGEST = 200
COMMENT = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLook:
    """`header` is how a mapping names the column. `values` are the different texts, most frequent first, with their counts.

    `numbers` are the lowest, middle and highest of those that read as numbers, of which there are `numeric`.
    """

    number: int  # from 1
    letter: str
    header: str
    filled: int
    blank: int
    distinct: int
    values: tuple[tuple[str, int], ...]
    numeric: int
    dates: int
    numbers: tuple[float, float, float] | None
    unit: str  # read from the header's brackets, "" where it says none


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLook:
    """`first` are its first rows as texts, as Excel shows them; columns that name persons are masked."""

    name: str
    rows: int
    width: int
    first: tuple[tuple[str, ...], ...]
    header: HeaderRows  # as found, or as asked
    columns: tuple[ColumnLook, ...]


def look_at_workbook(book: Workbook) -> tuple[SheetLook, ...]:
    """Every sheet that holds something, with the headers where they seem to stand."""
    return tuple(look_at_sheet(raw) for raw in book.sheets if raw.rows)


def look_at_sheet(raw: RawSheet, *, header: HeaderRows | None = None) -> SheetLook:
    """One sheet, with the headers where they are said to stand, or seem to."""
    found = header or found_header(raw)
    row = min(found.row or 1, len(raw.rows) or 1)
    personal = set(personal_columns_anywhere(raw.rows))
    located = laid_out(raw, header=found, row=row) if raw.rows else None
    width = max(map(len, raw.rows), default=0)
    columns = [
        _column(
            [_at(raw.rows[line - 1], number=number) for line in located.lines],
            number=number,
            header=located.names[number - 1],
            is_hidden=number in personal,
        )
        for number in range(1, width + 1)
        if located is not None
    ]
    return SheetLook(
        name=raw.name,
        rows=len(raw.rows),
        width=width,
        first=tuple(_texts(cells, width=width, personal=personal) for cells in raw.rows[:FIRST_ROWS]),
        header=found.model_copy(update={"row": row}),
        columns=tuple(column for column in columns if column.filled or not column.header.startswith("(")),
    )


def found_header(raw: RawSheet) -> HeaderRows:
    """The first row that is filled nearly as far as any other and holds words; above it may stand titles and comments."""
    rows = raw.rows[:SEARCHED_ROWS]
    comments = [bool(cells) and is_comment(cells, mark=COMMENT) for cells in rows]
    filled = [0 if told else _words(cells) for cells, told in zip(rows, comments, strict=True)]
    widest = max(filled, default=0)
    row = next((number for number, count in enumerate(filled, start=1) if count and count >= widest * 0.6), 1)
    joined = 2 if _is_upper(raw, row=row) else 1
    return HeaderRows(row=row, rows=joined, comment=COMMENT if any(comments) else "")


def _words(cells: Sequence[Any]) -> int:
    """Different texts that are no numbers: headers seldom repeat, and data rows hold numbers and dates."""
    return len({cell.strip() for cell in cells if isinstance(cell, str) and cell.strip() and number_in(cell) is None})


def _is_upper(raw: RawSheet, *, row: int) -> bool:
    """Merged over several columns, with other headers below."""
    merges = [reference for reference in raw.merged if _starts_on(reference, row=row)]
    return bool(merges) and row < len(raw.rows) and _words(raw.rows[row]) > 0


def _starts_on(reference: str, *, row: int) -> bool:
    first, _, last = reference.partition(":")
    digits = "0123456789"
    return first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == str(row) and first.rstrip(digits) != last.rstrip(digits)


def _at(cells: Sequence[Any], *, number: int) -> Any:
    return cells[number - 1] if number <= len(cells) else ""


def _texts(cells: Sequence[Any], *, width: int, personal: set[int]) -> tuple[str, ...]:
    texts = [HIDDEN if n in personal and not is_blank(c) else shown(c)[:LONGEST] for n, c in enumerate(cells, start=1)]
    return tuple(texts + [""] * (width - len(texts)))


def _column(cells: Sequence[Any], *, number: int, header: str, is_hidden: bool) -> ColumnLook:
    counts: Counter[str] = Counter()
    kinds: dict[str, Any] = {}
    for cell in cells:
        if not is_blank(cell):
            text = unicodedata.normalize("NFC", shown(cell)).strip()[:LONGEST]
            counts[text] += 1
            kinds.setdefault(text, cell)
    numbers = [(n, counts[text]) for text, cell in kinds.items() if (n := number_in(cell)) is not None]
    dates = sum(counts[text] for text, cell in list(kinds.items())[:MOST_READ] if _is_date(cell))
    plain = sorted(n for n, _ in numbers)
    return ColumnLook(
        number=number,
        letter=column_letters(number),
        header=header,
        filled=sum(counts.values()),
        blank=len(cells) - sum(counts.values()),
        distinct=len(counts),
        values=() if is_hidden else tuple(counts.most_common(MOST_VALUES)),
        numeric=sum(count for _, count in numbers),
        dates=dates,
        numbers=(plain[0], float(median(plain)), plain[-1]) if plain and not is_hidden else None,
        unit=unit_in(header),
    )


def _is_date(cell: Any) -> bool:
    """As text or as Excel's own; a bare number is none."""
    if isinstance(cell, datetime.date):
        return True
    return isinstance(cell, str) and number_in(cell) is None and read_date(cell).value is not None
