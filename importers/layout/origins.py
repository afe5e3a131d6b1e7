"""Where the rows of a table stand in the hospital's own sheet, when a mapping made the table of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from importers.files.findings import Place

GROUPS_PER_BLOCK = 8  # more than a row of the template has of a kind side by side, such as the drugs of a session


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """`rows` and `blocks` are of the table's rows in their order, which are numbered from 1; `columns` of each block {name: number}.

    `elsewhere` names by (place from 0, name) the rows of values that stand on another row than their record's first.
    """

    sheet: str
    header_row: int
    rows: Sequence[int]
    blocks: Sequence[int]
    columns: Sequence[Mapping[str, int]]
    elsewhere: Mapping[tuple[int, str], int]

    def row(self, place: int, *, name: str) -> int:
        return self.elsewhere.get((place, name), self.rows[place])

    def column(self, place: int, *, name: str) -> int | None:
        return self.columns[self.blocks[place]].get(name)

    def place(self, at: Place) -> Place:
        """What is about the sheet as a whole is told at its headers."""
        if at.row is None:
            column = self.columns[0].get(at.name) if self.columns else None
            return replace(at, sheet=self.sheet, row=self.header_row if at.name else None, column=column)
        place = at.row - 1
        if place >= len(self.rows):
            return at
        return replace(
            at,
            sheet=self.sheet,
            row=self.row(place, name=at.name),
            column=self.column(place, name=at.name),
        )
