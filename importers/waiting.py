"""What was queued for an upload, done by whoever does not want to wait for the worker; the worker then finds it done."""

from importers import tasks
from importers.models import Upload
from registry.access.scope import center_scope

TASKS = {"upload": tasks.check, "load": tasks.store, "undo": tasks.undo}


def work_at_once(upload: Upload) -> Upload:
    """The upload as it stands then. Call it outside any scope: the work has transactions of its own."""
    if upload.job is not None and not upload.job.is_over:
        TASKS[upload.job.kind](job_id=upload.job.pk, upload_id=upload.pk, center_id=upload.center_id)
    with center_scope([upload.center_id]):
        return Upload.objects.select_related("center", "job", "uploaded_by").get(pk=upload.pk)
