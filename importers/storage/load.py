"""Checked records into the registry, in one transaction, whole or not at all."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.utils.translation import gettext_noop

from importers.checks.records import Records
from importers.files.garbage_collection import garbage_collection_paused
from importers.storage.comparison import Counts, RecordOutcome, compare
from importers.storage.staging import IDENTITY, PARENT, Staged, stage
from importers.storage.upsert import upsert
from registry.clinical.identifiers import registry_id
from registry.fields import EncryptedTextField
from registry.jobs.progress import Report, unreported
from registry.models import Center, Patient
from registry.records.sign_off import signed_since
from registry.workbook.sheets import kinds_in_order

Blanks = Mapping[str, Sequence[str]]  # by kind of record, the variables whose blanks overwrite


class NotAllowed(PermissionError):
    """This user may not upload for this center."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    staged: Staged
    counts: Counts


@dataclass(slots=True, kw_only=True)
class Written:
    """Whose records a load touched, and how many verified or signed records it wrote, by kind."""

    patients: list[int] = field(default_factory=list)
    verified_or_signed: dict[str, int] = field(default_factory=dict)


def one_at_a_time(center: int) -> None:
    """Two loads of one center would judge each other's rows as new; other centers need not wait. Note [Stale previews]."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('importers.load'), %s)", [center])
        cursor.execute("SET LOCAL jit = off")  # statements over eighty columns take longer to compile than to run


def stage_records(
    accepted: Mapping[str, Records],
    *,
    center: int,
    blanks: Blanks | None = None,
    progress: Report = unreported,
) -> Iterator[Compared]:
    """The checked records as columns, each held against what is stored."""
    progress(60, gettext_noop("Comparing with stored records"))
    signed = set(Patient.objects.filter(pk__in=signed_since([center])).values_list("local_id", flat=True))
    return map(
        partial(_compared, center=center, blanks=blanks or {}, signed=signed),
        stage(accepted, entities=kinds_in_order(), center=center),
    )


def _compared(staged: Staged, *, center: int, blanks: Blanks, signed: Collection[str]) -> Compared:
    found, counts = compare(staged, center=center, blanks=blanks.get(staged.entity, ()), signed=signed)
    return Compared(staged=found, counts=counts)


def store(
    records: Iterable[Staged],
    *,
    center: Center,
    keep_stored: bool = True,
    blanks: Blanks | None = None,
    progress: Report = unreported,
) -> Written:
    """Write what was compared, parents first, and say what was touched.

    Raises Stale where the records are no longer the same.
    """
    touched, order, written = set[str](), kinds_in_order(), Written()
    with garbage_collection_paused():
        for staged in records:
            progress(65 + 30 * order.index(staged.entity) // len(order), gettext_noop("Storing the records"))
            own = _with_identifiers(staged, center=center)
            choices: dict[str, Any] = {"keep_stored": keep_stored, "blanks": (blanks or {}).get(staged.entity, ())}
            written.verified_or_signed[staged.entity] = upsert(own, center=center.pk, **choices)
            touched |= _touched(staged)
    written.patients = _patients(touched, center=center.pk)
    return written


def patients_touched(records: Iterable[Staged], *, center: int) -> list[int]:
    return _patients(set().union(*map(_touched, records)), center=center)


def _touched(staged: Staged) -> set[str]:
    column = "local_id" if staged.entity == "patient" else f"{PARENT}local_id"
    touched = pc.not_equal(staged.table.column("status"), RecordOutcome.UNCHANGED.value)
    return set(pc.unique(staged.table.column(column).filter(touched)).to_pylist())


def _patients(local_ids: Collection[str], *, center: int) -> list[int]:
    known = Patient.objects.filter(center=center).values_list("local_id", "pk")
    return [pk for local_id, pk in known if local_id in local_ids]


def _with_identifiers(staged: Staged, *, center: Center) -> Staged:
    """A new patient gets the registry's identifier; a hospital number is encrypted."""
    if staged.entity == "patient":
        fates = staged.table.column("status").to_pylist()
        serials = iter(center.allocate_serials(n) if (n := fates.count(RecordOutcome.NEW)) else ())
        given = [
            registry_id(center.center_code, serial=next(serials)) if fate == RecordOutcome.NEW else None
            for fate in fates
        ]
        return staged.with_columns(registry_id=pa.array(given, type=pa.string()))
    if staged.entity == IDENTITY:
        encrypt = EncryptedTextField().get_prep_value
        plain = staged.table.column("hospital_no").to_pylist()
        return staged.with_columns(hospital_no=pa.array([encrypt(value) for value in plain], type=pa.string()))
    return staged
