"""Undo of a whole upload: what it inserted is withdrawn, what it changed goes back, what was changed since is listed and kept.

The audit trail tells what the upload did: its events carry its context, and the event before each is what it found. Nothing
is deleted, and the undo is itself a write like any other, with its person and reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_noop

from importers.models import Upload, UploadState
from importers.storage.temporary_table import quoted
from registry.choices import RecordStatus
from registry.jobs.progress import Report
from registry.models.hierarchy import child_models, model_of
from registry.workbook.sheets import kinds_in_order

UNTOUCHED = {"id", "center", "created_at", "updated_at", "row_version"}  # of a record, besides what tells its parents


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUndone:
    """Something of the upload that stays: a changed value, or a record, and why."""

    entity: str
    record_id: int
    variable: str
    reason: str  # "changed", "locked" or "has_others_below"


@dataclass(slots=True, kw_only=True)
class Undone:
    """Records withdrawn and changed back, and what is kept."""

    withdrawn: dict[str, int] = field(default_factory=dict)
    restored: dict[str, int] = field(default_factory=dict)
    kept: list[NotUndone] = field(default_factory=list)
    patients: set[int] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        kept = [
            {"entity": one.entity, "record": one.record_id, "variable": one.variable, "reason": one.reason}
            for one in self.kept
        ]
        return {"withdrawn": self.withdrawn, "changed_back": self.restored, "kept": kept}


def later_uploads(upload: Upload) -> list[Upload]:
    """Stored after it in the same center, and still standing: their changes lie on top of its own."""
    stored = Upload.objects.filter(center_id=upload.center_id, state=UploadState.STORED).without_content()
    return list(stored.filter(stored_at__gt=upload.stored_at).order_by("-stored_at"))


def undo_records(upload: Upload, *, progress: Report) -> Undone:
    """Children first: a record may be withdrawn once nothing stands below it."""
    undone = Undone()
    entities = kinds_in_order()[::-1]
    with connection.cursor() as cursor:
        for number, entity in enumerate(entities):
            progress(5 + 80 * number // len(entities), gettext_noop("Undoing the upload"))
            step = _Step(cursor=cursor, model=model_of(entity), entity=entity, context=str(upload.context))
            undone.patients |= step.patients()
            undone.kept += step.values_not_undone()
            if changed := step.change_back():
                undone.restored[entity] = changed
            if withdrawn := step.withdraw():
                undone.withdrawn[entity] = withdrawn
            undone.kept += step.records_not_undone()
    return undone


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One kind of record. In SQL, t is the record as it is, e as the upload left it, p as the upload found it."""

    cursor: CursorWrapper
    model: Any
    entity: str
    context: str

    @property
    def table(self) -> str:
        return quoted(self.model._meta.db_table)

    @property
    def trail(self) -> str:
        return quoted(self.model.pgh_event_model._meta.db_table)

    @property
    def variables(self) -> list[str]:
        fields = self.model._meta.local_concrete_fields
        return [quoted(one.column) for one in fields if one.name not in UNTOUCHED]

    @property
    def changed(self) -> str:
        before = f"SELECT * FROM {self.trail} x WHERE x.pgh_obj_id = e.pgh_obj_id AND x.pgh_id < e.pgh_id"
        return (
            f"(SELECT * FROM {self.trail} WHERE pgh_context_id = %(context)s AND pgh_label = 'update') e "
            f"CROSS JOIN LATERAL ({before} ORDER BY x.pgh_id DESC LIMIT 1) p"
        )

    def run(self, query: str) -> list[tuple[Any, ...]]:
        self.cursor.execute(query, {"context": self.context, "locked": RecordStatus.LOCKED.value})
        return list(self.cursor.fetchall()) if self.cursor.description else [(self.cursor.rowcount,)]

    def patients(self) -> set[int]:
        column = "id" if self.entity == "patient" else "patient_id"
        return {
            pk for (pk,) in self.run(f"SELECT DISTINCT {column} FROM {self.trail} WHERE pgh_context_id = %(context)s")
        }

    def values_not_undone(self) -> Iterator[NotUndone]:
        """Changed by the upload, and by somebody else since."""
        tests = ", ".join(
            f"CASE WHEN e.{name} IS DISTINCT FROM p.{name} AND t.{name} IS DISTINCT FROM e.{name} "
            f"AND t.{name} IS DISTINCT FROM p.{name} THEN '{name.strip(chr(34))}' END"
            for name in self.variables
        )
        found = self.run(
            f"SELECT k.id, k.names, k.is_locked FROM (SELECT t.id, t.record_status = %(locked)s AS is_locked, "
            f"array_remove(ARRAY[{tests}], NULL) AS names FROM {self.changed} JOIN {self.table} t ON t.id = e.pgh_obj_id) k "
            "WHERE k.is_locked OR k.names <> '{}'"
        )
        for record_id, names, is_locked in found:
            for name in names or [""]:
                reason = "locked" if is_locked else "changed"
                yield NotUndone(entity=self.entity, record_id=record_id, variable=name, reason=reason)

    def change_back(self) -> int:
        values = ", ".join(
            f"{name} = CASE WHEN e.{name} IS DISTINCT FROM p.{name} AND t.{name} IS NOT DISTINCT FROM e.{name} "
            f"THEN p.{name} ELSE t.{name} END"
            for name in self.variables
        )
        goes_back = " OR ".join(
            f"(e.{name} IS DISTINCT FROM p.{name} AND t.{name} IS NOT DISTINCT FROM e.{name})"
            for name in self.variables
        )
        ((changed,),) = self.run(
            f"UPDATE {self.table} t SET {values}, updated_at = now() FROM {self.changed} "
            f"WHERE t.id = e.pgh_obj_id AND t.record_status <> %(locked)s AND ({goes_back})"
        )
        return int(changed)

    def withdraw(self) -> int:
        ((withdrawn,),) = self.run(
            f"UPDATE {self.table} t SET withdrawn_at = now(), updated_at = now() FROM {self.trail} e "
            "WHERE e.pgh_context_id = %(context)s AND e.pgh_label = 'insert' AND t.id = e.pgh_obj_id "
            f"AND t.withdrawn_at IS NULL AND t.record_status <> %(locked)s AND NOT ({self._has_others_below()})"
        )
        return int(withdrawn)

    def records_not_undone(self) -> Iterator[NotUndone]:
        """Inserted by the upload and standing still: locked, or with something below that the upload did not bring."""
        found = self.run(
            f"SELECT t.id, t.record_status = %(locked)s FROM {self.table} t JOIN {self.trail} e ON t.id = e.pgh_obj_id "
            "WHERE e.pgh_context_id = %(context)s AND e.pgh_label = 'insert' AND t.withdrawn_at IS NULL"
        )
        for record_id, is_locked in found:
            reason = "locked" if is_locked else "has_others_below"
            yield NotUndone(entity=self.entity, record_id=record_id, variable="", reason=reason)

    def _has_others_below(self) -> str:
        below = [
            f"EXISTS (SELECT FROM {quoted(child._meta.db_table)} b WHERE b.{quoted(column)} = t.id AND b.withdrawn_at IS NULL)"
            for child, column in child_models(self.model)
        ]
        return " OR ".join(below) or "false"
