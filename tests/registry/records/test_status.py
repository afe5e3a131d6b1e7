"""Draft, submitted, verified, locked: each act from where it may start, by whom it may be done, and what voids it."""

from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from registry.access.scope import center_scope
from registry.choices import RecordStatus, Role
from registry.errors import NotAllowed, Refused
from registry.models import Assessment, FollowUp, LabResult, Membership, Patient, Query, Resection
from registry.queries import close_query, open_query, queries_of, refresh_queries
from registry.records.sign_off import sign_off, sign_off_of, unsigned
from registry.records.status import (
    ACTS,
    acts_on,
    effective_status,
    lock_patient,
    lock_record,
    submit_patient,
    submit_record,
    unlock_patient,
    unlock_record,
    verify_patient,
    verify_record,
)
from registry.records.verification import unverify_value, verified_values, verify_value

pytestmark = pytest.mark.django_db

DAY = date(2021, 6, 1)
lock = partial(lock_record, reason="complete")


@pytest.fixture
def patient(make_patient) -> Patient:
    return make_patient()


@pytest.fixture
def work(cast):
    with center_scope([cast.center.pk], by=cast.data_manager, reason="test of status"):
        yield


@pytest.fixture
def assessment(patient, work) -> Assessment:
    place = {"center_id": patient.center_id, "patient": patient}
    visit = Assessment.objects.create(assessment_date=DAY, assessment_type="BASE", **place)
    LabResult.objects.create(
        assessment=visit, analyte_code="alb", value=41.7, raw_value="41.7", raw_unit="g/L", **place
    )
    return visit


@pytest.fixture
def investigator(cast):
    with center_scope([], by=cast.administrator, reason="a principal investigator"):
        Membership.objects.create(user=cast.outsider, center=cast.center, role=Role.PRINCIPAL_INVESTIGATOR)
    return cast.outsider


def status(record) -> str:
    record.refresh_from_db()
    return record.record_status


def test_a_record_goes_from_draft_to_locked_and_back(assessment, data_manager):
    Assessment.objects.filter(pk=assessment.pk).update(record_status="DRAFT")
    seen = []
    for act in (submit_record, verify_record, lock):
        act(assessment, by=data_manager)
        seen.append(status(assessment))
    unlock_record(assessment, by=data_manager, reason="The report was corrected")
    assert [*seen, status(assessment)] == ["SUBMITTED", "VERIFIED", "LOCKED", "SUBMITTED"]


def test_what_is_entered_with_a_record_is_locked_with_it(assessment, data_manager):
    lock_record(assessment, by=data_manager, reason="complete")
    result = LabResult.objects.get(assessment=assessment)
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        result.value = 40
        result.save()


def test_an_act_starts_only_where_the_table_says(assessment, data_manager):
    lock_record(assessment, by=data_manager, reason="complete")
    for act in (submit_record, verify_record, lock):
        with pytest.raises(Refused, match="locked"):
            act(assessment, by=data_manager)


def test_locking_needs_a_reason(assessment, patient, data_manager):
    for act, of in ((lock_record, assessment), (lock_patient, patient)):
        with pytest.raises(Refused, match="reason"):
            act(of, by=data_manager, reason=" ")
    assert status(assessment) == "SUBMITTED"


def test_unlocking_needs_a_reason_and_the_trail_keeps_it(assessment, data_manager, rows):
    lock_record(assessment, by=data_manager, reason="complete")
    with pytest.raises(Refused, match="reason"):
        unlock_record(assessment, by=data_manager, reason=" ")
    unlock_record(assessment, by=data_manager, reason="A typing error in the height")
    told = rows(
        "SELECT c.metadata->>'reason', (c.metadata->>'user')::int FROM registry_assessmentevent e JOIN pghistory_context c "
        "ON c.id = e.pgh_context_id WHERE e.pgh_obj_id = %s ORDER BY e.pgh_id DESC LIMIT 1",
        [assessment.pk],
    )
    assert told == [("A typing error in the height", data_manager.pk)]


def test_who_may_not_is_told_so(assessment, patient, uploader, other_data_manager, investigator):
    for person in (uploader, other_data_manager, investigator):
        for act in (verify_record, lock):
            with pytest.raises(NotAllowed):
                act(assessment, by=person)
        with pytest.raises(NotAllowed):
            lock_patient(patient, by=person, reason="complete")


def test_a_draft_with_an_error_is_not_submitted(patient, work, data_manager):
    wrong = FollowUp.objects.create(
        center_id=patient.center_id,
        patient=patient,
        follow_up_date=date(1950, 1, 1),
        vital_status="ALIVE",
        record_status="DRAFT",
    )
    with pytest.raises(Refused, match="1950-01-01"):
        submit_record(wrong, by=data_manager)
    with pytest.raises(Refused, match="1950-01-01"):
        submit_patient(patient, by=data_manager)
    assert status(wrong) == "DRAFT"


def test_a_draft_is_asked_about_once_it_is_submitted(patient, work, data_manager):
    draft = Resection.objects.create(
        center_id=patient.center_id,
        patient=patient,
        start_date=DAY,
        treatment_intent="CUR",
        resection_margin="R2",
        record_status="DRAFT",
    )
    asked = Query.objects.filter(entity="resection", record_id=draft.pk)
    refresh_queries([patient.pk], by=data_manager)
    assert not asked.exists()
    submit_record(draft, by=data_manager)
    assert asked.filter(codes__contains=["V-T29"]).exists()


def test_a_query_shows_and_forbids_to_verify_and_to_lock(assessment, patient, data_manager):
    result = LabResult.objects.get(assessment=assessment)
    query = open_query(result, variables=["value"], text="Which unit?", by=data_manager)
    assert effective_status(assessment) is RecordStatus.QUERIED
    assert effective_status(assessment, queries=queries_of(patient)) is RecordStatus.QUERIED
    assert effective_status(patient) is RecordStatus.SUBMITTED
    for act in (verify_record, lock):
        with pytest.raises(Refused, match="open queries"):
            act(assessment, by=data_manager)
    with pytest.raises(Refused, match="This patient has open queries"):
        lock_patient(patient, by=data_manager, reason="complete")
    close_query(query, by=data_manager, text="g/L it is")
    lock_patient(patient, by=data_manager, reason="complete")
    assert {status(patient), status(assessment), status(result)} == {"LOCKED"}


def test_a_patient_is_verified_locked_and_unlocked_as_a_whole(assessment, patient, data_manager):
    assert verify_patient(patient, by=data_manager) == 3
    assert lock_patient(patient, by=data_manager, reason="complete") == 3
    with pytest.raises(Refused, match="reason"):
        unlock_patient(patient, by=data_manager, reason="")
    assert unlock_patient(patient, by=data_manager, reason="New follow-up") == 3


def test_a_patient_with_a_draft_is_not_locked(assessment, patient, data_manager):
    Assessment.objects.filter(pk=assessment.pk).update(record_status="DRAFT")
    with pytest.raises(Refused, match="draft records"):
        lock_patient(patient, by=data_manager, reason="complete")


def test_only_what_can_be_done_now_is_offered(assessment, data_manager, uploader):
    assert acts_on(assessment, by=data_manager) == ("verify", "lock", "withdraw")
    assert acts_on(assessment, by=uploader) == ()
    lock_record(assessment, by=data_manager, reason="complete")
    assert acts_on(assessment, by=data_manager) == ("unlock",)
    assert set(ACTS) == {"submit", "verify", "lock", "unlock"}


def test_a_tick_lasts_while_its_value_is_the_same(assessment, patient, data_manager):
    verify_value(assessment, variable="assessment_date", by=data_manager)
    verify_value(assessment, variable="weight_kg", by=data_manager)
    here = ("assessment", assessment.pk)
    assert set(verified_values(patient)[here]) == {"assessment_date", "weight_kg"}
    assessment.weight_kg = 70.0
    assessment.save()
    assert set(verified_values(patient)[here]) == {"assessment_date"}
    unverify_value(assessment, variable="assessment_date", by=data_manager)
    assert verified_values(patient) == {}


def test_a_value_is_verified_by_a_data_manager_of_the_center_and_only_if_it_exists(
    assessment, data_manager, uploader, other_data_manager
):
    for person in (uploader, other_data_manager):
        with pytest.raises(NotAllowed):
            verify_value(assessment, variable="weight_kg", by=person)
    with pytest.raises(Refused, match="no such field"):
        verify_value(assessment, variable="shoe_size", by=data_manager)


def test_a_sign_off_lasts_until_anything_of_the_patient_changes(assessment, patient, investigator, data_manager):
    sign_off(patient, by=investigator, statement="I vouch for these records.")
    assert sign_off_of(patient).signed_by == investigator
    assert list(unsigned([patient.center_id])) == []
    lock_patient(patient, by=data_manager, reason="complete")
    assert sign_off_of(patient) is not None, "a lock changes no value"
    unlock_patient(patient, by=data_manager, reason="to correct")
    result = LabResult.objects.get(assessment=assessment)
    result.value = 40
    result.save()
    assert sign_off_of(patient) is None
    assert list(unsigned([patient.center_id])) == [patient]


def test_a_record_more_voids_the_sign_off(assessment, patient, investigator):
    sign_off(patient, by=investigator, statement="I vouch for these records.")
    Resection.objects.create(center_id=patient.center_id, patient=patient, start_date=DAY)
    assert sign_off_of(patient) is None


def test_only_an_investigator_signs_and_nothing_that_is_queried_or_draft(
    assessment, patient, investigator, data_manager
):
    with pytest.raises(NotAllowed):
        sign_off(patient, by=data_manager, statement="I vouch.")
    with pytest.raises(Refused, match="Enter the statement"):
        sign_off(patient, by=investigator, statement="")
    query = open_query(assessment, variables=["weight_kg"], text="Weighed?", by=data_manager)
    with pytest.raises(Refused, match="open queries"):
        sign_off(patient, by=investigator, statement="I vouch.")
    close_query(query, by=data_manager, text="no")
    Assessment.objects.filter(pk=assessment.pk).update(record_status="DRAFT")
    with pytest.raises(Refused, match="draft records"):
        sign_off(patient, by=investigator, statement="I vouch.")
