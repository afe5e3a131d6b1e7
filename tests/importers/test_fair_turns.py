"""Centers take turns: no file waits behind another center's check, a check stops when asked to, and a killed worker leaves nothing half done."""

import asyncio
import os
import signal
import time
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from procrastinate.contrib.django import app

from importers import tasks
from importers.api.tokens import make_token
from importers.checks.check import check_workbook
from importers.models import Upload
from importers.services import check_upload, confirm_upload, send_upload, store_upload
from registry.access.scope import center_scope
from registry.choices import JobState, Role
from registry.jobs import progress, queue
from registry.models import Job, Membership, Patient
from tests.importers import books

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60  # seconds, of which a calm machine needs few


@pytest.fixture
def both_centers(cast):
    """The uploader sends for two."""
    with center_scope([], by=cast.administrator, reason="a test"):
        Membership.objects.create(user=cast.uploader, center=cast.other_center, role=Role.UPLOADER)
    return cast.center.pk, cast.other_center.pk


@pytest.fixture
def send(cast):
    def run(center, sheets, *, name="march.xlsx"):
        with center_scope([center], by=cast.uploader, reason="a test"):
            return send_upload(books.workbook(sheets), filename=name, center=center, by=cast.uploader)[0]

    return run


@pytest.fixture
def worker():
    """One worker, with the places that the settings give it, while the block lasts."""

    @contextmanager
    def run():
        begun, ended = Event(), {}

        async def work():
            own = app.with_connector(app.connector.get_worker_connector())
            async with own.open_async():
                task = asyncio.create_task(own.run_worker_async(install_signal_handlers=False))
                ended["loop"], ended["task"] = asyncio.get_running_loop(), task
                begun.set()
                with suppress(asyncio.CancelledError):
                    await task

        thread = Thread(target=asyncio.run, args=[work()])
        thread.start()
        begun.wait(PATIENCE)
        try:
            yield
        finally:
            ended["loop"].call_soon_threadsafe(ended["task"].cancel)
            thread.join(PATIENCE)

    return run


def until(what):
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def job_of(upload):
    return Job.objects.get(pk=upload.job_id)


@contextmanager
def held(upload):
    """The work on this upload waits for as long as the block lasts, as it would with a very long check."""
    holding, may_end = Event(), Event()

    def hold():
        with center_scope([upload.center_id]):
            Upload.objects.select_for_update().get(pk=upload.pk)
            holding.set()
            may_end.wait(PATIENCE)
        connections.close_all()

    thread = Thread(target=hold)
    thread.start()
    holding.wait(PATIENCE)
    try:
        yield
    finally:
        may_end.set()
        thread.join(PATIENCE)


def test_a_small_file_is_staged_while_another_center_is_checked_and_its_own_center_waits_its_turn(
    both_centers, send, worker
):
    one, other = both_centers
    long = send(one, books.whole_center(2))
    after_it = send(one, {books.PATIENT: [books.patient("0009")]}, name="april.xlsx")
    with worker():
        with held(long):
            until(lambda: job_of(long).state == JobState.RUNNING)
            small = send(other, {books.PATIENT: [books.patient("0001")]})
            until(lambda: job_of(small).state == JobState.DONE)
            assert job_of(long).state == JobState.RUNNING
            assert job_of(after_it).state == JobState.QUEUED
        until(lambda: job_of(after_it).state == JobState.DONE)
    with center_scope(both_centers):
        assert set(Upload.objects.values_list("state", flat=True)) == {"STAGED"}


def test_a_check_learns_between_patients_that_it_is_not_wanted_any_more(monkeypatch):
    clock = iter(range(1_000_000))
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    told = []

    def canceled(percent, message):
        told.append(percent)
        if message == "Running edit checks" and percent > 45:
            raise queue.Canceled

    with pytest.raises(queue.Canceled):
        check_workbook(books.workbook(books.whole_center(20)), center="C01", progress=canceled)
    assert max(told) < 50
    assert len([percent for percent in told if 40 <= percent < 50]) > 3


def test_work_that_waits_is_canceled_at_once_and_a_preview_that_waits_is_not_work(both_centers, send, cast):
    upload = send(both_centers[0], books.whole_center(1))
    script = Client(headers={"authorization": f"Token {make_token(by=cast.uploader, days=30)}"})
    answer = script.post(f"/api/v1/uploads/{upload.pk}/cancel").json()
    assert (answer["job"]["state"], answer["is_over"]) == ("CANCELED", True)
    tasks.check(job_id=upload.job_id, upload_id=upload.pk, center_id=upload.center_id)  # the queue still has it
    assert job_of(upload).state == JobState.CANCELED
    again = script.post(f"/api/v1/uploads/{upload.pk}/again").json()
    with center_scope([upload.center_id]):
        upload.refresh_from_db()
    tasks.check(job_id=upload.job_id, upload_id=upload.pk, center_id=upload.center_id)
    assert script.get(f"/api/v1/uploads/{again['upload']}").json()["state"] == "STAGED"
    refused = script.post(f"/api/v1/uploads/{upload.pk}/cancel")
    assert refused.status_code == 409
    assert "discard it" in refused.json()["errors"][0]["message"]["en"]


@pytest.fixture
def confirmed(both_centers, send, cast):
    upload = send(both_centers[0], books.whole_center(3))
    check_upload(upload.pk, center=upload.center_id, by=cast.uploader)
    with center_scope([upload.center_id], by=cast.uploader, reason="a test"):
        upload.refresh_from_db()
        confirm_upload(upload, by=cast.uploader, mode="WHOLE")
    return upload


def test_a_confirmation_canceled_and_given_again_stores_once(confirmed, cast):
    first = confirmed.job_id
    queue.cancel(job_of(confirmed))
    with center_scope([confirmed.center_id], by=cast.uploader, reason="a test"):
        again = Upload.objects.select_related("job").get(pk=confirmed.pk)
        assert (again.state, again.state_now) == ("CONFIRMED", "STAGED")
        confirm_upload(again, by=cast.uploader, mode="WHOLE")
    for job in (first, again.job_id):  # the queue hands out both
        tasks.store(job_id=job, upload_id=again.pk, center_id=again.center_id)
    with center_scope([again.center_id]):
        assert (Upload.objects.get(pk=again.pk).state, Patient.objects.count()) == ("STORED", 3)


def test_a_store_that_failed_says_so_everywhere_and_can_be_tried_again(confirmed, cast):
    def fails(_percent, _message):
        raise MemoryError

    with suppress(MemoryError), queue.running(confirmed.job_id):
        store_upload(confirmed.pk, center=confirmed.center_id, by=cast.uploader, progress=fails)
    client = Client()
    client.force_login(cast.uploader)
    script = Client(headers={"authorization": f"Token {make_token(by=cast.uploader, days=30)}"})
    answer = script.get(f"/api/v1/uploads/{confirmed.pk}").json()
    assert (answer["state"], answer["is_over"], answer["failed_step"]) == ("STAGED", True, "store")
    page = client.get(f"/uploads/{confirmed.pk}/").content.decode()
    assert "Storing failed. Nothing was changed." in page
    assert "Check again" in page
    assert "Storing failed" in client.get("/uploads/").content.decode()
    assert script.post(f"/api/v1/uploads/{confirmed.pk}/confirm").status_code == 202
    with center_scope([confirmed.center_id]):
        confirmed.refresh_from_db()
    tasks.store(job_id=confirmed.job_id, upload_id=confirmed.pk, center_id=confirmed.center_id)
    answer = script.get(f"/api/v1/uploads/{confirmed.pk}").json()
    assert (answer["state"], answer["failed_step"], answer["can_undo"]) == ("STORED", "", True)


def test_a_worker_killed_in_the_middle_of_a_store_leaves_nothing_and_the_next_one_stores_all(confirmed, rows):
    center, ids = confirmed.center_id, {"upload_id": confirmed.pk, "center_id": confirmed.center_id}
    connections.close_all()
    connection.close_pool()
    may_begin, tell = os.pipe()
    child = os.fork()  # before anything is open: what two processes hold of one connection is of no use to either
    if child == 0:
        with suppress(BaseException):
            os.read(may_begin, 1)
            tasks.store(job_id=confirmed.job_id, **ids)
        os._exit(0)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'registry_followup'::regclass"
    with transaction.atomic():
        rows(
            "LOCK TABLE registry_followup IN SHARE ROW EXCLUSIVE MODE"
        )  # of the last sheet: the others are written then
        os.write(tell, b".")
        until(lambda: rows(waiting) != [(0,)])
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with center_scope([center]):
        assert (Patient.objects.count(), Upload.objects.get(pk=confirmed.pk).state) == (0, "CONFIRMED")
    job = job_of(confirmed)
    assert (job.state, job.attempt) == (JobState.RUNNING, 1)
    tasks.store(job_id=confirmed.job_id, **ids)  # as a living worker does with the jobs of one that is dead
    with center_scope([center]):
        assert (Patient.objects.count(), Upload.objects.get(pk=confirmed.pk).state) == (3, "STORED")
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.DONE, 2)
