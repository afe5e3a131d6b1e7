"""The shape of a table for people: rows of text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`level` 1 is set in below the row above; a heading has no numbers of its own, or a few."""

    cells: tuple[str, ...]
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`groups` are headings over several columns: text and how many. `text_columns` are set flush left. A detail
    says in figures what a figure shows and stays closed until it is wanted."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    groups: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    text_columns: int = 1
    is_detail: bool = False
