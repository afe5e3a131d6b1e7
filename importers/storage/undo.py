"""Undo of a whole upload: what it inserted is withdrawn, what it changed goes back, what people worked on since is listed and kept.

The audit trail tells what the upload did: its events carry its context, and the event before each is what it found. Nothing
is deleted, and the undo is itself a write like any other, with its person and reason. What was kept may be undone later, once it
is unlocked or otherwise free again: then only those records are looked at. ADR 29.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_noop

from importers.models import Upload, UploadState
from importers.storage.temporary_table import quoted
from registry.choices import RecordStatus
from registry.jobs.progress import Report
from registry.models import VerifiedValue
from registry.models.hierarchy import child_models, model_of
from registry.records.sign_off import signed_since
from registry.records.verification import ticked_among
from registry.workbook.sheets import kinds_in_order

RECORD_STATUS, WITHDRAWN_AT = "record_status", "withdrawn_at"
UNTOUCHED = {"id", "center", "created_at", "updated_at", "row_version"}  # of a record, besides what tells its parents


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUndone:
    """Something of the upload that stays: a value, or a whole record (no variable), and why."""

    entity: str
    record_id: int
    variable: str
    reason: str  # "changed", "ticked", "verified", "signed", "locked" or "has_others_below"


@dataclass(slots=True, kw_only=True)
class Undone:
    """Records withdrawn and changed back, and what is kept."""

    withdrawn: dict[str, int] = field(default_factory=dict)
    restored: dict[str, int] = field(default_factory=dict)
    kept: list[NotUndone] = field(default_factory=list)
    patients: set[int] = field(default_factory=set)

    def as_json(self, *, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """With what an earlier undo of the same upload did; what that one kept is this one's business."""
        kept = [
            {"entity": one.entity, "record": one.record_id, "variable": one.variable, "reason": one.reason}
            for one in self.kept
        ]
        earlier = before or {}
        return {
            "withdrawn": _sum(self.withdrawn, earlier.get("withdrawn", {})),
            "changed_back": _sum(self.restored, earlier.get("changed_back", {})),
            "kept": kept,
        }


def _sum(some: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {name: some.get(name, 0) + more.get(name, 0) for name in {**more, **some}}


def later_uploads(upload: Upload) -> list[Upload]:
    """Stored after it in the same center, and still standing: their changes lie on top of its own."""
    stored = Upload.objects.filter(center_id=upload.center_id, state=UploadState.STORED).without_content()
    return list(stored.filter(stored_at__gt=upload.stored_at).order_by("-stored_at"))


def undo_records(upload: Upload, *, progress: Report) -> Undone:
    """Children first: a record may be withdrawn once nothing stands below it."""
    undone, left = Undone(), _left_of(upload)
    entities = [entity for entity in kinds_in_order()[::-1] if left is None or entity in left]
    signed = signed_since([upload.center_id], since=upload.stored_at)
    with connection.cursor() as cursor:
        for number, entity in enumerate(entities):
            progress(5 + 80 * number // len(entities), gettext_noop("Undoing the upload"))
            step = _Step(
                cursor=cursor,
                model=model_of(entity),
                entity=entity,
                context=str(upload.context),
                since=upload.stored_at,
                signed=signed,
                only=None if left is None else left[entity],
            )
            _undo(step, into=undone)
    return undone


def _left_of(upload: Upload) -> dict[str, set[int]] | None:
    """The records that an earlier undo kept, by kind; None where this is the first."""
    if upload.state != UploadState.UNDONE:
        return None
    left: dict[str, set[int]] = defaultdict(set)
    for one in (upload.undo_result or {}).get("kept", ()):
        left[one["entity"]].add(one["record"])
    return dict(left)


def _undo(step: "_Step", *, into: Undone) -> None:
    into.patients |= step.patients()
    ticked = step.ticked()
    changed = list(step.changed_since(ticked))
    into.kept += changed
    if back := step.change_back(changed):
        into.restored[step.entity] = back
    inserted = list(step.inserted_since(ticked))
    into.kept += inserted
    if withdrawn := step.withdraw({one.record_id for one in inserted}):
        into.withdrawn[step.entity] = withdrawn
    into.kept += step.with_others_below({one.record_id for one in inserted})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One kind of record. In SQL, t is the record as it is, e as the upload left it, p as the upload found it.

    `signed` are the patients for whom somebody signed since; `only` are the records to look at, None for all.
    """

    cursor: CursorWrapper
    model: Any
    entity: str
    context: str
    since: datetime | None
    signed: Collection[int]
    only: Collection[int] | None

    @property
    def table(self) -> str:
        return quoted(self.model._meta.db_table)

    @property
    def trail(self) -> str:
        return quoted(self.model.pgh_event_model._meta.db_table)

    @property
    def owner(self) -> str:
        return "id" if self.entity == "patient" else "patient_id"

    @property
    def variables(self) -> list[str]:
        fields = self.model._meta.local_concrete_fields
        return [one.column for one in fields if one.name not in UNTOUCHED]

    @property
    def entered(self) -> list[str]:
        """What a person enters; that a record was withdrawn or verified is told apart from it."""
        return [name for name in self.variables if name not in {RECORD_STATUS, WITHDRAWN_AT}]

    @property
    def changed(self) -> str:
        before = f"SELECT * FROM {self.trail} x WHERE x.pgh_obj_id = e.pgh_obj_id AND x.pgh_id < e.pgh_id"
        return (
            f"(SELECT * FROM {self.trail} WHERE pgh_context_id = %(context)s AND pgh_label = 'update') e "
            f"CROSS JOIN LATERAL ({before} ORDER BY x.pgh_id DESC LIMIT 1) p"
        )

    @property
    def inserted(self) -> str:
        return (
            f"{self.trail} e WHERE e.pgh_context_id = %(context)s AND e.pgh_label = 'insert' AND t.id = e.pgh_obj_id "
            f"AND t.withdrawn_at IS NULL{self._among}"
        )

    @property
    def _among(self) -> str:
        return "" if self.only is None else " AND t.id = ANY (%(only)s)"

    def run(self, query: str, **more: Any) -> list[tuple[Any, ...]]:
        known: dict[str, Any] = {
            "context": self.context,
            "locked": RecordStatus.LOCKED.value,
            "verified": RecordStatus.VERIFIED.value,
        }
        known |= {"only": list(self.only or ()), "signed": list(self.signed)}
        self.cursor.execute(query, {**known, **more})
        return list(self.cursor.fetchall()) if self.cursor.description else [(self.cursor.rowcount,)]

    def patients(self) -> set[int]:
        found = self.run(f"SELECT DISTINCT {self.owner} FROM {self.trail} WHERE pgh_context_id = %(context)s")
        return {pk for (pk,) in found}

    def ticked(self) -> Mapping[int, set[str]]:
        """The ticks of since then that still hold."""
        ticks = VerifiedValue.objects.filter(entity=self.entity, verified_at__gte=self.since).exclude(value_hash="")
        fresh = set(ticks.values_list("record_id", "variable"))
        good = ticked_among(self.entity, records={record_id for record_id, _ in fresh}) if fresh else {}
        return {pk: {name for name in names if (pk, name) in fresh} for pk, names in good.items()}

    def changed_since(self, ticked: Mapping[int, set[str]]) -> Iterator[NotUndone]:
        """Of what the upload changed: the values that somebody changed or ticked since, and all of a record that is locked,
        verified or signed for."""
        standing = _names(self.variables, when="e.{0} IS DISTINCT FROM p.{0} AND t.{0} IS NOT DISTINCT FROM e.{0}")
        edited = _names(self.entered, when="t.{0} IS DISTINCT FROM e.{0}")
        told = _names(
            self.entered,
            when="e.{0} IS DISTINCT FROM p.{0} AND t.{0} IS DISTINCT FROM e.{0} AND t.{0} IS DISTINCT FROM p.{0}",
        )
        found = self.run(
            f"SELECT * FROM (SELECT t.id, {self._hold}, {standing} AS standing, {told} AS told, {edited} AS edited, "
            f"({self._has_others_below()}) AS others FROM {self.changed} JOIN {self.table} t ON t.id = e.pgh_obj_id"
            f"{self._among}) k WHERE hold IS NOT NULL OR told <> '{{}}' OR (edited <> '{{}}' AND 'withdrawn_at' = ANY (standing)) "
            "OR (others AND 'withdrawn_at' = ANY (standing)) OR k.id = ANY (%(ticked)s)",
            ticked=list(ticked),
        )
        for record_id, hold, standing_now, told_now, edited_now, others in found:
            kept = dict.fromkeys(told_now, "changed")
            if WITHDRAWN_AT in standing_now:  # it came back with the upload, and somebody has worked on it
                kept |= dict.fromkeys(edited_now, "changed") | ({WITHDRAWN_AT: "has_others_below"} if others else {})
            kept |= dict.fromkeys(sorted(ticked.get(record_id, set()) & {*standing_now}), "ticked")
            if hold:
                kept |= dict.fromkeys((name for name in standing_now if name != RECORD_STATUS), hold)
            for name, reason in kept.items():
                yield NotUndone(entity=self.entity, record_id=record_id, variable=name, reason=reason)

    def change_back(self, kept: Collection[NotUndone]) -> int:
        """A record of which something is kept is neither withdrawn nor verified again."""
        stays: dict[str, set[int]] = defaultdict(set)
        for one in kept:
            for name in (one.variable, RECORD_STATUS, WITHDRAWN_AT):
                stays[name].add(one.record_id)
        tests = {name: self._goes_back(name, but=stays.get(name, ())) for name in self.variables}
        values = ", ".join(
            f"{quoted(name)} = CASE WHEN {test} THEN p.{quoted(name)} ELSE t.{quoted(name)} END"
            for name, test in tests.items()
        )
        ((changed,),) = self.run(
            f"UPDATE {self.table} t SET {values}, updated_at = now() FROM {self.changed} "
            f"WHERE t.id = e.pgh_obj_id AND t.record_status <> %(locked)s{self._among} AND ({' OR '.join(tests.values())})"
        )
        return int(changed)

    def _goes_back(self, name: str, *, but: Collection[int]) -> str:
        column = quoted(name)
        test = f"e.{column} IS DISTINCT FROM p.{column} AND t.{column} IS NOT DISTINCT FROM e.{column}"
        listed = ",".join(f"{record_id:d}" for record_id in but)
        return f"({test} AND t.id <> ALL ('{{{listed}}}'::bigint[]))" if listed else f"({test})"

    def inserted_since(self, ticked: Mapping[int, set[str]]) -> Iterator[NotUndone]:
        """Of what the upload brought: a record on which somebody has worked since stays as a whole."""
        edited = _names(self.entered, when="t.{0} IS DISTINCT FROM e.{0}")
        found = self.run(
            f"SELECT * FROM (SELECT t.id, {self._hold}, {edited} AS edited FROM {self.table} t, {self.inserted}) k "
            "WHERE hold IS NOT NULL OR edited <> '{}' OR k.id = ANY (%(ticked)s)",
            ticked=list(ticked),
        )
        for record_id, hold, names in found:
            kept = dict.fromkeys(names, "changed") | dict.fromkeys(sorted(ticked.get(record_id, ())), "ticked")
            for name, reason in (kept | ({"": hold} if hold else {})).items():
                yield NotUndone(entity=self.entity, record_id=record_id, variable=name, reason=reason)

    def withdraw(self, kept: Collection[int]) -> int:
        ((withdrawn,),) = self.run(
            f"UPDATE {self.table} t SET withdrawn_at = now(), updated_at = now() FROM {self.inserted} "
            f"AND t.id <> ALL (%(kept)s) AND NOT ({self._has_others_below()})",
            kept=list(kept),
        )
        return int(withdrawn)

    def with_others_below(self, kept: Collection[int]) -> Iterator[NotUndone]:
        """Brought by the upload and standing still, for something below it stands."""
        found = self.run(
            f"SELECT t.id FROM {self.table} t, {self.inserted} AND t.id <> ALL (%(kept)s)", kept=list(kept)
        )
        for (record_id,) in found:
            yield NotUndone(entity=self.entity, record_id=record_id, variable="", reason="has_others_below")

    @property
    def _hold(self) -> str:
        """Why nothing of a record may go back."""
        return (
            "CASE WHEN t.record_status = %(locked)s THEN 'locked' WHEN t.record_status = %(verified)s THEN 'verified' "
            f"WHEN t.{self.owner} = ANY (%(signed)s) THEN 'signed' END AS hold"
        )

    def _has_others_below(self) -> str:
        below = [
            f"EXISTS (SELECT FROM {quoted(child._meta.db_table)} b WHERE b.{quoted(column)} = t.id AND b.withdrawn_at IS NULL)"
            for child, column in child_models(self.model)
        ]
        return " OR ".join(below) or "false"


def _names(variables: Collection[str], *, when: str) -> str:
    """SQL for the names of those variables of which this holds."""
    cases = ", ".join(f"CASE WHEN {when.format(quoted(name))} THEN '{name}' END" for name in variables)
    return f"array_remove(ARRAY[{cases}], NULL)"
