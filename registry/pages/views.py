"""The pages of queries: the list, one query with its thread, and the sweeps that open them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from registry.access.permissions import centers_where, may
from registry.errors import Refused
from registry.models import Center, Patient, Query, Sweep
from registry.pages import export
from registry.pages.context import page_context
from registry.pages.listing import (
    AGES,
    ME,
    NOBODY,
    SORTS,
    STATES,
    assignees,
    fields_of_form,
    filtered_queries,
    forms,
    query_filters_of,
)
from registry.pages.places import fields_named, form_of, places_shown
from registry.queries import (
    answer_query,
    assign_query,
    close_query,
    comment_query,
    may_be_assigned,
    reopen_query,
)
from registry.queries.sweep import start_sweep
from registry.spreadsheet import table_file

PER_PAGE = 25
SWEEPS_SHOWN = 20
QUERY_ACTS: Mapping[str, Callable[..., None]] = {
    "answer": answer_query,
    "comment": comment_query,
    "close": close_query,
    "reopen": reopen_query,
}


def _centers(request: HttpRequest) -> list[int]:
    centers = centers_where(request.user, may="read_records")
    if not centers:
        raise PermissionDenied
    return centers


@require_GET
@login_required
def queries(request: HttpRequest) -> HttpResponse:
    centers, wanted = _centers(request), query_filters_of(request.GET.dict())
    found = filtered_queries(wanted, centers=centers, by=request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(query, form_of(query), fields_named(query)) for query in page]
    context = {
        "wanted": wanted,
        "page": page,
        "rows": rows,
        "centers": Center.objects.filter(pk__in=centers),
        "states": STATES,
        "forms": forms(),
        "fields": fields_of_form(wanted.form),
        "ages": AGES,
        "sorts": [(name, label) for name, (label, _order) in SORTS.items()],
        "assignees": assignees(centers),
        "me": ME,
        "nobody": NOBODY,
    }
    patient = _patient(wanted.patient, centers=centers)
    page_of_list = page_context(request, title=_("Queries"), patient=patient)
    return render(request, "registry/queries/list.html", {**page_of_list, **context})


@require_GET
@login_required
def queries_csv(request: HttpRequest) -> StreamingHttpResponse:
    found = filtered_queries(query_filters_of(request.GET.dict()), centers=_centers(request), by=request.user)
    return table_file(export.rows(found.iterator(chunk_size=2000)), name=f"queries-{timezone.localdate():%Y-%m-%d}")


@require_GET
@login_required
def query(request: HttpRequest, query_id: int) -> HttpResponse:
    found = _one(request, query_id=query_id)
    allowed = {
        verb: may(request.user, verb=verb, center=found.center_id) for verb in ("manage_queries", "answer_queries")
    }
    context = {
        "query": found,
        "form_name": form_of(found),
        "places": list(places_shown(found)),
        "thread": found.messages.select_related("by"),
        "can": allowed,
        "assignees": may_be_assigned(found.center_id) if allowed["manage_queries"] else [],
    }
    title = f"{_('Query')} {found.pk}"
    return render(
        request, "registry/queries/query.html", {**page_context(request, title=title, patient=found.patient), **context}
    )


@require_POST
@login_required
def act_on_query(request: HttpRequest, query_id: int) -> HttpResponse:
    """Answer, comment, close or reopen; or give it to somebody."""
    found = _one(request, query_id=query_id)
    act, text = request.POST.get("act", ""), request.POST.get("text", "")
    try:
        if act == "assign":
            people = {str(person.pk): person for person in may_be_assigned(found.center_id)}
            assign_query(found, to=people.get(request.POST.get("to", "")), by=request.user)
        elif act in QUERY_ACTS:
            QUERY_ACTS[act](found, text=text, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(found.get_absolute_url())


@login_required
def sweeps(request: HttpRequest) -> HttpResponse:
    """How often each check found something, for administrators."""
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied
    if request.method == "POST":
        try:
            start_sweep(by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("queries:sweeps")
    found = list(Sweep.objects.select_related("job")[:SWEEPS_SHOWN])
    latest = found[0] if found else None
    context = {"sweeps": found, "latest": latest, "job": _job_of(request), "counts": _counts(latest)}
    return render(request, "registry/queries/sweeps.html", {**page_context(request, title=_("Data checks")), **context})


def _one(request: HttpRequest, *, query_id: int) -> Query:
    own = Query.objects.filter(center_id__in=_centers(request))
    related = ("center", "patient__center", "assigned_to", "opened_by", "closed_by")
    return get_object_or_404(own.select_related(*related), pk=query_id)


def _patient(asked: str, *, centers: list[int]) -> Patient | None:
    """Whose queries alone the list shows."""
    own = Patient.including_withdrawn.filter(center_id__in=centers).select_related("center")
    return own.filter(pk=int(asked)).first() if asked.isdecimal() else None


def _job_of(request: HttpRequest) -> Any:
    """The sweep that this person asked for, while it is under way."""
    user: Any = request.user
    job = user.job_set.filter(kind="sweep").first()
    return job if job and not job.is_over else None


def _counts(sweep: Sweep | None) -> list[tuple[str, int, dict[str, int]]]:
    """By check: in all, and by center."""
    by_code: dict[str, dict[str, int]] = {}
    for center, found in (sweep.found if sweep else {}).items():
        for code, count in found.items():
            by_code.setdefault(code, {})[center] = count
    return [(code, sum(by_center.values()), by_center) for code, by_center in sorted(by_code.items())]
