"""Columns that name a person: never asked for, sometimes sent. They are dropped as soon as they are seen; nothing quotes or keeps them."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from importers.files import messages
from importers.files.cell import is_blank, normalized, shown
from importers.files.messages import Problem
from importers.files.raw import RawSheet, column_letters
from registry.clinical.personal_numbers import HIDDEN, ID_CARD, MOBILE, TELEPHONE, names_a_person, plain

SEARCHED_ROWS = 15  # where the headers of a sheet are looked for that nobody knows
HEADERS = frozenset(
    {"name", "full name", "patient name", "patient's name", "surname", "first name", "last name", "tel", "联系方式"}
)
HEADERS |= {
    "id no",
    "id no.",
    "id number",
    "identity number",
    "national id",
    "证件号",
    "证件号码",
    "address",
    "home address",
}
HEADER_WORDS = (
    "姓名",
    "身份证",
    "电话",
    "手机",
    "住址",
    "phone",
    "mobile",
    "id card",
    "identity card",
    "contact number",
)

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The sheet without what names persons, and a notice for each column that went, with its number."""

    raw: RawSheet
    notices: tuple[tuple[Problem, int], ...]


def without_personal_columns(raw: RawSheet, *, header: int, known: Collection[int]) -> Cleaned:
    """`header` is the row of headers from 0, `known` the numbers of the columns that the registry asks for."""
    found = personal_columns(raw.rows, header=header, known=known, labels=raw.labels)
    if not found:
        return Cleaned(raw, ())
    gone = {number - 1 for number in found}
    rows = [["" if place in gone else cell for place, cell in enumerate(row)] for row in raw.rows]
    notices = tuple((messages.PERSONAL_COLUMN.about(found=column_letters(number)), number) for number in found)
    return Cleaned(replace(raw, rows=rows), notices)


def personal_columns(rows: Rows, *, header: int, known: Collection[int], labels: Sequence[str] = ()) -> list[int]:
    """Their numbers from 1. `labels` are what a data set says of its columns besides their names."""
    others = [number for number in range(1, _width(rows) + 1) if number not in known]
    titles = [*rows[header : header + 1], labels]
    return [number for number in others if _named(titles, number=number) or _filled(rows[header + 1 :], number=number)]


def personal_columns_anywhere(rows: Rows, *, labels: Sequence[str] = ()) -> list[int]:
    """Of a sheet whose headers nobody knows: by a word in one of its first rows, or by what stands in it."""
    return [
        number
        for number in range(1, _width(rows) + 1)
        if _named([*rows[:SEARCHED_ROWS], labels], number=number) or _filled(rows, number=number)
    ]


def masked(raw: RawSheet, *, columns: Collection[int] | None = None, header: int | None = None) -> RawSheet:
    """HIDDEN stands where something stood in these columns, or anywhere: what was told of them can be told again.

    Titles, in row `header` from 0, stay: 姓名 is nobody's name.
    """

    def kept(cell: Any, *, row: int, place: int) -> bool:
        is_apart = columns is not None and place + 1 not in columns
        is_title = row == header and isinstance(cell, str) and not names_a_person(cell)
        return is_apart or is_title or is_blank(cell)

    rows = [
        [cell if kept(cell, row=number, place=place) else HIDDEN for place, cell in enumerate(row)]
        for number, row in enumerate(raw.rows)
    ]
    told = {at: problem for at, problem in raw.hidden.items() if columns is not None and at[1] not in columns}
    return replace(raw, rows=rows, hidden=told)


def _width(rows: Rows) -> int:
    return max(map(len, rows), default=0)


def _named(rows: Rows, *, number: int) -> bool:
    return any(_names_persons(row[number - 1]) for row in rows if number <= len(row))


def _filled(rows: Rows, *, number: int) -> bool:
    column = [row[number - 1] for row in rows if number <= len(row) and not is_blank(row[number - 1])]
    return HIDDEN in column or _mostly_numbers_of_persons(column)


def _names_persons(title: object) -> bool:
    spelled = normalized(title) if isinstance(title, str) else ""
    return spelled in HEADERS or any(word in spelled for word in HEADER_WORDS)


def _mostly_numbers_of_persons(column: Iterable[Any]) -> bool:
    texts = [plain(_digits(cell)).strip() for cell in column]
    cards = sum(bool(ID_CARD.fullmatch(text)) for text in texts)
    phones = sum(bool(MOBILE.fullmatch(text) or TELEPHONE.fullmatch(text)) for text in texts)
    return cards > 0 or phones * 2 > len(texts)


def _digits(cell: Any) -> str:
    """Of a number, all its digits, also those that Excel has made zeros of."""
    return f"{cell:.0f}" if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer() else shown(cell)
