"""A workbook into the registry in one step, without the upload that a person would make of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from importers.checks.check import CheckReport, Report, check_workbook, unreported
from importers.files.garbage_collection import garbage_collection_paused
from importers.files.workbook import Workbook, read_workbook
from importers.storage.center_history import stored_of
from importers.storage.comparison import Counts
from importers.storage.load import NotAllowed, one_at_a_time, stage_records, store
from registry.access.permissions import User, may
from registry.access.scope import center_scope
from registry.models import Center
from registry.queries import Refreshed, refresh_queries


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
        written = store([one.staged for one in compared], center=center, progress=progress)
        queries = refresh_queries(written.patients, by=by)
    counts = {one.staged.entity: one.counts for one in compared}
    return LoadResult(report=report, is_stored=True, counts=counts, queries=queries)
