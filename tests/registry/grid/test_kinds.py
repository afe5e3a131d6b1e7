"""Sessions with doses, scans with lesions and follow-ups as a sheet, by the forms that enter them everywhere else."""

from collections.abc import Callable

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import FollowUp, LesionMeasurement, Patient, TransarterialAgent, TransarterialSession
from tests.conftest import Cast
from tests.registry.grid.conftest import Grid

pytestmark = pytest.mark.django_db
DOSE = "EPIRUBICIN:dose_mg"


@pytest.fixture
def treated(cast: Cast, make_patient: Callable[..., Patient]) -> Patient:
    """One session with a drug."""
    patient = make_patient()
    of = {"patient": patient, "center": cast.center}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a session of the tests"):
        session = TransarterialSession.objects.create(**of, start_date="2015-04-01", modality="CTACE", lipiodol_ml=10)
        TransarterialAgent.objects.create(**of, session=session, agent_code="EPIRUBICIN", dose_mg=40)
    return patient


def doses(cast: Cast) -> dict[tuple[str, str], float]:
    with center_scope([cast.center.pk]):
        return {
            (str(each.session.start_date), each.agent_code): each.dose_mg
            for each in TransarterialAgent.objects.select_related("session")
        }


def test_doses_of_stored_and_new_sessions_are_pasted_and_undone(entering: Client, treated: Patient, cast: Cast) -> None:
    grid = Grid(entering, treated, kind="sessions")
    columns = ["modality", "lipiodol_ml", DOSE, "LOBAPLATIN:dose_mg"]
    block = "2015-04-01\tCTACE\t12\t50\t\n2015-06-01\tCTACE\t8\t30\t40 mg"
    preview = grid.paste(block, column="modality", columns=columns)
    assert preview["held_up"] == 0, preview
    assert grid.store(preview, reason_code="SOURCE").json() == {"stored": 7}
    assert doses(cast) == {
        ("2015-04-01", "EPIRUBICIN"): 50,
        ("2015-06-01", "EPIRUBICIN"): 30,
        ("2015-06-01", "LOBAPLATIN"): 40,
    }
    assert grid.undo() == ["5 records are as they were before."]
    assert doses(cast) == {("2015-04-01", "EPIRUBICIN"): 40}


def test_an_impossible_dose_is_refused_at_its_cell(entering: Client, treated: Patient) -> None:
    grid = Grid(entering, treated, kind="sessions")
    (cell,) = grid.ask(grid.edit(DOSE, "900000"))["cells"]
    assert (cell["column"], cell["state"]) == (DOSE, "problem")


def test_lesions_of_a_new_scan_have_a_column_each(entering: Client, treated: Patient, cast: Cast) -> None:
    grid = Grid(entering, treated, kind="scans")
    block = "Imaging date\tImaging modality\tPurpose of imaging\tLesion 1: Longest diameter\tLesion 2: Longest diameter\n2015-06-01\tCT\tRESP\t41\t12"
    preview = grid.paste(block)
    assert preview["held_up"] == 0, preview
    assert grid.store(preview).json() == {"stored": 5}
    with center_scope([cast.center.pk]):
        assert list(LesionMeasurement.objects.values_list("lesion_no", "whole_mm")) == [(1, 41), (2, 12)]


def test_a_follow_up_by_labels_with_a_partial_date(entering: Client, treated: Patient, cast: Cast) -> None:
    grid = Grid(entering, treated, kind="follow-ups")
    preview = grid.paste("日期\tVital status\tDeath date\n2016-08-01\tDead\t2016-07", column="vital_status")
    assert {cell["column"]: cell["new"] for cell in preview["cells"]} == {
        "follow_up_date": "2016-08-01",
        "vital_status": "DEAD",
        "death_date": "2016-07",
    }
    with center_scope([cast.center.pk]):
        assert not FollowUp.objects.exists()
