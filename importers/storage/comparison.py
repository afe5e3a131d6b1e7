"""What a checked workbook would change: each record against the stored one, each value old → new, told before it is done.

A conflict has three sides: what the last upload gave, what is stored because somebody changed it since, and what this file says.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.backends.utils import CursorWrapper

from importers.files.personal_columns import HIDDEN
from importers.storage.staging import IDENTITY, PARENT, Staged, parent_words
from importers.storage.temporary_table import Target, forget, quoted, resolved, send, target_of


class RecordOutcome(StrEnum):
    """What becomes of a record of the file."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    CONFLICT = "CONFLICT"
    RESTORED = "RESTORED"  # it was withdrawn and comes back
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Records by what becomes of them, and how many single values change in those stored before."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    changed_values: int = 0
    restored: int = 0
    conflict: int = 0

    def as_json(self) -> dict[str, int]:
        """Restored records and conflicts are rare, and named only where there are some."""
        return {name: n for name, n in asdict(self).items() if n or name not in {"restored", "conflict"}}


def compare(staged: Staged, *, center: int, blanks: Iterable[str] = ()) -> tuple[Staged, Counts]:
    """Call it inside a scope of the center."""
    without = ("hospital_no",) if staged.entity == IDENTITY else ()  # encrypted anew each time; its keyed hash tells
    target = target_of(staged, center=center, blanks=blanks, without=without)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {target.table} WHERE center_id = %s)", [center])
        matched = _matched(cursor, target=target, staged=staged) if cursor.fetchone()[0] else {}
    found = _told(staged, matched=matched)
    return found, counts_of(found)


def counts_of(staged: Staged) -> Counts:
    fates = Counter(staged.table.column("status").to_pylist())
    changes = (json.loads(text) for text in staged.table.column("changes").to_pylist() if text)
    return Counts(
        new=fates[RecordOutcome.NEW],
        changed=fates[RecordOutcome.CHANGED],
        unchanged=fates[RecordOutcome.UNCHANGED],
        changed_values=sum(map(len, changes)),
        restored=fates[RecordOutcome.RESTORED],
        conflict=fates[RecordOutcome.CONFLICT],
    )


@dataclass(frozen=True, slots=True)
class _Match:
    """A stored record that a line of the file names. `changes` are {variable: [old, new]}, of a conflict [old, new, last]."""

    record_id: int
    row_version: int
    is_withdrawn: bool
    changes: Mapping[str, list[Any]] | None

    @property
    def fate(self) -> RecordOutcome:
        if self.is_withdrawn:
            return RecordOutcome.RESTORED
        if not self.changes:
            return RecordOutcome.UNCHANGED
        return (
            RecordOutcome.CONFLICT if any(len(sides) == 3 for sides in self.changes.values()) else RecordOutcome.CHANGED
        )


def _matched(cursor: CursorWrapper, *, target: Target, staged: Staged) -> dict[int, _Match]:
    words = [PARENT + word for word in parent_words(target.model)]
    lines = pa.table({"place": pa.array(range(staged.table.num_rows), type=pa.int32())})
    lines = lines.append_column("kept", pa.nulls(lines.num_rows, pa.string()))
    for name in (*words, *target.columns):
        lines = lines.append_column(name, staged.table.column(name))
    send(cursor, target=target, table=lines)
    cursor.execute(_comparison(target))
    found = {
        place: _Match(record_id, version, withdrawn, _parsed(changes))
        for place, record_id, version, withdrawn, changes in cursor
    }
    last = _given_last(cursor, target=target, ids=[match.record_id for match in found.values() if match.changes])
    forget(cursor, target=target)
    return {place: _with_conflicts(match, last=last.get(match.record_id)) for place, match in found.items()}


def _comparison(target: Target) -> str:
    after = {name: target.following(name) for name in target.settable}
    differs = " OR ".join(f"{value} IS DISTINCT FROM t.{quoted(name)}" for name, value in after.items()) or "false"
    sides = ", ".join(
        f"('{name}', to_jsonb(t.{quoted(name)}), to_jsonb({value}), {value} IS DISTINCT FROM t.{quoted(name)})"
        for name, value in after.items()
    )
    changes = "NULL"
    if sides:
        changes = (
            "(SELECT jsonb_object_agg(x.name, jsonb_build_array(x.old, x.new)) "
            f"FROM (VALUES {sides}) x (name, old, new, differs) WHERE x.differs)"
        )
    same_key = " AND ".join(f"t.{name} = s.{name}" for name in map(quoted, target.key))
    return (
        "SELECT s.place, t.id, t.row_version, t.withdrawn_at IS NOT NULL, "
        f"CASE WHEN {differs} THEN {changes} END "
        f"FROM ({resolved(target, active=False)}) s JOIN {target.table} t ON {same_key}"
    )


def _parsed(changes: Any) -> Any:
    return json.loads(changes) if isinstance(changes, str) else changes


def _given_last(cursor: CursorWrapper, *, target: Target, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Of records that somebody changed after an upload: what the last upload left."""
    if not ids:
        return {}
    of_uploads = (
        f"SELECT e.*, c.metadata ? 'upload' AS is_upload FROM {target.trail} e "
        "JOIN pghistory_context c ON c.id = e.pgh_context_id WHERE e.pgh_obj_id = i.id"
    )
    cursor.execute(
        "SELECT i.id, to_jsonb(u) FROM unnest(%s::bigint[]) i (id) "
        f"CROSS JOIN LATERAL ({of_uploads} ORDER BY e.pgh_id DESC LIMIT 1) latest "
        f"CROSS JOIN LATERAL ({of_uploads} AND c.metadata ? 'upload' ORDER BY e.pgh_id DESC LIMIT 1) u "
        "WHERE NOT latest.is_upload",
        [ids],
    )
    return {record_id: _parsed(values) for record_id, values in cursor}


def _with_conflicts(match: _Match, *, last: Mapping[str, Any] | None) -> _Match:
    if not match.changes or last is None:
        return match
    changes = {
        name: [old, new] if last.get(name) == old else [old, new, last.get(name)]
        for name, (old, new) in match.changes.items()
    }
    return _Match(match.record_id, match.row_version, match.is_withdrawn, changes)


def _told(staged: Staged, *, matched: Mapping[int, _Match]) -> Staged:
    lines = [matched.get(place) for place in range(staged.table.num_rows)]
    changes = [
        json.dumps(_shown(match.changes, entity=staged.entity)) if match and match.changes else None for match in lines
    ]
    return staged.with_columns(
        status=pa.array([match.fate if match else RecordOutcome.NEW for match in lines], type=pa.string()),
        record_id=pa.array([match.record_id if match else None for match in lines], type=pa.int64()),
        row_version=pa.array([match.row_version if match else None for match in lines], type=pa.int32()),
        changes=pa.array(changes, type=pa.string()),
    )


def _shown(changes: Mapping[str, list[Any]], *, entity: str) -> Mapping[str, list[Any]]:
    if entity != IDENTITY:
        return changes
    sides = next(iter(changes.values()))
    return {"hospital_no": [HIDDEN] * len(sides)}
