"""How recent the follow-up of those alive is, and who is overdue."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DateField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from registry.board.share import Share
from registry.choices import ConsentStatus, VitalStatus
from registry.clinical.dates import DAYS_PER_MONTH
from registry.models import FollowUp, Patient

MONTHS = (3, 6)
OVERDUE_AFTER = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """`alive` are the patients not known to be dead whose follow-up has not been ended by themselves; `seen` how many of them were
    seen in the last three and six months; the rest is overdue."""

    alive: int
    seen: tuple[int, ...]

    @property
    def overdue(self) -> int:
        return self.alive - self.seen[MONTHS.index(OVERDUE_AFTER)]

    @property
    def recent(self) -> Share:
        return Share(part=self.alive - self.overdue, whole=self.alive)


def currency_in(center_id: int, *, today: date) -> Currency:
    counts = {f"within_{months}": Count("pk", filter=_seen_within(months, today=today)) for months in MONTHS}
    found = _alive([center_id]).aggregate(alive=Count("pk"), **counts)
    return Currency(alive=found["alive"], seen=tuple(found[f"within_{months}"] for months in MONTHS))


def overdue(centers: list[int], *, today: date) -> QuerySet[Any]:
    """Those longest not seen first; `last_seen` is None for who has never been seen again."""
    # A comparison with nothing is neither true nor false in SQL: who was never seen is named apart.
    late = _alive(centers).filter(~_seen_within(OVERDUE_AFTER, today=today) | Q(last_seen__isnull=True))
    return late.select_related("center").order_by(F("last_seen").asc(nulls_first=True), "local_id")


def _alive(centers: list[int]) -> QuerySet[Any]:
    dead = FollowUp.objects.filter(patient=OuterRef("pk")).filter(
        Q(vital_status=VitalStatus.DEAD) | Q(death_date__isnull=False)
    )
    own = Patient.objects.filter(center_id__in=centers).exclude(consent_status=ConsentStatus.WITHDRAWN)
    return own.filter(~Exists(dead)).annotate(last_seen=_last_seen())


def _last_seen() -> Subquery:
    """The last contact at which the patient was known to be alive; one that only says that contact was lost is none."""
    alive = Q(vital_status=VitalStatus.ALIVE)
    own = FollowUp.objects.filter(patient=OuterRef("pk")).order_by().values("patient")
    last = Greatest(Max("follow_up_date", filter=alive), Max("last_known_alive_date"))
    return Subquery(own.annotate(last=last).values("last"), output_field=DateField())


def _seen_within(months: int, *, today: date) -> Q:
    return Q(last_seen__gte=today - timedelta(days=int(months * DAYS_PER_MONTH)))
