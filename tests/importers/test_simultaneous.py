"""Sixteen people send the same file at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from importers.models import Upload
from importers.services import load_file, send_upload
from registry.models import LabResult, Patient
from registry.scope import center_scope
from tests.importers import books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

AT_ONCE = 16


@pytest.fixture
def all_at_once():
    def run(act):
        start = Barrier(AT_ONCE)

        def one(_number):
            start.wait()
            try:
                return act()
            finally:
                connection.close()

        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(one, range(AT_ONCE)))

    return run


def test_one_file_sent_sixteen_times_at_once_is_one_upload(cast, all_at_once):
    content = books.workbook(books.whole_center(2))

    def send():
        with center_scope([cast.center.pk], by=cast.uploader, reason="at once"):
            return send_upload(content, filename="march.xlsx", center=cast.center.pk, by=cast.uploader)

    answers = all_at_once(send)
    assert len({upload.pk for upload, _ in answers}) == 1
    assert sum(is_new for _, is_new in answers) == 1
    with center_scope([cast.center.pk]):
        assert Upload.objects.count() == 1


def test_one_file_loaded_sixteen_times_at_once_is_stored_once(cast, all_at_once, rows):
    content = books.workbook(books.whole_center(2))

    def load():
        return load_file(content, filename="march.xlsx", center=cast.center.pk, by=cast.uploader, mode="WHOLE")

    uploads = all_at_once(load)
    assert [upload.state for upload in uploads] == ["STORED"] * AT_ONCE
    assert sum(upload.result["patient"]["new"] for upload in uploads) == 2
    with center_scope([cast.center.pk]):
        assert (Patient.objects.count(), LabResult.objects.count()) == (2, 8)
        assert rows("SELECT count(*) FROM registry_patientevent") == [(2,)]
