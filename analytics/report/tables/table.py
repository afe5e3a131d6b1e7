"""The shape of a table for people: rows of text, each text with the addresses of the numbers in it."""

from dataclasses import dataclass

from analytics.result.rows.addresses import read_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`level` 1 is set in below the row above; a heading has no numbers of its own, or a few."""

    cells: tuple[str, ...]
    level: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tuple(map(read_off, self.cells)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`groups` are headings over several columns: text and how many. `text_columns` are set flush left. A detail
    says in figures what a figure shows and stays closed until it is wanted. Prose has sentences in its cells, broken into lines."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    groups: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    text_columns: int = 1
    is_detail: bool = False
    is_prose: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", read_off(self.title))
        for name in ("head", "notes"):
            object.__setattr__(self, name, tuple(map(read_off, getattr(self, name))))
        object.__setattr__(self, "groups", tuple((read_off(text), span) for text, span in self.groups))
