"""Sixteen people send the same file at the same moment."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app

from importers.api.tokens import make_token
from importers.models import Upload
from importers.services import load_file, send_upload
from registry.access.scope import center_scope
from registry.models import LabResult, Patient
from tests.importers import books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

AT_ONCE, WORKERS = 16, 3


@pytest.fixture
def all_at_once():
    def run(act):
        start = Barrier(AT_ONCE)

        def one(number):
            start.wait()
            try:
                return act(number)
            finally:
                connection.close()

        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(one, range(AT_ONCE)))

    return run


@pytest.fixture
def all_work():
    """Several of the queue's own workers at once, until nothing is left to do."""

    async def worker():
        own = app.with_connector(app.connector.get_worker_connector())
        async with own.open_async():
            await own.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    def run():
        with ThreadPoolExecutor(WORKERS) as threads:
            list(threads.map(lambda _number: asyncio.run(worker()), range(WORKERS)))

    return run


@pytest.fixture
def posts(cast):
    """Every second one by the page, every other by a script with its token. Each gives the number of the upload."""
    cache.clear()
    token = make_token(by=cast.uploader, days=30)
    clients = [Client(headers={"authorization": f"Token {token}"} if number % 2 else {}) for number in range(AT_ONCE)]
    for client in clients[::2]:
        client.force_login(cast.uploader)

    def send(content):
        def one(number):
            file, client = SimpleUploadedFile("march.xlsx", content), clients[number]
            if number % 2:
                return client.post("/api/v1/uploads", {"center": "C01", "file": file}).json()["upload"]
            return int(client.post("/uploads/", {"center": cast.center.pk, "file": file}).url.split("/")[2])

        return one

    def confirm(upload):
        def one(number):
            if number % 2:
                clients[number].post(f"/api/v1/uploads/{upload}/confirm", {"mode": "WHOLE"}, "application/json")
            else:
                clients[number].post(f"/uploads/{upload}/confirm/", {"mode": "WHOLE"})

        return one

    return send, confirm


def test_one_file_posted_by_pages_and_scripts_at_once_is_checked_and_stored_once(
    cast, all_at_once, all_work, posts, rows
):
    send, confirm = posts
    (upload,) = set(all_at_once(send(books.workbook(books.whole_center(2)))))
    all_work()
    with center_scope([cast.center.pk]):
        assert list(Upload.objects.values_list("state", flat=True)) == ["STAGED"]
    all_at_once(confirm(upload))
    all_work()
    with center_scope([cast.center.pk]):
        (stored,) = Upload.objects.all()
        assert (stored.state, stored.result["patient"]["new"]) == ("STORED", 2)
        assert (Patient.objects.count(), LabResult.objects.count()) == (2, 8)
        assert rows("SELECT count(*) FROM registry_patientevent") == [(2,)]


def test_one_file_sent_sixteen_times_at_once_is_one_upload(cast, all_at_once):
    content = books.workbook(books.whole_center(2))

    def send(_number):
        with center_scope([cast.center.pk], by=cast.uploader, reason="at once"):
            return send_upload(content, filename="march.xlsx", center=cast.center.pk, by=cast.uploader)

    answers = all_at_once(send)
    assert len({upload.pk for upload, _ in answers}) == 1
    assert sum(is_new for _, is_new in answers) == 1
    with center_scope([cast.center.pk]):
        assert Upload.objects.count() == 1


def test_one_file_loaded_sixteen_times_at_once_is_stored_once(cast, all_at_once, rows):
    content = books.workbook(books.whole_center(2))

    def load(_number):
        return load_file(content, filename="march.xlsx", center=cast.center.pk, by=cast.uploader, mode="WHOLE")

    uploads = all_at_once(load)
    assert [upload.state for upload in uploads] == ["STORED"] * AT_ONCE
    assert sum(upload.result["patient"]["new"] for upload in uploads) == 2
    with center_scope([cast.center.pk]):
        assert (Patient.objects.count(), LabResult.objects.count()) == (2, 8)
        assert rows("SELECT count(*) FROM registry_patientevent") == [(2,)]
