"""The dashboard of one center, or of several side by side: page and CSV."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from importers.models import Upload
from registry.board.dashboard import ENROLLED_BY, Board, boards
from registry.board.follow_up_age import overdue
from registry.board.sections import bars, file_rows, sections
from registry.board.views import readable_centers
from registry.models import Center
from registry.pages.context import page_context
from registry.spreadsheet import table_file

MOST_OVERDUE = 50
SIDE_BY_SIDE = 6  # centers shown before somebody chooses: more do not fit beside each other


@login_required
@require_GET
def dashboard_page(request: HttpRequest) -> HttpResponse:
    mine, shown = _centers(request)
    by = _enrolled_by(request)
    told = boards(shown, by=by)
    ids = [center.pk for center in shown]
    context = {
        "centers": mine,
        "shown": ids,
        "boards": told,
        "charts": _charts(told),
        "sections": sections(told, waiting=waiting_uploads(ids)),
        "overdue": overdue(ids, today=timezone.localdate(), most=MOST_OVERDUE),
        "overdue_count": sum(board.currency.overdue for board in told),
        "by": by,
        "enrolled_by": {name: label for name, (_column, label) in ENROLLED_BY.items()},
    }
    return render(request, "home/dashboard.html", {**page_context(request, title=_("Dashboard")), **context})


@login_required
@require_GET
def dashboard_file(request: HttpRequest) -> StreamingHttpResponse:
    _mine, shown = _centers(request)
    told = boards(shown, by=_enrolled_by(request))
    tables = sections(told, waiting=waiting_uploads([center.pk for center in shown]))
    return table_file(file_rows(told, told=tables), name="dashboard")


def waiting_uploads(centers: Sequence[int]) -> dict[int, int]:
    """Uploads that were checked and whose rows are not stored, since nobody said that they should be."""
    own = Upload.objects.unconfirmed().filter(center_id__in=centers).order_by()
    return dict(own.values_list("center_id").annotate(Count("pk")))


def _centers(request: HttpRequest) -> tuple[list[Center], list[Center]]:
    mine = list(Center.objects.filter(pk__in=readable_centers(request)))
    asked = set(request.GET.getlist("center"))
    chosen = [center for center in mine if str(center.pk) in asked]
    return mine, chosen or mine[:SIDE_BY_SIDE]


def _enrolled_by(request: HttpRequest) -> str:
    asked = request.GET.get("by", "")
    return asked if asked in ENROLLED_BY else next(iter(ENROLLED_BY))


def _charts(told: list[Board]) -> list[dict[str, Any]]:
    most = max((count for board in told for _month, count in board.enrollment), default=0)
    return [{"center": board.center, "bars": bars(board, most=most)} for board in told]
