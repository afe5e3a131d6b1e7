"""The mappings of a center: their versions, who saved them and when, as files, and for an upload."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from importers.mapping.refusals import MappingRefused
from importers.mapping.text import LARGEST
from importers.models import CenterMapping
from importers.pages.guide.names import spoken
from importers.pages.views import act, download, found_uploads, upload_centers
from importers.services import map_upload
from importers.storage.center_mappings import save_mapping
from registry.lists.columns import Column
from registry.lists.listing import Choice, Filter, Listing, ShownList, Typed, list_page
from registry.pages.context import page_context
from registry.workbook.stored_keys import centers_with

MAPPING_LIST = Listing(
    name="mappings",
    title=gettext_lazy("Saved mappings"),
    empty=gettext_lazy("No mappings yet."),
    default_sort="name",
    ends_with=("-version",),
    columns=(
        Column(
            name="name",
            label=gettext_lazy("Name"),
            value=lambda saved: saved.name,
            sort=("name", "center__center_code", "-version"),
        ),
        Column(
            name="center",
            label=gettext_lazy("Center"),
            value=lambda saved: saved.center.center_code,
            sort=("center__center_code", "name", "-version"),
        ),
        Column(
            name="version",
            label=gettext_lazy("Version"),
            value=lambda saved: saved.version,
            sort=("version",),
            is_number=True,
        ),
        Column(
            name="by",
            label=gettext_lazy("Saved by"),
            value=lambda saved: saved.saved_by.get_username(),
            sort=("saved_by__username", "-saved_at"),
        ),
        Column(name="time", label=gettext_lazy("Saved at"), value=lambda saved: saved.saved_at, sort=("saved_at",)),
        Column(name="note", label=gettext_lazy("What changed"), value=lambda saved: saved.note),
        Column(
            name="file",
            label=gettext_lazy("File"),
            value=str,
            url=lambda saved: reverse("importers:mapping_file", args=[saved.pk]),
        ),
    ),
)


class ImportForm(forms.Form):
    """A mapping as a file, of this center or of another."""

    center = forms.TypedChoiceField(label=gettext_lazy("Center"), coerce=int)
    file = forms.FileField(
        label=gettext_lazy("Mapping as a file"), widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.json"})
    )
    note = forms.CharField(label=gettext_lazy("What changed"), max_length=200, required=False)

    def __init__(self, *args: Any, centers: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["center"]
        field.choices = [(center.pk, str(center)) for center in centers]

    def clean_file(self) -> str:
        content: bytes = self.cleaned_data["file"].read(LARGEST * 4 + 1)
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("The file is not a text in UTF-8. Export a mapping to see how it looks.")
            ) from None


@login_required
@require_http_methods(["GET", "POST"])
def mappings(request: HttpRequest) -> HttpResponseBase:
    centers = upload_centers(request)
    own = centers_with(centers)
    form = ImportForm(request.POST or None, request.FILES or None, centers=own)
    if request.method == "POST" and form.is_valid() and _is_imported(request, form=form):
        return redirect("importers:mappings")
    saved = CenterMapping.objects.filter(center_id__in=centers).select_related("center", "saved_by")
    listed = list_page(request, MAPPING_LIST, rows=_filtered(request, among=saved), filters=_filters(own))
    if not isinstance(listed, ShownList):
        return listed
    latest = saved.order_by("center_id", "name", "-version").distinct("center_id", "name")
    shown = {"list": listed, "latest": latest, "form": form}
    context = {**page_context(request, title=_("Mappings of own workbooks")), **shown}
    return render(request, "importers/mappings.html", context, status=400 if form.errors else 200)


def _filtered(request: HttpRequest, *, among: QuerySet[CenterMapping]) -> QuerySet[CenterMapping]:
    center, words = request.GET.get("center", ""), request.GET.get("q", "").strip()
    found = among.filter(center_id=int(center)) if center.isdecimal() else among
    return found.filter(name__icontains=words) if words else found


def _filters(centers: Sequence[Any]) -> list[Filter]:
    own = [(str(center.pk), center.center_code) for center in centers]
    return [
        Typed(name="q", label=_("Search"), placeholder=_("Name")),
        Choice(name="center", label=_("Center"), options=own, blank=_("All")),
    ]


def _is_imported(request: HttpRequest, *, form: ImportForm) -> bool:
    given = form.cleaned_data
    try:
        saved = save_mapping(given["file"], center=given["center"], by=request.user, note=given["note"])
    except MappingRefused as refused:
        for problem in refused.problems:
            form.add_error("file", spoken((problem.en, problem.zh)))
        return False
    told = _("Mapping “{name}”, version {version}, is saved.")
    messages.info(request, told.format(name=saved.name, version=saved.version))
    return True


@login_required
@require_GET
def mapping_file(request: HttpRequest, mapping_id: int) -> HttpResponse:
    saved = get_object_or_404(CenterMapping, pk=mapping_id, center_id__in=upload_centers(request))
    name = f"{saved.name}-{saved.version}.yaml"
    return download(saved.text.encode(), name=name, content_type="application/yaml; charset=utf-8")


@login_required
@require_POST
def map_with(request: HttpRequest, upload_id: int) -> HttpResponse:
    """The answer to a proposal: read the file with this version, or, with none, as the template is read."""
    found = get_object_or_404(found_uploads(request), pk=upload_id)
    chosen = request.POST.get("mapping", "")
    saved = get_object_or_404(CenterMapping, pk=int(chosen), center_id=found.center_id) if chosen.isdecimal() else None
    return act(request, found, partial(map_upload, found, mapping=saved, by=request.user))
