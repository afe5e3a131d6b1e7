"""The picture of the sheet beside every step: its first rows as they stand, the headers marked, each column with what it gives."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from importers.pages.guide.content import is_ignored, tokens_of
from importers.pages.guide.names import spoken, variable_named
from importers.pages.guide.workspace import Workspace

ROWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """`part` is header, data or before: what stands above the headers and is not read."""

    number: int
    part: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GridColumn:
    letter: str
    gives: str
    is_ignored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]


def grid_of(work: Workspace) -> Grid:
    header, first = work.look.header, work.look.header.first
    upper = header.row or 1
    lower = upper + header.rows - 1
    rows = tuple(
        GridRow(number=number, part=_part(number, upper=upper, lower=lower, first=first), texts=texts)
        for number, texts in enumerate(work.look.first[:ROWS], start=1)
    )
    return Grid(
        columns=tuple(_column(column.letter, header=column.header, work=work) for column in work.look.columns),
        rows=rows,
    )


def _part(number: int, *, upper: int, lower: int, first: int | None) -> str:
    if upper <= number <= lower:
        return "header"
    return "before" if number < max(first or 0, upper) else "data"


def _column(letter: str, *, header: str, work: Workspace) -> GridColumn:
    labels = []
    for token in tokens_of(work.content, header=header):
        known = variable_named(token, catalog=work.catalog)
        labels.append(spoken(known.label) if known else token)
    ignored = is_ignored(work.content, header=header)
    return GridColumn(letter=letter, gives=", ".join(labels) or (_("not read") if ignored else ""), is_ignored=ignored)
