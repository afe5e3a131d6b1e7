"""Rows of a sheet → records. A sheet may hold two kinds of record, and several rows may describe one record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from importers import messages
from importers.cells import Cell
from importers.findings import Collector
from importers.tables import Table
from registry.sheets import Column, Kind
from registry.stored import natural_key

LABORATORY = "labresult"
PARENT_KEYS = {"labresult", "tumorburden"}  # they hang below an assessment

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`key` is the natural key in the words of the sheet; `parts` are the Excel rows that describe it, each with its values."""

    entity: str
    table: Table
    parts: tuple[tuple[int, dict[str, Any]], ...]
    local_id: str
    key: Key

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
        return self.key[:3] if self.entity in PARENT_KEYS else None

    def column_of(self, variable: str) -> str:
        """A laboratory result's value stands in the column of its analyte."""
        return (
            self.values["analyte_code"] if self.entity == LABORATORY and variable not in self.table.cells else variable
        )


def records_of(table: Table, *, collector: Collector, without: set[int]) -> list[Record]:
    """All records of a sheet but those of the rows left out. Rows without a whole key make none: they are told elsewhere."""
    found: list[Record] = []
    for entity in table.sheet.entities:
        pieces = _laboratory(table) if entity == LABORATORY else _pieces(table, entity=entity, collector=collector)
        found += _merged(
            entity, pieces=(piece for piece in pieces if piece[0] not in without), table=table, collector=collector
        )
    return found


def _pieces(table: Table, *, entity: str, collector: Collector) -> Iterator[tuple[int, Key, dict[str, Any]]]:
    key_columns = natural_key(entity)
    columns = [column for column in table.sheet.columns if column.entity == entity and column.name in table.cells]
    for index, row in enumerate(table.rows):
        values = {column.name: _plain(table.cells[column.name][index], column=column) for column in columns}
        if entity != table.sheet.entities[0] and not any(value is not None for value in values.values()):
            continue
        key = tuple(_value(table, name=name, index=index) for name in key_columns)
        if None not in key:
            yield row, key, values
        else:
            _tell_incomplete(
                table,
                row=row,
                missing=[n for n, v in zip(key_columns, key, strict=True) if v is None],
                collector=collector,
            )


def _tell_incomplete(table: Table, *, row: int, missing: list[str], collector: Collector) -> None:
    for name in missing:
        column = table.sheet.column(name)
        if not column.required and table.place(row, name=name) not in collector.bad_places:
            others = ", ".join(c.name for c in table.sheet.columns if c.entity == column.entity and c is not column)
            collector.add(messages.INCOMPLETE_RECORD.about(column=name, others=others), at=table.place(row, name=name))


def _laboratory(table: Table) -> Iterator[tuple[int, Key, dict[str, Any]]]:
    analytes = [
        column.name for column in table.sheet.columns if column.kind is Kind.ANALYTE and column.name in table.cells
    ]
    parents = [table.cells[name] for name in natural_key("assessment") if name in table.cells]
    for index, row in enumerate(table.rows):
        parent = tuple(column[index].value for column in parents)
        if len(parent) < 3 or None in parent:
            continue
        for analyte in analytes:
            cell = table.cells[analyte][index]
            if cell.value is not None:
                yield row, (*parent, analyte), _laboratory_values(analyte, cell=cell)


def _laboratory_values(analyte: str, *, cell: Cell) -> dict[str, Any]:
    return {
        "analyte_code": analyte,
        "value": cell.value,
        "comparator": cell.comparator,
        "raw_value": cell.number,
        "raw_unit": cell.unit,
    }


def _plain(cell: Cell, *, column: Column) -> Any:
    if column.kind is Kind.WHOLE and cell.value is not None and float(cell.value).is_integer():
        return int(cell.value)
    return cell.value


def _value(table: Table, *, name: str, index: int) -> Any:
    return table.cells[name][index].value if name in table.cells else None


def _merged(
    entity: str, *, pieces: Iterable[tuple[int, Key, dict[str, Any]]], table: Table, collector: Collector
) -> list[Record]:
    together: dict[Key, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for row, key, values in pieces:
        together[key].append((row, values))
    for parts in together.values():
        _tell_conflicts(parts, table=table, collector=collector)
    return [
        Record(entity=entity, table=table, parts=tuple(parts), local_id=key[0], key=key)
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
