"""A treatment is saved in the form without the details that nobody wrote down, with the reason and without it."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import FollowUp, Patient, Query, TransarterialSession
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

SESSIONS = [
    ("V-T01", "HAIC", ["haic_regimen"]),
    ("V-T03", "CTACE", ["lipiodol_ml"]),
    ("V-T03", "DEBTACE", ["bead_type"]),
    ("V-T05", "TARE", ["isotope", "activity_gbq"]),
]
NO_DRUGS = {"transarterialagent_set-TOTAL_FORMS": 0, "transarterialagent_set-INITIAL_FORMS": 0}


def asked(patient: Patient) -> set[tuple[str, str]]:
    """Each check and variable that an open query of the patient is about."""
    queries = Query.objects.filter(patient=patient).not_closed()
    return {(code, name) for query in queries for code in query.codes for name in query.variables}


@pytest.mark.parametrize("is_excused", [False, True])
@pytest.mark.parametrize(("code", "modality", "names"), SESSIONS)
def test_a_session_is_saved_and_asked_about_where_no_reason_is_given(
    *,
    code: str,
    modality: str,
    names: list[str],
    is_excused: bool,
    entering: Client,
    make_patient: Callable,
    cast: Cast,
) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        session = TransarterialSession.objects.create(
            patient=patient, center=cast.center, start_date="2016-01-05", modality="TAE"
        )
    form: dict[str, object] = {"start_date": "2016-01-05", "modality": modality, "row_version": session.row_version}
    form["_reason_code"] = "SOURCE"
    form |= {"missing_reasons": json.dumps(dict.fromkeys(names, "NR") if is_excused else {})}
    entering.post(f"/admin/registry/transarterialsession/{session.pk}/change/", form | NO_DRUGS)
    with center_scope([cast.center.pk]):
        stored = TransarterialSession.objects.get()
        assert stored.modality == modality
        assert {getattr(stored, f"{name}_missing_reason") for name in names} == {"NR" if is_excused else None}
        assert ({(code, name) for name in names} <= asked(patient)) is not is_excused


def test_a_death_at_an_unknown_time_is_saved(entering: Client, patient_form: Callable, cast: Cast) -> None:
    contact = {"follow_up_date": "2016-02-01", "vital_status": "DEAD", "death_cause": "HCC"}
    for reasons, count in (({}, 0), ({"death_date": "UNK"}, 1)):
        row = {**contact, "missing_reasons": json.dumps(reasons)}
        entering.post("/admin/registry/patient/add/", patient_form(rows={"followup": [row]}))
        with center_scope([cast.center.pk]):
            assert FollowUp.objects.count() == count
    with center_scope([cast.center.pk]):
        assert FollowUp.objects.get().death_date_missing_reason == "UNK"
