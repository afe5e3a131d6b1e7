"""Long work of this app, run by the worker. It opens the scope itself and is written to be run twice."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from registry.access.scope import center_scope
from registry.jobs import queue
from registry.queries.sweep import active_centers, system_account


@app.task(name="analytics.run_study")
def run_study(job_id: int, run: int, user: int) -> None:
    from analytics.studies.services import work_on_run  # noqa: PLC0415  # 60 MB that a worker of uploads would hold for nothing

    with queue.running(job_id) as progress:
        work_on_run(run, user_id=user, progress=progress)


@app.task(name="analytics.explain_change")
def explain_change(job_id: int, change: int, user: int) -> None:
    from analytics.changes.services import work_on_change  # noqa: PLC0415  # as above

    with queue.running(job_id) as progress:
        work_on_change(change, user_id=user, progress=progress)


@app.task(name="analytics.try_design")
def try_design(job_id: int, tried: int, user: int) -> None:
    from analytics.studies.designs import work_on_try  # noqa: PLC0415  # as above

    with queue.running(job_id) as progress:
        work_on_try(tried, user_id=user, progress=progress)


@app.task(name="analytics.repeat_run")
def repeat_run(job_id: int, repetition: int, user: int) -> None:
    from analytics.studies.repetitions import work_on_repetition  # noqa: PLC0415  # as above

    with queue.running(job_id) as progress:
        work_on_repetition(repetition, user_id=user, progress=progress)


@app.periodic(cron="53 18 * * *")  # of universal time: at night in Shanghai
@app.task(name="analytics.clear_old_snapshots", queueing_lock="analytics.clear_old_snapshots")
def clear_old_snapshots(timestamp: int) -> None:  # noqa: ARG001
    from analytics.snapshots.services import clear  # noqa: PLC0415  # as above

    if settings.SNAPSHOT_DAYS:
        centers = [center.pk for center in active_centers()]
        with center_scope(centers, by=system_account(), reason="cleared snapshots after their time", source="job"):
            clear(taken_before=timezone.now() - timedelta(days=settings.SNAPSHOT_DAYS))
