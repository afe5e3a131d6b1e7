"""Rows of a sheet → records. A sheet may hold two kinds of record, and several rows may describe one record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from importers import messages
from importers.cells import Cell
from importers.findings import Collector
from importers.known_sheets import LABORATORY, analytes_of
from importers.tables import Table
from registry.companions import MISSING_REASON, with_reason
from registry.sheets import Column, Kind
from registry.stored import natural_key

BELOW_ASSESSMENT = {"labresult", "tumorburden"}

Key = tuple[Any, ...]
Piece = tuple[int, Key, dict[str, Any], int]  # Excel row, natural key, values, group of columns


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The columns of one record on a row; `read` are those whose variable the file has."""

    entity: str
    number: int
    columns: tuple[Column, ...]
    read: tuple[Column, ...]
    excused: tuple[Column, ...]  # in which a cell of the file says why it has no value


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`key` is the natural key in the words of the sheet; `parts` are the Excel rows that describe it, each with its values."""

    entity: str
    table: Table
    parts: tuple[tuple[int, dict[str, Any]], ...]
    local_id: str
    key: Key
    group: int = 0

    @property
    def rows(self) -> tuple[int, ...]:
        return tuple(row for row, _ in self.parts)

    @property
    def values(self) -> dict[str, Any]:
        """What the rows say together: the first that is not blank."""
        first, *others = (values for _, values in self.parts)
        if not others:
            return first
        return {
            name: next((values[name] for values in (first, *others) if values[name] is not None), None)
            for name in first
        }

    @property
    def assessment(self) -> Key | None:
        return self.key[:3] if self.entity in BELOW_ASSESSMENT else None

    def column_of(self, variable: str) -> str:
        """A laboratory result's value stands in the column of its analyte, a drug's dose in those of its group."""
        if self.entity == LABORATORY and variable not in self.table.cells:
            return str(self.values["analyte_code"])
        columns = (c for c in self.table.sheet.columns if c.entity == self.entity and c.group == self.group)
        return next((column.name for column in columns if column.variable == variable), variable)


def records_of(table: Table, *, collector: Collector, without: set[int]) -> list[Record]:
    """All records of a sheet but those of the rows left out. Rows without a whole key make none: they are told elsewhere."""
    found: list[Record] = []
    for entity in table.sheet.entities:
        pieces = _laboratory(table) if entity == LABORATORY else _pieces(table, entity=entity, collector=collector)
        found += _merged(
            entity, pieces=(piece for piece in pieces if piece[0] not in without), table=table, collector=collector
        )
    return found


def _pieces(table: Table, *, entity: str, collector: Collector) -> Iterator[Piece]:
    groups = _groups(table, entity=entity)
    for index, row in enumerate(table.rows):
        found: dict[Key, Piece] = {}
        for group in groups:
            piece = _piece(table, index=index, group=group, collector=collector)
            if piece is not None and found.setdefault(piece[1], piece) is not piece:
                _tell_twice(table, row=row, column=group.columns[0], collector=collector)
        yield from found.values()


def _groups(table: Table, *, entity: str) -> list[_Group]:
    """Every group reads the variables that the file has in any of them, so that all records of a kind have the same."""
    columns = [column for column in table.sheet.columns if column.entity == entity]
    sent = {column.variable for column in columns if column.name in table.cells}
    excused = {c.variable for c in columns if c.name in table.cells and c.variable in with_reason(entity)}
    excused &= {c.variable for c in columns if any(cell.missing for cell in table.cells.get(c.name, ()))}
    return [
        _Group(
            entity=entity,
            number=number,
            columns=tuple(column for column in columns if column.group == number),
            read=tuple(column for column in columns if column.group == number and column.variable in sent),
            excused=tuple(column for column in columns if column.group == number and column.variable in excused),
        )
        for number in dict.fromkeys(column.group for column in columns)
    ]


def _piece(table: Table, *, index: int, group: _Group, collector: Collector) -> Piece | None:
    """What one row says in these columns, if it says anything and lacks nothing."""
    values = {c.variable: _plain(_value(table, name=c.name, index=index), column=c) for c in group.read}
    if group.entity != table.sheet.entities[0] and not any(value is not None for value in values.values()):
        return None
    values |= {f"{c.variable}{MISSING_REASON}": _reason(table, name=c.name, index=index) for c in group.excused}
    lacking = [c for c in group.columns if c.needed and not c.required and values.get(c.variable) is None]
    _tell_incomplete(table, row=table.rows[index], lacking=lacking, group=group, collector=collector)
    key = tuple(
        values[name] if name in values else _value(table, name=name, index=index) for name in natural_key(group.entity)
    )
    return None if lacking or None in key else (table.rows[index], key, values, group.number)


def _tell_incomplete(table: Table, *, row: int, lacking: list[Column], group: _Group, collector: Collector) -> None:
    for column in lacking:
        place = table.place(row, name=column.name)
        if place not in collector.bad_places:
            others = ", ".join(other.name for other in group.columns if other is not column)
            collector.add(messages.INCOMPLETE_RECORD.about(column=column.name, others=others), at=place)


def _tell_twice(table: Table, *, row: int, column: Column, collector: Collector) -> None:
    found = table.found(row, name=column.name)
    collector.add(messages.REPEATED_IN_ROW.about(found=found), at=table.place(row, name=column.name), found=found)


def _laboratory(table: Table) -> Iterator[Piece]:
    analytes = [column for column in analytes_of(table.sheet) if column.name in table.cells]
    beside = [c for c in table.sheet.columns if c.entity == LABORATORY and c not in analytes and c.name in table.cells]
    parents = [table.cells[name] for name in natural_key("assessment") if name in table.cells]
    for index, row in enumerate(table.rows):
        parent = tuple(column[index].value for column in parents)
        if len(parent) < 3 or None in parent:
            continue
        for analyte in analytes:
            cell = table.cells[analyte.name][index]
            if cell.value is not None or cell.missing:
                more = {column.variable: table.cells[column.name][index].value for column in beside}
                yield row, (*parent, analyte.name), {**_laboratory_values(analyte, cell=cell), **more}, 0


def _laboratory_values(analyte: Column, *, cell: Cell) -> dict[str, Any]:
    """The same variables for a number, a code and the reason for neither: what is stored of a result is one of the three."""
    is_measured = analyte.kind is Kind.ANALYTE
    return {
        "analyte_code": analyte.name,
        "value": cell.value if is_measured else None,
        "value_code": None if is_measured else cell.value,
        "missing_reason": (cell.missing or None) if cell.value is None else None,
        "comparator": cell.comparator,
        "raw_value": cell.number if is_measured and cell.value is not None else cell.raw,
        "raw_unit": cell.unit,
    }


def _plain(value: Any, *, column: Column) -> Any:
    return int(value) if column.kind is Kind.WHOLE and value is not None and float(value).is_integer() else value


def _reason(table: Table, *, name: str, index: int) -> str | None:
    """A list that has the reason among its codes holds it as its value."""
    cell = table.cells[name][index] if name in table.cells else None
    return (cell.missing or None) if cell is not None and cell.value is None else None


def _value(table: Table, *, name: str, index: int) -> Any:
    return table.cells[name][index].value if name in table.cells else None


def _merged(entity: str, *, pieces: Iterable[Piece], table: Table, collector: Collector) -> list[Record]:
    together: dict[Key, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    groups: dict[Key, int] = {}
    for row, key, values, group in pieces:
        together[key].append((row, values))
        groups.setdefault(key, group)
    for parts in together.values():
        _tell_conflicts(parts, table=table, collector=collector)
    return [
        Record(entity=entity, table=table, parts=tuple(parts), local_id=key[0], key=key, group=groups[key])
        for key, parts in together.items()
    ]


def _tell_conflicts(parts: list[tuple[int, dict[str, Any]]], *, table: Table, collector: Collector) -> None:
    """Blank agrees with anything. Two different values are told on the later row and hold back both."""
    given: dict[str, tuple[int, Any]] = {}
    for row, values in parts if len(parts) > 1 else ():
        for name, value in values.items():
            first, known = given.setdefault(name, (row, value)) if value is not None else (row, None)
            if value is not None and value != known:
                collector.add(
                    messages.CONFLICTING_ROW.about(row=row, first=first, column=name), at=table.place(row, name=name)
                )
                collector.bad_rows.add((table.sheet.name, first))
