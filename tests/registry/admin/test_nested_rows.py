"""Sessions with their drugs, scans with their lesions, and two events of one day, all on the patient's page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.access.scope import center_scope
from registry.models import (
    AblationLesion,
    AdverseEvent,
    LesionMeasurement,
    Patient,
    Query,
    TransarterialAgent,
    TransarterialSession,
)
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

SESSION = {"start_date": "2016-01-05", "modality": "CTACE", "lipiodol_ml": "9"}
EPIRUBICIN = {"agent_code": "EPIRUBICIN", "dose_mg": "40", "route": "IA"}
FEVER = {"ae_term": "Fever", "ae_onset_date": "2016-01-06", "ae_grade": "1", "ctcae_version": "5.0"}


def below(kind: str, *rows: dict[str, Any], stored: int = 0) -> dict[str, Any]:
    """The rows of a row, as a browser posts them within the row."""
    form: dict[str, Any] = {f"{kind}_set-TOTAL_FORMS": len(rows), f"{kind}_set-INITIAL_FORMS": stored}
    return form | {f"{kind}_set-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}


def test_a_new_patient_is_stored_with_a_session_its_drugs_a_scan_and_its_lesions(
    entering: Client, patient_form: Callable, cast: Cast
) -> None:
    doxorubicin = {"agent_code": "DOXORUBICIN", "dose_mg": "20"}
    ablation = {"start_date": "2016-03-01", "ablation_modality": "MWA"}
    scan = {"imaging_date": "2016-02-01", "imaging_modality": "CT", "imaging_role": "RESP"}
    rows = {
        "transarterialsession": [SESSION | below("transarterialagent", EPIRUBICIN, doxorubicin)],
        "ablationsession": [ablation | below("ablationlesion", {"lesion_no": "1", "size_cm": "2.1"})],
        "imagingassessment": [scan | below("lesionmeasurement", {"lesion_no": "1", "whole_mm": "31"})],
    }
    entering.post("/admin/registry/patient/add/", patient_form(rows=rows), follow=True)
    with center_scope([cast.center.pk]):
        patient = Patient.objects.get()
        drugs = TransarterialAgent.objects.filter(session__patient=patient)
        assert {(drug.agent_code, drug.dose_mg, drug.patient_id) for drug in drugs} == {
            ("EPIRUBICIN", 40, patient.pk),
            ("DOXORUBICIN", 20, patient.pk),
        }
        assert AblationLesion.objects.get().size_cm == 2.1
        assert LesionMeasurement.objects.get().whole_mm == 31


def test_a_drug_that_its_session_forbids_stands_in_its_row_and_nothing_is_stored(
    entering: Client, patient_form: Callable, cast: Cast
) -> None:
    bland = {"start_date": "2016-01-05", "modality": "TAE"} | below("transarterialagent", EPIRUBICIN)
    form = patient_form(rows={"transarterialsession": [bland]})
    response = entering.post("/admin/registry/patient/add/", form, follow=True)
    (rows,) = response.context["inline_admin_formsets"][0].formset.forms[0].below
    assert list(rows.errors[0]) == ["agent_code"]
    assert response.content.decode().count("caliper-below-row") >= 1
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()


def test_a_drug_is_added_to_a_stored_session_and_the_session_stays_as_it_was(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        of = {"patient": patient, "center": cast.center}
        session = TransarterialSession.objects.create(**of, start_date="2016-01-05", modality="CTACE", lipiodol_ml=9)
        drug = TransarterialAgent.objects.create(**of, session=session, agent_code="EPIRUBICIN", dose_mg=40)
    page = f"/admin/registry/patient/{patient.pk}/change/"
    form = entering.get(page).context
    posted: dict[str, Any] = {}
    for each in (form["adminform"].form, *(row for fs in form["inline_admin_formsets"] for row in fs.formset.forms)):
        posted |= {each.add_prefix(name): each[name].value() for name in each.fields}
    for inline in form["inline_admin_formsets"]:
        posted |= {
            inline.formset.management_form.add_prefix(k): v for k, v in inline.formset.management_form.initial.items()
        }
    stored = {"id": drug.pk, "agent_code": "EPIRUBICIN", "dose_mg": "45", "row_version": drug.row_version}
    new = {"agent_code": "MITOMYCIN", "dose_mg": "10"}
    rows = below("transarterialagent", stored, new, stored=1)
    posted |= {f"transarterialsession_set-0-{name}": value for name, value in rows.items()}
    posted = {name: value for name, value in posted.items() if value not in (None, "", [])}
    response = entering.post(page, {**posted, "_reason_code": "TRANSCR"}, follow=True)
    assert response.redirect_chain, response.context["errors"]
    with center_scope([cast.center.pk]):
        assert dict(TransarterialAgent.objects.values_list("agent_code", "dose_mg")) == {
            "EPIRUBICIN": 45,
            "MITOMYCIN": 10,
        }
        assert TransarterialSession.objects.get().row_version == session.row_version


def test_the_drugs_of_thirty_sessions_cost_one_query(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    of = {"patient": patient, "center": cast.center}

    def queries_with(sessions: range) -> int:
        with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
            for day in sessions:
                session = TransarterialSession.objects.create(**of, start_date=f"2016-01-{day:02}", modality="CTACE")
                TransarterialAgent.objects.create(**of, session=session, agent_code="EPIRUBICIN", dose_mg=40)
        with CaptureQueriesContext(connection) as found:
            entering.get(f"/admin/registry/patient/{patient.pk}/change/")
        return sum('FROM "registry_transarterialagent"' in query["sql"] for query in found)

    queries_with(range(1, 2))
    assert queries_with(range(2, 5)) == queries_with(range(5, 12))


def test_the_same_event_twice_a_day_is_told_at_the_box_that_counts_it(
    entering: Client, patient_form: Callable, cast: Cast
) -> None:
    page = "/admin/registry/patient/add/"
    response = entering.post(page, patient_form(rows={"adverseevent": [FEVER, FEVER]}), follow=True)
    (rows,) = [fs.formset for fs in response.context["inline_admin_formsets"] if fs.formset.model is AdverseEvent]
    assert [list(errors) for errors in rows.errors] == [[], ["ae_occurrence"]]
    assert "ae_" not in "".join(rows.errors[1]["ae_occurrence"])
    again = {**FEVER, "ae_occurrence": "2"}
    entering.post(page, patient_form(rows={"adverseevent": [FEVER, again]}, _submit_record="1"), follow=True)
    with center_scope([cast.center.pk]):
        assert list(AdverseEvent.objects.values_list("ae_occurrence", flat=True)) == [1, 2]
        assert Query.objects.filter(codes__contains=["V-L14"]).exists()


def test_two_equal_rows_of_one_page_are_told_by_their_labels(entering: Client, patient_form: Callable) -> None:
    form = patient_form(rows={"transarterialsession": [SESSION, SESSION]})
    response = entering.post("/admin/registry/patient/add/", form)
    (sentence,) = response.context["inline_admin_formsets"][0].formset.non_form_errors()
    assert "Start date, Modality" in sentence
    assert "_" not in sentence


def test_a_lesion_that_nobody_measured_is_not_stored(entering: Client, patient_form: Callable, cast: Cast) -> None:
    scan = {"imaging_date": "2016-02-01", "imaging_modality": "CT", "imaging_role": "RESP"}
    copied = {"lesion_no": "1", "organ": "LIVER", "is_target": "1"}

    def enter(**measured: str) -> Any:
        rows = {"imagingassessment": [scan | below("lesionmeasurement", copied | measured)]}
        return entering.post("/admin/registry/patient/add/", patient_form(rows=rows), follow=True)

    response = enter()
    (scans,) = [
        fs.formset for fs in response.context["inline_admin_formsets"] if fs.formset.prefix.startswith("imaging")
    ]
    assert list(scans.forms[0].below[0].errors[0]) == ["whole_mm"]
    enter(viable_mm="0")  # it has disappeared
    with center_scope([cast.center.pk]):
        assert LesionMeasurement.objects.get().viable_mm == 0
