"""load_workbook: a checked workbook into the registry, in one transaction, whole or not at all."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.utils.translation import gettext_noop

from importers.checks.check import CheckReport, check_workbook
from importers.checks.records import Records
from importers.files.garbage_collection import garbage_collection_paused
from importers.files.workbook import Workbook, read_workbook
from importers.storage.center_history import stored_of
from importers.storage.comparison import Counts, RecordOutcome, compare
from importers.storage.staging import IDENTITY, PARENT, Staged, stage
from importers.storage.upsert import upsert
from registry.access.permissions import User, may
from registry.access.scope import center_scope
from registry.clinical.identifiers import registry_id
from registry.fields import EncryptedTextField
from registry.jobs.progress import Report, unreported
from registry.models import Center, Patient
from registry.queries import Refreshed, refresh_queries
from registry.workbook.sheets import kinds_in_order

Blanks = Mapping[str, Sequence[str]]  # by kind of record, the variables whose blanks overwrite


class NotAllowed(PermissionError):
    """This user may not upload for this center."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    staged: Staged
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """`counts` by kind of record; empty when nothing was stored."""

    report: CheckReport
    is_stored: bool
    counts: Mapping[str, Counts] = field(default_factory=dict)
    queries: Refreshed = field(default_factory=Refreshed)


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
    """Check and store at once. With errors nothing is stored, unless only the valid rows are asked for.

    Raises WorkbookRefused when the file cannot be read, NotAllowed for a center that is not the user's.
    """
    if not may(by, verb="upload_workbooks", center=center.pk):
        raise NotAllowed(f"{by} may not upload for center {center.center_code}")
    book = source if isinstance(source, Workbook) else read_workbook(source)
    with center_scope([center.pk], by=by, reason=reason, source="upload", upload=upload):
        one_at_a_time(center.pk)
        ask = partial(stored_of, center=center.pk)
        report = check_workbook(book, center=center.center_code, stored=ask, progress=progress)
        if report.has_errors and not valid_rows_only:
            return LoadResult(report=report, is_stored=False)
        with garbage_collection_paused():
            compared = list(stage_records(report.accepted, center=center.pk, progress=progress))
        touched = store([one.staged for one in compared], center=center, progress=progress)
        queries = refresh_queries(touched, by=by)
    counts = {one.staged.entity: one.counts for one in compared}
    return LoadResult(report=report, is_stored=True, counts=counts, queries=queries)


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
    return map(
        partial(_compared, center=center, blanks=blanks or {}),
        stage(accepted, entities=kinds_in_order(), center=center),
    )


def _compared(staged: Staged, *, center: int, blanks: Blanks) -> Compared:
    found, counts = compare(staged, center=center, blanks=blanks.get(staged.entity, ()))
    return Compared(staged=found, counts=counts)


def store(
    records: Iterable[Staged],
    *,
    center: Center,
    keep_stored: bool = True,
    blanks: Blanks | None = None,
    progress: Report = unreported,
) -> list[int]:
    """Write what was compared, parents first, and say which patients' records were touched.

    Raises Stale where the records are no longer the same.
    """
    touched, order = set[str](), kinds_in_order()
    with garbage_collection_paused():
        for staged in records:
            progress(65 + 30 * order.index(staged.entity) // len(order), gettext_noop("Storing the records"))
            own = _with_identifiers(staged, center=center)
            upsert(own, center=center.pk, keep_stored=keep_stored, blanks=(blanks or {}).get(staged.entity, ()))
            touched |= _touched(staged)
    return _patients(touched, center=center.pk)


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
