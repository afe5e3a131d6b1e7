"""What a person does with an upload: send it, have it processed, send it again to be stored."""

import hashlib
from typing import Any

from django.db import DatabaseError, transaction

from importers.check import Report, check_workbook, unreported
from importers.former import known_of
from importers.load import LoadResult, NotAllowed, load_workbook
from importers.models import Upload, UploadMode, UploadState
from importers.report import check_as_json, counts_as_json, refusal_as_json
from importers.workbook import WorkbookRefused, read_workbook
from registry import jobs
from registry.access import User, may
from registry.scope import center_scope


class DatabaseRefused(RuntimeError):
    """A rule of the database held. Its own message may quote a row, so only the rule's name is kept."""


def earlier_upload(content: bytes, *, center: int) -> Upload | None:
    """The same file from the same center, whose result stands."""
    digest = hashlib.sha256(content).hexdigest()
    return (
        Upload.objects.filter(center_id=center, sha256=digest)
        .defer("original")
        .exclude(state=UploadState.RECEIVED)
        .first()
    )


def receive_upload(content: bytes, *, filename: str, center: int, by: Any, mode: str = UploadMode.WHOLE) -> Upload:
    if not may(by, verb="upload_workbooks", center=center):
        raise NotAllowed(f"{by} may not upload for this center")
    return Upload.objects.create(
        center_id=center,
        filename=filename[-200:],
        original=content,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        uploaded_by=by,
        mode=mode,
    )


def load_file(content: bytes, *, filename: str, center: int, by: Any, mode: str) -> Upload:
    """Receive and process at once, as a command does. An upload of which nothing was stored leaves nothing behind."""
    with center_scope([center], by=by, reason="workbook upload", source="upload"):
        upload = receive_upload(content, filename=filename, center=center, by=by, mode=mode)
        upload = process_upload(upload.pk, center=center, by=by)
        if upload.state != UploadState.STORED:
            transaction.set_rollback(True)
    return upload


def start_processing(upload: Upload, *, by: Any, mode: str) -> None:
    """Queue the work, or queue it again: a workbook may become right when what it lacked has been stored."""
    upload.mode, upload.state = mode, UploadState.RECEIVED
    upload.job = jobs.start(
        "upload", by=by, task="importers.process_upload", upload_id=upload.pk, center_id=upload.center_id
    )
    upload.save(update_fields=["mode", "state", "job"])


def process_upload(upload_id: int, *, center: int, by: User, progress: Report = unreported) -> Upload:
    """Check the upload and store what its mode allows; result and records appear together. Done twice, it is done once."""
    with center_scope([center], by=by, reason=f"upload {upload_id}", source="upload", upload=upload_id):
        upload = Upload.objects.select_for_update(of=("self",)).select_related("center").get(pk=upload_id)
        if upload.state != UploadState.RECEIVED:
            return upload
        try:
            _process(upload, by=by, progress=progress)
        except WorkbookRefused as refused:
            upload.state, upload.result = UploadState.REFUSED, None
            upload.report = refusal_as_json(refused.problem, center=upload.center.center_code)
        except DatabaseError as error:
            raise DatabaseRefused(_constraint(error)) from None
        upload.save(update_fields=["state", "report", "result"])
    return upload


def _process(upload: Upload, *, by: User, progress: Report) -> None:
    if upload.mode == UploadMode.CHECK:
        book = read_workbook(bytes(upload.original))
        report = check_workbook(
            book, center=upload.center.center_code, stored=known_of(upload.center_id), progress=progress
        )
        upload.state, upload.report, upload.result = UploadState.CHECKED, check_as_json(report), None
        return
    result = load_workbook(
        bytes(upload.original),
        center=upload.center,
        by=by,
        reason=f"upload {upload.pk}",
        valid_rows_only=upload.mode == UploadMode.VALID,
        upload=upload.pk,
        progress=progress,
    )
    _keep(upload, result=result)


def _keep(upload: Upload, *, result: LoadResult) -> None:
    upload.report = check_as_json(result.report)
    upload.state = UploadState.STORED if result.is_stored else UploadState.FAULTY
    upload.result = counts_as_json(result) if result.is_stored else None


def _constraint(error: DatabaseError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    return f"the database refused the rows by its rule {name}" if name else "the database refused the rows"
