"""How recent the follow-up of those alive is, and who is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q
from django.db.models.functions import Greatest

from registry.board.proportion import Share
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """`last_seen` is None for who has never been seen again."""

    patient: Patient
    last_seen: date | None


def currency_in(center_id: int, *, today: date) -> Currency:
    seen = _last_seen_of_alive([center_id]).values()
    return Currency(
        alive=len(seen),
        seen=tuple(sum(day is not None and day >= _since(months, today=today) for day in seen) for months in MONTHS),
    )


def overdue(centers: Sequence[int], *, today: date, most: int) -> list[Overdue]:
    """Those longest not seen, and before them who was never seen."""
    limit = _since(OVERDUE_AFTER, today=today)
    late = {pk: day for pk, day in _last_seen_of_alive(centers).items() if day is None or day < limit}
    ordered = sorted(late, key=lambda pk: (late[pk] or date.min, pk))[:most]
    patients = Patient.objects.select_related("center").in_bulk(ordered)
    return [Overdue(patient=patients[pk], last_seen=late[pk]) for pk in ordered]


def _last_seen_of_alive(centers: Sequence[int]) -> dict[int, date | None]:
    """By patient, in three plain queries: a query inside a query per patient takes minutes in a large center."""
    contacts = FollowUp.objects.filter(center_id__in=centers).order_by()
    is_dead = Q(vital_status=VitalStatus.DEAD) | Q(death_date__isnull=False)
    dead = set(contacts.filter(is_dead).values_list("patient_id", flat=True))
    own = Patient.objects.filter(center_id__in=centers).exclude(consent_status=ConsentStatus.WITHDRAWN)
    # A contact that only says that contact was lost is none
    last = Greatest(Max("follow_up_date", filter=Q(vital_status=VitalStatus.ALIVE)), Max("last_known_alive_date"))
    seen = dict(contacts.values_list("patient_id").annotate(last=last))
    return {pk: seen.get(pk) for pk in own.order_by().values_list("pk", flat=True) if pk not in dead}


def _since(months: int, *, today: date) -> date:
    return today - timedelta(days=int(months * DAYS_PER_MONTH))
