"""A run as the worker does it: with its own transaction, twice is once, canceled leaves nothing."""

import pytest

from analytics.models import DesignData, DesignTry, Run, RunRepetition
from analytics.protocol.population import read_study_protocol
from analytics.protocol.redesign import settings_of
from analytics.studies.designs import try_design
from analytics.studies.repetitions import request_repetition
from analytics.studies.services import add_library_study, request_run
from analytics.tasks import repeat_run, run_study
from analytics.tasks import try_design as try_design_later
from registry.access.scope import center_scope
from registry.jobs import queue
from registry.models import Job
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def requested(make_case, cast: Cast) -> Run:
    for number in range(8):
        arm = "resection" if number < 4 else "ablation"
        make_case(f"{number}", arm=arm, sex="MF"[number % 2], center=[cast.center, cast.other_center][number // 2 % 2])
    study = add_library_study("an-2025", by=cast.statistician, reason="the tests")
    return request_run(study, by=cast.statistician, reason="the tests")


def seen(run: Run) -> Run:
    with center_scope(run.center_ids):
        return Run.objects.select_related("job").get(pk=run.pk)


def work(run: Run, *, cast: Cast) -> Job:
    run_study(job_id=run.job_id, run=run.pk, user=cast.statistician.pk)
    return Job.objects.get(pk=run.job_id)


def test_the_worker_finishes_a_requested_run_and_leads_to_it(requested: Run, cast: Cast) -> None:
    assert seen(requested).state == "QUEUED"
    job = work(requested, cast=cast)
    assert (job.state, job.percent, job.result_url) == ("DONE", 100, requested.get_absolute_url())
    first = seen(requested)
    assert first.state == "DONE"
    work(requested, cast=cast)
    assert seen(requested).result_sha256 == first.result_sha256


def test_a_design_of_many_rows_and_a_repetition_are_left_to_the_worker_and_lead_to_their_pages(
    requested: Run, cast: Cast
) -> None:
    work(requested, cast=cast)
    run, by = seen(requested), cast.statistician
    with center_scope(run.center_ids, by=by, reason="the tests"):
        DesignData.objects.update(rows=10_000)
        asked = Run.objects.select_related("study", "result").get(pk=run.pk)
        settings = settings_of(read_study_protocol(asked.study.protocol))
    tried, repetition = try_design(asked, settings=settings, by=by), request_repetition(asked, by=by)
    assert (tried.found, repetition.is_equal) == (None, None)
    for task, made in ((try_design_later, {"tried": tried.pk}), (repeat_run, {"repetition": repetition.pk})):
        job_id = tried.job_id if "tried" in made else repetition.job_id
        task(job_id=job_id, **made, user=by.pk)
        assert Job.objects.get(pk=job_id).result_url in {tried.get_absolute_url(), repetition.get_absolute_url()}
    with center_scope(run.center_ids):
        assert DesignTry.objects.get(pk=tried.pk).design_sha256 == run.design_sha256
        done = RunRepetition.objects.get()
    assert (done.is_equal, done.found) == (True, {"count": 0, "places": [], "software": {}})


def test_a_canceled_run_leaves_no_result(requested: Run, cast: Cast) -> None:
    queue.cancel(Job.objects.get(pk=requested.job_id))
    assert work(requested, cast=cast).state == "CANCELED"
    assert seen(requested).state == "CANCELED"
    assert not seen(requested).result_sha256


def test_a_run_that_cannot_be_done_says_why(cast: Cast, make_case) -> None:
    make_case("1")
    study = add_library_study("an-2025", by=cast.statistician, reason="the tests")
    run = request_run(study, by=cast.statistician, reason="the tests")
    assert work(run, cast=cast).state == "DONE"
    assert seen(run).state == "FAILED"
    assert "Ablation" in seen(run).failure[0]["en"]
