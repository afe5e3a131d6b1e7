"""A job shows its progress while its work is uncommitted, stops when asked to, and leaves with the request that failed."""

from itertools import pairwise

import pytest
from croniter import croniter
from django.db import connection, transaction
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from registry.access.scope import center_scope
from registry.jobs import queue
from registry.models import Center, Job
from registry.tasks import SILENT_SECONDS
from tests.queue_worker import empty_the_queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job(cast):
    return Job.objects.create(kind="test", requested_by=cast.data_manager)


def test_progress_is_seen_before_the_work_commits(cast, job):
    with queue.running(job.pk) as progress, transaction.atomic():
        progress.report(40, "Reading the workbook")
        job.refresh_from_db()
        assert (job.state, job.percent, job.message) == ("RUNNING", 40, "Reading the workbook")
    job.refresh_from_db()
    assert (job.state, job.percent, job.attempt) == ("DONE", 100, 1)


def test_a_canceled_job_stops_at_its_next_report_and_changes_nothing(cast, job):
    with queue.running(job.pk) as progress:
        queue.cancel(job)
        with center_scope([], by=cast.administrator, reason="work"):
            Center.objects.update(center_name_en="changed")
            progress.report(50, "Storing")
    job.refresh_from_db()
    assert job.state == "CANCELED"
    assert not Center.objects.filter(center_name_en="changed").exists()


def test_a_failed_job_says_so_without_the_text_of_the_error(job):
    with pytest.raises(ValueError, match="secret"), queue.running(job.pk):
        raise ValueError("secret value")
    job.refresh_from_db()
    assert job.state == "FAILED"
    assert "secret" not in job.message


def test_work_asked_for_in_a_failing_request_was_never_asked_for(cast):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue.start("test", by=cast.data_manager, task="registry.tests.nothing")
        raise RuntimeError
    assert not Job.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_only_the_person_who_asked_sees_the_job(cast, job):
    client = Client()
    client.force_login(cast.data_manager)
    assert client.get(f"/jobs/{job.pk}.json").json()["state"] == "QUEUED"
    client.force_login(cast.other_data_manager)
    assert client.get(f"/jobs/{job.pk}.json").status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404


def test_jobs_of_dead_workers_are_looked_for_every_few_seconds():
    (rescue,) = [
        periodic.cron
        for (name, _id), periodic in app.periodic_registry.periodic_tasks.items()
        if name == "registry.rescue_stalled_jobs"
    ]
    times = [croniter(rescue, 0.0).get_next(float)]
    while times[-1] < 3600:
        times.append(croniter(rescue, times[-1]).get_next(float))
    assert max(later - earlier for earlier, later in pairwise(times)) + SILENT_SECONDS <= 15


def test_the_job_of_a_killed_worker_is_done_by_the_next_one(cast):
    del cast
    killed = app.configure_task("registry.forget_old_drafts").defer(timestamp=0)
    with connection.cursor() as cursor:  # as a worker leaves it that was killed half a minute ago
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '30 seconds') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            [cursor.fetchone()[0], killed],
        )
    app.configure_task("registry.rescue_stalled_jobs").defer(timestamp=0)
    connection.close()
    empty_the_queue()
    assert ProcrastinateJob.objects.get(pk=killed).status == "succeeded"


def test_work_that_is_taken_up_again_says_so(job):
    told = []
    for _attempt in range(2):
        with queue.running(job.pk):
            job.refresh_from_db()
            told.append(job.message)
    assert told == ["Started", "Started again after an interruption"]


def test_work_that_has_not_begun_is_canceled_at_once(job):
    queue.cancel(job)
    assert (job.state, job.message) == ("CANCELED", "Canceled. Nothing was changed.")


def test_of_one_kind_of_work_one_is_done_at_a_time_unless_it_is_locked_otherwise(cast):
    with transaction.atomic():
        for lock in ("", "center 1"):
            queue.start("comparison", by=cast.data_manager, task="registry.tests.nothing", lock=lock)
    assert list(ProcrastinateJob.objects.order_by("pk").values_list("lock", flat=True)) == ["comparison", "center 1"]
