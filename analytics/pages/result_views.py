"""All results over all studies, and some of them side by side."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from analytics.models import Run, RunQuerySet, Study
from analytics.pages.headlines import with_headlines
from analytics.pages.lists import RESULT_LIST
from analytics.pages.side_by_side import as_table, protocol_changes, sections_of
from analytics.pages.views import for_readers_of_studies
from analytics.report.tables.tables import to_csv
from registry.choices import JobState
from registry.lists.listing import Bulk, Choice, Listing, ShownList, list_page
from registry.pages.context import page_context

FEWEST, MOST = 2, 4  # that a page has room for, side by side
ACCEPTED, NOT_ACCEPTED, MINE = "yes", "no", "mine"


@require_GET
@for_readers_of_studies
def results(request: HttpRequest) -> HttpResponseBase:
    compared = Bulk(of="run", url=reverse("analytics:side_by_side"), label=_("Compare those selected"), parameter="run")
    rows = _narrowed(_runs(request), request=request)
    listed = list_page(request, _result_list(request), rows=rows, filters=_filters(request), bulk=compared)
    if not isinstance(listed, ShownList):
        return listed
    return render(request, "analytics/results.html", {**page_context(request, title=_("Results")), "list": listed})


@require_GET
@for_readers_of_studies
def side_by_side(request: HttpRequest) -> HttpResponse:
    runs = _chosen(request)
    if not FEWEST <= len(runs) <= MOST:
        messages.error(
            request,
            _("Choose %(fewest)d to %(most)d finished runs to compare; %(found)d can be compared now.")
            % {"fewest": FEWEST, "most": MOST, "found": len(runs)},
        )
        return redirect("analytics:results")
    sections = sections_of(runs, by=request.user)
    if request.GET.get("file") == "csv":
        name = f"runs-{'-'.join(str(run.pk) for run in runs)}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(
            to_csv(as_table(sections, runs=runs)), content_type="text/csv; charset=utf-8", headers=headers
        )
    address = "&".join(f"run={run.pk}" for run in runs)
    context = {"runs": runs, "sections": sections, "changes": protocol_changes(runs), "address": address}
    return render(
        request, "analytics/side_by_side.html", {**page_context(request, title=_("Results compared")), **context}
    )


def _result_list(request: HttpRequest) -> Listing:
    """What it says of a run depends on who reads it."""
    return replace(RESULT_LIST, prepare=partial(with_headlines, by=request.user))


def _runs(request: HttpRequest) -> Any:
    return Run.objects.readable_by(request.user).select_related(
        "study", "job", "requested_by", "accepted_by", "snapshot"
    )


def _narrowed(runs: RunQuerySet, *, request: HttpRequest) -> RunQuerySet:
    """What makes no sense narrows nothing."""
    asked = {name: request.GET.get(name, "") for name in ("study", "state", "accepted", "whose")}
    if asked["study"]:
        runs = runs.filter(study__name=asked["study"])
    if asked["state"] in JobState.values:
        runs = runs.in_state(JobState(asked["state"]))
    if asked["accepted"] in (ACCEPTED, NOT_ACCEPTED):
        runs = runs.filter(accepted_at__isnull=asked["accepted"] == NOT_ACCEPTED)
    if asked["whose"] == MINE:
        runs = runs.filter(requested_by_id=request.user.pk)
    return runs


def _filters(request: HttpRequest) -> Sequence[Choice]:
    run = Run.objects.readable_by(request.user).order_by()
    studies = Study.objects.filter(runs__in=run).order_by("name", "version")
    titles = {study.name: study.title for study in studies}  # of the latest version
    return (
        Choice(name="study", label=_("Study"), options=sorted(titles.items(), key=itemgetter(1)), blank=_("All")),
        Choice(name="state", label=_("State"), options=JobState.choices, blank=_("All")),
        Choice(
            name="accepted",
            label=_("Design accepted"),
            options=[(ACCEPTED, _("Yes")), (NOT_ACCEPTED, _("No"))],
            blank=_("All"),
        ),
        Choice(name="whose", label=_("Requested by"), options=[(MINE, _("Me"))], blank=_("All")),
    )


def _chosen(request: HttpRequest) -> list[Run]:
    """In the order of the address, each once; what has no result, or may not be seen, is left out."""
    asked = list(dict.fromkeys(int(text) for text in request.GET.getlist("run")[:100] if text.isdecimal()))
    found = _runs(request).filter(pk__in=asked[: MOST + 1], result__isnull=False).select_related("result")
    by_number = {run.pk: run for run in found}
    return [by_number[number] for number in asked if number in by_number]
