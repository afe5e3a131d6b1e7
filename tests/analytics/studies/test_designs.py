"""Designs tried beside the planned one: on the rows that the run compared, without any outcome, each of them kept."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from analytics.errors import ProtocolError
from analytics.models import DesignData, DesignTry, Run, Study, StudyDraft
from analytics.protocol.population import read_study_protocol
from analytics.protocol.redesign import DesignSettings, settings_of
from analytics.snapshots.parquet import from_parquet
from analytics.studies.acceptance import accept_design
from analytics.studies.designs import take_design, text_with, try_design
from analytics.studies.services import add_library_study, run_comparison
from analytics.studies.versions import freeze_draft
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
    for number in range(12):
        arm = "resection" if number < 4 else "ablation"
        make_case(f"{number}", arm=arm, center=[cast.center, cast.other_center][number % 2], sex="MF"[number // 2 % 2])
    run = run_comparison(study, by=cast.statistician, reason="the tests")
    with center_scope(run.center_ids):
        return Run.objects.select_related("study", "result", "snapshot").get(pk=run.pk)


@pytest.fixture
def planned(study: Study) -> DesignSettings:
    return settings_of(read_study_protocol(study.protocol))


def test_the_rows_kept_for_judging_hold_no_outcome(finished: Run) -> None:
    with center_scope(finished.center_ids):
        table = from_parquet(bytes(DesignData.objects.get().content))
    assert {"id", "arm", "center"} < set(table)
    assert not [name for name in table if name.endswith(("_time", "_event", "_value"))]


def test_the_planned_design_tried_is_that_of_the_run_to_the_letter(
    finished: Run, planned: DesignSettings, cast: Cast
) -> None:
    tried = try_design(finished, settings=planned, by=cast.statistician)
    with center_scope(finished.center_ids):
        first = DesignTry.objects.get(is_planned=True)
    assert tried.found == first.found
    assert tried.design_sha256 == first.design_sha256 == finished.design_sha256
    assert tried.protocol_sha256 == finished.protocol_sha256
    assert not tried.after_outcomes


def test_another_design_tells_sizes_balance_and_places_and_no_outcome(
    finished: Run, planned: DesignSettings, cast: Cast
) -> None:
    settings = replace(planned, ratio=2, caliper_width=None)
    tried = try_design(finished, settings=settings, by=cast.statistician)
    assert tried.found
    assert tried.found["n"] == {"Resection": 4, "Ablation": 8}
    assert tried.found["ess"] == {"Resection": 4.0, "Ablation": 8.0}
    assert tried.found["kept"] == 1
    assert [place["name"] for place in tried.found["centers"]] == ["C01", "C02"]
    assert [place["name"] for place in tried.found["periods"]] == ["2018"]
    assert not {"endpoints", "cox", "response", "hazard_ratio", "stability"} & set(tried.found)


def test_a_design_that_leaves_nobody_says_so(finished: Run, planned: DesignSettings, cast: Cast) -> None:
    with pytest.raises(ProtocolError):
        try_design(finished, settings=replace(planned, covariates=()), by=cast.statistician)


def test_what_was_tried_stays(finished: Run, cast: Cast) -> None:
    with center_scope(finished.center_ids, by=cast.statistician, reason="the tests"):
        for change in (lambda rows: rows.update(after_outcomes=True), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(DesignTry.objects.all())


def test_a_design_that_is_taken_is_the_next_version_and_after_outcomes_it_needs_a_reason(
    finished: Run, planned: DesignSettings, cast: Cast
) -> None:
    before = try_design(finished, settings=replace(planned, caliper_width=0.2), by=cast.statistician)
    accept_design(finished, by=cast.statistician, reason="balanced")
    after = try_design(finished, settings=replace(planned, caliper_width=0.3), by=cast.statistician)
    assert (before.after_outcomes, after.after_outcomes) == (False, True)
    draft = take_design(before, by=cast.statistician)
    with pytest.raises(ProtocolError, match="State why it changes"):
        freeze_draft(draft, by=cast.statistician)
    new = freeze_draft(draft, by=cast.statistician, reason="A wider caliper keeps more patients.")
    assert int(new.version) == int(finished.study.version) + 1
    assert read_study_protocol(new.protocol).design.caliper.width == 0.2  # type: ignore[union-attr]


def test_designs_are_for_those_who_run_studies_in_all_of_the_centers(
    finished: Run, planned: DesignSettings, cast: Cast
) -> None:
    with center_scope([], by=cast.administrator, reason="an investigator"):
        reader = User.objects.create_user("reader", is_staff=True)
        for center in (cast.center, cast.other_center):
            Membership.objects.create(user=reader, center=center, role=Role.PRINCIPAL_INVESTIGATOR)
    client = Client()
    client.force_login(reader)
    assert "Designs tried so far" not in client.get(finished.get_absolute_url()).content.decode()
    with center_scope(finished.center_ids):
        address = DesignTry.objects.get().get_absolute_url()
    assert client.get(address).status_code == 403
    assert client.post(reverse("analytics:try_design", args=[finished.pk])).status_code == 403
    with pytest.raises(PermissionDenied):
        try_design(finished, settings=planned, by=reader)


def test_the_page_tries_lists_exports_and_takes(finished: Run, planned: DesignSettings, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.statistician)
    address = finished.get_absolute_url()
    posted = {"method": "weighting", "weights": "overlap", "ratio": "1", "caliper_width": "", "scale": "logit"}
    sent = client.post(reverse("analytics:try_design", args=[finished.pk]), posted | {"covariates": planned.covariates})
    assert sent.url == f"{address}#designs"
    shown = client.get(address).content.decode()
    assert "weighting, overlap" in shown
    exported = b"".join(client.get(f"{address}?designs-file=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert exported.count("\n") == 3
    with center_scope(finished.center_ids):
        tried = DesignTry.objects.get(is_planned=False)
    page = client.get(tried.get_absolute_url()).content.decode()
    assert "Design › Method: nearest → weighting" in page
    taken = client.post(reverse("analytics:take_design", args=[tried.pk]))
    with center_scope(finished.center_ids):
        draft = StudyDraft.objects.get()
    assert taken.url == reverse("analytics:freeze", args=[draft.pk])
    bad = client.post(reverse("analytics:try_design", args=[finished.pk]), posted | {"ratio": "two"}, follow=True)
    assert "Enter a whole number." in bad.content.decode()


def test_unchanged_settings_leave_the_protocol_as_it_is_to_the_byte(study: Study, planned: DesignSettings) -> None:
    assert text_with(study, settings=planned) == study.protocol
