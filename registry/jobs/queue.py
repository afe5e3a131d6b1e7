"""Long work: a Job row that people watch, a procrastinate task that does it.

Progress is written over a second connection, so it is seen while the work's own transaction is still open. A message is an
English sentence from the catalog, translated where it is shown, and never holds a recorded value.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext_noop
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from registry.choices import JobState
from registry.models import Job

# The database went away under the work: what was not committed is undone, and the work is done once more.
ONCE_MORE = RetryStrategy(max_attempts=6, exponential_wait=2, retry_exceptions={OperationalError, InterfaceError})
log = logging.getLogger(__name__)


class Canceled(Exception):
    """The person who asked for the work asked to stop it."""


@dataclass(frozen=True, slots=True)
class Progress:
    job_id: int

    def report(self, percent: int, message: str) -> None:
        """Say how far the work is; raises Canceled when it is no longer wanted."""
        (wanted,) = _write(self.job_id, "percent = %s, message = %s", [percent, message])
        if not wanted:
            raise Canceled

    def leads_to(self, url: str) -> None:
        """Where the result will be found once the work is done."""
        _write(self.job_id, "result_url = %s", [url])


# Note [Fair turns]
# ~~~~~~~~~~~~~~~~~
# Workers have several places, each a thread, and a job may have a lock: of the jobs with one lock only one is under way at
# a time, the others wait without taking a place. Uploads are locked by center, so that whatever one center sends takes one
# place and another center's file finds the next one free. Work of any other kind is locked by its kind: studies, which
# need much memory, go one after the other and take one place in all. ADR 30 has what was measured.

SOON = 1  # the priority of what somebody waits for before a page, such as storing what was checked


def start(kind: str, *, by: AbstractBaseUser, task: str, lock: str = "", priority: int = 0, **ids: int) -> Job:
    """Queue the work in the current transaction: if that rolls back, the work was never asked for. Note [Fair turns]."""
    job = Job.objects.create(kind=kind, requested_by_id=by.pk, message=gettext_noop("Waiting to start"))
    app.configure_task(task, lock=lock or kind, priority=priority).defer(job_id=job.pk, **ids)
    return job


def cancel(job: Job) -> None:
    """Work that has not begun never begins; work under way stops at its next report and leaves nothing behind."""
    waiting = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    waiting.update(state=JobState.CANCELED, message=NOTHING_DONE[0], updated_at=timezone.now())
    Job.objects.filter(pk=job.pk).update(cancel_requested=True, updated_at=timezone.now())
    job.refresh_from_db()


def is_canceled(job_id: int) -> bool:
    """Whether work was canceled before it began: the queue hands it out all the same, and by now other work may stand in its place."""
    return Job.objects.filter(pk=job_id, state=JobState.CANCELED).exists()


NOTHING_DONE = (gettext_noop("Canceled. Nothing was changed."), gettext_noop("The job failed. Nothing was changed."))
PARTLY_DONE = (
    gettext_noop("Canceled. Changes made before cancellation were kept."),
    gettext_noop("The job failed. Changes made before the failure were kept."),
)
STARTED, RESTARTED = gettext_noop("Started"), gettext_noop("Started again after an interruption")


@contextmanager
def running(job_id: int, *, cut_short: tuple[str, str] = NOTHING_DONE) -> Iterator[Progress]:
    """Around the whole work of a task, outside its transaction, so that the outcome stands whatever happens inside.

    `cut_short` is what to say of work that was canceled, and of work that failed.
    """
    canceled, failed = cut_short
    progress = Progress(job_id)
    try:
        # A request to stop that came earlier is told by the first report inside the work: here nobody could be stopped yet.
        started = [JobState.RUNNING, RESTARTED, STARTED]
        message = "CASE WHEN attempt > 0 THEN %s ELSE %s END"
        _write(job_id, f"state = %s, attempt = attempt + 1, percent = 0, message = {message}", started)
        yield progress
    except Canceled:
        _write(job_id, "state = %s, message = %s", [JobState.CANCELED, canceled])
    except Exception:
        # The text of a database error may quote a row, so only the fact is kept; the worker's log has the traceback's type.
        _write(job_id, "state = %s, message = %s", [JobState.FAILED, failed])
        raise
    else:
        _write(job_id, "state = %s, percent = 100, message = %s", [JobState.DONE, gettext_noop("Done")])


def _write(job_id: int, assignments: str, values: list[Any]) -> tuple[bool]:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(
                f"UPDATE registry_job SET {assignments}, updated_at = now() WHERE id = %s RETURNING NOT cancel_requested",
                [*values, job_id],
            )
            return tuple(cursor.fetchone() or (False,))
    finally:
        other.close()
