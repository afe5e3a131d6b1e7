"""Staged records into the registry: what is new is inserted, what differs is changed, the rest is not touched at all.

So the same file again leaves no trace in the audit trail. What was compared must still be so: a record that somebody else has
written since is not overwritten, and the whole load is refused.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from importers.storage.comparison import RecordOutcome, attested_in
from importers.storage.staging import IDENTITY, PARENT, Staged, parent_words
from importers.storage.temporary_table import PLACE_ABOVE, Target, forget, quoted, resolved, send, target_of
from registry.choices import RecordStatus

# Note [Stale previews]
# ~~~~~~~~~~~~~~~~~~~~~
# Between preview and confirmation anybody may edit a record. Each staged row carries the row_version it was compared
# with (a trigger counts it, see Note [Trigger attribution]); the UPDATE joins on record and version, and the INSERT
# leaves out keys that exist. If fewer rows are written than were announced, somebody was faster: the whole
# transaction is rolled back and the upload asks to be checked again. Counting rows this way needs no locks on records
# during the hours a preview may wait, and no second comparison. The advisory lock of the center (load.one_at_a_time)
# covers the case that counting cannot: two loads that both see a row as new.


MOST_NAMED = 20


class Stale(RuntimeError):
    """The records have changed since they were compared: the transaction must not be kept. `records` names some of them."""

    def __init__(self, entity: str, *, records: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(entity)
        self.records = records


def upsert(staged: Staged, *, center: int, keep_stored: bool, blanks: Iterable[str] = ()) -> int:
    """With `keep_stored` a conflicting value stays as it is in the registry. How many verified or signed records it wrote."""
    target = target_of(staged, center=center, blanks=blanks)
    lines = _to_write(staged, target=target, keep_stored=keep_stored)
    if not lines.num_rows:
        return 0
    attested = attested_in(lines)
    lines = lines.drop_columns([name for name in ("attested",) if name in lines.column_names])
    new = pc.sum(pc.is_null(lines.column("record_id"))).as_py()
    changed = lines.num_rows - new
    with connection.cursor() as cursor:
        send(cursor, target=target, table=lines)
        try:
            with transaction.atomic():  # so that, before all is given up, it can be asked what stands in the way
                inserted = _insert(cursor, target=target) if new else 0
                updated = _update(cursor, target=target) if changed else 0
                if (inserted, updated) != (new, changed):
                    raise Stale(staged.entity)
        except Stale:
            raise Stale(staged.entity, records=list(_in_the_way(cursor, target=target))) from None
        forget(cursor, target=target)
    return attested


def _in_the_way(cursor: CursorWrapper, *, target: Target) -> Iterator[dict[str, Any]]:
    """The first records that are not as they were compared: which, and what became of them."""
    words = [PARENT + word for word in parent_words(target.model)]
    own = [name for name in target.model.natural_key if name in target.columns]
    named = [*(f"w.{quoted(word)}::text" for word in words), *(f"s.{quoted(name)}::text" for name in own)]
    above = f" JOIN {target.above} w USING ({PLACE_ABOVE})" if words else ""
    same_key = " AND ".join(f"t.{name} = r.{name}" for name in map(quoted, target.key))
    cursor.execute(
        f"SELECT CASE WHEN t.record_status = %(locked)s THEN 'locked' ELSE 'changed' END, {', '.join(named)} "
        f"FROM {target.incoming} s{above} JOIN {target.table} t ON t.id = s.record_id "
        "WHERE t.row_version <> s.row_version OR t.record_status = %(locked)s "
        f"UNION ALL SELECT 'entered', {', '.join(named)} FROM {target.incoming} s{above} WHERE s.place IN "
        f"(SELECT r.place FROM ({resolved(target, active=False)}) r JOIN {target.table} t ON {same_key} "
        f"WHERE r.record_id IS NULL) LIMIT {MOST_NAMED}",
        {"locked": RecordStatus.LOCKED.value},
    )
    names = [*parent_words(target.model), *own]
    for why, *key in cursor.fetchall():
        found = {name: value for name, value in zip(names, key, strict=True) if value is not None}
        yield {"entity": target.model._meta.model_name, "key": found, "why": why}


def _to_write(staged: Staged, *, target: Target, keep_stored: bool) -> pa.Table:
    words = [PARENT + word for word in parent_words(target.model)]
    own = ("record_id", "row_version", *(name for name in ("attested",) if name in staged.table.column_names))
    columns = {name: staged.table.column(name) for name in (*own, *words, *target.columns)}
    places = pa.array(np.arange(staged.table.num_rows, dtype=np.int32))
    lines = pa.table({"place": places, **columns, "kept": _kept(staged, keep_stored=keep_stored)})
    wanted = pc.not_equal(staged.table.column("status"), RecordOutcome.UNCHANGED.value)
    if keep_stored and _has_conflicts(staged):
        wanted = pc.and_(wanted, pa.array(_leaves_something(staged), type=pa.bool_()))
    return lines if pc.all(wanted).as_py() else lines.filter(wanted)  # a copy of a large table is spared


def _has_conflicts(staged: Staged) -> bool:
    return bool(pc.any(pc.equal(staged.table.column("status"), RecordOutcome.CONFLICT.value)).as_py())


def _kept(staged: Staged, *, keep_stored: bool) -> pa.Array:
    if not keep_stored or not _has_conflicts(staged):
        return pa.nulls(staged.table.num_rows, pa.list_(pa.string()))
    beside = ["local_id_hash"] if staged.entity == IDENTITY else []  # a number and its hash are one thing
    kept = [[*names, *beside] if (names := _conflicts(text)) else None for text in _changes(staged)]
    return pa.array(kept, type=pa.list_(pa.string()))


def _leaves_something(staged: Staged) -> list[bool]:
    """Not so a record all of whose changes are conflicts that are left alone."""
    fates = staged.table.column("status").to_pylist()
    return [
        fate != RecordOutcome.CONFLICT or len(_conflicts(text)) < len(json.loads(text or "{}"))
        for fate, text in zip(fates, _changes(staged), strict=True)
    ]


def _changes(staged: Staged) -> list[str | None]:
    return staged.table.column("changes").to_pylist()


def _conflicts(text: str | None) -> list[str]:
    return [name for name, sides in json.loads(text).items() if len(sides) == 3] if text else []


def _insert(cursor: CursorWrapper, *, target: Target) -> int:
    """A key that somebody has taken since is what its constraint says: to ask for each row before takes half as long again."""
    columns = ", ".join(map(quoted, ("center_id", *target.parent_ids, *target.columns)))
    try:
        cursor.execute(
            f"INSERT INTO {target.table} ({columns}) SELECT {columns} FROM ({resolved(target, active=True)}) s "
            "WHERE s.record_id IS NULL"
        )
    except IntegrityError as error:
        if _constraint(error) in target.constraints_of_key:
            raise Stale(target.model._meta.model_name) from None
        raise
    return _rows(cursor)


def _constraint(error: IntegrityError) -> str | None:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


def _update(cursor: CursorWrapper, *, target: Target) -> int:
    values = "".join(f"{quoted(name)} = {target.following(name)}, " for name in target.settable)
    cursor.execute(
        f"UPDATE {target.table} t SET {values} withdrawn_at = NULL, updated_at = now() "
        f"FROM {target.incoming} s WHERE t.id = s.record_id AND t.row_version = s.row_version "
        "AND t.record_status <> %s",  # a lock counts no version
        [RecordStatus.LOCKED.value],
    )
    return _rows(cursor)


def _rows(cursor: Any) -> int:
    return int(cursor.rowcount)
