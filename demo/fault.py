"""What a planted fault is: a change made to the rows of a synthetic workbook, and what the check must say of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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

    def found_at(self, column: str) -> "Kind":
        """The same where the finding stands at another column than the changed one."""
        return replace(self, at=column)


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


def row_with(**values: Any) -> Fits:
    return lambda row, _person: all(row.get(name) == value for name, value in values.items())


def row_knowing(*names: str) -> Fits:
    return lambda row, _person: all(row.get(name) is not None for name in names)


Rule = tuple[str | None, str]


def query(code: str) -> Rule:
    return code, QUERY


def warning(code: str) -> Rule:
    return code, WARNING


def cell(
    name: str,
    sheet: str,
    changed: str,
    value: Any,
    rule: str | Rule | None,
    *,
    where: Fits = any_row,
) -> Kind:
    """One changed cell, and the finding stands there; it is an error, where nothing else is said."""
    code, severity = rule if isinstance(rule, tuple) else (rule, ERROR)
    return Kind(
        name=name,
        sheet=sheet,
        change={changed: value},
        at=changed,
        code=code,
        severity=severity,
        where=where,
    )
