"""A contact is held against the patient's death, but never against the very date that it corrects."""

from collections.abc import Callable
from datetime import date

from django.test import Client
from django.urls import reverse

from registry.access.scope import center_scope
from registry.models import FollowUp, Patient
from tests.conftest import Cast

ADD = reverse("admin:registry_patient_add")
DEAD = {"follow_up_date": "2016-02-01", "vital_status": "DEAD", "death_date": "2016-02-01", "death_cause": "HCC"}
NO_ASSESSMENTS = {"assessment_set-TOTAL_FORMS": 0, "assessment_set-INITIAL_FORMS": 0}
SEEN_LATER = {"follow_up_date": "2016-03-01", "vital_status": "ALIVE"}


def test_a_contact_without_a_death_date_is_still_held_against_the_death(
    entering: Client, cast: Cast, patient_form: Callable
) -> None:
    response = entering.post(ADD, patient_form(rows={"followup": [DEAD, SEEN_LATER]}))
    (formset,) = [fs.formset for fs in response.context["inline_admin_formsets"] if fs.formset.model is FollowUp]
    assert formset.errors[0] == {}
    assert "2016-03-01" in formset.errors[1]["follow_up_date"][0]


def test_a_death_entered_by_mistake_can_be_taken_back(entering: Client, cast: Cast, patient_form: Callable) -> None:
    entering.post(ADD, patient_form(rows={"followup": [DEAD]}))
    with center_scope([cast.center.pk]):
        patient, contact = Patient.objects.get(), FollowUp.objects.get()
    alive = {"id": contact.pk, "patient": patient.pk, "follow_up_date": "2016-03-01", "vital_status": "ALIVE"}
    row = alive | {"row_version": contact.row_version}
    form = patient_form(rows={"followup": [row]}, row_version=patient.row_version) | NO_ASSESSMENTS
    form |= {"followup_set-INITIAL_FORMS": 1}
    response = entering.post(reverse("admin:registry_patient_change", args=[patient.pk]), form)
    assert response.status_code == 302
    with center_scope([cast.center.pk]):
        assert FollowUp.objects.get().death_date is None
        assert FollowUp.objects.get().follow_up_date == date(2016, 3, 1)
