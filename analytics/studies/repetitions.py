"""A run computed again on the records it read: asked for, done by the worker, kept with what it found."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, User
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from analytics.errors import AnalysisError
from analytics.messages import Message
from analytics.models import Run, RunRepetition
from analytics.result.differences import differences
from analytics.studies.readers import centers_to_analyze
from analytics.studies.services import repeat_run, stored_result
from registry.access.permissions import centers_where
from registry.access.scope import center_scope
from registry.jobs import queue

REASON = "repeated a run"
MOST_TOLD = 200  # differences that are kept


def request_repetition(run: Run, *, by: AbstractBaseUser) -> RunRepetition:
    """Raises AnalysisError where there is nothing to repeat, PermissionDenied."""
    if not set(run.center_ids) <= set(centers_to_analyze(by)):
        raise PermissionDenied
    if not run.result_sha256:
        raise AnalysisError(
            Message(en=f"Run {run.pk} has no result to repeat.", zh=f"运行 {run.pk} 没有可重复的结果。")
        )
    with center_scope(run.center_ids, by=by, reason=REASON, source="study"):
        asked = RunRepetition.objects.create(run=run, center_ids=run.center_ids, requested_by_id=by.pk)
        asked.job = queue.start("comparison", by=by, task="analytics.repeat_run", repetition=asked.pk, user=by.pk)
        asked.save(update_fields=["job"])
    return asked


def work_on_repetition(repetition_id: int, *, user_id: int, progress: queue.Progress) -> None:
    """What the worker does. Twice is once."""
    by = User.objects.get(pk=user_id)
    with center_scope(centers_where(by, may="run_studies"), by=by, reason=REASON, source="job"):
        asked = RunRepetition.objects.select_related("run__study", "run__snapshot", "run__result").get(pk=repetition_id)
        if asked.finished_at is None:
            _repeat(asked, progress=progress)
        progress.leads_to(asked.get_absolute_url())


def _repeat(asked: RunRepetition, *, progress: queue.Progress) -> None:
    try:
        again = repeat_run(asked.run, report=progress.report)
    except AnalysisError as error:
        asked.failure = [{"en": message.en, "zh": message.zh} for message in error.messages]
    else:
        asked.is_equal = again.is_equal
        asked.found = _told(asked.run, text=again.text, software=again.software)
    asked.finished_at = timezone.now()
    asked.save(update_fields=["is_equal", "found", "failure", "finished_at"])


def _told(run: Run, *, text: str, software: dict[str, tuple[str, str]]) -> dict[str, Any]:
    found = differences(stored_result(run), text=text)
    return {
        "count": len(found),
        "places": [{"place": one.place, "before": one.before, "now": one.now} for one in found[:MOST_TOLD]],
        "software": {name: list(versions) for name, versions in software.items()},
    }
