"""COPY into a temporary table, then one statement that inserts what is new and changes what differs.

COPY into a table under row security is refused; a temporary table is this session's alone. A blank never overwrites, and a row
that says nothing new is not touched, so the same file again leaves no trace in the audit trail.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from registry.stored import PARENT_KEYS

PARENT_TABLES = {  # of records below a patient that have others below them
    "assessment": "registry_assessment",
    "session": "registry_transarterialsession",
    "ablation": "registry_ablationsession",
    "imaging": "registry_imagingassessment",
}


class RowsLost(RuntimeError):
    """Fewer rows found their parents than were sent: the transaction must not be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Rows by what happened to them, and how many single values changed in the changed ones."""

    new: int
    changed: int
    unchanged: int
    changed_values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the rows of one kind go. `columns` are sent; of them `compared` decide whether a stored row is changed."""

    model: type[models.Model]
    parents: tuple[str, ...]
    conflict: tuple[str, ...]
    columns: tuple[str, ...]
    compared: tuple[str, ...]
    center_id: int
    exclusive: tuple[str, ...] = ()  # of these a record has one, so that a new one takes the place of the others

    @property
    def table(self) -> str:
        return _quoted(self.model._meta.db_table)

    @property
    def parent_columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for parent in self.parents for name in PARENT_KEYS[parent]))

    @property
    def incoming(self) -> str:
        return _quoted(f"incoming_{self.model._meta.model_name}")


def upsert(cursor: CursorWrapper, *, target: Target, rows: Sequence[Sequence[Any]]) -> Counts:
    """`rows` hold the parents' key columns, then `columns`, in that order."""
    _send(cursor, target=target, rows=rows)
    sent, matched, changed, changed_values = _compare(cursor, target=target)
    if sent != len(rows):
        raise RowsLost(f"{target.model._meta.model_name}: {len(rows)} rows sent, {sent} found their parents")
    if changed or matched < sent:
        _write(cursor, target=target)
    cursor.execute(f"DROP TABLE {target.incoming}")
    return Counts(new=sent - matched, changed=changed, unchanged=matched - changed, changed_values=changed_values)


def _send(cursor: CursorWrapper, *, target: Target, rows: Iterable[Sequence[Any]]) -> None:
    own = [f"{_quoted(name)} {target.model._meta.get_field(name).db_type(connection)}" for name in target.columns]
    parents = [f"p_{name} {'date' if name.endswith('_date') else 'text'}" for name in target.parent_columns]
    cursor.execute(f"CREATE TEMP TABLE {target.incoming} ({', '.join([*parents, *own])}) ON COMMIT DROP")
    with cursor.copy(f"COPY {target.incoming} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"ANALYZE {target.incoming}")


def _compare(cursor: CursorWrapper, *, target: Target) -> tuple[int, int, int, int]:
    """Rows with all their parents, those stored already, those that differ, and how many values differ."""
    differs = [f"({_difference(name, target=target)})" for name in target.compared] or ["false"]
    same_key = " AND ".join(f"t.{name} = s.{name}" for name in map(_quoted, target.conflict))
    values = " + ".join(f"{difference}::int" for difference in differs)
    cursor.execute(
        f"SELECT count(*), count(t.id), count(t.id) FILTER (WHERE {' OR '.join(differs)}), "
        f"coalesce(sum({values}) FILTER (WHERE t.id IS NOT NULL), 0) "
        f"FROM ({_resolved(target)}) s LEFT JOIN {target.table} t ON {same_key}"
    )
    sent, matched, changed, changed_values = cursor.fetchone()
    return sent, matched, changed, int(changed_values)


def _write(cursor: CursorWrapper, *, target: Target) -> None:
    columns = ", ".join(map(_quoted, ("center_id", *_parent_ids(target), *target.columns)))
    settable = [name for name in target.columns if name not in target.conflict]
    new_values = ", ".join(f"{_quoted(name)} = {_next(name, target=target)}" for name in settable)
    differs = " OR ".join(
        f"{_next(name, target=target)} IS DISTINCT FROM t.{_quoted(name)}" for name in target.compared
    )
    action = f"UPDATE SET {new_values}, updated_at = now() WHERE {differs}" if differs else "NOTHING"
    cursor.execute(
        f"INSERT INTO {target.table} AS t ({columns}) SELECT {columns} FROM ({_resolved(target)}) s "
        f"ON CONFLICT ({', '.join(map(_quoted, target.conflict))}) DO {action}"
    )


def _difference(name: str, *, target: Target) -> str:
    column = _quoted(name)
    given = "" if name in target.exclusive else f"s.{column} IS NOT NULL AND "
    return f"{given}s.{column} IS DISTINCT FROM t.{column}"


def _next(name: str, *, target: Target) -> str:
    """A blank leaves what is stored, except where something else takes its place."""
    column = _quoted(name)
    return f"excluded.{column}" if name in target.exclusive else f"coalesce(excluded.{column}, t.{column})"


def _resolved(target: Target) -> str:
    """The incoming rows with the ids of their parents in place of the parents' keys."""
    ids = "".join(f", {parent}.id AS {parent}_id" for parent in target.parents)
    joins = ""
    if "patient" in target.parents:
        joins += f" JOIN registry_patient patient ON patient.center_id = {target.center_id:d} AND patient.local_id = s.p_local_id"
    for parent in target.parents:
        if parent in PARENT_TABLES:
            own = (name for name in PARENT_KEYS[parent] if name != "local_id")
            same = "".join(f" AND {parent}.{name} = s.p_{name}" for name in own)
            joins += f" JOIN {PARENT_TABLES[parent]} {parent} ON {parent}.patient_id = patient.id{same}"
    return f"SELECT {target.center_id:d} AS center_id, s.*{ids} FROM {target.incoming} s{joins}"


def _parent_ids(target: Target) -> tuple[str, ...]:
    return tuple(f"{parent}_id" for parent in target.parents)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
