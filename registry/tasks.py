"""Work that the queue does for itself."""

from contextlib import suppress

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from registry.access.scope import center_scope
from registry.errors import Refused
from registry.jobs import queue
from registry.models import Center, FormDraft, Job
from registry.queries.sweep import TASK, active_centers, start_sweep, system_account
from registry.queries.sweep import sweep as sweep_centers

SILENT_SECONDS = 10  # a worker that has not been heard of for so long is taken for dead


@app.periodic(cron="* * * * * */5")  # seconds stand last: every five of them
@app.task(name="registry.rescue_stalled_jobs", queueing_lock="registry.rescue_stalled_jobs", pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Jobs of a killed worker run again on one that lives; every task is written to be run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="registry.forget_finished_jobs", queueing_lock="registry.forget_finished_jobs", pass_context=True)
async def forget_finished_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    await context.app.job_manager.delete_old_jobs(nb_hours=72)


@app.task(name=TASK)
def sweep(job_id: int) -> None:
    with queue.running(job_id, cut_short=queue.PARTLY_DONE) as progress:
        job = Job.objects.select_related("requested_by").get(pk=job_id)
        progress.leads_to("/sweeps/")
        sweep_centers(active_centers(), by=job.requested_by, job=job, report=progress.report)


@app.periodic(cron="43 18 * * *")  # of universal time: at night in Shanghai
@app.task(name="registry.nightly_sweep", queueing_lock="registry.nightly_sweep")
def nightly_sweep(timestamp: int) -> None:  # noqa: ARG001
    with suppress(Refused):  # one that somebody started is still under way
        start_sweep(by=system_account())


@app.periodic(cron="29 18 * * *")
@app.task(name="registry.forget_old_drafts", queueing_lock="registry.forget_old_drafts")
def forget_old_drafts(timestamp: int) -> None:  # noqa: ARG001
    every = Center.objects.values_list("pk", flat=True)
    with center_scope(every, by=system_account(), reason="drafts that nobody continued"):
        FormDraft.objects.outdated(timezone.now()).delete()
