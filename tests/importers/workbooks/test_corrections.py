"""A workbook comes back with its findings, is corrected and sent again: each row is known by where it stood."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from importers import tasks
from importers.models import Upload
from registry.access.scope import center_scope
from tests.importers import books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(cast) -> Client:
    client = Client()
    client.force_login(cast.uploader)
    return client


@pytest.fixture
def checked(cast, client):
    """What the worker leaves of a workbook that was sent."""

    def run(content: bytes, *, name: str) -> Upload:
        client.post("/uploads/", {"center": cast.center.pk, "file": SimpleUploadedFile(name, content)})
        with center_scope([cast.center.pk]):
            upload = Upload.objects.latest("pk")
        tasks.check(job_id=upload.job_id, upload_id=upload.pk, center_id=upload.center_id)
        with center_scope([cast.center.pk]):
            return Upload.objects.get(pk=upload.pk)

    return run


def test_rows_corrected_in_the_workbook_sent_back_are_known_by_their_former_upload(client, checked):
    sheets = books.whole_center(3)
    sheets[books.PATIENT][1]["sex"] = "X"
    first = checked(books.workbook(sheets), name="march.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/uploads/{first.pk}/findings.xlsx").content))
    page = book[books.PATIENT]
    header = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=5):
        row[header.index("sex")].value = "M"
    target = io.BytesIO()
    book.save(target)
    second = checked(target.getvalue(), name="corrected.xlsx")
    assert second.report["counts"]["error"] == 0
    assert second.report["corrects"] == [first.pk]
    assert b"march.xlsx" in client.get(f"/uploads/{second.pk}/").content
    assert b"corrected.xlsx" in client.get(f"/uploads/{first.pk}/held-back/").content


def test_a_token_that_names_an_upload_of_another_center_leads_nowhere(cast, client, checked):
    sheets = books.whole_center(1)
    sheets[books.PATIENT][0]["_row"] = "999999:3"
    upload = checked(books.workbook(sheets), name="march.xlsx")
    assert upload.report["corrects"] == [999999]
    assert client.get(f"/uploads/{upload.pk}/").status_code == 200
