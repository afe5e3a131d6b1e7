"""What may be done with a record besides editing it: submit, verify, lock, withdraw and back; each a page or one button."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.access.permissions import may
from registry.admin.permissions import centers
from registry.admin.record_links import page_of, patient_of
from registry.choices import RecordStatus
from registry.errors import Refused
from registry.models import CenterRecord, Patient
from registry.models.hierarchy import entity_of, model_of, patient_models
from registry.pages.context import page_context
from registry.pages.patient_header import part_of
from registry.queries import OpenQueries
from registry.records.overview import Overview
from registry.records.sign_off import Signed, latest_sign_off
from registry.records.status import (
    acts_on,
    effective_status,
    lock_patient,
    lock_record,
    submit_patient,
    submit_record,
    unlock_patient,
    unlock_record,
    verify_patient,
    verify_record,
)
from registry.records.withdrawal import restore, withdraw
from registry.records.withdrawn import Withdrawn, withdrawn_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`asks` is what the person is asked for in words; None where a button suffices."""

    name: str
    label: str | Promise
    does: Callable[..., Any]
    done: str | Promise
    asks: str | Promise | None = None


REASON = gettext_lazy("Reason")
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(name="submit", label=gettext_lazy("Submit"), does=submit_record, done=gettext_lazy("Submitted.")),
        Act(name="verify", label=gettext_lazy("Verify"), does=verify_record, done=gettext_lazy("Verified.")),
        Act(name="lock", label=gettext_lazy("Lock"), does=lock_record, done=gettext_lazy("Locked."), asks=REASON),
        Act(name="unlock", label=gettext_lazy("Unlock"), does=unlock_record, done=gettext_lazy("Unlocked."), asks=REASON),
        Act(name="withdraw", label=gettext_lazy("Withdraw"), does=withdraw, done=gettext_lazy("Withdrawn."), asks=REASON),
        Act(name="restore", label=gettext_lazy("Restore"), does=restore, done=gettext_lazy("Restored."), asks=REASON),
    )
}  # fmt: skip
ACTS_OF_PATIENT: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(name="submit-all", label=gettext_lazy("Submit all drafts"), does=submit_patient, done=gettext_lazy("Submitted.")),
        Act(name="verify-all", label=gettext_lazy("Verify all"), does=verify_patient, done=gettext_lazy("Verified.")),
        Act(name="lock-all", label=gettext_lazy("Lock all"), does=lock_patient, done=gettext_lazy("Locked."), asks=REASON),
        Act(name="unlock-all", label=gettext_lazy("Unlock all"), does=unlock_patient, done=gettext_lazy("Unlocked."), asks=REASON),
    )
}  # fmt: skip
SUBMIT_ALL = "submit-all"  # stands beside the record's own acts where there are drafts
VERBS_OF_PATIENT = {
    "submit-all": "enter_records",
    "verify-all": "verify_records",
    "lock-all": "lock_records",
    "unlock-all": "lock_records",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How a record stands, for the head of its page."""

    status: str
    label: str
    is_withdrawn: bool
    acts: tuple[Act, ...]
    acts_of_patient: tuple[Act, ...]
    signed: Signed | None
    may_sign: bool
    may_submit: bool
    drafts: int  # of the whole patient
    withdrawn: tuple[Withdrawn, ...]


def head_of(request: HttpRequest, *, record: CenterRecord, queries: OpenQueries, overview: Overview) -> Head:
    status = effective_status(record, queries=queries)
    is_patient = isinstance(record, Patient) and not record.withdrawn_at
    whole = tuple(
        act
        for act in ACTS_OF_PATIENT.values()
        if is_patient
        and act.name != SUBMIT_ALL
        and record.center_id in centers(request, may=VERBS_OF_PATIENT[act.name])
    )
    signed = latest_sign_off(patient_of(record))
    return Head(
        status=status,
        label=str(RecordStatus(status).label),
        is_withdrawn=record.withdrawn_at is not None,
        acts=tuple(ACTS[name] for name in acts_on(record, by=request.user, queries=queries)),
        acts_of_patient=whole,
        signed=signed,
        may_sign=is_patient
        and record.center_id in centers(request, may="sign_off")
        and not (signed and signed.is_current),
        may_submit=record.center_id in centers(request, may="enter_records"),
        drafts=overview.drafts if is_patient else 0,
        withdrawn=tuple(withdrawn_of(record, entities=overview.withdrawn))
        if isinstance(record, Patient) and is_patient
        else (),
    )


def count_withdrawn(withdrawn: Iterable[Withdrawn], *, inlines: Iterable[Any]) -> None:
    """For the tabs, which tell how many of their records are withdrawn."""
    counts = Counter(each.entity for each in withdrawn)
    for inline in inlines:
        inline.formset.withdrawn_count = counts.get(entity_of(inline.formset.model), 0)


@login_required
def act_page(request: HttpRequest, entity: str, record_id: int, name: str) -> HttpResponse:
    record = record_or_404(request, entity=entity, record_id=record_id)
    act = {**ACTS, **(ACTS_OF_PATIENT if isinstance(record, Patient) else {})}.get(name)
    if act is None:
        raise Http404
    if request.method != "POST":
        return _asked(request, act=act, record=record)
    given = {"reason": request.POST.get("words", "").strip()} if act.asks else {}
    try:
        act.does(record, by=request.user, **given)
    except Refused as refused:
        if act.asks:
            return _asked(request, act=act, record=record, refusal=str(refused))
        messages.error(request, str(refused))
    else:
        messages.success(request, str(act.done))
    return redirect(page_of(record))


def _asked(request: HttpRequest, *, act: Act, record: Any, refusal: str = "") -> HttpResponse:
    """The page that asks for words; refused, it comes back with those that were typed."""
    title = _("%(act)s: %(record)s") % {"act": act.label, "record": record}
    shown = {"act": act, "record": record, "back": page_of(record), "refusal": refusal}
    shown["words"] = request.POST.get("words", "")
    page = page_context(request, title=title, patient=patient_of(record), part=part_of(record))
    return render(request, "registry/act.html", {**page, **shown})


def record_or_404(request: HttpRequest, *, entity: str, record_id: int) -> Any:
    """A record that this person may read; one withdrawn, too."""
    if entity not in {entity_of(model) for model in patient_models()}:
        raise Http404
    record = model_of(entity).including_withdrawn.filter(pk=record_id).first()
    if record is None or not may(request.user, verb="read_records", center=record.center_id):
        raise Http404
    return record
