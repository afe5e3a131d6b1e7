"""One act on the ticked rows of a list: first what would become of each, then, confirmed, what did."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import ngettext

from registry.admin.permissions import centers
from registry.admin.record_links import page_of
from registry.errors import Refused
from registry.models import Patient, Query
from registry.models.hierarchy import entity_of, model_of
from registry.pages.context import page_context
from registry.queries import may_be_assigned
from registry.records.bulk import BULK_ACTS, MOST, PATIENT, QUERY, RECORD, BulkAct, Line, carried_out, previewed
from registry.records.drafts import form_models

MOST_WARNINGS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The rows that were ticked and may be acted on, and the list they come from."""

    act: BulkAct
    items: QuerySet[Any]
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """What becomes of one row, as the page draws it."""

    name: str
    url: str
    center: str
    patient: Patient
    count: int
    why_not: str


@login_required
def bulk_page(request: HttpRequest, name: str) -> HttpResponse:
    chosen = _chosen(request, name=name)
    refusal = ""
    if request.method == "POST":
        try:
            return _carry_out(request, chosen=chosen)
        except Refused as refused:
            refusal = str(refused)
    return _preview(request, chosen=chosen, refusal=refusal)


def to_preview(request: HttpRequest, *, name: str, chosen: QuerySet[Any]) -> HttpResponseRedirect:
    """From a list of the admin."""
    ids = ",".join(str(pk) for pk in chosen.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    asked = {"of": entity_of(chosen.model), "back": request.get_full_path(), "ids": ids}
    return redirect(f"{reverse('bulk_page', args=[name])}?{urlencode(asked)}")


def _chosen(request: HttpRequest, *, name: str) -> Chosen:
    of = request.GET.get("of", PATIENT)
    act = BULK_ACTS.get((_kind(of), name))
    if act is None:
        raise Http404
    own = centers(request, may=act.verb)
    if not own:
        raise PermissionDenied
    told = ",".join(request.GET.getlist("ids")).split(",")
    ids = [each for each in told if each.isdecimal()][: MOST + 1]
    return Chosen(act=act, items=_items(of, ids=ids).filter(center_id__in=own), back=_back(request, of=of))


def _kind(of: str) -> str:
    forms = {entity_of(model) for model in form_models()} - {PATIENT}
    return of if of in (PATIENT, QUERY) else RECORD if of in forms else ""


def _items(of: str, *, ids: Iterable[str]) -> QuerySet[Any]:
    if of == QUERY:
        return Query.objects.filter(pk__in=ids).select_related("center", "patient").order_by("pk")
    found: QuerySet[Any] = model_of(of).objects.filter(pk__in=ids).select_related("center")
    return found.order_by("local_id") if of == PATIENT else found.select_related("patient", "center").order_by("pk")


def _back(request: HttpRequest, *, of: str) -> str:
    told = request.GET.get("back", "")
    if told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts=None):
        return told
    return reverse("queries:queries" if of == QUERY else f"admin:registry_{of}_changelist")


def _preview(request: HttpRequest, *, chosen: Chosen, refusal: str) -> HttpResponse:
    act = chosen.act
    try:
        lines = previewed(act, items=chosen.items, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(chosen.back)
    shown = {
        "act": act,
        "will": [_line(line) for line in lines if not line.why_not],
        "will_not": [_line(line) for line in lines if line.why_not],
        "people": _people(chosen.items) if act.needs == "to" else [],
        "refusal": refusal,
        "back": chosen.back,
        "words": request.POST.get("words", ""),
    }
    return render(request, "registry/bulk.html", {**page_context(request, title=act.label), **shown})


def _line(line: Line) -> ShownLine:
    item = line.item
    return ShownLine(
        name=item.local_id if isinstance(item, Patient) else f"{line.patient.local_id} · {item}",
        url=item.get_absolute_url() if isinstance(item, Query) else page_of(item),
        center=item.center.center_code,
        patient=line.patient,
        count=line.count,
        why_not=line.why_not,
    )


def _carry_out(request: HttpRequest, *, chosen: Chosen) -> HttpResponseRedirect:
    act, given = chosen.act, dict[str, Any]()
    if act.needs == "reason":
        given["reason"] = request.POST.get("words", "")
    if act.needs == "to":
        people = {str(person.pk): person for person in _people(chosen.items)}
        given["to"] = people.get(request.POST.get("to", ""))
    lines = carried_out(act, items=chosen.items, by=request.user, **given)
    done = sum(not line.why_not for line in lines)
    messages.success(request, _done(act, count=done))
    for line in [line for line in lines if line.why_not][:MOST_WARNINGS]:
        messages.warning(request, f"{_line(line).name}: {line.why_not}")
    return redirect(chosen.back)


def _done(act: BulkAct, *, count: int) -> str:
    said = {
        PATIENT: ngettext("Done for %(count)d patient.", "Done for %(count)d patients.", count),
        RECORD: ngettext("Done for %(count)d record.", "Done for %(count)d records.", count),
        QUERY: ngettext("Done for %(count)d query.", "Done for %(count)d queries.", count),
    }
    return said[act.of] % {"count": count}


def _people(items: Iterable[Any]) -> list[Any]:
    """Who may answer in every center of these."""
    groups = [set(may_be_assigned(center)) for center in {item.center_id for item in items}]
    everywhere = set.intersection(*groups) if groups else set()
    return sorted(everywhere, key=lambda person: person.get_username())
