"""Who sees and changes what in the record forms."""

from collections.abc import Callable

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import Membership, Patient
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PATIENTS = "/admin/registry/patient/"


def test_data_manager_sees_the_patients_of_the_own_center_alone(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    make_patient(local_id="OURS")
    foreign = make_patient(local_id="THEIRS", center=cast.other_center)
    page = entering.get(PATIENTS).content.decode()
    assert "OURS" in page
    assert "THEIRS" not in page
    assert "Hospital 2" not in page
    assert entering.get(f"{PATIENTS}{foreign.pk}/change/").status_code == 302
    assert entering.get(f"{PATIENTS}{foreign.pk}/history/").status_code == 302


def test_csv_holds_the_own_center_alone_and_no_hospital_number(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    ours, theirs = make_patient(local_id="=1+1"), make_patient(local_id="THEIRS", center=cast.other_center)
    response = entering.post(PATIENTS, {"action": "export_csv", "_selected_action": [ours.pk, theirs.pk]})
    text = response.getvalue().decode()
    assert "text/csv" in response["Content-Type"]
    assert "'=1+1" in text  # a spreadsheet would run it
    assert "Male" in text
    assert "THEIRS" not in text
    assert "hospital" not in text.lower().replace("hospital 1", "")


@pytest.mark.parametrize("role", [Role.PRINCIPAL_INVESTIGATOR, Role.UPLOADER])
def test_reader_reads_but_cannot_enter(
    client: Client, make_patient: Callable, cast: Cast, patient_form: Callable, role: str
) -> None:
    patient = make_patient(prior_hcc_treatment=["SR", "SYS_TKI"])
    with center_scope([], by=cast.administrator, reason="a test"):
        Membership.objects.create(user=cast.outsider, center=cast.center, role=role)
    client.force_login(cast.outsider)
    page = client.get(f"{PATIENTS}{patient.pk}/change/").content.decode()
    assert "Tyrosine kinase inhibitor" in page
    assert "SYS_TKI" not in page
    assert client.post(f"{PATIENTS}{patient.pk}/change/", patient_form(sex="F")).status_code == 403
    assert client.post(f"{PATIENTS}add/", patient_form()).status_code == 403
    with center_scope([cast.center.pk]):
        assert Patient.objects.get().sex == "M"


@pytest.mark.parametrize("name", ["statistician", "outsider", "administrator"])
def test_others_see_no_patient(client: Client, make_patient: Callable, cast: Cast, name: str) -> None:
    patient = make_patient()
    client.force_login(getattr(cast, name))
    assert client.get(PATIENTS).status_code == 403
    assert client.get(f"{PATIENTS}{patient.pk}/change/").status_code in {302, 403}
    assert client.get("/admin/registry/assessment/").status_code == 403


def test_nothing_is_deleted(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    assert entering.post(f"{PATIENTS}{patient.pk}/delete/", {"post": "yes"}).status_code == 403
    entering.post(PATIENTS, {"action": "delete_selected", "_selected_action": [patient.pk], "post": "yes"})
    with center_scope([cast.center.pk]):
        assert Patient.objects.count() == 1


def test_stored_patient_cannot_be_moved_to_another_center(
    entering: Client, make_patient: Callable, cast: Cast, patient_form: Callable
) -> None:
    patient = make_patient(local_id="0007")
    with center_scope([], by=cast.administrator, reason="a test"):
        Membership.objects.create(user=cast.data_manager, center=cast.other_center, role=Role.DATA_MANAGER)
    form = patient_form(center=cast.other_center.pk, row_version=patient.row_version) | {
        "_reason_code": "TRANSCR",
        "assessment_set-TOTAL_FORMS": 0,
        "assessment_set-INITIAL_FORMS": 0,
    }
    assert entering.post(f"{PATIENTS}{patient.pk}/change/", form).status_code == 302
    with center_scope([cast.center.pk, cast.other_center.pk]):
        assert Patient.objects.get(pk=patient.pk).center_id == cast.center.pk


@pytest.mark.parametrize("page", ["auth/user", "registry/center", "registry/membership", "registry/job"])
def test_administration_is_for_administrators(client: Client, cast: Cast, page: str) -> None:
    client.force_login(cast.data_manager)
    assert client.get(f"/admin/{page}/").status_code == 403
    client.force_login(cast.administrator)
    assert client.get(f"/admin/{page}/").status_code == 200
