"""Long work of this app, run by the worker. It opens the scope itself and is written to be run twice."""

from procrastinate.contrib.django import app

from registry.jobs import queue


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
