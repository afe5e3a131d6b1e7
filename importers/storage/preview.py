"""What an upload would change, found by its check and kept with it until somebody confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext_noop

from importers.checks.check import CheckReport, check_workbook
from importers.files import messages as of_files
from importers.files.workbook import Workbook, WorkbookRefused
from importers.mapping.messages import NO_MAPPED_SHEET
from importers.models import Upload, UploadState
from importers.storage.center_history import stored_of
from importers.storage.center_mappings import parts_of
from importers.storage.load import stage_records
from importers.storage.mapping import header_mapping_of
from importers.storage.originals import reduced, stored_workbook
from importers.storage.parquet import write_records
from importers.storage.report import check_as_json, preview_as_json, refusal_as_json
from registry.jobs.progress import Report

MAY_BE_MAPPED = (of_files.NO_KNOWN_SHEET, NO_MAPPED_SHEET)


def make_preview(upload: Upload, *, book: Workbook | None, progress: Report) -> None:
    """What cannot be read is not kept: nobody could say whom it names. Sheets that nobody knows may be mapped yet."""
    reading = Reading(upload)
    try:
        report = reading.checked(book, progress=progress)
    except WorkbookRefused as refused:
        upload.state, upload.preview = UploadState.REFUSED, None
        upload.report = refusal_as_json(refused.problem, center=upload.center.center_code)
        if refused.problem.message not in MAY_BE_MAPPED:
            reading.kept_instead = b""
    else:
        blanks = by_entity(upload.blanks)
        compared = stage_records(report.accepted, center=upload.center_id, blanks=blanks, progress=progress)
        counts = write_records(upload, compared)
        upload.state, upload.report = UploadState.STAGED, check_as_json(report, mapping=upload.mapping)
        upload.preview = preview_as_json(report, counts)
    if reading.kept_instead is not None:
        upload.original, upload.is_reduced = reading.kept_instead, True
        upload.save(update_fields=["original", "is_reduced"])
    upload.save(update_fields=["state", "report", "preview"])


@dataclass(slots=True)
class Reading:
    """One check of an upload's file. `kept_instead` of the file is what was read of it, where it names persons or is nothing."""

    upload: Upload
    kept_instead: bytes | None = None

    def checked(self, book: Workbook | None, *, progress: Report) -> CheckReport:
        """A receipt in a hurry may have left to this check what is to be kept. Raises WorkbookRefused."""
        upload, headers, mapping = self.upload, header_mapping_of(self.upload.center_id), parts_of(self.upload.mapping)
        progress(5, gettext_noop("Reading the workbook"))
        # taken out by the check, so that no more than one form of a large file is held
        read = [book or stored_workbook(upload)]
        del book
        if not upload.is_reduced:
            self.kept_instead = reduced(read[0], header_mapping=headers, mapping=mapping)
        center, ask = upload.center.center_code, partial(stored_of, center=upload.center_id)
        return check_workbook(
            read.pop(), center=center, stored=ask, header_mapping=mapping or headers, progress=progress
        )


def by_entity(ticked: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entity, variable in ticked:
        found.setdefault(entity, []).append(variable)
    return found
