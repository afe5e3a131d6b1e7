"""Rows of a sheet → records. A sheet may hold two kinds of record, and several rows may describe one record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from importers.checks.laboratory_records import add_laboratory_records
from importers.checks.records import Form, Key, Lines, Record, Records, first_line
from importers.files import messages
from importers.files.findings import Collector
from importers.layout.known_sheets import LABORATORY
from importers.layout.tables import Table
from registry.models.base.companion_columns import MISSING_REASON, with_reason
from registry.workbook.sheets import Column, Kind
from registry.workbook.stored_keys import natural_key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The columns of one record on a row; `needed` are those without which what the others say is no record."""

    form: Form
    columns: tuple[Column, ...]
    said: tuple[Sequence[Any], ...]
    needed: tuple[tuple[Column, Sequence[Any]], ...]


def add_records(table: Table, *, without: set[int], into: Records, collector: Collector) -> None:
    """All records of a sheet but those of the rows left out. Rows without a whole key make none: they are told elsewhere."""
    for entity in table.sheet.entities:
        if entity == LABORATORY:
            add_laboratory_records(table, without=without, into=into)
            continue
        pieces = _pieces(table, entity=entity, collector=collector)
        kept = (piece for piece in pieces if table.rows[piece.at[0]] not in without)
        for record in _merged(kept, collector=collector):
            into.add(record)


def _pieces(table: Table, *, entity: str, collector: Collector) -> Iterator[Record]:
    groups, is_first = _groups(table, entity=entity), entity == table.sheet.entities[0]
    for at in [(line,) for line in range(len(table.rows))]:
        found: dict[Key, Record] = {}
        for group in groups:
            piece = _piece(group, at=at, is_first=is_first, collector=collector)
            if piece is not None and found.setdefault(piece.key, piece) is not piece:
                _tell_twice(table, row=table.rows[at[0]], column=group.columns[0], collector=collector)
        yield from found.values()


def _groups(table: Table, *, entity: str) -> list[_Group]:
    """Every group reads the variables that the file has in any of them, so that all records of a kind have the same."""
    columns = [column for column in table.sheet.columns if column.entity == entity]
    sent = {column.variable for column in columns if column.name in table.cells}
    excused = {c.variable for c in columns if c.name in table.cells and c.variable in with_reason(entity)}
    excused &= {c.variable for c in columns if any(cell.missing for cell in table.cells.get(c.name, ()))}
    together = [[c for c in columns if c.group == group] for group in dict.fromkeys(c.group for c in columns)]
    return [_group(table, entity=entity, columns=these, sent=sent, excused=excused) for these in together]


def _group(table: Table, *, entity: str, columns: list[Column], sent: set[str], excused: set[str]) -> _Group:
    blank = [None] * len(table.rows)
    values = {c.variable: _plain(table, column=c, blank=blank) for c in columns if c.variable in sent}
    reasons = {f"{c.variable}{MISSING_REASON}": _reasons(table, column=c) for c in columns if c.variable in excused}
    above = {name: [cell.value for cell in table.cells.get(name, ())] or blank for name in natural_key(entity)}
    form = Form(
        entity=entity,
        table=table,
        values={**values, **reasons},
        key=tuple(values.get(name, above[name]) for name in natural_key(entity)),
        columns={column.variable: column.name for column in reversed(columns)},
        group=columns[0].group,
    )
    needed = [(c, values.get(c.variable, blank)) for c in columns if c.needed and not c.required]
    return _Group(form=form, columns=tuple(columns), said=tuple(values.values()), needed=tuple(needed))


def _piece(group: _Group, *, at: Lines, is_first: bool, collector: Collector) -> Record | None:
    """What one row says in these columns, if it says anything and lacks nothing."""
    line = at[0]
    if not is_first and all(column[line] is None for column in group.said):
        return None
    lacking = [column for column, values in group.needed if values[line] is None]
    if lacking:
        _tell_incomplete(group, line=line, lacking=lacking, collector=collector)
        return None
    piece = Record(group.form, at)
    return None if None in piece.key else piece


def _tell_incomplete(group: _Group, *, line: int, lacking: list[Column], collector: Collector) -> None:
    table = group.form.table
    for column in lacking:
        place = table.place(table.rows[line], name=column.name)
        if place not in collector.bad_places:
            others = ", ".join(other.name for other in group.columns if other is not column)
            collector.add(messages.INCOMPLETE_RECORD.about(column=column.name, others=others), at=place)


def _tell_twice(table: Table, *, row: int, column: Column, collector: Collector) -> None:
    found = table.found(row, name=column.name)
    collector.add(messages.REPEATED_IN_ROW.about(found=found), at=table.place(row, name=column.name), found=found)


def _plain(table: Table, *, column: Column, blank: Sequence[Any]) -> Sequence[Any]:
    """The values of a column, whole numbers as such."""
    values = [cell.value for cell in table.cells.get(column.name, ())]
    if column.kind is Kind.WHOLE:
        values = [int(v) if v is not None and float(v).is_integer() else v for v in values]
    return values or blank


def _reasons(table: Table, *, column: Column) -> Sequence[str | None]:
    """A list that has the reason among its codes holds it as its value."""
    cells = table.cells.get(column.name)
    if cells is None:
        return [None] * len(table.rows)
    return [(cell.missing or None) if cell.value is None else None for cell in cells]


def _merged(pieces: Iterable[Record], *, collector: Collector) -> list[Record]:
    together: dict[tuple[int, Key], Record] = {}
    for piece in pieces:
        name = (piece.group, piece.key)
        known = together.get(name)
        together[name] = piece if known is None else Record(known.form, known.at + piece.at)
    for record in together.values():
        if len(record.at) > 1:
            _tell_conflicts(record, collector=collector)
    return list(together.values())


def _tell_conflicts(record: Record, *, collector: Collector) -> None:
    """Blank agrees with anything. Two different values are told on the later row and hold back both."""
    table = record.table
    for line in record.at[1:]:
        for name, column in record.form.values.items():
            first = first_line(column, record.at)
            if column[line] is not None and column[line] != column[first]:
                row, row_of_first = table.rows[line], table.rows[first]
                problem = messages.CONFLICTING_ROW.about(row=row, first=row_of_first, column=name)
                collector.add(problem, at=table.place(row, name=name))
                collector.bad_rows.add((table.sheet.name, row_of_first))
