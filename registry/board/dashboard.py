"""The figures of a center: enrollment, completeness, age of queries, follow-up, sign-off; several centers side by side."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.board.completeness import SECONDS_PER_REQUEST, Counted, completeness_in
from registry.board.follow_up_age import Currency, currency_in
from registry.board.proportion import Share
from registry.models import Center, Patient, Query
from registry.records.sign_off import unsigned

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Of a query in days, both ends included; the oldest have no end."""

    label: str | Promise
    first: int
    last: int | None


AGES = (
    Age(label=_("0–7 days"), first=0, last=7),
    Age(label=_("8–30 days"), first=8, last=30),
    Age(label=_("31–90 days"), first=31, last=90),
    Age(label=_("more than 90 days"), first=91, last=None),
)

# By which day a patient counts as enrolled in a month
ENROLLED_BY: Mapping[str, tuple[str, str | Promise]] = {
    "entry": ("created_at", _("Month of entry")),
    "diagnosis": ("diagnosis_date", _("Month of diagnosis")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What one center's column shows. `enrollment` counts patients by the first day of each month, the latest last."""

    center: Center
    patients: int
    enrollment: tuple[tuple[date, int], ...]
    completeness: Mapping[str, Share]
    overall: Share
    uncounted: int
    ages: tuple[int, ...]
    currency: Currency
    unsigned: Share


def boards(centers: Sequence[Center], *, by: str = "entry", seconds: float = SECONDS_PER_REQUEST) -> list[Board]:
    """Call it inside a scope of these centers, which share the seconds for counting what is complete."""
    today = timezone.localdate()
    ids = [center.pk for center in centers]
    patients, ages = patients_in(ids), query_ages(ids, today=today)
    enrolled = _enrolled(ids, column=ENROLLED_BY.get(by, ENROLLED_BY["entry"])[0])
    months = _months(enrolled, today=today)
    return [
        _board(
            center,
            patients=patients.get(center.pk, 0),
            enrollment=tuple((month, enrolled.get((center.pk, month), 0)) for month in months),
            ages=ages[center.pk],
            counted=completeness_in(center.pk, seconds=seconds, share=len(centers)),
            today=today,
        )
        for center in centers
    ]


def _board(
    center: Center, *, patients: int, enrollment: Any, ages: tuple[int, ...], counted: Counted, today: date
) -> Board:
    return Board(
        center=center,
        patients=patients,
        enrollment=enrollment,
        completeness=_shares(counted),
        overall=overall(counted),
        uncounted=counted.left,
        ages=ages,
        currency=currency_in(center.pk, today=today),
        unsigned=Share(part=unsigned([center.pk]).count(), whole=patients),
    )


def overall(counted: Counted) -> Share:
    totals = counted.totals.values()
    return Share(part=sum(one.filled for one in totals), whole=sum(one.required for one in totals))


def _shares(counted: Counted) -> dict[str, Share]:
    return {entity: Share(part=one.filled, whole=one.required) for entity, one in counted.totals.items()}


def patients_in(centers: Collection[int]) -> dict[int, int]:
    own = Patient.objects.filter(center_id__in=centers).order_by()
    return dict(own.values_list("center_id").annotate(Count("pk")))


def query_ages(centers: Collection[int], *, today: date, assigned_to: Any = None) -> dict[int, tuple[int, ...]]:
    """Standing queries of each center by age; of all people, or those assigned to one."""
    counts = {f"age_{place}": Count("pk", filter=_aged(age, today=today)) for place, age in enumerate(AGES)}
    own = Query.objects.not_closed().filter(center_id__in=centers).order_by()
    if assigned_to is not None:
        own = own.filter(assigned_to=assigned_to)
    found = {
        row[0]: tuple(row[1:]) for row in own.values("center_id").annotate(**counts).values_list("center_id", *counts)
    }
    return {center: found.get(center, (0,) * len(AGES)) for center in centers}


def _aged(age: Age, *, today: date) -> Q:
    """By the calendar of the site."""
    condition = Q(opened_at__date__lte=today - timedelta(days=age.first))
    return condition if age.last is None else condition & Q(opened_at__date__gte=today - timedelta(days=age.last))


def _enrolled(centers: Collection[int], *, column: str) -> dict[tuple[int, date], int]:
    own = Patient.objects.filter(center_id__in=centers).order_by()
    rows = own.annotate(month=TruncMonth(column)).values_list("center_id", "month").annotate(Count("pk"))
    return {(center, _day(month)): count for center, month, count in rows}


def _day(month: Any) -> date:
    return timezone.localtime(month).date() if hasattr(month, "hour") else month


def _months(enrolled: Mapping[tuple[int, date], int], *, today: date) -> list[date]:
    """The last twelve up to the latest in which anybody was enrolled."""
    latest = max((month for _center, month in enrolled), default=today.replace(day=1))
    number = latest.year * 12 + latest.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - MONTHS_SHOWN + 1, number + 1)]
