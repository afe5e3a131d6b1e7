"""Why did it change: a run of a study beside a former one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analytics.changes.services import refuse_closed, request_change
from analytics.changes.tables import change_tables
from analytics.errors import AnalysisError
from analytics.models import Run, RunChange
from analytics.pages.views import for_readers_of_studies
from analytics.report.labels import in_language, in_reader_language
from analytics.report.tables.table import Table
from analytics.report.tables.tables import to_csv
from analytics.studies.readers import centers_to_analyze
from analytics.studies.services import stored_result
from registry.pages.context import page_context


@require_POST
@for_readers_of_studies
def ask_change(request: HttpRequest, run_id: int) -> HttpResponse:
    runs = Run.objects.readable_by(request.user).select_related("study")
    later = get_object_or_404(runs, pk=run_id)
    former = get_object_or_404(runs, pk=_number(request.POST.get("former", "")))
    try:
        return redirect(request_change(former, later=later, by=_user(request)))
    except AnalysisError as error:
        for message in error.messages:
            messages.error(request, in_language(message))
        return redirect(later)


@require_GET
@for_readers_of_studies
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    found = _change(request, change_id=change_id)
    closed = _closed(found)
    context = {
        "change": found,
        "tables": _tables(found),
        "failures": closed or [in_reader_language(message) for message in found.failure],
        "job": found.job,
    }
    title = _("Why the result of %(study)s changed") % {"study": found.later.study.name}
    return render(request, "analytics/change.html", {**page_context(request, title=title), **context})


@require_GET
@for_readers_of_studies
def change_table(request: HttpRequest, change_id: int, name: str) -> HttpResponse:
    found = _change(request, change_id=change_id)
    wanted = next((table for table in _tables(found) if table.name == name), None)
    if wanted is None:
        raise Http404
    disposition = {"Content-Disposition": f'attachment; filename="{found.later.study.name}-{name}-{found.pk}.csv"'}
    return HttpResponse(to_csv(wanted), content_type="text/csv; charset=utf-8", headers=disposition)


def _tables(change: RunChange) -> list[Table]:
    """None once an acceptance was revoked: they tell ratios."""
    if not change.content or _closed(change):
        return []
    return change_tables(change.content, result=stored_result(change.later))


def _closed(change: RunChange) -> list[str]:
    """Why nothing is shown, where a run is closed."""
    try:
        refuse_closed(change.former, change.later)
    except AnalysisError as error:
        return [in_language(message) for message in error.messages]
    return []


def _change(request: HttpRequest, *, change_id: int) -> RunChange:
    centers = centers_to_analyze(request.user)
    if not centers:
        raise PermissionDenied
    found = RunChange.objects.filter(center_ids__contained_by=centers)
    return get_object_or_404(found.select_related("former", "later__study", "later__result", "job"), pk=change_id)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Http404
    return int(text)


def _user(request: HttpRequest) -> Any:
    return request.user
