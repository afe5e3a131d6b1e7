"""One field of one record, in a panel beside its form: its history, what was asked of it, and whether it was verified."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from registry.access.permissions import may
from registry.admin.actions import record_or_404
from registry.admin.record_links import page_of, patient_of
from registry.errors import Refused
from registry.models import CenterRecord, Query
from registry.models.base.record import MISSING_REASON
from registry.queries import answer_query, close_query, comment_query, open_query, reopen_query
from registry.records.history import history_of_field
from registry.records.verification import unverify_value, verified_values, verify_value
from registry.workbook.provenance import Cell, cell_of_write, provenance_of

QUERY_ACTS: Mapping[str, Callable[..., Any]] = {
    "answer": answer_query,
    "comment": comment_query,
    "close": close_query,
    "reopen": reopen_query,
}
VALUE_ACTS: Mapping[str, Callable[..., Any]] = {"verify": verify_value, "unverify": unverify_value}


@login_required
def field_page(request: HttpRequest, entity: str, record_id: int, variable: str) -> HttpResponse:
    record = record_or_404(request, entity=entity, record_id=record_id)
    try:
        field = type(record)._meta.get_field(variable)
    except FieldDoesNotExist as unknown:
        raise Http404 from unknown
    if not isinstance(field, Field):  # the records of a patient are relations of it, not variables
        raise Http404
    refusal = _act(request, record=record, variable=variable) if request.method == "POST" else ""
    asked = Query.objects.about(entity, record_id=record.pk, variable=variable).prefetch_related("messages__by")
    shown = {
        "record": record,
        "variable": variable,
        "entity": entity,
        "label": str(field.verbose_name),
        "queries": asked.order_by("-opened_at"),
        "history": history_of_field(record, variable=variable),
        "cell": _cell(record, variable=variable),
        "verified": verified_values(patient_of(record)).get((entity, record.pk), {}).get(variable),
        "refusal": refusal,
        "can": {
            verb: may(request.user, verb=verb, center=record.center_id)
            for verb in ("manage_queries", "answer_queries", "verify_records")
        },
    }
    return render(request, "registry/form/field.html", shown)


def _cell(record: CenterRecord, *, variable: str) -> Cell | None:
    """Of the value that stands, or of the reason that stands in its place."""
    cells = provenance_of(record)
    return cells.get(variable) or cells.get(f"{variable}{MISSING_REASON}")


@login_required
@require_GET
def cell_page(request: HttpRequest, entity: str, record_id: int, variable: str, event_id: int) -> HttpResponse:
    """The cell behind a value of the history, looked for only when somebody asks."""
    record = record_or_404(request, entity=entity, record_id=record_id)
    cell = cell_of_write(record, variable=variable, event_id=event_id)
    if cell is None:
        messages.info(
            request,
            _("The workbook this value came from is no longer stored, or the value did not come from a workbook."),
        )
        return redirect(page_of(record))
    return redirect(f"{cell.get_absolute_url()}?record={record.pk}")


def _act(request: HttpRequest, *, record: CenterRecord, variable: str) -> str:
    """What the person did in the panel; the sentence of its refusal, or ""."""
    name, words = request.POST.get("act", ""), request.POST.get("words", "").strip()
    try:
        if name in VALUE_ACTS:
            VALUE_ACTS[name](record, variable=variable, by=request.user)
        elif name == "ask":
            open_query(record, variables=[variable], text=words, by=request.user)
        elif name in QUERY_ACTS:
            query = get_object_or_404(Query, pk=request.POST.get("query"), center_id=record.center_id)
            QUERY_ACTS[name](query, text=words, by=request.user)
    except Refused as refused:
        return str(refused)
    return ""
