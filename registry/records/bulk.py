"""One act on many patients, told before it is done: which will change and which will not, and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.access.scope import because
from registry.errors import Refused
from registry.models import Patient, Query
from registry.queries import assign_query
from registry.records.status import lock_patient, submit_patient, verify_patient

MOST = 200  # patients in one act: each is tried before it is done


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAct:
    """`does` gives the number of records, or queries, that it changed. `needs` names what it is given besides, if anything."""

    name: str
    label: str | Promise
    verb: str
    does: Callable[..., int]
    needs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What becomes of one patient: a number of changes, or why there are none."""

    patient: Patient
    count: int
    why_not: str = ""


def assign_queries(patient: Patient, *, by: Any, to: Any) -> int:
    standing = list(Query.objects.not_closed().filter(patient=patient))
    for query in standing:
        assign_query(query, to=to, by=by)
    return len(standing)


BULK_ACTS: Mapping[str, BulkAct] = {
    act.name: act
    for act in (
        BulkAct(name="submit", label=gettext_lazy("Submit all drafts"), verb="enter_records", does=submit_patient),
        BulkAct(name="verify", label=gettext_lazy("Verify all"), verb="verify_records", does=verify_patient),
        BulkAct(name="lock", label=gettext_lazy("Lock all"), verb="lock_records", does=lock_patient, needs="reason"),
        BulkAct(name="assign", label=gettext_lazy("Assign queries"), verb="manage_queries", does=assign_queries, needs="to"),
    )
}  # fmt: skip


def previewed(act: BulkAct, *, patients: Iterable[Patient], by: Any) -> list[Line]:
    """Each is done and taken back at once, so that what is told is what would happen."""
    given = {"reason": "preview"} if act.needs == "reason" else {"to": by} if act.needs == "to" else {}
    lines = []
    for patient in _few(patients):
        with transaction.atomic(), because("preview", by=by):
            lines.append(_done(act, patient=patient, by=by, given=given))
            transaction.set_rollback(True)
    return lines


def carried_out(act: BulkAct, *, patients: Iterable[Patient], by: Any, **given: Any) -> list[Line]:
    """What is refused of one patient keeps none of the others back."""
    if act.needs == "reason" and not given.get("reason", "").strip():
        raise Refused(_("Enter a reason."))
    return [_done(act, patient=patient, by=by, given=given) for patient in _few(patients)]


def _done(act: BulkAct, *, patient: Patient, by: Any, given: Mapping[str, Any]) -> Line:
    try:
        with transaction.atomic():
            count = act.does(patient, by=by, **given)
    except Refused as refused:
        return Line(patient=patient, count=0, why_not=str(refused))
    return Line(patient=patient, count=count, why_not="" if count else _("There is nothing to change."))


def _few(patients: Iterable[Patient]) -> list[Patient]:
    chosen = list(patients)
    if len(chosen) > MOST:
        raise Refused(_("Choose at most %(most)d patients at once.") % {"most": MOST})
    return chosen
