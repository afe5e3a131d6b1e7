"""How a record stands, on its form: what is locked is read only, what is withdrawn comes back, and whose turn is next."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import FollowUp, Patient, Query, TransarterialSession
from registry.records.status import lock_patient
from registry.records.withdrawal import withdraw
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _page(patient: Patient) -> str:
    return f"/admin/registry/patient/{patient.pk}/change/"


def _withdrawn(cast: Cast, patient: Patient) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        withdraw(patient, by=cast.data_manager, reason="entered twice")


def test_a_locked_patient_is_read_only(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        lock_patient(patient, by=cast.data_manager, reason="complete")
    page = entering.get(_page(patient))
    assert page.context["head"].label == "Locked"
    assert b'name="_save"' not in page.content
    told = entering.post(_page(patient), {}, follow=True)
    assert ["locked" in str(message) for message in told.context["messages"]] == [True]


def test_buttons_act_and_refusals_are_said(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    address = f"/records/patient/{patient.pk}/act"
    entering.post(f"{address}/lock/", {"words": "monitored"})
    assert entering.get(_page(patient)).context["head"].status == "LOCKED"
    assert "Enter a reason." in entering.post(f"{address}/unlock/", {"words": ""}).content.decode()
    entering.post(f"{address}/unlock/", {"words": "the pathology report came"})
    assert entering.get(_page(patient)).context["head"].status == "SUBMITTED"
    assert "the pathology report came" in entering.get(_page(patient).replace("change", "history")).content.decode()


def test_a_stranger_cannot_act(client: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    client.force_login(cast.other_data_manager)
    assert client.post(f"/records/patient/{patient.pk}/act/lock/").status_code == 404
    assert client.get(f"/records/patient/{patient.pk}/sex/").status_code == 404
    assert client.post(f"/records/patient/{patient.pk}/derive/").status_code == 404


def test_the_list_leaves_withdrawn_records_out_unless_asked(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    patient = make_patient(local_id="GONE")
    _withdrawn(cast, patient)
    assert b"GONE" not in entering.get("/admin/registry/patient/").content
    assert b"GONE" in entering.get("/admin/registry/patient/?withdrawn=yes").content
    page = entering.get(_page(patient))
    assert page.context["head"].is_withdrawn
    entering.post(f"/records/patient/{patient.pk}/act/restore/", {"words": "it was the other one"})
    assert b"GONE" in entering.get("/admin/registry/patient/").content


def test_the_key_of_a_withdrawn_record_leads_to_it(
    entering: Client, make_patient: Callable, patient_form: Callable, cast: Cast
) -> None:
    patient = make_patient(local_id="0007")
    _withdrawn(cast, patient)
    response = entering.post("/admin/registry/patient/add/", patient_form(local_id="0007"))
    (said,) = response.context["adminform"].form.non_field_errors()
    assert _page(patient) in said


def test_a_reason_and_a_value_exclude_each_other(entering: Client, patient_form: Callable, cast: Cast) -> None:
    both = patient_form(smoking_status="NEV", missing_reasons=json.dumps({"smoking_status": "ND"}))
    response = entering.post("/admin/registry/patient/add/", both)
    assert "smoking_status" in response.context["adminform"].form.errors
    entering.post("/admin/registry/patient/add/", patient_form(missing_reasons=json.dumps({"smoking_status": "ND"})))
    with center_scope([cast.center.pk]):
        assert Patient.objects.get().smoking_status_missing_reason == "ND"


@pytest.mark.parametrize(("tab", "following"), [("general", "assessment/add"), ("followup_set", "#")])
def test_next_form_is_the_next_one_that_lacks_something(
    entering: Client, patient_form: Callable, *, tab: str, following: str
) -> None:
    response = entering.post("/admin/registry/patient/add/", patient_form(_next="1", _tab=tab))
    assert following in response.url  # type: ignore[attr-defined]


def test_rows_that_contradict_each_other_are_refused_beside_the_new_row(
    entering: Client, patient_form: Callable, cast: Cast
) -> None:
    sessions = [{"start_date": "2016-05-02", "modality": "CTACE"}]
    contacts = [
        {"follow_up_date": "2016-02-01", "vital_status": "DEAD", "death_date": "2016-02-01", "death_cause": "HCC"}
    ]
    form = patient_form(rows={"transarterialsession": sessions, "followup": contacts})
    response = entering.post("/admin/registry/patient/add/", form)
    assert response.status_code == 200
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()
        assert not FollowUp.objects.exists()


def test_a_field_tells_its_history_and_takes_questions(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="source checked", source="upload", upload=12):
        session = TransarterialSession.objects.create(
            patient=patient, center=cast.center, start_date="2016-01-05", modality="CTACE", lipiodol_ml=8
        )
    address = f"/records/transarterialsession/{session.pk}/lipiodol_ml/"
    page = entering.get(address).content.decode()
    for words in ("8", "source checked", "upload 12"):
        assert words in page
    asked = entering.post(address, {"act": "ask", "words": "Is this the whole dose?"}).content.decode()
    assert "Is this the whole dose?" in asked
    with center_scope([cast.center.pk]):
        query = Query.objects.get(variables=["lipiodol_ml"])
    answered = entering.post(address, {"act": "answer", "query": query.pk, "words": "Yes, see page 3."})
    assert "see page 3" in answered.content.decode()
    verified = entering.post(address, {"act": "verify"}).content.decode()
    assert "verified by data_manager" in verified


def test_derived_values_follow_from_what_is_typed(entering: Client, make_patient: Callable) -> None:
    patient = make_patient()
    typed = {"assessment_date": "2015-03-10", "assessment_type": "BASE", "height_cm": "170", "weight_kg": "65"}
    typed |= {"laboratory_alb": "41.75", "laboratory_tbil": "16.45", "laboratory_inr": "1.08", "ctp_class": "B"}
    typed |= {"ascites_grade": "0", "encephalopathy_grade": "0", "ctp_score": "7"}
    typed |= {"tumorburden_set-TOTAL_FORMS": "0", "tumorburden_set-INITIAL_FORMS": "0"}
    answer = entering.post(f"/records/assessment/0/derive/?patient={patient.pk}", typed).json()
    told = {each["name"]: each["text"] for each in answer["summary"]}
    assert told["albi"].startswith("-2.75")
    assert told["child_pugh"] == "A5"
    beside = {each["box"]: each["differs"] for each in answer["beside"]}
    assert beside["ctp_score"] is True
