"""One act on many patients, records or queries, told before it is done: which will change and which will not, and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.access.scope import because
from registry.errors import Refused
from registry.models import CenterRecord, Patient, Query
from registry.queries import assign_query
from registry.records.record_states import queries_about
from registry.records.status import (
    lock_patient,
    lock_record,
    submit_patient,
    submit_record,
    verify_patient,
    verify_record,
)

MOST = 200  # in one act: each is tried before it is done
PATIENT, RECORD, QUERY = "patient", "record", "query"  # what an act is done to


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAct:
    """`does` gives the number of records, or queries, that it changed. `needs` names what it is given besides, if anything.

    `counts_queries` where that number is one of queries.
    """

    name: str
    label: str | Promise
    verb: str
    does: Callable[..., int | None]
    needs: str = ""
    of: str = PATIENT

    @property
    def counts_queries(self) -> bool:
        return self.needs == "to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What becomes of one patient, record or query: a number of changes, or why there are none."""

    item: Any
    count: int
    why_not: str = ""

    @property
    def patient(self) -> Patient:
        return self.item if isinstance(self.item, Patient) else self.item.patient


def assign_queries(patient: Patient, *, by: Any, to: Any) -> int:
    standing = list(Query.objects.not_closed().filter(patient=patient))
    for query in standing:
        assign_query(query, to=to, by=by)
    return len(standing)


def assign_queries_about(record: CenterRecord, *, by: Any, to: Any) -> int:
    standing = queries_about(record)
    for query in standing:
        assign_query(query, to=to, by=by)
    return len(standing)


BULK_ACTS: Mapping[tuple[str, str], BulkAct] = {
    (act.of, act.name): act
    for act in (
        BulkAct(name="submit", label=gettext_lazy("Submit all drafts"), verb="enter_records", does=submit_patient),
        BulkAct(name="verify", label=gettext_lazy("Verify all"), verb="verify_records", does=verify_patient),
        BulkAct(name="lock", label=gettext_lazy("Lock all"), verb="lock_records", does=lock_patient, needs="reason"),
        BulkAct(name="assign", label=gettext_lazy("Assign queries"), verb="manage_queries", does=assign_queries, needs="to"),
        BulkAct(name="submit", label=gettext_lazy("Submit"), verb="enter_records", does=submit_record, of=RECORD),
        BulkAct(name="verify", label=gettext_lazy("Verify"), verb="verify_records", does=verify_record, of=RECORD),
        BulkAct(name="lock", label=gettext_lazy("Lock"), verb="lock_records", does=lock_record, needs="reason", of=RECORD),
        BulkAct(name="assign", label=gettext_lazy("Assign queries"), verb="manage_queries", does=assign_queries_about, needs="to", of=RECORD),
        BulkAct(name="assign", label=gettext_lazy("Assign queries"), verb="manage_queries", does=assign_query, needs="to", of=QUERY),
    )
}  # fmt: skip


def previewed(act: BulkAct, *, items: Iterable[Any], by: Any) -> list[Line]:
    """Each is done and taken back at once, so that what is told is what would happen."""
    given = {"reason": "preview"} if act.needs == "reason" else {"to": by} if act.needs == "to" else {}
    lines = []
    for item in _few(items):
        with transaction.atomic(), because("preview", by=by):
            lines.append(_done(act, item=item, by=by, given=given))
            transaction.set_rollback(True)
    return lines


def carried_out(act: BulkAct, *, items: Iterable[Any], by: Any, **given: Any) -> list[Line]:
    """What is refused of one keeps none of the others back."""
    if act.needs == "reason" and not given.get("reason", "").strip():
        raise Refused(_("Enter a reason."))
    return [_done(act, item=item, by=by, given=given) for item in _few(items)]


def _done(act: BulkAct, *, item: Any, by: Any, given: Mapping[str, Any]) -> Line:
    try:
        with transaction.atomic():
            told = act.does(item, by=by, **given)
    except Refused as refused:
        return Line(item=item, count=0, why_not=str(refused))
    count = 1 if told is None else told  # an act on one thing does not count
    return Line(item=item, count=count, why_not="" if count else _("There is nothing to change."))


def _few(items: Iterable[Any]) -> list[Any]:
    chosen = list(items)
    if len(chosen) > MOST:
        raise Refused(_("Choose at most %(most)d at once.") % {"most": MOST})
    return chosen
