"""A hospital's own script: by token it sends, follows, confirms and undoes, within its own centers, and is always answered in JSON."""

import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from importers import tasks
from importers.api.tokens import make_token
from importers.models import Upload
from registry.access.scope import center_scope
from registry.models import Patient
from tests.importers import books

pytestmark = pytest.mark.django_db(transaction=True)


class Script:
    """What curl would do."""

    def __init__(self, token: str = "") -> None:
        headers = {"authorization": f"Token {token}"} if token else {}
        self.client = Client(headers=headers, raise_request_exception=False)

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path, **fields):
        return self.client.post(f"/api/v1/{path}", json.dumps(fields), content_type="application/json")

    def send(self, content, *, center="C01", name="march.xlsx"):
        return self.client.post("/api/v1/uploads", {"center": center, "file": SimpleUploadedFile(name, content)})


@pytest.fixture(autouse=True)
def unhurried():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def script(cast) -> Script:
    return Script(make_token(by=cast.uploader, days=30))


@pytest.fixture
def work(cast):
    """What the worker would do with the job of this upload."""

    def run(answer, center=None) -> None:
        with center_scope([(center or cast.center).pk]):
            upload = Upload.objects.select_related("job").get(pk=answer.json()["upload"])
        task = {"upload": tasks.check, "load": tasks.store, "undo": tasks.undo}[upload.job.kind]
        task(job_id=upload.job_id, upload_id=upload.pk, center_id=upload.center_id)

    return run


def codes(answer) -> list[str]:
    assert answer["Content-Type"].startswith("application/json")
    errors = answer.json()["errors"]
    assert all(error["message"]["en"] and error["message"]["zh"] for error in errors)
    return [error["code"] for error in errors]


def test_a_script_sends_follows_confirms_and_undoes_a_workbook(script, work, cast):
    sent = script.send(books.workbook(books.whole_center(2)))
    assert (sent.status_code, sent.json()["state"], sent.json()["is_over"]) == (201, "RECEIVED", False)
    here = f"uploads/{sent.json()['upload']}"
    work(sent)
    assert script.get(here).json()["is_over"]
    preview = script.get(f"{here}/preview").json()
    assert (preview["state"], preview["records"]["patient"]["new"]) == ("STAGED", 2)
    confirmed = script.post(f"{here}/confirm", reason="first quarter")
    assert (confirmed.status_code, confirmed.json()["state"]) == (202, "CONFIRMED")
    work(confirmed)
    assert script.get(here).json()["result"]["patient"]["new"] == 2
    work(script.post(f"{here}/undo", reason="sent in error"))
    assert script.get(here).json()["state"] == "UNDONE"
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()


def test_what_a_script_writes_is_attributed_to_its_user_and_to_the_api(script, cast, rows):
    script.send(books.workbook(books.whole_center(1)))
    with center_scope([cast.center.pk]):
        found = rows(
            "SELECT DISTINCT c.metadata->>'source', c.metadata->>'user' FROM importers_uploadevent e JOIN pghistory_context c ON c.id = e.pgh_context_id"
        )
    assert found == [("api", str(cast.uploader.pk))]


def test_the_same_file_again_is_its_earlier_upload(script):
    content = books.workbook(books.whole_center(1))
    first, again = script.send(content), script.send(content)
    assert (again.status_code, again.json()["upload"]) == (200, first.json()["upload"])


def test_a_preview_tells_old_and_new_by_the_names_of_the_dictionary(script, work):
    first = script.send(books.workbook(books.whole_center(2)))
    work(first)
    work(script.post(f"uploads/{first.json()['upload']}/confirm"))
    sheets = books.whole_center(2)
    sheets[books.PATIENT][0]["sex"] = "F"
    second = script.send(books.workbook(sheets))
    work(second)
    found = script.get(f"uploads/{second.json()['upload']}/records", fate="CHANGED").json()
    assert found["total"] == 1
    (changed,) = found["records"]
    assert (changed["entity"], changed["key"], changed["changes"]) == (
        "patient",
        {"local_id": "0001"},
        {"sex": ["M", "F"]},
    )


def test_findings_and_the_annotated_workbook_can_be_fetched(script, work):
    sheets = books.whole_center(2)
    sheets[books.PATIENT][1]["sex"] = "X"
    sent = script.send(books.workbook(sheets))
    work(sent)
    here = f"uploads/{sent.json()['upload']}"
    findings = script.get(f"{here}/findings").json()
    assert findings["counts"]["error"] >= 1
    answer = script.get(f"{here}/annotated")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [row[0].value for row in book[books.PATIENT].iter_rows(min_row=5)] == ["0002"]


@pytest.mark.parametrize("query", [{}, {"filled": "1"}])
def test_the_template_of_an_own_center_can_be_fetched(script, query):
    answer = script.get("centers/C01/template", **query)
    assert answer.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(answer.content))["00_README"]["B2"].value == "C01"


def test_another_center_is_not_seen_sent_to_or_fetched(cast, script, work):
    with center_scope([cast.other_center.pk]):
        foreign = Script(make_token(by=cast.other_data_manager, days=30))
    sent = foreign.send(books.workbook(books.whole_center(1)), center="C02")
    assert sent.status_code == 201
    work(sent, center=cast.other_center)
    number = sent.json()["upload"]
    assert script.get("uploads").json() == []
    for path in ("", "/preview", "/records", "/findings", "/annotated"):
        assert codes(script.get(f"uploads/{number}{path}")) == ["not-found"]
    for act, fields in (("confirm", {}), ("discard", {}), ("undo", {"reason": "x"}), ("again", {}), ("cancel", {})):
        assert codes(script.post(f"uploads/{number}/{act}", **fields)) == ["not-found"]
    assert codes(script.send(books.workbook(books.whole_center(1)), center="C02")) == ["not-allowed"]
    assert codes(script.get("centers/C02/template")) == ["not-allowed"]
    assert [center["center"] for center in script.get("centers").json()] == ["C01"]


def test_without_a_valid_token_nothing_is_answered(cast):
    made = make_token(by=cast.uploader, days=30)
    for token in ("", "nonsense", "ü", made[:-1] + ("0" if made[-1] != "0" else "1")):
        answer = Script(token).get("uploads")
        assert (answer.status_code, codes(answer)) == (401, ["no-token"])


def test_a_browsers_session_is_nobody_here(cast):
    client = Client()
    client.force_login(cast.uploader)
    assert client.get("/api/v1/uploads").status_code == 401


def test_an_expired_token_and_one_of_an_inactive_user_are_refused(cast):
    token = make_token(by=cast.uploader, days=30)
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert Script(token).get("uploads").status_code == 401
    token = make_token(by=cast.uploader, days=30)
    cast.uploader.is_active = False
    cast.uploader.save()
    assert Script(token).get("uploads").status_code == 401


def test_only_a_digest_of_a_token_is_kept(cast, rows):
    token = make_token(by=cast.uploader, days=90)
    (kept,) = rows("SELECT digest, token_key FROM knox_authtoken")
    assert token not in kept
    assert token.startswith(kept[1])


def test_a_role_without_uploads_is_refused(cast):
    AuthToken.objects.create(user=cast.statistician, expiry=timedelta(days=1))
    _, token = AuthToken.objects.create(user=cast.statistician, expiry=timedelta(days=1))
    answer = Script(token).get("uploads")
    assert (answer.status_code, codes(answer)) == (403, ["not-allowed"])


@pytest.mark.parametrize(
    ("path", "fields", "status", "expected"),
    [
        ("uploads", {}, 400, ["field-required", "field-required"]),
        ("nowhere", {}, 404, ["not-found"]),
        ("uploads/1", {}, 405, ["wrong-method"]),
        ("uploads/999/confirm", {}, 404, ["not-found"]),
    ],
)
def test_what_is_wrong_with_a_request_is_told_as_json(script, path, fields, status, expected):
    answer = script.post(path, **fields)
    assert (answer.status_code, codes(answer)) == (status, expected)


def test_what_the_service_refuses_is_told_in_both_languages(script, work):
    sent = script.send(books.workbook(books.whole_center(1)))
    answer = script.post(f"uploads/{sent.json()['upload']}/undo", reason="too early")
    assert (answer.status_code, codes(answer)) == (409, ["refused"])
    assert "Only a stored upload" in answer.json()["errors"][0]["message"]["en"]


def test_unknown_values_and_broken_json_are_told(script, work):
    sent = script.send(books.workbook(books.whole_center(1)))
    work(sent)
    here = f"/api/v1/uploads/{sent.json()['upload']}/confirm"
    answer = script.client.post(here, {"mode": "ALL"}, content_type="application/json")
    assert codes(answer) == ["field-invalid-choice"]
    assert codes(script.client.post(here, {"blanks": ["patient.id"]}, content_type="application/json")) == [
        "field-invalid-choice"
    ]
    assert codes(script.client.post(here, "{", content_type="application/json")) == ["not-readable"]
    assert codes(script.client.post(here, "x", content_type="text/plain")) == ["wrong-type"]


def test_a_failure_is_json_without_its_text_and_changes_nothing(script, cast, monkeypatch, capfd):
    def fails(*args, **kwargs):
        Upload.objects.create(center=cast.center, filename="x", original=b"x", size_bytes=1, uploaded_by=cast.uploader)
        raise ValueError("patient 0001")

    monkeypatch.setattr("importers.api.views.send_upload", fails)
    answer = script.send(b"PK")
    assert (answer.status_code, codes(answer)) == (500, ["failed"])
    assert "0001" not in answer.content.decode()
    assert "0001" not in "".join(capfd.readouterr())
    with center_scope([cast.center.pk]):
        assert not Upload.objects.exists()


def test_too_many_requests_are_told_when_to_come_back(script, settings, monkeypatch):
    monkeypatch.setattr(
        "rest_framework.throttling.ScopedRateThrottle.THROTTLE_RATES", {"read": "2/min", "write": "1/min"}
    )
    answers = [script.get("centers") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert codes(answers[-1]) == ["too-many"]
    assert 0 < int(answers[-1]["Retry-After"]) <= 61


def test_the_description_names_every_address_and_needs_no_token():
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    assert "post" in paths["/api/v1/uploads"]
    assert {"/api/v1/uploads/{upload_id}/confirm", "/api/v1/centers/{center}/template"} <= paths.keys()


def test_an_uploader_makes_and_revokes_tokens_on_a_page(cast):
    client = Client()
    client.force_login(cast.uploader)
    made = client.post("/api/tokens/", {"days": "30"}).content.decode()
    token = made.split('<code id="token">')[1].split("<")[0]
    assert Script(token).get("uploads").status_code == 200
    assert token not in client.get("/api/tokens/").content.decode()
    client.post(f"/api/tokens/{token[:15]}/revoke/")
    assert Script(token).get("uploads").status_code == 401


def test_pages_about_scripts_are_for_those_who_upload_or_run_studies(cast):
    client = Client()
    client.force_login(cast.investigator)
    assert client.get("/api/tokens/").status_code == 403
    client.force_login(cast.statistician)
    assert client.get("/api/tokens/").status_code == 200
    client.force_login(cast.uploader)
    assert "POST /api/v1/uploads" in client.get("/api/").content.decode()


def test_nobody_revokes_the_token_of_another(cast):
    token = make_token(by=cast.uploader, days=30)
    client = Client()
    client.force_login(cast.data_manager)
    client.post(f"/api/tokens/{token[:15]}/revoke/")
    assert Script(token).get("uploads").status_code == 200


OWN_HEADER, MEANT = "性别（病案首页）", "sex"


def with_an_own_header(patients: int) -> bytes:
    sheets = books.whole_center(patients)
    for row in sheets[books.PATIENT]:
        row[OWN_HEADER] = row.pop("sex")
    return books.workbook(sheets)


def test_a_script_answers_what_a_header_means_once_and_the_next_file_asks_nothing(script, work):
    sent = script.send(with_an_own_header(2))
    here = f"uploads/{sent.json()['upload']}"
    work(sent)
    (asked,) = script.get(f"{here}/headers").json()
    assert (asked["sheet"], asked["header"]) == (books.PATIENT, OWN_HEADER)
    said = {"sheet": asked["sheet"], "header": asked["header"], "column": MEANT}
    answered = script.post(f"{here}/headers", headers=[said])
    assert (answered.status_code, answered.json()["is_over"]) == (202, False)
    work(answered)
    assert script.get(f"{here}/headers").json() == []
    assert script.get(f"{here}/preview").json()["records"]["patient"]["new"] == 2
    again = script.send(with_an_own_header(3), name="april.xlsx")
    work(again)
    assert script.get(f"uploads/{again.json()['upload']}/headers").json() == []
    assert [(one["sheet"], one["column"]) for one in script.get("centers/C01/headers").json()] == [
        (books.PATIENT, MEANT)
    ]


def test_a_header_may_be_explained_before_any_file_is_sent(script, work):
    said = {"sheet": books.PATIENT, "header": OWN_HEADER, "column": MEANT}
    assert script.post("centers/C01/headers", headers=[said]).json()[0]["column"] == MEANT
    sent = script.send(with_an_own_header(2))
    work(sent)
    assert script.get(f"uploads/{sent.json()['upload']}").json()["counts"]["error"] == 0


def test_a_header_cannot_mean_what_there_is_not(script, work):
    said = {"sheet": books.PATIENT, "header": OWN_HEADER, "column": "shoe_size"}
    answer = script.post("centers/C01/headers", headers=[said])
    assert (answer.status_code, codes(answer)) == (409, ["refused"])
    assert codes(script.post("centers/C01/headers")) == ["field-required"]
    assert script.post("centers/C02/headers", headers=[{**said, "column": MEANT}]).status_code == 403
    assert script.get("centers/C01/headers").json() == []
    sent = script.send(books.workbook(books.whole_center(1)))
    here = f"uploads/{sent.json()['upload']}"
    work(sent)
    script.post(f"{here}/discard")
    late = script.post(f"{here}/headers", headers=[{**said, "column": MEANT}])
    assert (late.status_code, codes(late)) == (409, ["refused"])


def test_the_reference_tells_every_address(cast, client):
    client.force_login(cast.uploader)
    page = client.get("/api/").content.decode()
    assert "/api/v1/uploads/{upload_id}/headers" in page
    assert "/api/v1/centers/{center}/headers" in page
    assert "Undo the whole upload (most recent first)." in page
