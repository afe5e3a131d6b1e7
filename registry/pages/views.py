"""The pages of queries: the list, one query with its thread, and the sweeps that open them."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from registry.access.permissions import centers_where, may
from registry.errors import Refused
from registry.lists.columns import Column, thousands
from registry.lists.listing import Listing, ShownList, list_page
from registry.models import Patient, Query, Sweep
from registry.pages.context import page_context
from registry.pages.listing import filtered_queries, query_filters_of
from registry.pages.places import form_of, places_shown
from registry.pages.query_list import QUERY_LIST, query_bulk, query_filters
from registry.queries import (
    answer_query,
    assign_query,
    close_query,
    comment_query,
    may_be_assigned,
    reopen_query,
)
from registry.queries.sweep import start_sweep

SWEEP_LIST = Listing(
    name="sweeps",
    title=gettext_lazy("Previous data checks"),
    empty=gettext_lazy("No data check has run yet."),
    default_sort="-started",
    columns=(
        Column(name="started", label=gettext_lazy("Started at"), value=lambda s: s.started_at, sort=("started_at",)),
        Column(name="ended", label=gettext_lazy("Ended at"), value=lambda s: s.ended_at, sort=("ended_at",)),
        *(
            Column(name=name, label=label, value=attrgetter(name), shown=thousands(name), sort=(name,), is_number=True)
            for name, label in (
                ("patients", gettext_lazy("Patients")),
                ("records", gettext_lazy("Records")),
                ("opened", gettext_lazy("Queries opened")),
                ("closed", gettext_lazy("Queries closed")),
            )
        ),
    ),
)
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
def queries(request: HttpRequest) -> HttpResponseBase:
    centers, wanted = _centers(request), query_filters_of(request.GET.dict())
    found = filtered_queries(wanted, centers=centers, by=request.user)
    listed = list_page(
        request,
        QUERY_LIST,
        rows=found,
        filters=query_filters(wanted, centers=centers),
        bulk=query_bulk(request.user),
    )
    if not isinstance(listed, ShownList):
        return listed
    patient = _patient(wanted.patient, centers=centers)
    page = page_context(request, title=_("Queries"), patient=patient)
    return render(request, "registry/queries/list.html", {**page, "list": listed})


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
def sweeps(request: HttpRequest) -> HttpResponseBase:
    """How often each check found something, for administrators."""
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied
    if request.method == "POST":
        try:
            start_sweep(by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("queries:sweeps")
    listed = list_page(request, SWEEP_LIST, rows=Sweep.objects.all())
    if not isinstance(listed, ShownList):
        return listed
    latest = Sweep.objects.first()
    context = {"list": listed, "latest": latest, "job": _job_of(request), "counts": _counts(latest)}
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
