"""The work behind an upload, done by the queue."""

from procrastinate.contrib.django import app

from importers.models import Upload
from importers.services import process_upload
from registry import jobs
from registry.scope import center_scope


@app.task(name="importers.process_upload")
def process(job_id: int, upload_id: int, center_id: int) -> None:
    with jobs.running(job_id) as progress:
        with center_scope([center_id]):
            upload = Upload.objects.defer("original").select_related("job__requested_by").get(pk=upload_id)
        by = upload.job.requested_by if upload.job else upload.uploaded_by
        process_upload(upload_id, center=center_id, by=by, progress=progress.report)
        progress.leads_to(f"/uploads/{upload_id}/")
