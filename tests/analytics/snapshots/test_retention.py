"""How long what runs read is kept: a number of days, and for ever where a design was judged or a plan was locked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from analytics.models import DesignData, Run, Snapshot, SnapshotTable, Study
from analytics.studies.acceptance import accept_design, revoke_acceptance
from analytics.studies.services import add_library_study, run_comparison
from analytics.studies.versions import lock_plan
from analytics.tasks import clear_old_snapshots
from registry.access.scope import center_scope
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(cast: Cast) -> Study:
    return add_library_study("an-2025", by=cast.statistician, reason="the tests")


@pytest.fixture
def old(make_case: Callable, study: Study, cast: Cast) -> Run:
    """A run of two years ago."""
    for number in range(8):
        make_case(f"{number}", arm="resection" if number < 4 else "ablation", sex="MF"[number // 2 % 2])
    run = run_comparison(study, by=cast.statistician, reason="the tests")
    then = timezone.now() - timedelta(days=730)
    with center_scope(run.center_ids, by=cast.statistician, reason="the tests"):
        Run.objects.filter(pk=run.pk).update(read_at=then)
        Snapshot.objects.update(taken_at=then)
    return run


def kept(run: Run) -> tuple[bool, bool, bool]:
    """The snapshot, its tables, and the rows on which designs are tried."""
    with center_scope(run.center_ids):
        return (
            Snapshot.objects.get().cleared_at is None,
            SnapshotTable.objects.filter(content__isnull=False).exists(),
            DesignData.objects.get(run=run).content is not None,
        )


def test_every_night_what_is_older_than_the_setting_is_cleared(old: Run, settings: Any) -> None:
    settings.SNAPSHOT_DAYS = 0  # for ever
    clear_old_snapshots(timestamp=0)
    settings.SNAPSHOT_DAYS = 1000
    clear_old_snapshots(timestamp=0)
    assert kept(old) == (True, True, True)
    settings.SNAPSHOT_DAYS = 365
    clear_old_snapshots(timestamp=0)
    assert kept(old) == (False, False, False)


def test_what_a_judged_result_stands_on_is_kept_for_ever_even_when_it_was_revoked(old: Run, cast: Cast) -> None:
    accept_design(old, by=cast.statistician, reason="balanced")
    clear_old_snapshots(timestamp=0)
    revoke_acceptance(old, by=cast.statistician, reason="too early")
    clear_old_snapshots(timestamp=0)
    assert kept(old) == (True, True, True)


def test_what_runs_of_a_locked_study_read_is_kept_for_ever(old: Run, study: Study, cast: Cast) -> None:
    lock_plan(study, by=cast.statistician)
    clear_old_snapshots(timestamp=0)
    assert kept(old) == (True, True, True)
