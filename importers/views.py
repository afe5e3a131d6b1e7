"""The pages of a center's uploader: send a workbook, follow it, read what was found."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from importers.forms import UploadForm
from importers.models import Upload, UploadMode, UploadState
from importers.pages import rules_on_page, sheets_on_page, stored_on_page
from importers.report import findings_as_csv
from importers.services import earlier_upload, receive_upload, start_processing
from importers.template import template_bytes
from registry.access import centers_where
from registry.pages import page_context
from registry.stored import centers_with

PER_PAGE = 25
SORTS = {"time": "-uploaded_at", "file": "filename", "state": "state", "center": "center__center_code"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _centers(request: HttpRequest) -> list[int]:
    centers = centers_where(request.user, may="upload_workbooks")
    if not centers:
        raise PermissionDenied
    return centers


def _uploads(request: HttpRequest) -> QuerySet[Upload]:
    found = Upload.objects.filter(center_id__in=_centers(request))
    return found.defer("original").select_related("center", "uploaded_by", "job")


@login_required
@require_http_methods(["GET", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    centers = centers_with(_centers(request))
    form = UploadForm(request.POST or None, request.FILES or None, centers=centers)
    if request.method == "POST" and form.is_valid():
        return _receive(request, given=form.cleaned_data)
    chosen = {name: request.GET.get(name, "") for name in ("center", "state", "sort")}
    found = _uploads(request).defer("original", "report").order_by(SORTS.get(chosen["sort"], SORTS["time"]), "-pk")
    if chosen["center"].isdecimal():
        found = found.filter(center_id=int(chosen["center"]))
    if chosen["state"] in UploadState.values:
        found = found.filter(state=chosen["state"])
    context = {
        "form": form,
        "centers": centers,
        "chosen": chosen,
        "states": UploadState.choices,
        "sorts": _sort_names(),
    }
    context["page"] = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    status = 400 if form.errors else 200
    return render(
        request, "importers/uploads.html", {**page_context(request, title=_("Uploads")), **context}, status=status
    )


def _sort_names() -> dict[str, str]:
    return {"time": _("Newest first"), "file": _("File"), "state": _("State"), "center": _("Center")}


def _receive(request: HttpRequest, *, given: dict[str, Any]) -> HttpResponse:
    content = given["file"].read()
    earlier = earlier_upload(content, center=given["center"])
    if earlier is not None:
        messages.info(request, _("This center has sent the same file before; this is its result."))
        return redirect("importers:upload", upload_id=earlier.pk)
    received = receive_upload(
        content, filename=given["file"].name, center=given["center"], by=request.user, mode=given["mode"]
    )
    start_processing(received, by=request.user, mode=given["mode"])
    return redirect("importers:upload", upload_id=received.pk)


@login_required
@require_GET
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(_uploads(request), pk=upload_id)
    context = {
        "upload": found,
        "job": found.job,
        "counts": (found.report or {}).get("counts", {}),
        "rules": rules_on_page(found.report or {}),
        "sheets": sheets_on_page(found.report or {}),
        "stored": stored_on_page(found.result or {}),
        "can_store": found.is_over and found.state not in {UploadState.STORED, UploadState.REFUSED},
        "modes": UploadMode,
    }
    return render(
        request,
        "importers/upload.html",
        {**page_context(request, title=f"{_('Uploads')} · {found.filename}"), **context},
    )


@login_required
@require_POST
def again(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Process the kept file once more: to store what is right in it, or because its parents have come since."""
    found = get_object_or_404(_uploads(request), pk=upload_id)
    mode = request.POST.get("mode", "")
    if mode in UploadMode.values and found.is_over and found.state != UploadState.STORED:
        start_processing(found, by=request.user, mode=mode)
    return redirect("importers:upload", upload_id=found.pk)


@login_required
@require_GET
def template(request: HttpRequest, center_id: int) -> HttpResponse:
    if center_id not in _centers(request):
        raise PermissionDenied
    (center,) = centers_with([center_id])
    content = template_bytes(center_code=center.center_code, center_name=center.name)
    return _download(content, name=f"caliper-{center.center_code}.xlsx", content_type=XLSX)


@login_required
@require_GET
def findings_csv(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(_uploads(request), pk=upload_id)
    content = findings_as_csv((found.report or {}).get("findings", []))
    return _download(content.encode(), name=f"findings-{found.pk}.csv", content_type="text/csv; charset=utf-8")


@login_required
@require_GET
def findings_json(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(_uploads(request), pk=upload_id)
    return JsonResponse(
        {**(found.report or {}), "upload": found.pk, "stored": found.result}, json_dumps_params={"ensure_ascii": False}
    )


def _download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
