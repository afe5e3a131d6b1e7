"""Entering patients: what is kept, what is refused and where that is said."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from registry.access.scope import center_scope
from registry.models import FollowUp, Patient, PatientIdentity, TransarterialSession
from tests.conftest import Cast

ADD = "/admin/registry/patient/add/"
SESSIONS = [
    {"start_date": "2016-01-05", "modality": "CTACE", "lipiodol_ml": "8"},
    {"start_date": "2016-03-01", "modality": "CTACE", "lipiodol_ml": "6"},
]

pytestmark = pytest.mark.django_db


def test_patient_with_two_sessions_and_a_follow_up_is_stored_in_its_center(
    entering: Client, cast: Cast, patient_form: Callable
) -> None:
    rows = {
        "transarterialsession": SESSIONS,
        "followup": [{"follow_up_date": "2018-02-01", "vital_status": "ALIVE", "last_known_alive_date": "2018-02-01"}],
    }
    response = entering.post(ADD, patient_form(rows=rows))
    assert response.status_code == 302, _errors(response)
    with center_scope([cast.center.pk]):
        patient = Patient.objects.get(local_id="0007")
        assert patient.registry_id == "C01-000001-8" or patient.registry_id.startswith("C01-000001-")
        sessions = TransarterialSession.objects.filter(patient=patient)
        assert [str(session.start_date) for session in sessions] == ["2016-01-05", "2016-03-01"]
        assert {session.center_id for session in sessions} == {cast.center.pk}
        assert FollowUp.objects.get(patient=patient).center_id == cast.center.pk


def test_required_choice_left_alone_is_refused_not_filled_with_its_first_code(
    entering: Client, cast: Cast, patient_form: Callable
) -> None:
    response = entering.post(ADD, patient_form(sex=""))
    assert response.status_code == 200
    assert "sex" in response.context["adminform"].form.errors
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()


def test_error_of_an_edit_check_stands_beside_its_field_and_nothing_is_stored(
    entering: Client, cast: Cast, patient_form: Callable
) -> None:
    response = entering.post(ADD, patient_form(diagnosis_date="1950-01-01"))
    assert "diagnosis_date" in response.context["adminform"].form.errors
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()


def test_death_typed_in_the_same_form_counts_for_the_other_rows(
    entering: Client, cast: Cast, patient_form: Callable
) -> None:
    rows = {
        "transarterialsession": SESSIONS,
        "followup": [{"follow_up_date": "2016-02-20", "vital_status": "DEAD", "death_date": "2016-02-01"}],
    }
    response = entering.post(ADD, patient_form(rows=rows))
    assert response.status_code == 200
    errors = {fs.formset.prefix: fs.formset.errors for fs in response.context["inline_admin_formsets"]}
    assert errors["transarterialsession_set"][0] == {}
    assert "start_date" in errors["transarterialsession_set"][1]


def test_soft_finding_is_stored_and_said_after_saving(entering: Client, cast: Cast, patient_form: Callable) -> None:
    rows = {"transarterialsession": [{"start_date": "2016-01-05", "modality": "CTACE", "lipiodol_ml": "35"}]}
    response = entering.post(ADD, patient_form(rows=rows), follow=True)
    assert any("35" in str(message) for message in response.context["messages"])
    with center_scope([cast.center.pk]):
        assert TransarterialSession.objects.get().lipiodol_ml == 35


def test_foreign_center_is_refused_by_the_form(entering: Client, cast: Cast, patient_form: Callable) -> None:
    response = entering.post(ADD, patient_form(center=cast.other_center.pk))
    assert response.status_code == 200
    assert "center" in response.context["adminform"].form.errors


def test_same_study_number_twice_is_a_sentence_not_an_error_page(
    entering: Client, cast: Cast, patient_form: Callable
) -> None:
    entering.post(ADD, patient_form())
    response = entering.post(ADD, patient_form())
    assert response.status_code == 200
    assert response.context["adminform"].form.errors


def test_study_number_changed_to_one_already_used_is_refused(
    entering: Client, make_patient: Callable, patient_form: Callable
) -> None:
    make_patient(local_id="0001")
    second = make_patient(local_id="0002")
    form = {**patient_form(local_id="0001"), "assessment_set-TOTAL_FORMS": 0, "assessment_set-INITIAL_FORMS": 0}
    response = entering.post(f"/admin/registry/patient/{second.pk}/change/", form)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors


def test_same_session_twice_in_one_form_is_refused(entering: Client, patient_form: Callable) -> None:
    response = entering.post(ADD, patient_form(rows={"transarterialsession": [SESSIONS[0], SESSIONS[0]]}))
    assert response.status_code == 200


def test_session_already_stored_is_refused(entering: Client, cast: Cast, patient_form: Callable) -> None:
    entering.post(ADD, patient_form(rows={"transarterialsession": SESSIONS[:1]}))
    with center_scope([cast.center.pk]):
        patient, session = Patient.objects.get(), TransarterialSession.objects.get()
    rows = {"transarterialsession": [{**SESSIONS[0], "id": session.pk, "patient": patient.pk}, SESSIONS[0]]}
    form = patient_form(rows=rows) | {
        "transarterialsession_set-INITIAL_FORMS": 1,
        "assessment_set-TOTAL_FORMS": 0,
        "assessment_set-INITIAL_FORMS": 0,
    }
    assert entering.post(f"/admin/registry/patient/{patient.pk}/change/", form).status_code == 200


def test_hospital_number_is_kept_apart_and_encrypted(
    entering: Client, cast: Cast, patient_form: Callable, rows: Callable
) -> None:
    entering.post(ADD, patient_form(hospital_no="ZY0012345"))
    with center_scope([cast.center.pk]):
        assert PatientIdentity.objects.get().hospital_no == "ZY0012345"
        assert "ZY0012345" not in str(rows("SELECT * FROM registry_patientidentity"))


def test_hospital_number_of_another_patient_is_refused(entering: Client, patient_form: Callable) -> None:
    entering.post(ADD, patient_form(hospital_no="ZY0012345"))
    response = entering.post(ADD, patient_form(local_id="0008", hospital_no="ZY0012345"))
    assert "hospital_no" in response.context["adminform"].form.errors


def test_study_number_is_not_copied_into_the_log_of_the_admin(entering: Client, patient_form: Callable) -> None:
    entering.post(ADD, patient_form())
    assert not LogEntry.objects.exists()


def _errors(response: object) -> object:
    context = response.context  # type: ignore[attr-defined]
    return context and (
        context["adminform"].form.errors,
        [(fs.formset.errors, fs.formset.non_form_errors()) for fs in context["inline_admin_formsets"]],
    )
