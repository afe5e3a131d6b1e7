"""The status grid and a patient's course, as pages and as CSV."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from registry.admin.permissions import centers
from registry.board.cells import LOOKS, State
from registry.board.course import course_of
from registry.board.forms import forms
from registry.board.grid import PER_PAGE, SORTS, GridFilters, Line, all_lines, chosen, lines
from registry.board.swimmer import draw, months_since
from registry.clinical.dates import months_between
from registry.models import Center, Patient
from registry.pages.context import page_context
from registry.pages.patient_header import TIMELINE
from registry.spreadsheet import table_file

MOST_LINES = 20_000  # of a file


@login_required
@require_GET
def grid_page(request: HttpRequest) -> HttpResponse:
    readable = readable_centers(request)
    wanted = grid_filters_of(request)
    found = chosen(readable, wanted=wanted)
    page = Paginator(found.ids, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted,
        "page": page,
        "lines": lines(list(page.object_list)),
        "left": found.left,
        "forms": forms(),
        "looks": LOOKS.values(),
        "sorts": SORTS.values(),
        "centers": Center.objects.filter(pk__in=readable),
    }
    return render(request, "registry/board/grid.html", {**page_context(request, title=_("Status grid")), **context})


@login_required
@require_GET
def grid_file(request: HttpRequest) -> StreamingHttpResponse:
    readable, wanted = readable_centers(request), grid_filters_of(request)
    found = chosen(readable, wanted=wanted)
    asked = [center for center in readable if wanted.center in (None, center)]
    told, left = all_lines(found.ids[:MOST_LINES], centers=asked)
    return table_file(_rows(told, left=left), name="status-grid")


@login_required
@require_GET
def timeline_page(request: HttpRequest, patient_id: int) -> HttpResponse:
    own = Patient.objects.filter(center_id__in=readable_centers(request)).select_related("center")
    patient = own.filter(pk=patient_id).first()
    if patient is None:
        raise Http404
    course = course_of(patient)
    zero = months_since(course.entries)
    context = {
        "patient": patient,
        "course": course,
        "drawing": draw(course.entries),
        "zero": zero,
        "rows": [(entry, months_between(zero, end=entry.day)) for entry in course.entries],
    }
    title = _("Timeline for %(patient)s") % {"patient": patient.local_id}
    page = page_context(request, title=title, patient=patient, part=TIMELINE)
    return render(request, "registry/board/timeline.html", {**page, **context})


def readable_centers(request: HttpRequest) -> list[int]:
    found = centers(request, may="read_records")
    if not found:
        raise PermissionDenied
    return found


def grid_filters_of(request: HttpRequest) -> GridFilters:
    """What is not known is not asked for: an old or mistyped address shows the whole grid."""
    asked: Any = request.GET
    center = asked.get("center", "")
    return GridFilters(
        center=int(center) if center.isdecimal() else None,
        form=asked.get("form", "") if asked.get("form") in {form.entity for form in forms()} else "",
        state=asked.get("state", "") if asked.get("state") in set(State) else "",
        search=asked.get("search", "").strip().replace("\0", ""),
        sort=asked.get("sort", "") if asked.get("sort") in SORTS else "number",
        queries_only=asked.get("queries") == "1",
    )


def _rows(told: list[Line], *, left: int) -> Iterator[list[Any]]:
    if left:
        yield [
            _(
                "Completeness has not been updated for %(n)s patients changed since the last "
                "count; their cells may not show “incomplete” yet."
            )
            % {"n": left}
        ]
    head = [_("Study number"), _("Registry ID"), _("Center"), _("Open queries")]
    counted = (_("Records"), _("Required values missing"), _("Open queries"))
    for form in forms():
        head += [form.label, *(f"{form.label}: {count}" for count in counted)]
    yield head
    for line in told:
        row = [line.patient.local_id, line.patient.registry_id, line.patient.center.center_code, line.queries]
        for cell in line.cells:
            row += [str(cell.look.label), cell.records, cell.lacking, cell.queries]
        yield row


def grid_address(**asked: Any) -> str:
    """The grid as a link from elsewhere shows it."""
    return reverse("status_grid", query=asked)
