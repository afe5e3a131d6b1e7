"""What a checked workbook would change: each record against the stored one, each value old → new, told before it is done.

A conflict has three sides: what the last upload gave, if any did, what is stored because a person stands behind it, and what this
file says.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.backends.utils import CursorWrapper

from importers.storage.conflicts import Claim, claims_on, parsed
from importers.storage.staging import IDENTITY, PARENT, Staged, parent_words
from importers.storage.temporary_table import Target, forget, quoted, resolved, send, target_of
from registry.choices import RecordStatus
from registry.clinical.personal_numbers import HIDDEN


class RecordOutcome(StrEnum):
    """What becomes of a record of the file."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    CONFLICT = "CONFLICT"
    RESTORED = "RESTORED"  # it was withdrawn and comes back
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Records by what becomes of them, and how many single values change in those stored before.

    `verified_or_signed` are those among them that touch what somebody verified, ticked or signed for.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    changed_values: int = 0
    restored: int = 0
    conflict: int = 0
    verified_or_signed: int = 0

    def as_json(self) -> dict[str, int]:
        """Restored records, conflicts and what was verified are rare, and named only where there are some."""
        rare = {"restored", "conflict", "verified_or_signed"}
        return {name: n for name, n in asdict(self).items() if n or name not in rare}


def compare(
    staged: Staged, *, center: int, blanks: Iterable[str] = (), signed: Collection[str] = ()
) -> tuple[Staged, Counts]:
    """Call it inside a scope of the center. `signed` are the study numbers for whose records somebody vouches."""
    without = ("hospital_no",) if staged.entity == IDENTITY else ()  # encrypted anew each time; its keyed hash tells
    target = target_of(staged, center=center, blanks=blanks, without=without)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {target.table} WHERE center_id = %s)", [center])
        is_stored = cursor.fetchone()[0]
        matched = _matched(cursor, target=target, staged=staged, signed=signed) if is_stored else {}
    found = _told(staged, matched=matched, signed=signed)
    return found, counts_of(found)


def counts_of(staged: Staged) -> Counts:
    counted = pc.value_counts(staged.table.column("status")).to_pylist()
    fates = Counter({one["values"]: one["counts"] for one in counted})
    changes = (json.loads(text) for text in staged.table.column("changes").to_pylist() if text)
    return Counts(
        new=fates[RecordOutcome.NEW],
        changed=fates[RecordOutcome.CHANGED],
        unchanged=fates[RecordOutcome.UNCHANGED],
        changed_values=sum(map(len, changes)),
        restored=fates[RecordOutcome.RESTORED],
        conflict=fates[RecordOutcome.CONFLICT],
        verified_or_signed=attested_in(staged.table),
    )


def attested_in(table: pa.Table) -> int:
    """How many of these lines touch what was verified, ticked or signed for."""
    return pc.sum(table.column("attested")).as_py() or 0 if "attested" in table.column_names else 0


@dataclass(frozen=True, slots=True)
class _Match:
    """A stored record that a line of the file names. `changes` are {variable: [old, new]}, of a conflict [old, new, last]."""

    record_id: int
    row_version: int
    withdrawn_at: str | None
    changes: Mapping[str, list[Any]] | None
    is_attested: bool = False

    @property
    def fate(self) -> RecordOutcome:
        """A withdrawn record about whose values there is a question comes back as well: its changes say so."""
        if self.changes and any(len(sides) == 3 for sides in self.changes.values()):
            return RecordOutcome.CONFLICT
        if self.withdrawn_at:
            return RecordOutcome.RESTORED
        return RecordOutcome.CHANGED if self.changes else RecordOutcome.UNCHANGED


def _matched(cursor: CursorWrapper, *, target: Target, staged: Staged, signed: Collection[str]) -> dict[int, _Match]:
    words = [PARENT + word for word in parent_words(target.model)]
    lines = pa.table({"place": pa.array(range(staged.table.num_rows), type=pa.int32())})
    lines = lines.append_column("kept", pa.nulls(lines.num_rows, pa.string()))
    for name in (*words, *target.columns):
        lines = lines.append_column(name, staged.table.column(name))
    send(cursor, target=target, table=lines)
    cursor.execute(_comparison(target))
    found, verified = dict[int, _Match](), set[int]()
    for place, record_id, version, withdrawn, status, changes in cursor:
        found[place] = _Match(record_id, version, withdrawn, parsed(changes))
        if status == RecordStatus.VERIFIED:
            verified.add(record_id)
    owners = _owners(staged) if signed else None
    if owners is not None:
        verified |= {match.record_id for place, match in found.items() if owners[place].as_py() in signed}
    changed = {match.record_id: match.changes for match in found.values() if match.changes}
    claims = claims_on(cursor, target=target, changes=changed, attested=verified)
    forget(cursor, target=target)
    return {place: _with_conflicts(match, claim=claims.get(match.record_id)) for place, match in found.items()}


def _owners(staged: Staged) -> pa.ChunkedArray:
    """Of each line the study number of its patient."""
    return staged.table.column("local_id" if staged.entity == "patient" else f"{PARENT}local_id")


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
        "SELECT s.place, t.id, t.row_version, to_jsonb(t.withdrawn_at) #>> '{}', t.record_status, "
        f"CASE WHEN {differs} THEN {changes} END "
        f"FROM ({resolved(target, active=False)}) s JOIN {target.table} t ON {same_key}"
    )


def _with_conflicts(match: _Match, *, claim: Claim | None) -> _Match:
    if not match.changes or claim is None:
        return match
    changes = {
        name: [old, new, claim.last.get(name)] if claim.is_whole or name in claim.variables else [old, new]
        for name, (old, new) in match.changes.items()
    }
    found = replace(match, changes=changes, is_attested=claim.is_attested)
    if match.withdrawn_at and found.fate is RecordOutcome.CONFLICT:
        return replace(found, changes={**changes, "withdrawn_at": [match.withdrawn_at, None]})
    return found


def _told(staged: Staged, *, matched: Mapping[int, _Match], signed: Collection[str]) -> Staged:
    if not matched:
        return _all_new(staged, signed=signed)
    lines = [matched.get(place) for place in range(staged.table.num_rows)]
    changes = [
        json.dumps(_shown(match.changes, entity=staged.entity)) if match and match.changes else None for match in lines
    ]
    return staged.with_columns(
        status=pa.array([match.fate if match else RecordOutcome.NEW for match in lines], type=pa.string()),
        record_id=pa.array([match.record_id if match else None for match in lines], type=pa.int64()),
        row_version=pa.array([match.row_version if match else None for match in lines], type=pa.int32()),
        changes=pa.array(changes, type=pa.string()),
        attested=_attested(staged, lines=lines, signed=signed),
    )


def _all_new(staged: Staged, *, signed: Collection[str]) -> Staged:
    """Of a first upload, which is the largest, without a list of hundreds of thousands of nothing."""
    count = staged.table.num_rows
    return staged.with_columns(
        status=pa.repeat(RecordOutcome.NEW.value, count),
        record_id=pa.nulls(count, pa.int64()),
        row_version=pa.nulls(count, pa.int32()),
        changes=pa.nulls(count, pa.string()),
        attested=pc.is_in(_owners(staged), value_set=pa.array(list(signed), type=pa.string())),
    )


def _attested(staged: Staged, *, lines: Sequence[_Match | None], signed: Collection[str]) -> pa.Array:
    """A signature is for the records that stand, so that one more, or one that comes back, touches it as well."""
    own = pa.array([bool(match and match.is_attested) for match in lines], type=pa.bool_())
    if not signed:
        return own
    adds = pa.array([match is None or bool(match.withdrawn_at) for match in lines], type=pa.bool_())
    is_signed = pc.is_in(_owners(staged), value_set=pa.array(list(signed), type=pa.string()))
    return pc.or_(own, pc.and_(adds, is_signed.combine_chunks()))


def _shown(changes: Mapping[str, list[Any]], *, entity: str) -> Mapping[str, list[Any]]:
    if entity != IDENTITY:
        return changes
    most = max(map(len, changes.values()))
    hidden = {"hospital_no": [HIDDEN] * most}
    return {**hidden, **{name: sides for name, sides in changes.items() if name == "withdrawn_at"}}
