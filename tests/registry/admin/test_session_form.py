"""The drugs of a transarterial session are entered on its own page, and told in the history of its patient."""

from collections.abc import Callable

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import TransarterialAgent, TransarterialSession
from registry.records.history import history_of
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_drug_belongs_to_the_patient_and_center_of_its_session(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        session = TransarterialSession.objects.create(
            patient=patient, center=cast.center, start_date="2016-01-05", modality="HAIC", haic_regimen="FOLFOX"
        )
    form = {"start_date": "2016-01-05", "modality": "HAIC", "haic_regimen": "FOLFOX"}
    form |= {"transarterialagent_set-TOTAL_FORMS": 1, "transarterialagent_set-INITIAL_FORMS": 0}
    form |= {"transarterialagent_set-0-agent_code": "OXALIPLATIN", "transarterialagent_set-0-dose_mg": "140"}
    response = entering.post(f"/admin/registry/transarterialsession/{session.pk}/change/", form)
    assert response.headers["Location"] == f"/admin/registry/patient/{patient.pk}/change/#transarterialsession_set"
    with center_scope([cast.center.pk]):
        drug = TransarterialAgent.objects.get()
        assert (drug.patient_id, drug.center_id, drug.dose_mg) == (patient.pk, cast.center.pk, 140)
        assert any("140" in value.new for change in history_of(patient) for value in change.values)
        assert any("140" in value.new for change in history_of(session) for value in change.values)
    page = entering.get(f"/admin/registry/patient/{patient.pk}/change/").content.decode()
    assert 'name="transarterialsession_set-0-transarterialagent_set-0-dose_mg" value="140' in page


def test_session_begins_at_its_patient(entering: Client) -> None:
    assert entering.get("/admin/registry/transarterialsession/add/").status_code == 403


def test_session_of_another_center_stays_closed(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient(center=cast.other_center)
    with center_scope([cast.other_center.pk], by=cast.other_data_manager, reason="a test"):
        session = TransarterialSession.objects.create(
            patient=patient, center=cast.other_center, start_date="2016-01-05", modality="TAE"
        )
    assert entering.get(f"/admin/registry/transarterialsession/{session.pk}/change/").status_code == 302
    assert entering.get(f"/admin/registry/transarterialsession/{session.pk}/history/").status_code == 302
