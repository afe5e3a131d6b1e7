"""All checks over all that is stored: nightly, by command, or when an administrator asks.

Patients are taken some hundreds at a time, each such batch in a transaction and a scope of its own. So memory does not grow
with the registry, people go on working beside it, and what is done stays done when the sweep is stopped. Whoever is changing
a patient meanwhile refreshes that patient's queries anyway, and the sweep passes by.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.access.scope import center_scope
from registry.choices import JobState
from registry.errors import NotAllowed, Refused
from registry.jobs import queue
from registry.jobs.progress import Report, unreported
from registry.models import Center, Job, Patient, Sweep
from registry.queries import refresh_queries
from registry.queries.duplicate_patients import refresh_across
from registry.queries.refresh import BATCH

KIND = "sweep"
TASK = "registry.sweep"
SYSTEM_USERNAME = "caliper"  # who sweeps at night: an account that nobody can sign in with
REASON = gettext_noop("data check of all records")


def sweep(centers: Sequence[Center], *, by: Any, job: Job | None = None, report: Report = unreported) -> Sweep:
    """Run all checks over these centers and let the queries follow. What `report` raises stops it after a whole batch."""
    counts = {center.pk: _patients_of(center) for center in centers}
    whole, done = sum(counts.values()), 0
    result = Sweep.objects.create(job=job)
    for center in centers:
        for ids in _batches(center):
            report(100 * done // max(whole, 1), gettext_noop("Checking the records"))
            _sweep_batch(ids, center=center, by=by, result=result)
            done += len(ids)
    opened, closed = refresh_across(active_centers(), by=by)
    result.opened += opened
    result.closed += closed
    result.ended_at = timezone.now()
    result.save(update_fields=["opened", "closed", "ended_at"])
    return result


def start_sweep(*, by: Any) -> Job:
    """Have the queue sweep all centers. Two at once would only be in each other's way."""
    if not by.is_superuser and by.get_username() != SYSTEM_USERNAME:
        raise NotAllowed(_("Only an administrator can start a data check."))
    if Job.objects.filter(kind=KIND, state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
        raise Refused(_("A data check is already running. Wait until it finishes."))
    return queue.start(KIND, by=by, task=TASK)


def system_account() -> User:
    """Nobody's account, so that the trail can say that no person wrote."""
    account, is_new = User.objects.get_or_create(username=SYSTEM_USERNAME, defaults={"is_active": False})
    if is_new:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    return account


def active_centers() -> list[Center]:
    return list(Center.objects.filter(is_active=True))


def _patients_of(center: Center) -> int:
    with center_scope([center.pk]):
        counted: int = Patient.objects.filter(center=center).aggregate(n=Count("pk"))["n"]
    return counted


def _batches(center: Center) -> Iterator[list[int]]:
    """By id, up to the last there was at the beginning: patients entered meanwhile were checked when they were."""
    with center_scope([center.pk]):
        end = Patient.objects.filter(center=center).aggregate(last=Max("pk"))["last"]
    after = 0
    while end is not None:
        with center_scope([center.pk]):
            found = Patient.objects.filter(center=center, pk__gt=after, pk__lte=end).order_by("pk")
            ids = list(found.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        after = ids[-1]


def _sweep_batch(ids: Sequence[int], *, center: Center, by: Any, result: Sweep) -> None:
    with center_scope([center.pk], by=by, reason=REASON, source="sweep"):
        refreshed = refresh_queries(ids, by=by, skip_busy=True)
        result.patients += refreshed.patients
        result.records += refreshed.records
        result.opened += refreshed.opened
        result.closed += refreshed.closed
        found = result.found.setdefault(center.center_code, {})
        for code, count in refreshed.found.items():
            found[code] = found.get(code, 0) + count
        result.save(update_fields=["patients", "records", "opened", "closed", "found"])
