"""A run repeated on the records that it read: asked for on its page, and what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analytics.editor.views import for_writers
from analytics.errors import AnalysisError
from analytics.models import Run, RunRepetition
from analytics.report.labels import in_language, in_reader_language
from analytics.studies.readers import centers_to_analyze
from analytics.studies.repetitions import request_repetition
from registry.pages.context import page_context


@require_POST
@for_writers
def repeat(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(Run.objects.readable_by(request.user).select_related("study"), pk=run_id)
    try:
        return redirect(request_repetition(run, by=_user(request)))
    except AnalysisError as error:
        for message in error.messages:
            messages.error(request, in_language(message))
        return redirect(run)


@require_GET
@for_writers
def repetition(request: HttpRequest, repetition_id: int) -> HttpResponse:
    found = _repetition(request, repetition_id=repetition_id)
    told = found.found or {}
    context = {
        "repetition": found,
        "run": found.run,
        "study": found.run.study,
        "job": found.job if found.finished_at is None else None,
        "failures": [in_reader_language(message) for message in found.failure],
        "software": [(name, *versions) for name, versions in told.get("software", {}).items()],
        "count": told.get("count", 0),
        "places": told.get("places", []) if found.run.shows_outcomes else [],
    }
    title = _("Run %(number)s repeated") % {"number": found.run_id}
    return render(request, "analytics/repetition.html", {**page_context(request, title=title), **context})


def _repetition(request: HttpRequest, *, repetition_id: int) -> RunRepetition:
    """For those who may run studies in all of its centers, as the run itself."""
    mine = centers_to_analyze(request.user)
    found = RunRepetition.objects.filter(center_ids__contained_by=mine)
    return get_object_or_404(found.select_related("run__study", "requested_by", "job"), pk=repetition_id)


def _user(request: HttpRequest) -> Any:
    return request.user
