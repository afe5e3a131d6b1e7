"""load_workbook: a checked workbook into the registry, in one transaction, whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_noop

from importers.check import CheckReport, Report, check_workbook, unreported
from importers.former import known_of
from importers.pause import garbage_collection_paused
from importers.records import Record
from importers.upsert import Counts, Target, upsert
from importers.workbook import Workbook, read_workbook
from registry.access import User, may
from registry.clinical.identifiers import registry_id
from registry.encryption import EncryptedTextField, keyed_hash
from registry.models import Center, Patient, PatientIdentity
from registry.scope import center_scope
from registry.sheets import sheets
from registry.stored import PARENT_KEYS, Stored

# A result is a number, a code or the reason for neither.
EXCLUSIVE: Mapping[str, tuple[str, ...]] = {"labresult": ("value", "value_code", "missing_reason")}


class NotAllowed(PermissionError):
    """This user may not upload for this center."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """`counts` by kind of record; empty when nothing was stored."""

    report: CheckReport
    is_stored: bool
    counts: Mapping[str, Counts]


def load_workbook(
    source: Path | bytes | Workbook,
    *,
    center: Center,
    by: User,
    reason: str,
    valid_rows_only: bool = False,
    upload: int | None = None,
    progress: Report = unreported,
) -> LoadResult:
    """Check and store. With errors nothing is stored, unless only the valid rows are asked for.

    Raises WorkbookRefused when the file cannot be read, NotAllowed for a center that is not the user's.
    """
    if not may(by, verb="upload_workbooks", center=center.pk):
        raise NotAllowed(f"{by} may not upload for center {center.center_code}")
    book = source if isinstance(source, Workbook) else read_workbook(source)
    with center_scope([center.pk], by=by, reason=reason, source="upload", upload=upload):
        _one_at_a_time(center)
        stored = known_of(center.pk)
        report = check_workbook(book, center=center.center_code, stored=stored, progress=progress)
        if report.has_errors and not valid_rows_only:
            return LoadResult(report=report, is_stored=False, counts={})
        counts = _store(report.accepted, center=center, stored=stored, progress=progress)
    return LoadResult(report=report, is_stored=True, counts=counts)


def _one_at_a_time(center: Center) -> None:
    """Two loads of one center would judge each other's rows as new; other centers need not wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('importers.load'), %s)", [center.pk])


@garbage_collection_paused()
def _store(
    accepted: Mapping[str, Sequence[Record]], *, center: Center, stored: Stored, progress: Report
) -> dict[str, Counts]:
    entities = [entity for sheet in sheets() for entity in sheet.entities]  # parents' sheets come first
    counts = {}
    with connection.cursor() as cursor:
        for number, entity in enumerate(entities):
            progress(60 + 35 * number // len(entities), gettext_noop("Storing the records"))
            records = accepted.get(entity, ())
            if not records:
                continue
            if entity == "patient":
                counts[entity] = _store_patients(cursor, records=records, center=center, stored=stored)
            elif entity == "patientidentity":
                counts[entity] = _store_identities(cursor, records=records, center=center, stored=stored)
            else:
                counts[entity] = _store_children(cursor, entity=entity, records=records, center=center)
    return counts


def _store_patients(cursor: CursorWrapper, *, records: Sequence[Record], center: Center, stored: Stored) -> Counts:
    """A new patient gets the registry's identifier; a known one keeps the one it has."""
    known = dict(Patient.objects.filter(center=center).values_list("local_id", "registry_id"))
    new = [record.local_id for record in records if record.local_id not in stored.patients]
    serials = center.take_serials(len(new)) if new else ()
    known |= {
        local_id: registry_id(center.center_code, serial=serial) for local_id, serial in zip(new, serials, strict=True)
    }
    variables = tuple(records[0].values)
    target = Target(
        model=Patient,
        parents=(),
        conflict=("center_id", "local_id"),
        columns=("registry_id", *variables),
        compared=tuple(name for name in variables if name != "local_id"),
        center_id=center.pk,
    )
    return upsert(cursor, target=target, rows=[(known[record.local_id], *record.values.values()) for record in records])


def _store_identities(cursor: CursorWrapper, *, records: Sequence[Record], center: Center, stored: Stored) -> Counts:
    """The same number encrypts differently each time, so its keyed hash tells whether it is new."""
    purpose = f"hospital_no:{center.pk}"
    hashes = {record.local_id: keyed_hash(record.values["hospital_no"], purpose=purpose) for record in records}
    changed = [
        record for record in records if stored.hospital_number_hashes.get(hashes[record.local_id]) != record.local_id
    ]
    target = Target(
        model=PatientIdentity,
        parents=("patient",),
        conflict=("patient_id",),
        columns=("hospital_no", "local_id_hash"),
        compared=("local_id_hash",),
        center_id=center.pk,
    )
    encrypt = EncryptedTextField().get_prep_value
    rows = [(record.local_id, encrypt(record.values["hospital_no"]), hashes[record.local_id]) for record in changed]
    counts = (
        upsert(cursor, target=target, rows=rows) if rows else Counts(new=0, changed=0, unchanged=0, changed_values=0)
    )
    return Counts(
        new=counts.new,
        changed=counts.changed,
        unchanged=len(records) - len(changed),
        changed_values=counts.changed_values,
    )


def _store_children(cursor: CursorWrapper, *, entity: str, records: Sequence[Record], center: Center) -> Counts:
    model: Any = apps.get_model("registry", entity)
    parents = tuple(dict.fromkeys(("patient", *(name for name in model.natural_key if name in PARENT_KEYS))))
    conflict = tuple(f"{name}_id" if name in parents else name for name in model.natural_key)
    variables = tuple(records[0].values)
    compared = tuple(name for name in variables if name not in conflict)
    target = Target(
        model=model,
        parents=parents,
        conflict=conflict,
        columns=variables,
        compared=compared,
        center_id=center.pk,
        exclusive=EXCLUSIVE.get(entity, ()),
    )
    keys = len(PARENT_KEYS[parents[-1]])
    return upsert(cursor, target=target, rows=[(*record.key[:keys], *record.values.values()) for record in records])
