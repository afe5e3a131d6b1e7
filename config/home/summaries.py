"""The figures of the start page. Counts and names of centers only; called inside the request's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import Run
from importers.models import Upload
from registry.board.completeness import completeness_in
from registry.board.dashboard import overall, query_ages
from registry.board.follow_up_age import Currency, currency_in
from registry.board.proportion import Share
from registry.choices import QueryState
from registry.models import (
    AblationSession,
    Assessment,
    Center,
    CenterRecord,
    FollowUp,
    Patient,
    Query,
    Resection,
    TransarterialSession,
)
from registry.pages.listing import AGES, ME, NOBODY

RECENT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterSummary:
    center: Center
    patients: int
    assessments: int
    transarterial_sessions: int
    curative_procedures: int
    follow_ups: int
    completeness: Share
    currency: Currency
    queries: int


def summaries(centers: Sequence[int]) -> list[CenterSummary]:
    counts = {
        model: _count(model, centers=centers)
        for model in (Patient, Assessment, TransarterialSession, AblationSession, Resection, FollowUp)
    }
    today = timezone.localdate()
    ages = query_ages(centers, today=today)
    return [
        CenterSummary(
            center=center,
            patients=counts[Patient].get(center.pk, 0),
            assessments=counts[Assessment].get(center.pk, 0),
            transarterial_sessions=counts[TransarterialSession].get(center.pk, 0),
            curative_procedures=counts[AblationSession].get(center.pk, 0) + counts[Resection].get(center.pk, 0),
            follow_ups=counts[FollowUp].get(center.pk, 0),
            completeness=overall(completeness_in(center.pk, seconds=0)),
            currency=currency_in(center.pk, today=today),
            queries=sum(ages[center.pk]),
        )
        for center in Center.objects.filter(pk__in=centers)
    ]


def queries_in(centers: Sequence[int], *, state: QueryState) -> int:
    return Query.objects.filter(center_id__in=centers, state=state).count()


def recent_patients(centers: Sequence[int]) -> QuerySet[Patient]:
    """The last contact is asked for these few alone, not for all patients of the centers."""
    newest = Patient.objects.filter(center_id__in=centers).order_by("-updated_at", "-pk").values_list("pk", flat=True)
    last_seen = Max("followup__follow_up_date", filter=Q(followup__withdrawn_at__isnull=True))
    few = Patient.objects.filter(pk__in=list(newest[:RECENT])).select_related("center")
    return few.annotate(last_seen=last_seen).order_by("-updated_at", "-pk")


def recent_uploads(centers: Sequence[int]) -> QuerySet[Upload]:
    own = Upload.objects.filter(center_id__in=centers).defer("original", "report", "result")
    return own.select_related("center", "uploaded_by", "job").order_by("-uploaded_at")[:RECENT]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueriesByAge:
    """Standing queries that are this person's to answer or close; `link` opens the list of them."""

    label: str
    count: int
    link: str


def my_queries(user: AbstractBaseUser | AnonymousUser, *, centers: Sequence[int]) -> list[QueriesByAge]:
    """Those assigned to this person, those of nobody, and how many stand for a week, a month, three months at least."""
    standing = Query.objects.not_closed().filter(center_id__in=centers)
    old = {f"age_{days}": Count("pk", filter=Q(opened_at__lte=timezone.now() - timedelta(days=days))) for days in AGES}
    mine = Count("pk", filter=Q(assigned_to_id=user.pk))
    counted = standing.aggregate(all=Count("pk"), mine=mine, nobodys=Count("pk", filter=Q(assigned_to=None)), **old)
    kinds = [
        ("all", _("Open and answered"), ""),
        ("mine", _("Assigned to me"), f"?assignee={ME}"),
        ("nobodys", _("Unassigned"), f"?assignee={NOBODY}"),
        *((f"age_{days}", _("{n} days or more").format(n=days), f"?age={days}") for days in AGES),
    ]
    address = reverse("queries:queries")
    return [QueriesByAge(label=label, count=counted[name], link=address + more) for name, label, more in kinds]


def latest_runs(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Run]:
    return (
        Run.objects.readable_by(user).select_related("study", "requested_by", "job").order_by("-requested_at")[:RECENT]
    )


def _count(model: type[CenterRecord], *, centers: Sequence[int]) -> dict[int, int]:
    return dict(model.objects.filter(center_id__in=centers).order_by().values_list("center_id").annotate(Count("pk")))
