"""Drafts of the record forms: kept while one types, offered when the page is opened again, continued in the form itself."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.contrib import admin
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_POST

from registry.admin.permissions import allows
from registry.models import CenterRecord, FormDraft
from registry.records.form_drafts import discard_draft, drafts_of, keep_draft, what_was_typed

PAGE, ADDRESS, RESUME = "_page", "_address", "_resume"
LONGEST_PAGE = 32
RESUMED = "resumed_draft"  # on a request: what is being continued

# Note [A draft is continued by its own form]
# ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
# What was typed comes back the way it would after a refusal: the page is posted to itself with the values of the draft,
# the forms read them (rows that were added, the version of the record they were made from, a colleague's change in the
# meantime), nothing is stored, and no error is shown, for nobody has asked to save yet.


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """A draft whose values stand on the page again; `left_out` names what was typed and is never kept."""

    draft: FormDraft
    left_out: list[str] = field(default_factory=list)


def address_of(request: HttpRequest) -> str:
    """Where a page is, with what makes it another page: the patient of a new assessment."""
    return _address(request.path, patient=request.GET.get("patient", ""))


def _address(path: str, *, patient: str) -> str:
    return f"{path}?patient={patient}" if patient.isdecimal() else path


def resume(request: HttpRequest) -> bool:
    """Puts the values of the draft asked for in the place of what was posted; False where there is none any more."""
    asked = request.POST.get(RESUME, "")
    known = drafts_of(request.user, address=address_of(request))
    draft = known.filter(pk=asked).first() if asked.isdecimal() else None
    if draft is None:
        return False
    values, left_out = what_was_typed(draft)
    posted = QueryDict(mutable=True)
    for name, texts in values.items():
        posted.setlist(name, texts)
    posted[PAGE] = draft.page
    request.POST = posted  # type: ignore[assignment]
    request.__dict__[RESUMED] = Resumed(draft=draft, left_out=left_out)
    return True


def resumed(request: HttpRequest | None) -> Resumed | None:
    return request.__dict__.get(RESUMED) if request is not None else None


def about_drafts(request: HttpRequest, *, labels: dict[str, Any]) -> dict[str, Any]:
    """For the page: its key, what is continued on it and what else was typed here before."""
    page = request.POST.get(PAGE, "")[:LONGEST_PAGE] or uuid4().hex
    continued = resumed(request)
    return {
        "page_key": page,
        "address": address_of(request),
        "resumed": continued,
        "left_out": [labels[name] for name in continued.left_out if name in labels] if continued else [],
        "drafts": list(drafts_of(request.user, address=address_of(request), besides=page)) if not continued else [],
    }


def without_errors(response: HttpResponse) -> HttpResponse:
    """See Note [A draft is continued by its own form]."""
    if not isinstance(response, TemplateResponse) or response.context_data is None:
        return response
    context = response.context_data
    context["errors"] = []
    context["adminform"].form._errors = ErrorDict()
    for inline in context["inline_admin_formsets"]:
        formset = inline.formset
        formset._errors = [{} for _form in formset.forms]
        formset._non_form_errors = formset.error_class()
        for form in formset.forms:
            form._errors = ErrorDict()
    return response


def forget_saved(request: HttpRequest) -> None:
    if page := request.POST.get(PAGE, ""):
        discard_draft(page, by=request.user)


@require_POST
def keep_draft_page(request: HttpRequest) -> JsonResponse:
    """Asked by the script of a form. It does not count as activity: registry.web.sessions."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    address, page = request.POST.get(ADDRESS, ""), request.POST.get(PAGE, "")
    if (
        not 0 < len(page) <= LONGEST_PAGE
        or not _is_form(address)
        or not allows(request, verb="enter_records", center=None)
    ):
        raise Http404
    at = keep_draft(page, address=address, values=dict(request.POST.lists()), by=request.user)
    return JsonResponse({"at": f"{timezone.localtime(at):%H:%M}"})


@require_POST
def discard_draft_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    if not request.user.is_authenticated:
        raise Http404
    draft = get_object_or_404(drafts_of(request.user), pk=draft_id)
    draft.delete()
    return redirect(draft.address)


def _is_form(address: str) -> bool:
    """Whether a record is entered there, written as address_of writes it."""
    path, _mark, patient = address.partition("?patient=")
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return False
    models = {
        f"{known._meta.app_label}_{known._meta.model_name}"
        for known in admin.site._registry
        if issubclass(known, CenterRecord)
    }
    is_form = name.removesuffix("_add").removesuffix("_change") in models and name.endswith(("_add", "_change"))
    return is_form and len(address) <= 200 and address == _address(path, patient=patient)
