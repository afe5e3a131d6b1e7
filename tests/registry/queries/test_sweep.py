"""The sweep runs every check over every center, a batch at a time; twice it opens nothing twice; stopped, it leaves what it did."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from registry import queries as of_queries
from registry import tasks
from registry.access.scope import center_scope
from registry.errors import NotAllowed, Refused
from registry.jobs import queue
from registry.models import Job, Patient, PatientIdentity, Query, Resection, Sweep
from registry.queries.sweep import active_centers, start_sweep, sweep, system_account

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2021, 6, 1)


@pytest.fixture
def faults(cast, make_patient):
    """One contradiction in each of two centers, and a patient without any."""
    for center, by in ((cast.center, cast.data_manager), (cast.other_center, cast.other_data_manager)):
        patient = make_patient(center=center)
        with center_scope([center.pk], by=by, reason="a fault"):
            Resection.objects.create(
                center=center, patient=patient, start_date=DAY, treatment_intent="CUR", resection_margin="R2"
            )
    make_patient(local_id="0002")


@pytest.fixture
def everything(cast):
    """A scope over both centers, as nobody but the sweep has it."""
    return lambda: center_scope([cast.center.pk, cast.other_center.pk])


def test_it_finds_every_center_and_twice_opens_nothing_twice(faults, everything):
    first = sweep(active_centers(), by=system_account())
    again = sweep(active_centers(), by=system_account())
    assert (first.patients, first.records, first.opened) == (3, 5, 2)
    assert (again.opened, again.closed) == (0, 0)
    assert first.found == again.found
    assert {center: found["V-T29"] for center, found in first.found.items()} == {"C01": 1, "C02": 1}
    assert first.ended_at is not None
    with everything():
        assert Query.objects.count() == 2


def test_small_batches_reach_everybody_once(faults, monkeypatch, everything):
    monkeypatch.setattr("registry.queries.sweep.BATCH", 1)
    result = sweep(active_centers(), by=system_account())
    assert (result.patients, result.opened) == (3, 2)


def test_the_command_prints_counts_and_nothing_of_a_patient(faults):
    out = StringIO()
    call_command("sweep", center=["C01"], stdout=out, stderr=StringIO())
    assert "2 patients, 3 records: 1 queries opened, 0 closed" in out.getvalue()
    assert "C01 V-T29 1" in out.getvalue()
    assert "2021" not in out.getvalue()
    for wrong in ({"center": ["C09"]}, {"by": "nobody"}):
        with pytest.raises(CommandError, match="no active"):
            call_command("sweep", **wrong, stdout=out)


def test_the_task_shows_its_progress_and_leads_to_its_result(faults, cast):
    job = Job.objects.create(kind="sweep", requested_by=cast.administrator)
    tasks.sweep(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.percent, job.result_url) == ("DONE", 100, "/sweeps/")
    assert Sweep.objects.get(job=job).opened == 2


def test_a_canceled_sweep_keeps_what_it_did(faults, cast, monkeypatch, everything):
    monkeypatch.setattr("registry.queries.sweep.BATCH", 1)
    job = Job.objects.create(kind="sweep", requested_by=cast.administrator)
    refresh = of_queries.refresh_queries

    def stop_after_the_first(*args, **options):
        queue.cancel(job)
        return refresh(*args, **options)

    monkeypatch.setattr("registry.queries.sweep.refresh_queries", stop_after_the_first)
    tasks.sweep(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("CANCELED", "Canceled. Changes made before cancellation were kept.")
    result = Sweep.objects.get(job=job)
    assert (result.patients, result.opened, result.ended_at) == (1, 1, None)
    with everything():
        assert Query.objects.count() == 1


def test_a_patient_whom_somebody_is_changing_is_passed_by(faults, cast, everything):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT set_config('app.center_ids', %s, true)", [str(cast.center.pk)])
            cursor.execute("SELECT id FROM registry_patient WHERE local_id = '0001' FOR UPDATE")
            result = sweep(active_centers(), by=system_account())
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert result.patients == 2


def test_only_an_administrator_starts_one_and_one_at_a_time(cast):
    with pytest.raises(NotAllowed):
        start_sweep(by=cast.data_manager)
    start_sweep(by=cast.administrator)
    with pytest.raises(Refused, match="already running"):
        start_sweep(by=cast.administrator)


def test_every_night_it_runs_in_the_name_of_the_house(cast):
    tasks.nightly_sweep(timestamp=0)
    tasks.nightly_sweep(timestamp=0)
    (job,) = Job.objects.filter(kind="sweep")
    assert job.requested_by == system_account()
    assert not job.requested_by.is_active
    assert not job.requested_by.has_usable_password()


def test_it_does_not_touch_a_record(faults, everything):
    with everything():
        before = list(Patient.objects.values_list("pk", "updated_at", "row_version"))
    sweep(active_centers(), by=system_account())
    with everything():
        assert list(Patient.objects.values_list("pk", "updated_at", "row_version")) == before


def test_one_person_in_two_centers_is_asked_about_once_and_no_more_when_they_differ(cast, make_patient, everything):
    first, second = make_patient(center=cast.center), make_patient(center=cast.other_center)
    _link(first, by=cast.data_manager, ending="12345X")
    _link(second, by=cast.other_data_manager, ending="12345X")
    opened = [sweep(active_centers(), by=system_account()).opened for _ in range(2)]
    assert opened == [1, 0]
    with everything():
        query = Query.objects.get(codes=["V-P03"])
    assert (query.patient_id, query.variables) == (second.pk, ["birth_date"])
    assert cast.center.center_code in query.text_en
    with center_scope([cast.other_center.pk], by=cast.other_data_manager, reason="a check of one patient"):
        of_queries.refresh_queries([second.pk], by=cast.other_data_manager)
        query.refresh_from_db()
    assert not query.is_closed
    _link(second, by=cast.other_data_manager, ending="543210")
    assert sweep(active_centers(), by=system_account()).closed == 1


def _link(patient, *, by, ending):
    with center_scope([patient.center_id], by=by, reason="the ID card was shown"):
        identity, _is_new = PatientIdentity.objects.get_or_create(patient=patient, center_id=patient.center_id)
        identity.set_linkage(national_id_ending=ending)
        identity.save()
