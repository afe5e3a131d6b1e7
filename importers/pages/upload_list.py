"""The list of uploads: its columns, and what it can be filtered by."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from importers.models import UploadQuerySet, UploadState
from registry.lists.columns import Column
from registry.lists.listing import Choice, Filter, Listing, Typed

UPLOAD_LIST = Listing(
    name="uploads",
    title=gettext_lazy("Previous uploads"),
    empty=gettext_lazy("No uploads yet."),
    default_sort="-time",
    columns=(
        Column(
            name="file",
            label=gettext_lazy("File"),
            value=lambda upload: upload.filename,
            url=lambda upload: reverse("importers:upload", args=[upload.pk]),
            sort=("filename",),
        ),
        Column(
            name="center",
            label=gettext_lazy("Center"),
            value=lambda upload: upload.center.center_code,
            sort=("center__center_code", "-uploaded_at"),
        ),
        Column(
            name="state",
            label=gettext_lazy("State"),
            value=lambda upload: upload.outcome,
            badge=lambda upload: upload.job.state if upload.was_cut_short else upload.state,
            sort=("state", "-uploaded_at"),
        ),
        Column(
            name="size",
            is_aside=True,
            label=gettext_lazy("Size"),
            value=lambda upload: upload.size_bytes,
            shown=lambda upload: filesizeformat(upload.size_bytes),
            is_number=True,
            sort=("size_bytes",),
        ),
        Column(
            name="by",
            label=gettext_lazy("Uploaded by"),
            value=lambda upload: upload.uploaded_by.get_username(),
            sort=("uploaded_by__username", "-uploaded_at"),
        ),
        Column(
            name="time",
            label=gettext_lazy("Uploaded at"),
            value=lambda upload: upload.uploaded_at,
            sort=("uploaded_at",),
        ),
        Column(
            name="mapping",
            label=gettext_lazy("Mapping"),
            value=lambda upload: str(upload.mapping) if upload.mapping else "",
            is_more=True,
        ),
        Column(name="sha256", label=gettext_lazy("SHA-256"), value=lambda upload: upload.sha256, is_more=True),
    ),
)


def filtered_uploads(request: HttpRequest, *, among: UploadQuerySet) -> UploadQuerySet:
    asked, found = request.GET, among
    if asked.get("center", "").isdecimal():
        found = found.filter(center_id=int(asked["center"]))
    if asked.get("state", "") in UploadState.values:
        found = found.filter(state=asked["state"])
    if asked.get("q", "").strip():
        found = found.filter(filename__icontains=asked["q"].strip())
    return found


def upload_filters(centers: Sequence[Any]) -> list[Filter]:
    every = _("All")
    return [
        Typed(name="q", label=_("Search"), placeholder=_("File name")),
        Choice(
            name="center",
            label=_("Center"),
            options=[(str(center.pk), center.center_code) for center in centers],
            blank=every,
        ),
        Choice(name="state", label=_("State"), options=UploadState.choices, blank=every),
    ]
