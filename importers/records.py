"""What a sheet says of one record: which of its columns are the record's, and on which rows it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from importers.tables import Table

BELOW_ASSESSMENT = frozenset({"labresult", "tumorburden"})

Key = tuple[Any, ...]
Lines = tuple[int, ...]  # places of rows in their table, from 0
Columns = Mapping[str, Sequence[Any]]  # by variable, of every row of a table


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Form:
    """How records of one kind stand in a sheet. A row may hold several side by side, each in a `group` of columns.

    `values` are plain, `key` is the natural key in the words of the sheet; both have every row of the table. `columns` names the
    column of a variable, and what has none of its own stands in the one for the rest, where there is such a one.
    """

    entity: str
    table: Table
    values: Columns
    key: tuple[Sequence[Any], ...]
    columns: Mapping[str, str]
    column_of_the_rest: str = ""
    group: int = 0

    def column_of(self, variable: str) -> str:
        """A laboratory result's value stands in the column of its analyte, a drug's dose in those of its group."""
        return self.columns.get(variable) or self.column_of_the_rest or variable


class Record(NamedTuple):
    """A large center sends hundreds of thousands, so a record holds the lines that describe it, and no value."""

    form: Form
    at: Lines

    @property
    def entity(self) -> str:
        return self.form.entity

    @property
    def table(self) -> Table:
        return self.form.table

    @property
    def group(self) -> int:
        return self.form.group

    @property
    def rows(self) -> tuple[int, ...]:
        """As Excel counts them."""
        return tuple([self.form.table.rows[line] for line in self.at])

    @property
    def key(self) -> Key:
        line = self.at[0]
        return tuple([column[line] for column in self.form.key])

    @property
    def local_id(self) -> str:
        return self.form.key[0][self.at[0]]  # type: ignore[no-any-return]

    @property
    def assessment(self) -> Key | None:
        return self.key[:3] if self.entity in BELOW_ASSESSMENT else None

    @property
    def values(self) -> dict[str, Any]:
        """What the rows say together: the first that is not blank."""
        return self.read(self.form.values)

    def read(self, columns: Columns) -> dict[str, Any]:
        """What these columns of its table say of it."""
        if len(self.at) > 1:
            return {name: column[first_line(column, self.at)] for name, column in columns.items()}
        line = self.at[0]
        return {name: column[line] for name, column in columns.items()}

    def column_of(self, variable: str) -> str:
        return self.form.column_of(variable)


def first_line(column: Sequence[Any], at: Lines) -> int:
    """The first of these lines on which the column says something, or the first at all."""
    return next((line for line in at if column[line] is not None), at[0])
