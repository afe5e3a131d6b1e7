"""What a person enters is a draft until they submit it, and what was submitted is changed for a stated reason."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import (
    Assessment,
    FollowUp,
    LabResult,
    Patient,
    PatientIdentity,
    Query,
    Resection,
    TransarterialAgent,
    TransarterialSession,
)
from registry.records.history import history_of, history_of_field
from registry.records.sign_off import sign_off
from registry.records.status import verify_record
from tests.conftest import Cast
from tests.registry.admin.opened import posted_by

pytestmark = pytest.mark.django_db

ADD = "/admin/registry/patient/add/"
CONTRADICTORY = {"start_date": "2016-05-02", "treatment_intent": "CUR", "resection_margin": "R2"}


@pytest.fixture
def submitted(cast: Cast, make_patient: Callable) -> Patient:
    patient: Patient = make_patient(smoking_status="NEV")
    return patient


@pytest.fixture
def edit(submitted: Patient, entering: Client) -> Callable[..., Any]:
    """Changes of the submitted patient's form, posted by the data manager."""
    address = f"/admin/registry/patient/{submitted.pk}/change/"
    opened = posted_by(entering, address)

    def post(**changes: Any) -> Any:
        return entering.post(address, {**opened, **changes})

    return post


def statuses(cast: Cast) -> dict[str, str]:
    with center_scope([cast.center.pk]):
        found = {
            model.__name__: model.objects.values_list("record_status", flat=True).first()
            for model in (Patient, PatientIdentity, Resection)
        }
    return {name: status for name, status in found.items() if status}


def test_what_is_entered_in_a_form_is_a_draft_and_nothing_is_asked_of_it(
    entering: Client, patient_form: Callable, cast: Cast
) -> None:
    entering.post(ADD, patient_form(hospital_no="4711", rows={"resection": [CONTRADICTORY]}))
    assert statuses(cast) == {"Patient": "DRAFT", "PatientIdentity": "DRAFT", "Resection": "DRAFT"}
    with center_scope([cast.center.pk]):
        assert not Query.objects.exists()


def test_save_and_submit_submits_all_drafts_of_the_patient_and_asks(
    entering: Client, patient_form: Callable, cast: Cast
) -> None:
    form = patient_form(hospital_no="4711", rows={"resection": [CONTRADICTORY]}, _submit_record="1")
    response = entering.post(ADD, form, follow=True)
    assert "2 records were submitted." in response.content.decode()
    assert set(statuses(cast).values()) == {"SUBMITTED"}
    with center_scope([cast.center.pk]):
        assert Query.objects.filter(codes__contains=["V-T29"]).exists()


def test_what_belongs_to_a_form_goes_with_it(entering: Client, submitted: Patient, cast: Cast) -> None:
    typed = {"assessment_date": "2015-03-10", "assessment_type": "BASE", "laboratory_alb": "41.7"}
    typed |= {"tumorburden_set-TOTAL_FORMS": "0", "tumorburden_set-INITIAL_FORMS": "0"}
    entering.post(f"/admin/registry/assessment/add/?patient={submitted.pk}", typed)
    with center_scope([cast.center.pk]):
        visit, result = Assessment.objects.get(), LabResult.objects.get()
    assert (visit.record_status, result.record_status) == ("DRAFT", "DRAFT")
    address = f"/admin/registry/assessment/{visit.pk}/change/"
    assert b"Save and submit" in entering.get(address).content
    entering.post(address, {**posted_by(entering, address), "_submit_record": "1"})
    with center_scope([cast.center.pk]):
        assert {*Assessment.objects.values_list("record_status", flat=True)} == {"SUBMITTED"}
        assert {*LabResult.objects.values_list("record_status", flat=True)} == {"SUBMITTED"}
    assert b"Save and submit" not in entering.get(address).content


def test_a_drug_added_to_a_submitted_session_is_no_draft(entering: Client, submitted: Patient, cast: Cast) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        session = TransarterialSession.objects.create(
            patient=submitted, center=cast.center, start_date="2016-01-05", modality="CTACE"
        )
    address = f"/admin/registry/transarterialsession/{session.pk}/change/"
    row = {"transarterialagent_set-TOTAL_FORMS": 1, "transarterialagent_set-0-agent_code": "EPIRUBICIN"}
    entering.post(address, {**posted_by(entering, address), **row, "transarterialagent_set-0-dose_mg": "40"})
    with center_scope([cast.center.pk]):
        assert TransarterialAgent.objects.get().record_status == "SUBMITTED"


def test_a_draft_that_contradicts_a_submitted_record_asks_nothing_yet(
    submitted: Patient, edit: Callable, cast: Cast
) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        place = {"patient": submitted, "center": cast.center}
        Resection.objects.create(**place, start_date="2016-05-02")
        FollowUp.objects.create(
            **place, follow_up_date="2016-02-01", vital_status="DEAD", death_date="2016-02-01", record_status="DRAFT"
        )
    edit(alcohol_status="NEV")
    with center_scope([cast.center.pk]):
        assert not Query.objects.filter(codes__contains=["V-D05"]).exists()


def test_a_submitted_value_is_changed_only_for_a_reason(submitted: Patient, edit: Callable, cast: Cast) -> None:
    refused = edit(smoking_status="CUR")
    assert refused.status_code == 200
    (said,) = refused.context["adminform"].form.non_field_errors()
    assert said == "Choose why the submitted values are changed. Changed: Smoking."
    assert b'id="caliper-reason"' in refused.content
    assert edit(smoking_status="CUR", _reason_code="OTHER").status_code == 200, "another reason is said in words"
    assert edit(smoking_status="CUR", _reason_code="OTHER", _reason_words="Wife was asked").status_code == 302
    with center_scope([cast.center.pk]):
        newest, _entered = history_of_field(submitted, variable="smoking_status")
        assert (newest.old, newest.new, newest.reason) == ("Never", "Current", "Other reason: Wife was asked")


def test_the_reason_is_told_in_the_readers_language(submitted: Patient, edit: Callable, cast: Cast) -> None:
    edit(smoking_status="CUR", _reason_code="TRANSCR")
    with center_scope([cast.center.pk]):
        assert history_of(submitted)[0].reason == "Transcription error"


def test_a_first_value_and_a_draft_need_no_reason(submitted: Patient, edit: Callable, cast: Cast) -> None:
    assert edit(alcohol_status="NEV").status_code == 302
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        assert history_of(submitted)[0].reason == "missing value added"
        Patient.objects.update(record_status="DRAFT")
    assert edit(alcohol_status="CUR", row_version="1").status_code == 302


@pytest.mark.parametrize(
    "emptied", [{"smoking_status": ""}, {"smoking_status": "", "missing_reasons": '{"smoking_status": "ND"}'}]
)
def test_taking_a_value_away_needs_a_reason(edit: Callable, emptied: dict[str, str]) -> None:
    assert edit(**emptied).status_code == 200
    assert edit(**emptied, _reason_code="SOURCE").status_code == 302


def test_the_page_says_before_saving_what_a_change_would_end(
    submitted: Patient, entering: Client, investigator: Any, cast: Cast
) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        verify_record(submitted, by=cast.data_manager)
        sign_off(submitted, by=investigator, statement="I vouch.")
    page = entering.get(f"/admin/registry/patient/{submitted.pk}/change/").content.decode()
    assert "Saving a change ends the verification of the record that changes." in page
    assert "Saving a change ends this sign-off." in page


def test_an_act_without_its_reason_is_asked_again_in_words(submitted: Patient, entering: Client) -> None:
    response = entering.post(f"/records/patient/{submitted.pk}/act/lock/", {"words": " "})
    assert response.status_code == 200
    assert "Enter a reason." in response.content.decode()
    assert entering.post(f"/records/patient/{submitted.pk}/act/lock/", {"words": "complete"}).status_code == 302
