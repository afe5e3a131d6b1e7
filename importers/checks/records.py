"""What a sheet says of one record: which of its columns are the record's, and on which rows it stands."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from importers.layout.tables import Table

BELOW_ASSESSMENT = frozenset({"labresult", "tumorburden"})

Key = tuple[Any, ...]
Lines = tuple[int, ...]  # places of rows in their table, from 0
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Columns = Mapping[str, Sequence[Any]]  # by variable, of every row of a table
NOTHING: Mapping[int, Lines] = MappingProxyType({})


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
    """The lines that describe it; its values stay where they are read."""

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
        return self.form.key[0][self.at[0]]

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


class Records:
    """Records in their order. A large center sends hundreds of thousands: each is two numbers here, and is made when asked for."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.forms: list[Form] = []  # in the order met
        self._numbers: dict[Form, int] = {}
        self._form_of, self._line_of = array("H"), array("I")
        self._several: dict[int, Lines] = {}  # of those on several rows
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        form, at = record
        if len(at) > 1:
            self._several[len(self)] = at
        self._form_of.append(self._number(form))
        self._line_of.append(at[0])

    def add_side_by_side(self, forms: Sequence[Form], *, said: Sequence[Sequence[bool]]) -> None:
        """Line by line, of each form a record where `said` of the form says so for the line."""
        numbers = np.array([self._number(form) for form in forms], dtype=np.uint16)
        line, place = np.nonzero(np.array(said, dtype=bool).T)
        self._form_of.frombytes(numbers[place].tobytes())
        self._line_of.frombytes(line.astype(np.uint32).tobytes())

    def _number(self, form: Form) -> int:
        if form not in self._numbers:
            self._numbers[form] = len(self.forms)
            self.forms.append(form)
        return self._numbers[form]

    def __len__(self) -> int:
        return len(self._line_of)

    def __getitem__(self, place: int) -> Record:
        return Record(self.forms[self._form_of[place]], self._several.get(place) or (self._line_of[place],))

    def __iter__(self) -> Iterator[Record]:
        forms, several = self.forms, self._several
        for place, (form, line) in enumerate(zip(self._form_of, self._line_of, strict=True)):
            yield Record(forms[form], several.get(place) or (line,))

    def of(self, *entities: str) -> Iterator[Record]:
        """Those of some kinds alone."""
        wanted = {number for number, form in enumerate(self.forms) if form.entity in entities}
        return (self[place] for place, form in enumerate(self._form_of) if form in wanted)

    def lines_of(self, entity: str) -> Iterator[tuple[Form, list[int]]]:
        """By form of this kind the first lines of its records."""
        lines = np.frombuffer(self._line_of, dtype=np.uint32)
        for number, form in enumerate(self.forms):
            if form.entity == entity:
                yield form, lines[self._form_numbers == number].tolist()

    @property
    def several(self) -> Mapping[int, Record]:
        """Those on several rows, by their place."""
        return {place: self[place] for place in self._several}

    def by_entity(self) -> dict[str, "Records"]:
        """In the order of their forms."""
        entities = [form.entity for form in self.forms]
        return {
            entity: self.where(np.array([one == entity for one in entities])[self._form_numbers])
            for entity in dict.fromkeys(entities)
        }

    def where(self, wanted: Sequence[bool] | Flags, *, instead: Mapping[int, Lines] = NOTHING) -> "Records":
        """Those at the wanted places; those `instead` stand on these lines of theirs alone."""
        places, found = np.flatnonzero(wanted), Records()
        numbers = self._form_numbers[places]
        used = np.flatnonzero(np.bincount(numbers, minlength=len(self.forms)))
        found.forms = [self.forms[number] for number in used]
        found._numbers = {form: number for number, form in enumerate(found.forms)}
        found._form_of.frombytes(np.searchsorted(used, numbers).astype(np.uint16).tobytes())
        found._line_of.frombytes(np.frombuffer(self._line_of, dtype=np.uint32)[places].tobytes())
        now_at = {place: int(np.searchsorted(places, place)) for place in self._several if wanted[place]}
        for place, now in now_at.items():
            lines = instead.get(place, self._several[place])
            found._line_of[now] = lines[0]
            if len(lines) > 1:
                found._several[now] = lines
        return found

    @property
    def _form_numbers(self) -> np.ndarray[Any, np.dtype[np.uint16]]:
        return np.frombuffer(self._form_of, dtype=np.uint16)

    def column(self, of: Callable[[Form], Sequence[Any]]) -> list[Any]:
        """Of every record what a column of its form says on its first line."""
        columns = [of(form) for form in self.forms]
        return [columns[form][line] for form, line in zip(self._form_of, self._line_of, strict=True)]


def first_line(column: Sequence[Any], at: Lines) -> int:
    """The first of these lines on which the column says something, or the first at all."""
    return next((line for line in at if column[line] is not None), at[0])
