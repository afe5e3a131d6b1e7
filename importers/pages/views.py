"""The pages of a center's uploader: send a workbook, follow it, read what was found."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from importers.models import Upload, UploadQuerySet
from importers.pages.forms import ConfirmForm, UploadForm
from importers.pages.mapping import NOT_READ, answer, questions_of
from importers.pages.mapping_choice import last_mappings, proposals_for
from importers.pages.preview import CHANGING, confirm_form, tiles_on_page
from importers.pages.report import (
    nothing_can_be_stored,
    nothing_was_read,
    rules_on_page,
    sheets_on_page,
    stored_on_page,
    undone_on_page,
)
from importers.pages.upload_list import UPLOAD_LIST, filtered_uploads, upload_filters
from importers.services import confirm_upload, discard_upload, send_upload, start_check, start_undo
from importers.storage.report import findings_as_csv
from importers.storage.undo import later_uploads
from importers.workbooks.corrections import corrected_in
from importers.workbooks.feedback import annotated_upload
from importers.workbooks.filled_template import template_of
from registry.access.permissions import centers_where
from registry.errors import Refused
from registry.lists.listing import ShownList, list_page
from registry.pages.context import page_context
from registry.workbook.omissions import left_out_of
from registry.workbook.stored_keys import centers_with

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload_centers(request: HttpRequest) -> list[int]:
    centers = centers_where(request.user, may="upload_workbooks")
    if not centers:
        raise PermissionDenied
    return centers


def found_uploads(request: HttpRequest) -> UploadQuerySet:
    """Those of the centers for which this person may upload."""
    found = Upload.objects.filter(center_id__in=upload_centers(request))
    return found.defer("original").select_related("center", "uploaded_by", "job", "mapping")


@login_required
@require_http_methods(["GET", "POST"])
def uploads(request: HttpRequest) -> HttpResponseBase:
    centers = centers_with(upload_centers(request))
    saved = last_mappings([center.pk for center in centers])
    form = UploadForm(request.POST or None, request.FILES or None, centers=centers, mappings=saved)
    if request.method == "POST" and form.is_valid():
        return _receive(request, given=form.cleaned_data)
    rows = filtered_uploads(request, among=found_uploads(request).without_content())
    listed = list_page(request, UPLOAD_LIST, rows=rows, filters=upload_filters(centers))
    if not isinstance(listed, ShownList):
        return listed
    context = {
        "form": form,
        "centers": centers,
        "no_room": {center: kinds for center in centers if (kinds := left_out_of(center.pk))},
        "list": listed,
        "unconfirmed": found_uploads(request).unconfirmed().without_content(),
    }
    status = 400 if form.errors else 200
    return render(
        request, "importers/uploads.html", {**page_context(request, title=_("Uploads")), **context}, status=status
    )


def _receive(request: HttpRequest, *, given: dict[str, Any]) -> HttpResponse:
    name, content = given["file"].name, given["file"].read()
    about = {"center": given["center"], "mapping": given["mapping"]}
    received, is_new = send_upload(content, filename=name, by=request.user, **about)
    if not is_new:
        messages.info(request, _("This center has already uploaded this file. The earlier result is shown."))
    return redirect("importers:upload", upload_id=received.pk)


@login_required
@require_GET
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    return render(request, "importers/upload.html", _page(request, found=found, form=confirm_form(found)))


def _page(request: HttpRequest, *, found: Upload, form: ConfirmForm | None) -> dict[str, Any]:
    report, tiles = found.report or {}, tiles_on_page(found)
    is_idle = found.job is None or found.job.is_over
    asks_for_mapping = found.can_be_mapped and nothing_was_read(report)
    return {
        **page_context(request, title=f"{_('Uploads')} · {found.filename}"),
        "upload": found,
        "job": found.job,
        "counts": report.get("counts", {}),
        "rules": rules_on_page(report),
        "sheets": sheets_on_page(report),
        "tiles": tiles,
        "fates": {tile.name: tile.count for tile in tiles},
        "nothing_read": found.report is not None and nothing_was_read(report),
        "nothing_fit": found.report is not None and nothing_can_be_stored(report),
        "changes_nothing": bool(tiles) and not any(tile.count for tile in tiles if tile.name in CHANGING),
        "stored": stored_on_page(found.result or {}),
        "corrected": corrected_in(found),
        "undone": undone_on_page(found.undo_result),
        "form": form,
        "questions": questions_of(found) if not asks_for_mapping else [],
        "asks_for_mapping": asks_for_mapping,
        "proposals": proposals_for(found) if asks_for_mapping else [],
        "not_read": NOT_READ,
        "can_undo": found.can_be_undone and is_idle and not later_uploads(found),
    }


@login_required
@require_POST
def again(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Check the kept file once more: the records have changed, or its parents have come since."""
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    if found.can_be_checked_again:
        start_check(found, by=request.user)
    return redirect("importers:upload", upload_id=found.pk)


@login_required
@require_POST
def confirm(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    form = confirm_form(found, given=request.POST)
    if form is None or not form.is_valid():
        return render(request, "importers/upload.html", _page(request, found=found, form=form), status=400)
    return act(request, found, partial(confirm_upload, found, by=request.user, **form.cleaned_data))


@login_required
@require_POST
def mapping(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    return act(request, found, partial(answer, found, given=request.POST, by=request.user))


@login_required
@require_POST
def discard(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    return act(request, found, partial(discard_upload, found, by=request.user))


@login_required
@require_POST
def undo(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    reason = request.POST.get("reason", "")[:200]
    return act(request, found, partial(start_undo, found, by=request.user, reason=reason))


def act(request: HttpRequest, found: Upload, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("importers:upload", upload_id=found.pk)


@login_required
@require_GET
def template(request: HttpRequest, center_id: int) -> HttpResponse:
    if center_id not in upload_centers(request):
        raise PermissionDenied
    (center,) = centers_with([center_id])
    filled = "filled" in request.GET
    name = f"caliper-{center.center_code}{'-filled' if filled else ''}.xlsx"
    return download(template_of(center, filled=filled), name=name, content_type=XLSX)


@login_required
@require_GET
def annotated(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id, report__isnull=False)
    return download(annotated_upload(found), name=f"findings-{found.pk}.xlsx", content_type=XLSX)


@login_required
@require_GET
def findings_csv(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    content = findings_as_csv((found.report or {}).get("findings", []))
    return download(content.encode(), name=f"findings-{found.pk}.csv", content_type="text/csv; charset=utf-8")


@login_required
@require_GET
def findings_json(request: HttpRequest, upload_id: int) -> HttpResponse:
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    return JsonResponse(
        {**(found.report or {}), "upload": found.pk, "stored": found.result}, json_dumps_params={"ensure_ascii": False}
    )


def download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
