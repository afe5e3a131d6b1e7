"""A record is withdrawn with all below it, keeps its natural key, and comes back as it was."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from registry.access.scope import center_scope
from registry.errors import NotAllowed, Refused
from registry.models import Assessment, LabResult, Patient, Query, Resection
from registry.queries import open_query, refresh_queries, reopen_query
from registry.records.sign_off import digests
from registry.records.status import acts_on, lock_record
from registry.records.withdrawal import restore, withdraw, withdrawn_twin

pytestmark = pytest.mark.django_db

DAY = date(2021, 6, 1)


@pytest.fixture
def patient(make_patient) -> Patient:
    return make_patient()


@pytest.fixture
def work(cast):
    with center_scope([cast.center.pk], by=cast.data_manager, reason="test of withdrawal"):
        yield


@pytest.fixture
def assessment(patient, work) -> Assessment:
    place = {"center_id": patient.center_id, "patient": patient}
    visit = Assessment.objects.create(assessment_date=DAY, assessment_type="BASE", **place)
    for code in ("alb", "tbil"):
        LabResult.objects.create(assessment=visit, analyte_code=code, value=20, raw_value="20", raw_unit="", **place)
    return visit


def test_a_record_goes_with_what_is_below_it_and_comes_back_whole(assessment, data_manager):
    assert withdraw(assessment, by=data_manager, reason="entered for the wrong patient") == 3
    assert not Assessment.objects.exists()
    assert not LabResult.objects.exists()
    assert Assessment.including_withdrawn.get().withdrawn_at is not None
    assert restore(assessment, by=data_manager, reason="it was the right one") == 3
    assert (Assessment.objects.count(), LabResult.objects.count()) == (1, 2)


def test_what_had_been_withdrawn_before_stays_withdrawn(assessment, data_manager):
    withdraw(LabResult.objects.get(analyte_code="alb"), by=data_manager, reason="not of that day")
    assert withdraw(assessment, by=data_manager, reason="wrong patient") == 2
    restore(assessment, by=data_manager, reason="right after all")
    assert list(LabResult.objects.values_list("analyte_code", flat=True)) == ["tbil"]


def test_a_patient_goes_with_every_record(assessment, patient, data_manager):
    assert withdraw(patient, by=data_manager, reason="consent withdrawn") == 4
    assert not Patient.objects.exists()
    assert digests([patient.pk]) == {}
    with pytest.raises(Refused, match="Restore it first"):
        restore(assessment, by=data_manager, reason="alone")
    assert restore(patient, by=data_manager, reason="consent given anew") == 4


def test_the_natural_key_stays_taken_and_says_by_what(assessment, patient, data_manager):
    withdraw(assessment, by=data_manager, reason="wrong patient")
    again = Assessment(center_id=patient.center_id, patient=patient, assessment_date=DAY, assessment_type="BASE")
    assert withdrawn_twin(again) == assessment
    with pytest.raises(IntegrityError, match="one_assessment_per_patient_date_type"), transaction.atomic():
        again.save()


def test_the_reason_is_in_the_trail_of_each_record(assessment, data_manager, rows):
    with pytest.raises(Refused, match="reason"):
        withdraw(assessment, by=data_manager, reason="")
    withdraw(assessment, by=data_manager, reason="wrong patient")
    for table, count in (("assessment", 1), ("labresult", 2)):
        told = rows(
            f"SELECT count(*) FROM registry_{table}event e JOIN pghistory_context c ON c.id = e.pgh_context_id "
            "WHERE e.withdrawn_at IS NOT NULL AND c.metadata->>'reason' = 'wrong patient'"
        )
        assert told == [(count,)]


def test_nothing_locked_is_withdrawn(assessment, patient, data_manager):
    lock_record(assessment, by=data_manager, reason="complete")
    for record in (assessment, patient):
        with pytest.raises(Refused, match="locked"):
            withdraw(record, by=data_manager, reason="wrong")


def test_who_may_not_is_told_so(assessment, uploader, other_data_manager):
    for person in (uploader, other_data_manager):
        with pytest.raises(NotAllowed):
            withdraw(assessment, by=person, reason="wrong")


def test_twice_is_refused(assessment, data_manager):
    with pytest.raises(Refused, match="not withdrawn"):
        restore(assessment, by=data_manager, reason="?")
    withdraw(assessment, by=data_manager, reason="wrong")
    assert acts_on(assessment, by=data_manager) == ("restore",)
    with pytest.raises(Refused, match="already"):
        withdraw(assessment, by=data_manager, reason="wrong")


def test_queries_close_with_the_record_and_the_checks_ask_again_when_it_is_back(patient, work, data_manager):
    place = {"center_id": patient.center_id, "patient": patient}
    operation = Resection.objects.create(start_date=DAY, treatment_intent="CUR", resection_margin="R2", **place)
    refresh_queries([patient.pk], by=data_manager)
    asked = open_query(operation, variables=["start_date"], text="The day of admission?", by=data_manager)
    withdraw(operation, by=data_manager, reason="another patient's")
    assert set(Query.objects.values_list("state", "closed_because")) == {("CLOSED", "WITHDRAWN")}
    with pytest.raises(Refused, match="Restore"):
        reopen_query(asked, text="still", by=data_manager)
    restore(operation, by=data_manager, reason="ours")
    assert Query.objects.get(codes=["V-T29"]).state == "OPEN"
    reopen_query(asked, text="still", by=data_manager)
