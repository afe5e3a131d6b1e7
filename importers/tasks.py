"""The work behind an upload: done by the queue, or at once by whoever does not want to wait for it."""

from collections.abc import Callable
from typing import Any

from procrastinate.contrib.django import app

from importers.models import Upload
from importers.services import check_upload, store_upload, undo_upload
from registry.access.scope import center_scope
from registry.jobs import queue

Work = Callable[..., Upload]


@app.task(name="importers.check_upload", retry=queue.ONCE_MORE)
def check(job_id: int, upload_id: int, center_id: int) -> None:
    _run(check_upload, job_id=job_id, upload_id=upload_id, center_id=center_id)


@app.task(name="importers.store_upload", retry=queue.ONCE_MORE)
def store(job_id: int, upload_id: int, center_id: int) -> None:
    _run(store_upload, job_id=job_id, upload_id=upload_id, center_id=center_id)


@app.task(name="importers.undo_upload", retry=queue.ONCE_MORE)
def undo(job_id: int, upload_id: int, center_id: int) -> None:
    with center_scope([center_id]):
        reason = Upload.objects.values_list("undo_reason", flat=True).get(pk=upload_id)
    _run(undo_upload, job_id=job_id, upload_id=upload_id, center_id=center_id, reason=reason)


TASKS = {"upload": check, "load": store, "undo": undo}


def work_at_once(upload: Upload) -> Upload:
    """The upload as it stands when its work is done; the worker then finds nothing left. Call it outside any scope: the
    work has transactions of its own."""
    if upload.job is not None and not upload.job.is_over:
        TASKS[upload.job.kind](job_id=upload.job.pk, upload_id=upload.pk, center_id=upload.center_id)
    with center_scope([upload.center_id]):
        return Upload.objects.select_related("center", "job", "uploaded_by").get(pk=upload.pk)


def _run(work: Work, *, job_id: int, upload_id: int, center_id: int, **more: Any) -> None:
    if queue.is_canceled(job_id):
        return
    with queue.running(job_id) as progress:
        with center_scope([center_id]):
            upload = Upload.objects.without_content().select_related("job__requested_by").get(pk=upload_id)
        by = upload.job.requested_by if upload.job else upload.uploaded_by
        work(upload_id, center=center_id, by=by, progress=progress.report, **more)
        progress.leads_to(f"/uploads/{upload_id}/")
