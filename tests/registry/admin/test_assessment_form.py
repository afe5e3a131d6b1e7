"""The laboratory panel and the tumor burden of one visit."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.access.scope import center_scope
from registry.models import Assessment, LabResult, Patient, TumorBurden
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

VISIT = {
    "assessment_date": "2016-01-02",
    "assessment_type": "BASE",
    "ecog_ps": "0",
    "ascites_grade": "0",
    "encephalopathy_grade": "0",
}
NO_BURDEN = {"tumorburden_set-TOTAL_FORMS": 0, "tumorburden_set-INITIAL_FORMS": 0}
BURDEN = {
    "tumorburden_set-TOTAL_FORMS": 1,
    "tumorburden_set-INITIAL_FORMS": 0,
    "tumorburden_set-0-diameter_basis": "WHOLE",
}
BURDEN |= {"tumorburden_set-0-tumor_number": 2, "tumorburden_set-0-max_diameter_cm": "2.5"}
BURDEN |= {"tumorburden_set-0-macrovascular_invasion": "0", "tumorburden_set-0-extrahepatic_metastasis": "0"}


def _add(client: Client, patient: Patient, **entered: object):
    return client.post(f"/admin/registry/assessment/add/?patient={patient.pk}", VISIT | NO_BURDEN | entered)


def test_panel_is_stored_one_result_per_analyte_in_canonical_units(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    response = _add(
        entering,
        make_patient(),
        laboratory_alb="4.2 g/dL",
        laboratory_tbil="16.5",
        laboratory_afp="<0.5",
        laboratory_inr="1.08",
    )
    assert response.status_code == 302, response.context["adminform"].form.errors
    with center_scope([cast.center.pk]):
        stored = {result.analyte_code: result for result in LabResult.objects.all()}
    assert set(stored) == {"alb", "tbil", "afp", "inr"}
    assert (stored["alb"].value, stored["alb"].raw_value, stored["alb"].raw_unit) == (42.0, "4.2", "g/dL")
    assert (stored["afp"].value, stored["afp"].comparator) == (0.5, "<")


def test_burden_belongs_to_the_patient_and_center_of_its_assessment(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    patient = make_patient()
    assert _add(entering, patient, **BURDEN).status_code == 302
    with center_scope([cast.center.pk]):
        burden = TumorBurden.objects.get()
        assert (burden.patient_id, burden.center_id, burden.tumor_number) == (patient.pk, cast.center.pk, 2)


def test_the_other_records_of_the_patient_are_read_once_for_all_forms_of_a_page(
    entering: Client, make_patient: Callable
) -> None:
    patient = make_patient()
    with CaptureQueriesContext(connection) as seen:
        assert _add(entering, patient, **BURDEN).status_code == 302
    columns = [query["sql"].split(" FROM ")[0] for query in seen.captured_queries]
    starts = [each for each in columns if '"registry_resection"."start_date"' in each and "record_status" not in each]
    assert len(starts) == 1


def test_derived_values_stand_beside_the_entered_ones(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    _add(entering, patient, laboratory_alb="41.75", laboratory_tbil="16.45", laboratory_inr="1.08", **BURDEN)
    with center_scope([cast.center.pk]):
        assessment = Assessment.objects.get()
    for address in (
        f"/admin/registry/assessment/{assessment.pk}/change/",
        f"/admin/registry/patient/{patient.pk}/change/",
        "/admin/registry/assessment/",
    ):
        page = entering.get(address).content.decode()
        assert "-2.75, grade 1" in page, address
        assert "A5" in page, address
        assert "Whole lesion: within" in page, address


@pytest.mark.parametrize("typed", ["high", "1,210", "41.7 furlongs", "4175", "-3"])
def test_value_that_cannot_be_understood_is_refused_beside_its_box(
    entering: Client, make_patient: Callable, typed: str, cast: Cast
) -> None:
    response = _add(entering, make_patient(), laboratory_alb=typed)
    assert "laboratory_alb" in response.context["adminform"].form.errors
    with center_scope([cast.center.pk]):
        assert not Assessment.objects.exists()


def test_stored_result_is_corrected_but_not_emptied(entering: Client, make_patient: Callable, cast: Cast) -> None:
    _add(entering, make_patient(), laboratory_alb="40")
    with center_scope([cast.center.pk]):
        stored = Assessment.objects.get()
    change = f"/admin/registry/assessment/{stored.pk}/change/"
    posted = VISIT | NO_BURDEN | {"row_version": stored.row_version}
    emptied = entering.post(change, posted | {"laboratory_alb": ""})
    assert "laboratory_alb" in emptied.context["adminform"].form.errors
    assert entering.post(change, posted | {"laboratory_alb": "41"}).status_code == 302
    with center_scope([cast.center.pk]):
        assert LabResult.objects.get().value == 41


def test_same_visit_twice_is_a_sentence_not_an_error_page(entering: Client, make_patient: Callable) -> None:
    patient = make_patient()
    _add(entering, patient)
    response = _add(entering, patient)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors


def test_visit_after_death_is_refused_beside_its_date(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        patient.followup_set.create(
            center=cast.center, follow_up_date="2015-12-01", vital_status="DEAD", death_date="2015-12-01"
        )
    assert "assessment_date" in _add(entering, patient).context["adminform"].form.errors


def test_assessment_of_a_foreign_patient_cannot_be_begun(entering: Client, make_patient: Callable, cast: Cast) -> None:
    foreign = make_patient(center=cast.other_center)
    assert _add(entering, foreign).status_code == 302
    with center_scope([cast.other_center.pk]):
        assert not Assessment.objects.exists()


def test_assessment_without_a_patient_leads_to_the_patients(entering: Client) -> None:
    assert entering.get("/admin/registry/assessment/add/").headers["Location"] == "/admin/registry/patient/"
    assert "/admin/registry/assessment/add/" not in entering.get("/admin/registry/assessment/").content.decode()


def test_a_stage_that_contradicts_the_tumors_is_told_once_under_its_own_name(
    entering: Client, make_patient: Callable
) -> None:
    tumors = {**BURDEN, "tumorburden_set-0-tumor_number": 4, "tumorburden_set-0-max_diameter_cm": "5.2"}
    stored = _add(entering, make_patient(), **tumors, cnlc_stage="IA", ctp_class="A")
    said = [str(message) for message in stored.wsgi_request._messages if "CNLC" in str(message)]
    assert said == ["CNLC stage: CNLC Ia was entered, but the tumor findings and patient condition give IIb."]
