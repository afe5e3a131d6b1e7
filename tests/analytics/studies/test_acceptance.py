"""Design before outcome: what a run shows before and after its balance was accepted, and when it closes again."""

import html
import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from analytics.errors import AnalysisError
from analytics.models import DesignDecision, Run, Study
from analytics.studies.acceptance import accept_design, design_sha256, revoke_acceptance, without_outcomes
from analytics.studies.services import add_library_study, run_comparison, shown_result, stored_result
from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import Membership
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(cast: Cast) -> Study:
    return add_library_study("an-2025", by=cast.statistician, reason="the tests")


@pytest.fixture
def finished(make_case: Callable, study: Study, cast: Cast) -> Run:
    for number in range(8):
        arm = "resection" if number < 4 else "ablation"
        make_case(f"{number}", arm=arm, center=[cast.center, cast.other_center][number % 2], sex="MF"[number // 2 % 2])
    return run_comparison(study, by=cast.statistician, reason="the tests")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reread(run: Run) -> Run:
    return Run.objects.select_related("result", "study").get(pk=run.pk)


def test_before_acceptance_no_page_or_file_of_a_run_holds_an_outcome(cast: Cast, finished: Run) -> None:
    client, address = signed_in(cast.statistician), finished.get_absolute_url()
    shown = client.get(address).content.decode()
    assert "Accept the design and show the outcomes" in shown
    assert "Kaplan-Meier curves" not in shown
    assert 'id="table-balance"' in shown
    content = json.loads(client.get(f"{address}result.json").content)
    assert (content["endpoints"], content["cox"], content["response"], content["safety"]) == ({}, {}, {}, {})
    assert content["balance"]
    assert client.get(f"{address}os-matched.svg").status_code == 404
    assert client.get(f"{address}endpoints.csv").status_code == 404


def test_accepting_opens_the_outcomes_and_keeps_who_and_when(cast: Cast, finished: Run) -> None:
    client = signed_in(cast.statistician)
    response = client.post(reverse("analytics:accept", args=[finished.pk]), {"reason": "balanced"})
    assert (response.status_code, response.url) == (302, f"{finished.get_absolute_url()}#outcomes")
    shown = client.get(finished.get_absolute_url()).content.decode()
    assert "Kaplan-Meier curves" in shown
    assert f"Design accepted by {cast.statistician}" in shown
    with center_scope(finished.center_ids):
        run = reread(finished)
        assert (run.accepted_by, run.accepted_at is not None) == (cast.statistician, True)
        assert run.events.filter(accepted_by=cast.statistician).count() == 1
        assert shown_result(run) == stored_result(run)


def test_the_same_design_again_stays_open_and_another_closes_it(
    cast: Cast, finished: Run, study: Study, make_case: Callable
) -> None:
    accept_design(finished, by=cast.statistician, reason="the tests")
    again = run_comparison(study, by=cast.statistician, reason="the tests")
    assert again.shows_outcomes
    make_case("one more", arm="resection")
    changed = run_comparison(study, by=cast.statistician, reason="the tests")
    assert not changed.shows_outcomes
    with center_scope(finished.center_ids):
        assert reread(changed).design_sha256 != reread(again).design_sha256 == reread(finished).design_sha256
        assert reread(finished).shows_outcomes


def test_a_revoked_acceptance_hides_the_outcomes_of_every_run_with_the_design_and_both_stay_told(
    cast: Cast, finished: Run, study: Study
) -> None:
    accept_design(finished, by=cast.statistician, reason="Balanced and large enough.")
    again = run_comparison(study, by=cast.statistician, reason="the tests")
    client = signed_in(cast.statistician)
    client.post(reverse("analytics:revoke", args=[finished.pk]), {"reason": "A center recoded its scans."})
    for run in (finished, again):
        content = json.loads(client.get(f"{run.get_absolute_url()}result.json").content)
        assert (content["endpoints"], content["cox"]) == ({}, {})
        shown = client.get(run.get_absolute_url()).content.decode()
        assert "Balanced and large enough." in shown
        assert "A center recoded its scans." in shown
    with center_scope(finished.center_ids):
        assert not reread(again).shows_outcomes
        acts = list(DesignDecision.objects.filter(run=again).values_list("act", flat=True))
    assert acts == ["CARRIED", "REVOKED"]
    assert not run_comparison(study, by=cast.statistician, reason="the tests").shows_outcomes
    study.refresh_from_db()
    assert study.outcomes_opened_at is not None


def test_a_decision_has_a_reason_and_is_never_changed_or_deleted(cast: Cast, finished: Run) -> None:
    for act in (accept_design, revoke_acceptance):
        with pytest.raises(AnalysisError, match="No reason was given"):
            act(finished, by=cast.statistician, reason=" ")
    accept_design(finished, by=cast.statistician, reason="balanced")
    with center_scope(finished.center_ids, by=cast.statistician, reason="the tests"):
        for change in (lambda rows: rows.update(reason="other"), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(DesignDecision.objects.all())


def test_a_reader_who_may_not_run_studies_may_not_accept(cast: Cast, finished: Run) -> None:
    with center_scope([], by=cast.administrator, reason="an investigator"):
        reader = User.objects.create_user("reader", is_staff=True)
        for center in (cast.center, cast.other_center):
            Membership.objects.create(user=reader, center=center, role=Role.PRINCIPAL_INVESTIGATOR)
    shown = signed_in(reader).get(finished.get_absolute_url()).content.decode()
    assert "The outcomes stay hidden" in shown
    assert "Accept the design and show" not in shown
    assert signed_in(reader).post(reverse("analytics:accept", args=[finished.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        accept_design(finished, by=reader, reason="the tests")


def test_a_result_that_failed_a_check_of_its_own_is_never_accepted(cast: Cast, finished: Run) -> None:
    with center_scope(finished.center_ids, by=cast.statistician, reason="the tests"):
        run = reread(finished)
        content = stored_result(run)
        broken = next(check for check in content["checks"] if check["where"].startswith("endpoints"))
        broken["ok"] = False
        run.result.content = json.dumps(content)
        run.result.save()
    client = signed_in(cast.statistician)
    shown = client.get(finished.get_absolute_url()).content.decode()
    assert "The result cannot be accepted or used" in shown
    assert broken["message"]["en"] in html.unescape(shown)
    assert "Accept the design and show the outcomes" not in shown
    client.post(reverse("analytics:accept", args=[finished.pk]), {"reason": "balanced"})
    with center_scope(finished.center_ids):
        assert not reread(finished).shows_outcomes


def test_a_verification_is_closed_with_the_outcomes_it_is_about(cast: Cast, finished: Run) -> None:
    client, address = signed_in(cast.statistician), finished.get_absolute_url()
    assert "verification" not in json.loads(client.get(f"{address}result.json").content)
    assert "stability" not in json.loads(client.get(f"{address}result.json").content)
    assert "Verified with lifelines" not in client.get(address).content.decode()
    client.post(reverse("analytics:accept", args=[finished.pk]), {"reason": "balanced"})
    assert "Verified with lifelines" in client.get(address).content.decode()
    assert json.loads(client.get(f"{address}result.json").content)["verification"]["quantities"]


def test_what_is_closed_is_all_that_knows_an_outcome(result: dict) -> None:
    closed = without_outcomes(result)
    assert list(closed) == [key for key in result if key not in ("printed", "centers", "histories", "patient_level")]
    assert {key for key in closed if closed[key] != result[key]} >= {"endpoints", "cox", "response", "safety"}
    assert "immortal_time" in {notice["code"] for notice in closed["warnings"]}
    assert not [notice for notice in closed["checks"] if notice["where"].startswith("endpoints")]
    assert design_sha256(closed) == design_sha256(result)
