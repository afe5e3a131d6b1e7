"""The queue's worker takes every file of the catalogue one after the other, answers each, and is there for the next."""

import asyncio
import hashlib

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from importers.models import Upload
from importers.services import send_upload
from registry.access.scope import center_scope
from registry.models import Job
from tests.hostile.catalogue import FAULTY, FINE, REFUSED
from tests.hostile.standing import standing_in
from tests.importers import books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ALL = REFUSED | FAULTY | FINE
# Readable, but nobody knows the sheet: kept, so that the center can say what it is.
UNKNOWN = ("text about something else", "no known sheet")


async def work() -> None:
    worker = app.with_connector(app.connector.get_worker_connector())
    async with worker.open_async():
        await worker.run_worker_async(wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False)


def test_the_worker_answers_every_file_and_lives(cast):
    center, before = cast.center.pk, standing_in(cast.center.pk)
    with center_scope([center], by=cast.uploader, reason="hostile"):
        for sent in ALL.values():
            send_upload(sent.make(), filename=sent.filename, center=center, by=cast.uploader)
        good, _is_new = send_upload(
            books.workbook(books.whole_center(5)), filename="good.xlsx", center=center, by=cast.uploader
        )
    connection.close()
    asyncio.run(work())
    with center_scope([center]):
        states = dict(Upload.objects.values_list("pk", "state"))
        untold = Upload.objects.filter(report__isnull=True).count()
        kept = set(Upload.objects.filter(state="REFUSED", is_reduced=False).values_list("sha256", flat=True))
    assert states[good.pk] == "STAGED"
    assert (set(states.values()), untold, kept) == (
        {"REFUSED", "STAGED"},
        0,
        {hashlib.sha256(ALL[name].make()).hexdigest() for name in UNKNOWN},
    )
    assert set(Job.objects.values_list("state", flat=True)) == {"DONE"}
    assert standing_in(center) == before
