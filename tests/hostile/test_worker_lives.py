"""The queue's worker takes every file of the catalogue one after the other, answers each, and is there for the next."""

import pytest
from django.db import connection

from importers.models import Upload
from importers.services import send_upload
from registry.access.scope import center_scope
from registry.models import Job
from tests.hostile.catalogue import FAULTY, FINE, REFUSED
from tests.hostile.standing import standing_in
from tests.importers import books
from tests.queue_worker import empty_the_queue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ALL = REFUSED | FAULTY | FINE
# Readable, but no sheet is known, and none names persons: kept as they are, so that the center can say what they hold.
UNKNOWN = ("text about something else", "no sheet at all")


def test_the_worker_answers_every_file_and_lives(cast):
    center, before = cast.center.pk, standing_in(cast.center.pk)
    with center_scope([center], by=cast.uploader, reason="hostile"):
        sent = {
            name: send_upload(file.make(), filename=file.filename, center=center, by=cast.uploader)[0]
            for name, file in ALL.items()
        }
        good, _is_new = send_upload(
            books.workbook(books.whole_center(5)), filename="good.xlsx", center=center, by=cast.uploader
        )
    connection.close()
    empty_the_queue()
    with center_scope([center]):
        states = dict(Upload.objects.values_list("pk", "state"))
        untold = Upload.objects.filter(report__isnull=True).count()
        kept = set(Upload.objects.filter(state="REFUSED", is_reduced=False).values_list("pk", flat=True))
    assert states[good.pk] == "STAGED"
    assert (set(states.values()), untold, kept) == (
        {"REFUSED", "STAGED"},
        0,
        {sent[name].pk for name in UNKNOWN},
    )
    assert set(Job.objects.values_list("state", flat=True)) == {"DONE"}
    assert standing_in(center) == before
