"""Work that the queue does for itself."""

from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

SILENT_SECONDS = 10  # a worker that has not been heard of for so long is taken for dead


@app.periodic(cron="*/10 * * * * *")
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
