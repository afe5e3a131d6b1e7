"""Nothing typed is lost: kept while one types, offered again, continued in the form, and gone once it is saved."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from registry.access.scope import center_scope
from registry.models import FormDraft, Patient
from registry.models.draft import DAYS_KEPT
from registry.tasks import forget_old_drafts
from tests.conftest import PASSWORD, Cast

pytestmark = pytest.mark.django_db

ADD = "/admin/registry/patient/add/"
KEEP = "/records/drafts/"


@pytest.fixture
def keep(entering: Client, patient_form) -> Any:
    def run(client: Client = entering, *, address: str = ADD, page: str = "a" * 32, **variables: object) -> int:
        form = patient_form(rows={"adverseevent": [{"ae_term": "Fev", "ae_grade": ""}]}, **variables)
        return client.post(KEEP, {**form, "_address": address, "_page": page, "csrfmiddlewaretoken": "x"}).status_code

    return run


def _drafts(cast: Cast) -> list[FormDraft]:
    with center_scope([cast.center.pk, cast.other_center.pk]):
        return list(FormDraft.objects.all())


def _resume(client: Client, draft: FormDraft, *, address: str = ADD) -> Any:
    return client.post(address, {"_resume": draft.pk})


def test_what_was_typed_stands_on_the_page_again_with_its_rows_and_without_errors(
    entering: Client, keep, cast: Cast
) -> None:
    assert keep(local_id="", etiology_aflatoxin="NO", sex="F", pack_years="1,5") == 200
    (draft,) = _drafts(cast)
    offered = entering.get(ADD).content.decode()
    assert "You typed on this page at" in offered
    page = _resume(entering, draft)
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="1,5"' in text
    assert 'value="Fev"' in text
    assert 'name="adverseevent_set-0-ae_term"' in text
    assert "errorlist" not in text
    assert "errornote" not in text
    assert "They are not saved yet" in text
    assert f'name="_page" value="{draft.page}"' in text
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()


def test_a_draft_is_gone_once_its_page_is_saved_and_no_other(entering: Client, patient_form, keep, cast: Cast) -> None:
    keep(page="a" * 32)
    keep(page="b" * 32)
    refused = entering.post(ADD, {**patient_form(local_id=""), "_page": "a" * 32})
    assert refused.status_code == 200
    assert len(_drafts(cast)) == 2, "a refusal saves nothing"
    assert 'name="_page" value="' + "a" * 32 in refused.content.decode()
    assert entering.post(ADD, {**patient_form(), "_page": "a" * 32}).status_code == 302
    assert [draft.page for draft in _drafts(cast)] == ["b" * 32]


def test_a_draft_can_be_discarded(entering: Client, keep, cast: Cast) -> None:
    keep()
    (draft,) = _drafts(cast)
    assert entering.post(f"/records/drafts/{draft.pk}/discard/")["Location"] == ADD
    assert not _drafts(cast)
    gone = entering.post(ADD, {"_resume": draft.pk}, follow=True)
    assert "no longer exists" in gone.content.decode()


def test_a_draft_is_its_writers_alone(keep, cast: Cast, client: Client) -> None:
    keep()
    (draft,) = _drafts(cast)
    with center_scope([cast.other_center.pk]):
        assert not FormDraft.objects.exists(), "row security"
    colleague = Client()
    colleague.force_login(cast.other_data_manager)
    assert "You typed" not in colleague.get(ADD).content.decode()
    assert colleague.post(f"/records/drafts/{draft.pk}/discard/").status_code == 404
    assert keep(Client()) == 401
    reader = Client()
    reader.force_login(cast.investigator)
    assert keep(reader) == 404
    assert keep(address="/admin/auth/user/add/") == 404
    assert keep(address="https://elsewhere.example/") == 404


def test_a_draft_lies_encrypted_and_without_what_is_never_stored(entering: Client, keep, cast: Cast) -> None:
    keep(hospital_no="H-4711", national_id_ending="12345X", initials="ZSF", local_id="0815")
    with center_scope([cast.center.pk]), connection.cursor() as cursor:
        cursor.execute("SELECT content FROM registry_formdraft")
        ((stored,),) = cursor.fetchall()
    assert "4711" not in stored
    assert "0815" not in stored
    (draft,) = _drafts(cast)
    assert "H-4711" in draft.content
    assert "12345X" not in draft.content
    page = _resume(entering, draft).content.decode()
    assert "please enter again: Last six characters of ID card number, Pinyin initials" in page


def test_old_drafts_are_forgotten(keep, cast: Cast) -> None:
    keep(page="a" * 32)
    keep(page="b" * 32)
    with center_scope([cast.center.pk]):
        old = timezone.now() - datetime.timedelta(days=DAYS_KEPT, minutes=1)
        FormDraft.objects.filter(page="a" * 32).update(typed_at=old)
    forget_old_drafts(0)
    assert [draft.page for draft in _drafts(cast)] == ["b" * 32]


def test_a_colleagues_change_in_the_meantime_is_shown_beside_the_draft(
    entering: Client, make_patient, keep, cast: Cast
) -> None:
    patient = make_patient(smoking_status="NEV")
    address = f"/admin/registry/patient/{patient.pk}/change/"
    version = patient.row_version
    keep(address=address, row_version=version, smoking_status="CUR")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="test"):
        stored = Patient.objects.get(pk=patient.pk)
        stored.smoking_status = "EX"
        stored.save()
    (draft,) = _drafts(cast)
    page = _resume(entering, draft, address=address).content.decode()
    assert "Two people edited this record at the same time" in page
    assert "Current" in page


def test_what_a_page_asks_for_by_itself_keeps_nobody_signed_in(client: Client, cast: Cast, keep) -> None:
    client.post("/accounts/login/", {"login": "data_manager", "password": PASSWORD})
    ends = int(client.cookies["idle_until"].value)
    session = client.session
    expires = lambda: type(session).get_model_class().objects.get(pk=session.session_key).expire_date  # noqa: E731
    before = expires()
    assert keep(client) == 200
    assert expires() == before
    assert client.get("/records/stay/").json() == {"username": "data_manager"}
    assert expires() > before
    assert int(client.cookies["idle_until"].value) >= ends
    client.post("/accounts/logout/")
    assert client.cookies["idle_until"].value == ""
    assert client.get("/records/stay/").status_code == 401
