"""How all records of a patient stand, and what one act on many patients would do before it does it."""

from datetime import date

import pytest

from registry.access.scope import center_scope
from registry.errors import Refused
from registry.models import FollowUp, Patient, Query
from registry.queries import open_query
from registry.records.bulk import BULK_ACTS, carried_out, previewed
from registry.records.states import in_state, states_of

pytestmark = pytest.mark.django_db

STATES = ("DRAFT", "QUERIED", "SUBMITTED", "VERIFIED", "LOCKED")


@pytest.fixture
def each(cast, make_patient):
    """A patient in each state; the scope of the data manager is open."""
    patients = {state: make_patient(local_id=state) for state in STATES}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a test"):
        for state in ("VERIFIED", "LOCKED"):
            Patient.objects.filter(pk=patients[state].pk).update(record_status=state)
        of = {"follow_up_date": date(2016, 1, 5), "vital_status": "ALIVE", "center": cast.center}
        FollowUp.objects.create(patient=patients["DRAFT"], record_status="DRAFT", **of)
        open_query(patients["QUERIED"], variables=["sex"], text="Sure?", by=cast.data_manager)
        yield patients


def lines(told) -> dict[str, tuple[int, str]]:
    return {line.patient.local_id: (line.count, line.why_not) for line in told}


def test_the_state_of_a_patient_is_the_least_of_any_record(each):
    states = states_of([patient.pk for patient in each.values()])
    assert {name: states[patient.pk].state for name, patient in each.items()} == {state: state for state in STATES}
    assert states[each["QUERIED"].pk].queries == 1
    assert states[each["DRAFT"].pk].changed_at is not None
    for state in STATES:
        assert [patient.local_id for patient in in_state(Patient.objects.all(), state=state)] == [state]


def test_a_preview_says_what_would_happen_and_does_nothing(each, data_manager):
    told = lines(previewed(BULK_ACTS["patient", "lock"], items=each.values(), by=data_manager))
    assert told["SUBMITTED"] == (1, "")
    assert "draft records" in told["DRAFT"][1]
    assert "open queries" in told["QUERIED"][1]
    assert told["LOCKED"] == (0, "There is nothing to change.")
    assert not Patient.objects.filter(local_id="SUBMITTED", record_status="LOCKED").exists()


def test_what_is_refused_of_one_keeps_no_other_back(each, data_manager):
    with pytest.raises(Refused, match="reason"):
        carried_out(BULK_ACTS["patient", "lock"], items=each.values(), by=data_manager, reason=" ")
    carried_out(BULK_ACTS["patient", "lock"], items=each.values(), by=data_manager, reason="end of study")
    carried_out(BULK_ACTS["patient", "submit"], items=each.values(), by=data_manager)
    standing = dict(Patient.objects.values_list("local_id", "record_status"))
    assert standing == {
        **dict.fromkeys(("SUBMITTED", "VERIFIED", "LOCKED"), "LOCKED"),
        **dict.fromkeys(("DRAFT", "QUERIED"), "SUBMITTED"),
    }
    assert FollowUp.objects.get().record_status == "SUBMITTED"


def test_queries_of_many_are_given_to_one_person(each, data_manager, uploader):
    carried_out(BULK_ACTS["patient", "assign"], items=each.values(), by=data_manager, to=uploader)
    assert Query.objects.get().assigned_to == uploader
