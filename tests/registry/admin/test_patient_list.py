"""The list of patients tells how each stands and leads to what may be done with many."""

from collections.abc import Callable

import pytest
from django.test import Client

from registry.access.scope import center_scope
from registry.models import FollowUp, Patient
from registry.queries import open_query
from registry.records.withdrawal import withdraw
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

LIST = "/admin/registry/patient/"


def test_state_queries_and_last_change_are_columns_and_the_state_a_filter(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    asked, _other = make_patient(local_id="ASKED"), make_patient(local_id="QUIET")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        open_query(asked, variables=["sex"], text="Sure?", by=cast.data_manager)
    page = entering.get(LIST).content.decode()
    for told in ("Queried", f"/queries/?patient={asked.pk}", "Last change"):
        assert told in page
    found = entering.get(LIST, {"state": "QUERIED"}).content.decode()
    assert "ASKED" in found
    assert "QUIET" not in found


def test_an_act_on_many_is_told_first_and_then_done(entering: Client, make_patient: Callable, cast: Cast) -> None:
    patients = [make_patient(local_id=name) for name in ("A", "B")]
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        open_query(patients[1], variables=["sex"], text="Sure?", by=cast.data_manager)
    chosen = {"action": "lock_selected", "_selected_action": [patient.pk for patient in patients]}
    preview = entering.post(LIST, chosen, follow=True)
    assert [line.patient.local_id for line in preview.context["will"]] == ["A"]
    assert [line.patient.local_id for line in preview.context["will_not"]] == ["B"]
    assigning = entering.get(preview.request["PATH_INFO"].replace("lock", "assign"), {"ids": patients[1].pk})
    assert [(line.patient.local_id, line.count) for line in assigning.context["will"]] == [("B", 1)]
    address = preview.request["PATH_INFO"] + "?" + preview.request["QUERY_STRING"]
    assert "Enter a reason." in entering.post(address, {"words": ""}).content.decode()
    entering.post(address, {"words": "end of study"})
    with center_scope([cast.center.pk]):
        assert dict(Patient.objects.values_list("local_id", "record_status")) == {"A": "LOCKED", "B": "SUBMITTED"}


def test_nobody_acts_on_patients_of_another_center(client: Client, make_patient: Callable, cast: Cast) -> None:
    patient = make_patient()
    client.force_login(cast.other_data_manager)
    page = client.get(f"/records/bulk/lock/?ids={patient.pk}")
    assert (page.context["will"], page.context["will_not"]) == ([], [])
    client.force_login(cast.investigator)
    assert client.get(f"/records/bulk/lock/?ids={patient.pk}").status_code == 403


def test_a_withdrawn_record_is_listed_on_its_patients_page_and_history(
    entering: Client, make_patient: Callable, cast: Cast
) -> None:
    patient = make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        contact = FollowUp.objects.create(
            patient=patient, center=cast.center, follow_up_date="2016-01-05", vital_status="ALIVE"
        )
        withdraw(contact, by=cast.data_manager, reason="it was another patient")
    for address in (f"{LIST}{patient.pk}/change/", f"{LIST}{patient.pk}/history/"):
        page = entering.get(address).content.decode()
        for told in ("1 withdrawn record", "it was another patient", f"/records/followup/{contact.pk}/act/restore/"):
            assert told in page
    assert "withdrawn (1)" in " ".join(entering.get(f"{LIST}{patient.pk}/change/").content.decode().split())
