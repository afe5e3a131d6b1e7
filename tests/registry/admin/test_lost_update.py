"""Two people edit one record: nothing of either is lost, and what differs is chosen, value by value."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import FollowUp, Membership, Patient
from registry.records.status import lock_record
from tests.conftest import Cast
from tests.registry.admin.opened import posted_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def edit(cast: Cast, make_patient: Callable) -> Any:
    """A patient whose form is open in two browsers, and how each of them posts it."""
    patient = make_patient(smoking_status="NEV")
    address = f"/admin/registry/patient/{patient.pk}/change/"
    clients = {name: Client() for name in ("data_manager", "colleague")}
    colleague = User.objects.create_user("colleague", is_staff=True)
    with center_scope([], by=cast.administrator, reason="a second data manager"):
        Membership.objects.create(user=colleague, center=cast.center, role=Role.DATA_MANAGER)
    clients["data_manager"].force_login(cast.data_manager)
    clients["colleague"].force_login(colleague)
    opened = {name: posted_by(client, address) for name, client in clients.items()}

    def post(name: str, **changes: Any) -> Any:
        return clients[name].post(address, {**opened[name], "_reason_code": "TRANSCR", **changes})

    return post


def _stored(cast: Cast) -> Patient:
    with center_scope([cast.center.pk]):
        return Patient.objects.get()


def test_an_edit_from_an_older_version_is_held_back_and_shows_three_values(edit: Callable, cast: Cast) -> None:
    edit("colleague", smoking_status="CUR")
    response = edit("data_manager", smoking_status="FOR", alcohol_status="NEV")
    (conflict,) = response.context["conflicts"]
    told = {each.name: (each.base, each.yours, each.stored, each.choice) for each in conflict.differences}
    assert told["smoking_status"] == ("Never", "Former", "Current", "")
    assert told["alcohol_status"] == ("–", "Never", "–", "yours")
    assert conflict.by == "colleague"
    assert _stored(cast).smoking_status == "CUR"
    assert _stored(cast).alcohol_status is None


def test_each_chosen_value_stands(edit: Callable, cast: Cast) -> None:
    edit("colleague", smoking_status="CUR", comorbidity="1")
    mine = {"smoking_status": "FOR", "alcohol_status": "NEV"}
    (conflict,) = edit("data_manager", **mine).context["conflicts"]
    preselected = {each.name: each.choice for each in conflict.differences}
    assert preselected == {"smoking_status": "", "alcohol_status": "yours", "comorbidity": "stored"}
    choices = {f"choose-{name}": choice or "yours" for name, choice in preselected.items()}
    response = edit("data_manager", **mine, **choices, **{"seen-": conflict.seen})
    assert response.status_code == 302
    patient = _stored(cast)
    assert (patient.smoking_status, patient.alcohol_status, patient.comorbidity) == ("FOR", "NEV", "1")


def test_choices_made_over_values_that_changed_again_are_asked_again(edit: Callable, cast: Cast) -> None:
    edit("colleague", smoking_status="CUR")
    (conflict,) = edit("data_manager", smoking_status="FOR").context["conflicts"]
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a third edit"):
        Patient.objects.update(smoking_status="UNK")
    chosen = {"choose-smoking_status": "yours", "seen-": conflict.seen}
    response = edit("data_manager", smoking_status="FOR", **chosen)
    assert len(response.context["conflicts"]) == 1


def test_a_record_left_alone_keeps_what_the_other_person_stored(edit: Callable, cast: Cast) -> None:
    edit("colleague", smoking_status="CUR")
    row = {"followup_set-TOTAL_FORMS": 1, "followup_set-0-follow_up_date": "2016-01-01"}
    response = edit("data_manager", **row, **{"followup_set-0-vital_status": "ALIVE"})
    assert response.status_code == 302
    assert _stored(cast).smoking_status == "CUR"
    with center_scope([cast.center.pk]):
        assert FollowUp.objects.count() == 1


def test_every_form_of_a_record_carries_its_version(edit: Callable, entering: Client, cast: Cast) -> None:
    page = entering.get(f"/admin/registry/patient/{_stored(cast).pk}/change/").content.decode()
    assert 'name="row_version" value="0"' in page


def test_a_form_that_does_not_say_what_it_was_made_from_overwrites_nothing_unasked(edit: Callable, cast: Cast) -> None:
    (conflict,) = edit("data_manager", row_version="", smoking_status="FOR", alcohol_status="NEV").context["conflicts"]
    assert {each.name: each.choice for each in conflict.differences} == {
        "smoking_status": "",
        "alcohol_status": "yours",
    }
    assert _stored(cast).smoking_status == "NEV"


def test_a_record_locked_while_its_form_was_open_is_told_of_on_its_page(edit: Callable, cast: Cast) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        lock_record(Patient.objects.get(), by=cast.data_manager, reason="complete")
    response = edit("data_manager", smoking_status="FOR")
    assert response.status_code == 302
    (said,) = response.wsgi_request._messages
    assert "locked" in str(said)
    assert _stored(cast).smoking_status == "NEV"


def test_a_row_locked_while_the_page_was_open_is_refused_beside_the_row(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        row = FollowUp.objects.create(
            patient=patient, center=cast.center, follow_up_date="2016-01-01", vital_status="ALIVE"
        )
    address = f"/admin/registry/patient/{patient.pk}/change/"
    opened = posted_by(entering, address)
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        lock_record(row, by=cast.data_manager, reason="complete")
    response = entering.post(address, {**opened, "followup_set-0-follow_up_date": "2016-02-01"})
    assert b"Another user locked this record" in response.content
    assert entering.post(address, posted_by(entering, address)).status_code == 302
