"""What a planted fault is: a change made to the rows of a synthetic workbook, and what the check must say of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
Person = Mapping[str, Sequence[Row]]  # a patient's rows by sheet
Change = Mapping[str, Any] | Callable[[Row, Person], Mapping[str, Any]]
Fits = Callable[[Row, Person], bool]

ERROR, QUERY, WARNING = "error", "query", "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A cell that Excel computes; an empty result is what a program leaves that does not compute."""

    text: str
    result: str = ""


def any_row(_row: Row, _person: Person) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`change` is made to one row that fits `where`; the finding `code` stands at the column `at`. No code: it is accepted."""

    name: str
    sheet: str
    change: Change
    at: str
    code: str | None
    severity: str = ERROR
    where: Fits = any_row

    def changed(self, row: Row, *, person: Person) -> dict[str, Any]:
        change = self.change(row, person) if callable(self.change) else self.change
        return {**row, **change}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault at its place, as manifest-dirty.json lists it. `row` and `column` (letters) are None where the sheet or file is
    meant; `code` is None for what is odd and accepted.
    """

    file: str
    kind: str
    sheet: str
    row: int | None
    column: str | None
    name: str
    code: str | None
    severity: str | None
