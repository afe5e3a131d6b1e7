"""An uploader sends a workbook through the page; the queue does the work; the page tells what came of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as WaitingJob

from importers import tasks
from importers.models import Upload
from importers.services import DatabaseRefused
from registry.access.scope import center_scope
from registry.models import Job, Patient
from tests.importers import books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(cast) -> Client:
    client = Client()
    client.force_login(cast.uploader)
    return client


@pytest.fixture
def send(cast):
    def run(client: Client, content: bytes, *, center=None, name: str = "march.xlsx"):
        file = SimpleUploadedFile(name, content)
        return client.post("/uploads/", {"center": (center or cast.center).pk, "file": file})

    return run


@pytest.fixture
def work(cast):
    """What the worker would do with the job of the newest upload."""

    def run() -> Upload:
        with center_scope([cast.center.pk]):
            upload = Upload.objects.select_related("job").latest("pk")
        task = {"upload": tasks.check, "load": tasks.store, "undo": tasks.undo}[upload.job.kind]
        task(job_id=upload.job_id, upload_id=upload.pk, center_id=upload.center_id)
        with center_scope([cast.center.pk]):
            return Upload.objects.get(pk=upload.pk)

    return run


def faulty_center() -> bytes:
    sheets = books.whole_center(3)
    sheets[books.PATIENT][1]["sex"] = "X"
    sheets[books.PATIENT][2]["birth_date"] = "2016-01-01"
    return books.workbook(sheets)


def test_a_good_workbook_is_previewed_then_confirmed_and_stored(client, send, work, cast):
    answer = send(client, books.workbook(books.whole_center(3)))
    assert answer.status_code == 302
    assert b'role="progressbar"' in client.get(answer.url).content
    upload = work()
    assert (upload.state, upload.preview["records"]["patient"]["new"]) == ("STAGED", 3)
    page = client.get(answer.url).content.decode()
    assert "Nothing is saved yet." in page
    assert "<strong>27</strong> New" in page
    assert "Not saved yet" in client.get("/uploads/").content.decode()
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()
    client.post(f"{answer.url}confirm/", {"mode": "VALID", "reason": "the March workbook"})
    upload = work()
    assert (upload.state, upload.result["patient"]["new"]) == ("STORED", 3)
    job = client.get(f"/jobs/{upload.job_id}.json").json()
    assert (job["state"], job["percent"], job["result_url"]) == ("DONE", 100, answer.url)
    page = client.get(answer.url).content.decode()
    assert "27 new, 0 changed and 0 unchanged records" in page
    assert "Nothing was stored" not in page
    assert "Nothing is saved yet" not in client.get("/uploads/").content.decode()


def test_errors_are_shown_by_rule_with_sheet_cell_and_sentence(client, send, work, cast):
    answer = send(client, faulty_center())
    assert work().state == "STAGED"
    page = client.get(answer.url).content.decode()
    assert "Nothing is saved yet." in page
    assert "V-B04" in page
    assert "01_患者_patient" in page
    assert "B3" in page
    assert "<th>Cell</th>" in page
    assert "“X” is not an allowed code. Use one of: M (Male), F (Female), UNK (Unknown)." in page
    held = " ".join(client.get(f"{answer.url}held-back/").content.decode().split())
    assert "Rows with errors: 3, 4" in held
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()


def test_the_sentences_come_in_the_readers_language(client, send, work):
    answer = send(client, faulty_center())
    work()
    page = client.get(answer.url, headers={"accept-language": "zh-hans"}).content.decode()
    assert "“X”不在编码表中。可用编码：M（男）、F（女）、UNK（未知）。" in page


def test_the_rows_without_errors_can_be_stored(client, send, work, cast):
    answer = send(client, faulty_center())
    work()
    client.post(f"{answer.url}confirm/", {"mode": "VALID"})
    assert work().state == "STORED"
    with center_scope([cast.center.pk]):
        assert list(Patient.objects.values_list("local_id", flat=True)) == ["0001"]
    assert "Rows with errors were rejected" in client.get(answer.url).content.decode()


def test_all_or_nothing_is_refused_while_a_row_has_an_error(client, send, work, cast):
    answer = send(client, faulty_center())
    work()
    page = client.post(f"{answer.url}confirm/", {"mode": "WHOLE"}, follow=True).content.decode()
    assert "Some rows have errors" in page
    with center_scope([cast.center.pk]):
        assert Upload.objects.get().state == "STAGED"


def test_a_discarded_preview_is_gone_and_the_file_may_come_again(client, send, work, cast, rows):
    content = books.workbook(books.whole_center(1))
    answer = send(client, content)
    work()
    client.post(f"{answer.url}discard/")
    page = client.get(answer.url).content.decode()
    assert "Discarded." in page
    assert "Confirm and store" not in page
    with center_scope([cast.center.pk]):
        assert rows("SELECT count(*) FROM registry_submittedrecords WHERE content IS NOT NULL") == [(0,)]
        assert not Patient.objects.exists()
    assert send(client, content).url != answer.url


def test_the_same_file_again_shows_the_earlier_result(client, send, work, cast):
    content = books.workbook(books.whole_center(1))  # built once: a workbook carries the second it was made in
    first = send(client, content)
    assert send(client, content, name="while-waiting.xlsx").url == first.url
    work()
    assert send(client, content, name="other-name.xlsx").url == first.url
    with center_scope([cast.center.pk]):
        assert Upload.objects.count() == 1


def test_a_task_run_twice_works_once(client, send, work, cast, rows):
    answer = send(client, books.workbook(books.whole_center(2)))
    work()
    work()
    client.post(f"{answer.url}confirm/", {"mode": "WHOLE"})
    work()
    with center_scope([cast.center.pk]):
        before = rows("SELECT count(*) FROM registry_patientevent")
    work()
    with center_scope([cast.center.pk]):
        assert rows("SELECT count(*) FROM registry_patientevent") == before


def test_a_canceled_upload_stores_nothing_and_can_be_sent_on_its_way_again(client, send, work, cast):
    answer = send(client, books.workbook(books.whole_center(1)))
    with center_scope([cast.center.pk]):
        job = Upload.objects.get().job_id
    client.post(f"/jobs/{job}/cancel/")
    assert work().state == "RECEIVED"
    assert Job.objects.get(pk=job).state == "CANCELED"
    assert "Nothing was stored" in client.get(answer.url).content.decode()
    client.post(f"{answer.url}again/")
    assert work().state == "STAGED"


def test_a_header_of_the_centers_own_is_asked_once_and_remembered(client, send, work, cast):
    def renamed() -> bytes:
        return books.workbook({books.PATIENT: [{**books.patient(), "liver_hardening": "1"}]})

    answer = send(client, renamed())
    assert "liver_hardening" in str(work().report["unmatched"])
    assert '<label for="header-0">liver_hardening</label>' in client.get(answer.url).content.decode()
    client.post(f"{answer.url}mapping/", {"header-0": "cirrhosis"})
    assert work().report["unmatched"] == []
    client.post(f"{answer.url}confirm/", {"mode": "WHOLE"})
    work()
    with center_scope([cast.center.pk]):
        assert Patient.objects.get().cirrhosis == "1"


def test_an_unreadable_file_is_answered_on_its_page(client, send, work):
    answer = send(client, b"local_id,sex\n1,M\n")
    assert work().state == "REFUSED"
    page = client.get(answer.url)
    assert page.status_code == 200
    text = " ".join(page.content.decode().split())
    assert "F-TEXT" in text
    assert "1 error · 0 queries · 0 warnings" in text
    assert "entire file" in text
    assert "<th>Cell</th>" not in text


def test_nobody_sends_for_a_center_that_is_not_theirs(client, send, cast):
    answer = send(client, books.workbook(books.whole_center(1)), center=cast.other_center)
    assert answer.status_code == 400
    with center_scope([cast.center.pk, cast.other_center.pk]):
        assert not Upload.objects.exists()


@pytest.mark.parametrize("person", ["statistician", "outsider", "administrator"])
def test_who_may_not_upload_sees_no_uploads(person, cast, send, client):
    url = send(client, books.workbook(books.whole_center(1))).url
    other = Client()
    other.force_login(getattr(cast, person))
    assert [other.get(address).status_code for address in ("/uploads/", url, f"{url}findings.csv")] == [403, 403, 403]


def test_another_centers_uploads_do_not_exist_here(client, send, cast):
    url = send(client, books.workbook(books.whole_center(1))).url
    other = Client()
    other.force_login(cast.other_data_manager)
    assert b"march.xlsx" not in other.get("/uploads/").content
    for address in (url, f"{url}findings.csv", f"{url}findings.json", f"/uploads/template/{cast.center.pk}/"):
        assert other.get(address).status_code in {403, 404}


def test_a_visitor_is_asked_to_sign_in(cast):
    assert Client().get("/uploads/").status_code == 302


def test_uploads_can_be_filtered_and_sorted(client, send, work, cast):
    first = send(client, books.workbook(books.whole_center(1)), name="first.xlsx")
    work()
    client.post(f"{first.url}confirm/", {"mode": "WHOLE"})
    work()
    send(client, faulty_center(), name="second.xlsx")
    page = client.get("/uploads/", {"state": "STORED", "center": cast.center.pk, "sort": "file"}).content.decode()
    assert "first.xlsx" in page
    assert "second.xlsx" not in page
    for odd in ("x", "²"):  # a superscript is a digit, yet no number
        unsorted = client.get("/uploads/", {"center": odd, "state": "nonsense", "sort": "?"}).content.decode()
        assert "second.xlsx" in unsorted


def test_findings_can_be_downloaded_and_run_nothing(client, send, work):
    sheets = books.whole_center(1)
    sheets[books.PATIENT][0]["sex"] = "=cmd|' /C calc'!A0"
    answer = send(client, books.workbook(sheets))
    work()
    text = client.get(f"{answer.url}findings.csv").content.decode("utf-8-sig")
    assert "'=cmd|" in text
    assert ",=cmd|" not in text
    assert client.get(f"{answer.url}findings.json").json()["counts"]["error"] == 1


def test_the_template_of_the_center_can_be_downloaded(client, cast):
    answer = client.get(f"/uploads/template/{cast.center.pk}/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="caliper-C01.xlsx"'


def test_the_file_lies_encrypted_and_outside_the_trail(client, send, cast, rows):
    content = books.workbook({books.PATIENT: [books.patient(hospital_no="H-778899")]})
    send(client, content)
    with center_scope([cast.center.pk]):
        assert bytes(Upload.objects.get().original) == content
        ((raw,),) = rows("SELECT original FROM importers_upload")
        columns = {
            name
            for (name,) in rows(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'importers_uploadevent'"
            )
        }
    assert not bytes(raw).startswith(b"PK")
    assert "original" not in columns
    assert {"state", "uploaded_by_id", "sha256"} <= columns


@pytest.mark.parametrize("task", ["check_upload", "store_upload", "undo_upload"])
def test_work_under_which_the_database_went_away_is_done_once_more_and_other_failures_are_not(task):
    known, job = (
        app.tasks[f"importers.{task}"],
        WaitingJob(id=1, queue="default", lock=None, queueing_lock=None, task_name=task),
    )
    assert known.get_retry_exception(exception=OperationalError(), job=job) is not None
    assert known.get_retry_exception(exception=DatabaseRefused(), job=job) is None


@pytest.mark.parametrize("task", ["check_upload", "store_upload", "undo_upload"])
def test_the_queue_knows_the_tasks(task):
    assert f"importers.{task}" in app.tasks


def test_a_file_of_which_no_row_was_read_is_not_called_stored_and_cannot_be_confirmed(client, send, work):
    answer = send(client, books.grid({books.ASSESSMENT: [["visit", "place"], ["1", "A"], ["2", "B"]]}))
    assert work().state == "STAGED"
    page = client.get(answer.url).content.decode()
    assert "No rows were read from this file." in page
    assert "already stored" not in page
    assert "Confirm and store" not in page
    assert client.post(f"{answer.url}confirm/", {"mode": "VALID"}).status_code == 400


def test_a_failed_store_is_told_on_the_page_and_in_the_lists(client, send, work, cast):
    answer = send(client, books.workbook(books.whole_center(1)))
    work()
    client.post(f"{answer.url}confirm/", {"mode": "VALID"})
    with center_scope([cast.center.pk]):
        Job.objects.filter(pk=Upload.objects.get().job_id).update(state="FAILED")
    page = " ".join(client.get(answer.url).content.decode().split())
    assert "Storing failed; nothing stored." in page
    assert "Check the workbook again: the findings then name the record that prevents storing." in page
    uploads = client.get("/uploads/").content.decode()
    assert "Storing failed; nothing stored" in uploads
    assert "Not saved yet" in uploads
    assert "Storing failed; nothing stored" in client.get("/").content.decode()


def test_the_list_of_a_fate_there_is_not_is_no_page(client, send, work):
    answer = send(client, books.workbook(books.whole_center(1)))
    work()
    found = {fate: client.get(f"{answer.url}records/{fate}/").status_code for fate in ("NEW", "other", "new")}
    assert found == {"NEW": 404, "other": 404, "new": 200}
