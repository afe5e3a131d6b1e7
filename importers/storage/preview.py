"""What an upload would change, found by its check and kept with it until somebody confirms."""

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext_noop

from importers.checks.check import CheckReport, check_workbook
from importers.files.workbook import Workbook, WorkbookRefused
from importers.models import Upload, UploadState
from importers.storage.center_history import stored_of
from importers.storage.load import stage_records
from importers.storage.mapping import header_mapping_of
from importers.storage.originals import reduced, stored_workbook
from importers.storage.parquet import write_records
from importers.storage.report import check_as_json, preview_as_json, refusal_as_json
from registry.jobs.progress import Report


def make_preview(upload: Upload, *, book: Workbook | None, progress: Report) -> None:
    """What cannot be read is not kept: nobody could say whom it names."""
    try:
        report, clean = _checked(upload, book=book, progress=progress)
    except WorkbookRefused as refused:
        upload.state, upload.preview, clean = UploadState.REFUSED, None, b""
        upload.report = refusal_as_json(refused.problem, center=upload.center.center_code)
    else:
        blanks = by_entity(upload.blanks)
        compared = stage_records(report.accepted, center=upload.center_id, blanks=blanks, progress=progress)
        counts = write_records(upload, compared)
        upload.state, upload.report = UploadState.STAGED, check_as_json(report)
        upload.preview = preview_as_json(report, counts)
    if clean is not None:
        upload.original, upload.is_reduced = clean, True
        upload.save(update_fields=["original", "is_reduced"])
    upload.save(update_fields=["state", "report", "preview"])


def _checked(upload: Upload, *, book: Workbook | None, progress: Report) -> tuple[CheckReport, bytes | None]:
    """With what is to be kept in the place of the file, if anything: a receipt in a hurry may have left that to this check."""
    header_mapping = header_mapping_of(upload.center_id)
    progress(5, gettext_noop("Reading the workbook"))
    read = [
        book or stored_workbook(upload)
    ]  # taken out by the check, so that no more than one form of a large file is held
    del book
    clean = None if upload.is_reduced else reduced(read[0], header_mapping=header_mapping)
    center, ask = upload.center.center_code, partial(stored_of, center=upload.center_id)
    report = check_workbook(read.pop(), center=center, stored=ask, header_mapping=header_mapping, progress=progress)
    return report, clean


def by_entity(ticked: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entity, variable in ticked:
        found.setdefault(entity, []).append(variable)
    return found
