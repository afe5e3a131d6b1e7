"""A statistician's script repeats a run, with the permissions of the page; what a person reads of it says the same."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from analytics.models import Run, RunRepetition
from analytics.studies.services import add_library_study, run_comparison
from analytics.tasks import repeat_run
from importers.api.tokens import make_token
from registry.access.scope import center_scope
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def finished(make_case: Callable, cast: Cast) -> Run:
    for number in range(8):
        make_case(f"{number}", arm="resection" if number < 4 else "ablation", sex="MF"[number // 2 % 2])
    study = add_library_study("an-2025", by=cast.statistician, reason="the tests")
    return run_comparison(study, by=cast.statistician, reason="the tests")


def test_a_script_asks_for_a_repetition_and_hears_that_it_is_equal_or_what_differs(finished: Run, cast: Cast) -> None:
    script = Client(headers={"authorization": f"Token {make_token(by=cast.statistician, days=30)}"})
    asked = script.post(f"/api/v1/runs/{finished.pk}/repetitions")
    assert (asked.status_code, asked.json()["is_over"], asked.json()["is_equal"]) == (201, False, None)
    assert _done(script, asked.json()["repetition"], cast=cast)["is_equal"] is True
    with center_scope(finished.center_ids, by=cast.statistician, reason="the tests"):
        run = Run.objects.select_related("result").get(pk=finished.pk)
        content = json.loads(run.result.content)
        content["arms"]["n"]["Resection"] = 5
        content["software"]["numpy"] = "0.1"
        run.result.content = json.dumps(content)
        run.result.save()
    again = script.post(f"/api/v1/runs/{finished.pk}/repetitions").json()["repetition"]
    told = _done(script, again, cast=cast)
    assert (told["is_equal"], told["differences"], list(told["software"])) == (False, 2, ["numpy"])

    reader = Client()
    reader.force_login(cast.statistician)
    page = reader.get(reverse("analytics:repetition", args=[again])).content.decode()
    assert "Not equal: 2 places of the result differ." in page
    assert "they may tell of outcomes" in page
    assert "equal to the letter" in reader.get(finished.get_absolute_url()).content.decode()
    assert reader.post(reverse("analytics:repeat", args=[finished.pk])).status_code == 302


def _done(script: Client, repetition: int, *, cast: Cast) -> dict:
    with center_scope([cast.center.pk, cast.other_center.pk]):
        job_id = RunRepetition.objects.get(pk=repetition).job_id
    repeat_run(job_id=job_id, repetition=repetition, user=cast.statistician.pk)
    return script.get(f"/api/v1/repetitions/{repetition}").json()


def test_whoever_may_not_run_studies_in_all_of_the_centers_repeats_nothing(finished: Run, cast: Cast) -> None:
    script = Client(headers={"authorization": f"Token {make_token(by=cast.uploader, days=30)}"})
    assert script.post(f"/api/v1/runs/{finished.pk}/repetitions").status_code == 403
    assert Client().post(f"/api/v1/runs/{finished.pk}/repetitions").status_code in (401, 403)
    reader = Client()
    reader.force_login(cast.investigator)
    assert reader.post(reverse("analytics:repeat", args=[finished.pk])).status_code == 403
