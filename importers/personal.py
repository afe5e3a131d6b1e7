"""Columns that name a person: never asked for, sometimes sent. They are dropped as soon as they are seen; nothing quotes them."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from importers import cells, messages
from importers.cells import is_blank, normalized
from importers.messages import Problem
from importers.raw import RawSheet, column_letters

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
# A Chinese citizen's number: area, birth date, serial, check character. A mobile number: 11 digits from 13 to 19.
ID_CARD = re.compile(r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The sheet without what names persons, and a notice for each column that went, with its number."""

    raw: RawSheet
    notices: tuple[tuple[Problem, int], ...]


def without_personal_columns(raw: RawSheet, *, header: int, known: Collection[int]) -> Cleaned:
    """`header` is the row of headers from 0, `known` the numbers of the columns that the registry asks for."""
    width = max(map(len, raw.rows), default=0)
    others = [number for number in range(1, width + 1) if number not in known]
    found = [number for number in others if _is_personal(raw.rows, header=header, number=number)]
    if not found:
        return Cleaned(raw, ())
    gone = {number - 1 for number in found}
    rows = [["" if place in gone else cell for place, cell in enumerate(row)] for row in raw.rows]
    notices = tuple((messages.PERSONAL_COLUMN.about(found=column_letters(number)), number) for number in found)
    return Cleaned(replace(raw, rows=rows), notices)


def names_a_person(text: str, *, is_identifier: bool = False) -> bool:
    """A center's own number may well look like a telephone number, but never like an ID card's."""
    return bool(ID_CARD.search(text)) or (not is_identifier and bool(MOBILE.search(text)))


def _is_personal(rows: Sequence[Sequence[Any]], *, header: int, number: int) -> bool:
    column = [row[number - 1] for row in rows if number <= len(row)]
    title = column[header] if header < len(column) else ""
    if _names_persons(title):
        return True
    return _mostly_numbers_of_persons(cell for cell in column[header + 1 :] if not is_blank(cell))


def _names_persons(title: object) -> bool:
    spelled = normalized(title) if isinstance(title, str) else ""
    return spelled in HEADERS or any(word in spelled for word in HEADER_WORDS)


def _mostly_numbers_of_persons(column: Iterable[Any]) -> bool:
    texts = [cells.shown(cell).strip() for cell in column]
    cards = sum(bool(ID_CARD.fullmatch(text)) for text in texts)
    phones = sum(bool(MOBILE.fullmatch(text)) for text in texts)
    return cards > 0 or phones * 2 > len(texts)
