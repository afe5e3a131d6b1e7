"""What a center has stored for which its workbook has no room: told to whoever takes the workbook, for it stays behind."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from registry.models import FollowUp, ProgressionEvent, TransarterialAgent
from registry.workbook.sheets import AGENTS_PER_SESSION

NAMED = 20
SHORT = _("{what}: {count} (patients {patients})")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """`records` of a kind, by patient."""

    what: str | Promise
    records: Counter[str]

    @property
    def sentence(self) -> str | Promise:
        names = sorted(self.records)
        patients = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
        return format_lazy(SHORT, what=self.what, count=self.records.total(), patients=patients)


def left_out_of(center: int) -> list[LeftOut]:
    """Call it inside a scope of this center. Empty where the workbook says everything."""
    drugs = format_lazy(_("Drugs beyond the first {count} in a session"), count=AGENTS_PER_SESSION)
    found = (
        LeftOut(what=drugs, records=_beyond_the_row(center)),
        LeftOut(what=_("Progressions in excess of a patient's number of follow-ups"), records=_without_contact(center)),
    )
    return [one for one in found if one.records]


def _beyond_the_row(center: int) -> Counter[str]:
    full = TransarterialAgent.objects.filter(center=center).values("patient__local_id", "session")
    many = full.annotate(drugs=Count("pk")).filter(drugs__gt=AGENTS_PER_SESSION)
    return _summed((one["patient__local_id"], one["drugs"] - AGENTS_PER_SESSION) for one in many.order_by())


def _without_contact(center: int) -> Counter[str]:
    """A progression stands in the row of a follow-up, one in each."""
    events, contacts = (
        dict(model.objects.filter(center=center).values_list("patient__local_id").annotate(Count("pk")).order_by())
        for model in (ProgressionEvent, FollowUp)
    )
    return _summed((name, count - contacts.get(name, 0)) for name, count in events.items())


def _summed(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for name, count in counts:
        total[name] += max(count, 0)
    return +total
