from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from registry.access.permissions import may
from registry.casebook.blank_forms import blank_forms
from registry.casebook.documents import print_blank_forms, print_casebook, print_record
from registry.models import CenterRecord, Patient
from registry.models.hierarchy import entity_of, model_of, patient_models
from registry.pages.context import page_context


@login_required
@require_GET
def forms_page(request: HttpRequest) -> HttpResponse:
    context = {**page_context(request, title=_("Case report forms")), "forms": blank_forms()}
    return render(request, "registry/casebook/forms.html", context)


@login_required
@require_GET
def forms_file(request: HttpRequest) -> HttpResponse:
    """`form` narrows down to one of them, `annotated` names variables and codes."""
    name = request.GET.get("form", "")
    if name and not blank_forms(name=name):
        raise Http404
    content = print_blank_forms(name=name, is_annotated="annotated" in request.GET, by=request.user)
    return _pdf(content, name=f"caliper-{name or 'forms'}.pdf")


@login_required
@require_GET
def casebook_file(request: HttpRequest, patient_id: int) -> HttpResponse:
    patient = get_object_or_404(Patient.including_withdrawn.select_related("center"), pk=patient_id)
    _demand(request, record=patient)
    return _pdf(print_casebook(patient, by=request.user), name=f"casebook-{patient.registry_id}.pdf")


@login_required
@require_GET
def record_file(request: HttpRequest, entity: str, record_id: int) -> HttpResponse:
    if entity not in {entity_of(model) for model in patient_models()}:
        raise Http404
    record = get_object_or_404(model_of(entity).including_withdrawn, pk=record_id)
    _demand(request, record=record)
    patient = record if isinstance(record, Patient) else record.patient  # type: ignore[attr-defined]
    return _pdf(print_record(record, patient=patient, by=request.user), name=f"{entity}-{record_id}.pdf")


def _demand(request: HttpRequest, *, record: CenterRecord) -> None:
    if not may(request.user, verb="read_records", center=record.center_id):
        raise Http404


def _pdf(content: bytes, *, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
