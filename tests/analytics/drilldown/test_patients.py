"""From a number of a result to the patients behind it."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analytics.drilldown import services
from analytics.drilldown.people import people_behind
from analytics.models import Run, RunResult
from analytics.result.rows.patients import counts_patients
from analytics.result.rows.rows import ResultRows
from analytics.studies.acceptance import accept_design
from analytics.studies.services import add_library_study, run_comparison
from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import AdverseEvent, Membership
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def run(make_case: Callable, add_record: Callable, cast: Cast) -> Run:
    """Eight patients in two arms and two centers, one of unknown resectability; two died, one had fever."""
    for number in range(8):
        patient = make_case(
            f"{number}",
            arm="resection" if number < 4 else "ablation",
            center=[cast.center, cast.other_center][number % 2],
            sex="MF"[number // 2 % 2],
            death_date=date(2020, 3, 1) if number in (1, 6) else None,
        )
    event = {"ae_term": "Fever", "ctcae_version": "4.0", "ae_grade": "2", "ae_onset_date": date(2018, 6, 5)}
    add_record(AdverseEvent, patient=patient, **event)
    make_case("9", resectability_index=None)
    study = add_library_study("an-2025", by=cast.statistician, reason="the tests")
    found = run_comparison(study, by=cast.statistician, reason="the tests")
    accept_design(found, by=cast.statistician, reason="the tests")
    services._kept.clear()
    return found


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def listed(client: Client, run: Run, *, of: str, **asked: str) -> list[dict[str, str]]:
    response = client.get(reverse("analytics:patients", args=[run.pk]), {"of": of, "file": "csv", **asked})
    assert response.status_code == 200, (of, response.status_code)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_each_count_of_a_result_leads_to_as_many_patients(run: Run, cast: Cast) -> None:
    with center_scope(run.center_ids):
        found = Run.objects.select_related("study", "snapshot", "result").get(pk=run.pk)
        rows = ResultRows(json.loads(RunResult.objects.get(run=run).content))
        asked = [row for row in rows if counts_patients(row.address) and row.value is not None]
        services.patients_behind(found, row=asked[0], rows=rows)
        population = next(iter(services._kept.values()))
        wrong = []
        for row in asked:
            people = people_behind(row, population=population)
            if people is None or (len(people) != row.value and not row.address.startswith("safety")):
                wrong.append((row.address, row.value, people))
    assert len(asked) > 300
    assert wrong == []


def test_a_count_opens_its_patients_and_each_leads_to_the_record(run: Run, cast: Cast) -> None:
    with center_scope([], by=cast.administrator, reason="who also reads records, in one center"):
        Membership.objects.create(user=cast.statistician, center=cast.center, role=Role.DATA_MANAGER)
    client = signed_in(cast.statistician)
    page = client.get(run.get_absolute_url()).content.decode()
    address = reverse("analytics:patients", args=[run.pk])
    assert f'href="{address}?of=flow.unresectable.removed"' in page
    assert f'href="{address}?of=endpoints.OS.unmatched.arms.Resection.events"' in page
    (left,) = listed(client, run, of="flow.unresectable.removed")
    assert (left["Center"], left["Arm"]) == ("C01", "")
    (died,) = listed(client, run, of="endpoints.OS.unmatched.arms.Resection.events")
    assert (died["Center"], died["Arm"], died["Value counted"]) == ("C02", "Resection", "24.0*")
    shown = client.get(address, {"of": "arms.n.Resection"}).content.decode()
    assert "4 patients are counted here" in shown
    assert (
        len(re.findall(r"/admin/registry/patient/\d+/change/", shown)) == 2
    )  # of the center whose records this person reads
    assert len(listed(client, run, of="arms.n.Resection", center="C02")) == 2


def test_what_is_no_count_or_not_open_has_no_patients(run: Run, cast: Cast) -> None:
    client, address = signed_in(cast.statistician), reverse("analytics:patients", args=[run.pk])
    for of in ("", "nothing", "endpoints.OS.matched.hazard_ratio.hr", "data.rows"):
        assert client.get(address, {"of": of}).status_code == 404
    with center_scope(run.center_ids, by=cast.statistician, reason="the tests"):
        Run.objects.filter(pk=run.pk).update(accepted_at=None, accepted_by=None)
    assert client.get(address, {"of": "endpoints.OS.unmatched.arms.Resection.events"}).status_code == 404
    assert client.get(address, {"of": "arms.n.Resection"}).status_code == 200


def test_patients_are_for_readers_who_see_them_in_every_center_of_the_run(run: Run, cast: Cast, settings: Any) -> None:
    address = f"{reverse('analytics:patients', args=[run.pk])}?of=arms.n.Resection"
    assert signed_in(cast.investigator).get(address).status_code == 404  # of one of the two centers
    assert signed_in(cast.data_manager).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    settings.PATIENT_LEVEL_ROLES = ["PI"]
    assert signed_in(cast.statistician).get(address).status_code == 403
