"""The lists behind the tiles of a preview, and the single row of a sheet that a stored value came from."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from importers.models import Upload
from importers.pages.preview import NAMES, form_label, lines_of, row_of
from importers.pages.report import sheets_on_page
from importers.pages.views import found_uploads
from importers.storage.comparison import RecordOutcome
from importers.workbooks.corrections import corrections_of
from registry.access.permissions import centers_where, may
from registry.admin.record_links import page_of_id
from registry.pages.context import page_context

PER_PAGE = 50


@login_required
@require_GET
def records(request: HttpRequest, upload_id: int, fate: str) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    if fate.upper() not in RecordOutcome.__members__ or fate not in NAMES:
        raise Http404
    chosen = {name: request.GET.get(name, "") for name in ("form", "patient")}
    kinds = [entity for entity, counts in (found.preview or {}).get("records", {}).items() if counts.get(fate)]
    entity = chosen["form"] if chosen["form"] in kinds else ""
    lines = lines_of(found, fate=RecordOutcome(fate.upper()), entity=entity, patient=chosen["patient"]) if kinds else []
    context = {
        "upload": found,
        "fate": fate,
        "label": NAMES[fate],
        "chosen": chosen,
        "forms": [(kind, form_label(kind)) for kind in kinds],
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "importers/records.html", {**_page(request, found), **context})


@login_required
@require_GET
def held_back(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    titles = {sheet["sheet"]: sheet for sheet in sheets_on_page(found.report or {})}
    held = (found.report or {}).get("held", {})
    sheets = [{**sheet, **held[name]} for name, sheet in titles.items() if name in held]
    context = {"upload": found, "sheets": sheets, "corrections": corrections_of(found)}
    return render(request, "importers/held_back.html", {**_page(request, found), **context})


@login_required
@require_GET
def cell(request: HttpRequest, upload_id: int, entity: str, row: int, column: str = "") -> HttpResponse:
    """For everyone who may read the center's records: a value's source is part of its history."""
    readable = centers_where(request.user, may="read_records")
    found = get_object_or_404(Upload.objects.without_content().filter(center_id__in=readable), pk=upload_id)
    sheet, cells = row_of(found, entity=entity, row=row)
    if not cells:
        raise Http404
    context: dict[str, Any] = {"upload": found, "sheet": sheet, "row": row, "column": column, "cells": cells}
    context["may_upload"] = may(request.user, verb="upload_workbooks", center=found.center_id)
    context["record_page"] = _record_page(entity, number=request.GET.get("record", ""))
    return render(request, "importers/cell.html", {**_page(request, found), **context})


def _record_page(entity: str, *, number: str) -> str:
    """Whence the reader came, if from a record that this person may see."""
    return page_of_id(entity, record_id=int(number)) if number.isdecimal() else ""


def _page(request: HttpRequest, found: Upload) -> dict[str, Any]:
    return page_context(request, title=f"{_('Uploads')} · {found.filename}")
