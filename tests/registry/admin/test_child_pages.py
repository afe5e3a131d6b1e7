"""A row is held against the record it hangs below and against the patient's weight of those days."""

from collections.abc import Callable

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import Assessment, TransarterialAgent, TransarterialSession
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _drug(cast: Cast, client: Client, *, patient: object, session: dict[str, str], drug: dict[str, str]) -> object:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        Assessment.objects.create(
            patient=patient,
            center=cast.center,
            assessment_date="2016-01-01",
            assessment_type="BASE",
            height_cm=170,
            weight_kg=65,
        )
        stored = TransarterialSession.objects.create(patient=patient, center=cast.center, **session)
    form = {**session, "transarterialagent_set-TOTAL_FORMS": 1, "transarterialagent_set-INITIAL_FORMS": 0}
    form |= {f"transarterialagent_set-0-{name}": value for name, value in drug.items()}
    return client.post(f"/admin/registry/transarterialsession/{stored.pk}/change/", form, follow=True)


@pytest.mark.parametrize(
    ("modality", "drug", "field"),
    [
        ("TAE", {"agent_code": "EPIRUBICIN", "dose_mg": "40"}, "agent_code"),
        ("HAIC", {"agent_code": "OXALIPLATIN", "dose_mg": "14"}, "dose_mg"),  # 8 mg/m2
    ],
)
def test_a_drug_that_its_session_or_the_body_forbids_is_refused(
    entering: Client, make_patient: Callable, cast: Cast, *, modality: str, drug: dict[str, str], field: str
) -> None:
    session = {"start_date": "2016-01-05", "modality": modality}
    session |= {"haic_regimen": "FOLFOX"} if modality == "HAIC" else {}
    response = _drug(cast, entering, patient=make_patient(), session=session, drug=drug)
    (formset,) = [fs.formset for fs in response.context["inline_admin_formsets"]]
    assert list(formset.errors[0]) == [field]
    with center_scope([cast.center.pk]):
        assert not TransarterialAgent.objects.exists()


def test_a_doubtful_dose_is_stored_and_said(entering: Client, make_patient: Callable, cast: Cast) -> None:
    session = {"start_date": "2016-01-05", "modality": "HAIC", "haic_regimen": "FOLFOX"}
    drug = {"agent_code": "OXALIPLATIN", "dose_mg": "228"}  # 130 mg/m2
    response = _drug(cast, entering, patient=make_patient(), session=session, drug=drug)
    assert any("FOHAIC" in str(message) for message in response.context["messages"])
    with center_scope([cast.center.pk]):
        assert TransarterialAgent.objects.get().dose_mg == 228
