"""Long work of this app, run by the worker. It opens the scope itself and is written to be run twice."""

from procrastinate.contrib.django import app

from analytics.services import RUN_TASK, work_on_run
from registry import jobs


@app.task(name=RUN_TASK)
def run_study(job_id: int, run: int, user: int) -> None:
    with jobs.running(job_id) as progress:
        work_on_run(run, user_id=user, progress=progress)
