"""Sign-off: who waits for it, the signature itself with its password, and what was signed as it was then (ADR 36)."""

from collections.abc import Sequence
from typing import Any

from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeForm
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from registry.access.permissions import centers_where, may
from registry.errors import Refused
from registry.lists.columns import Column
from registry.lists.listing import Choice, Filter, Listing, ShownList, list_page
from registry.models import Center, Patient, Query, SignOff
from registry.models.hierarchy import entity_of, model_of
from registry.pages.context import page_context
from registry.pages.listing import forms as record_forms
from registry.records.sign_off import Signable, latest_sign_off, sign_off_all, signable, unsigned
from registry.records.signed_content import signed_content

MOST_SHOWN = 100
STATEMENT = gettext_lazy(
    "I have reviewed these records and attest that they are complete and consistent with the source documents."
)


WAITING_LIST = Listing(
    name="sign_offs",
    title=gettext_lazy("Awaiting sign-off"),
    empty=gettext_lazy("All patients are signed off."),
    default_sort="center",
    columns=(
        Column(
            name="local_id",
            label=gettext_lazy("Study number"),
            value=lambda patient: patient.local_id,
            url=lambda patient: reverse("admin:registry_patient_change", args=[patient.pk]),
            sort=("local_id",),
        ),
        Column(
            name="registry_id",
            label=gettext_lazy("Registry ID"),
            value=lambda patient: patient.registry_id,
            sort=("registry_id",),
        ),
        Column(
            name="center",
            label=gettext_lazy("Center"),
            value=lambda patient: patient.center.center_code,
            sort=("center__center_code", "local_id"),
        ),
        Column(
            name="queries",
            label=gettext_lazy("Queries"),
            value=lambda patient: patient.queries,
            url=lambda patient: f"{reverse('queries:queries')}?patient={patient.pk}" if patient.queries else "",
            sort=("queries", "local_id"),
            is_number=True,
        ),
        Column(
            name="changed",
            label=gettext_lazy("Last change of the patient's own form"),
            value=lambda patient: patient.updated_at,
            sort=("updated_at",),
            is_more=True,
        ),
    ),
)


def _filters(centers: Sequence[int]) -> list[Filter]:
    own = [(str(center.pk), center.center_code) for center in Center.objects.filter(pk__in=centers)]
    kinds = [(name, label) for name, label in record_forms() if name != entity_of(Patient)]
    return [
        Choice(name="center", label=_("Center"), options=own, blank=_("All")),
        Choice(name="form", label=_("With a record of"), options=kinds, blank=_("All")),
    ]


@require_GET
@login_required
def sign_offs(request: HttpRequest) -> HttpResponseBase:
    """The patients for whose records, as they are now, nobody vouches."""
    centers = _signing(request)
    standing = Query.objects.not_closed().filter(patient=OuterRef("pk")).order_by().values("patient")
    waiting = _asked(request, centers=centers).select_related("center")
    waiting = waiting.annotate(queries=Coalesce(Subquery(standing.annotate(n=Count("pk")).values("n")), 0))
    listed = list_page(request, WAITING_LIST, rows=waiting, filters=_filters(centers))
    if not isinstance(listed, ShownList):
        return listed
    shown = {"list": listed, "asked": request.GET.urlencode()}
    return render(request, "registry/queries/sign_offs.html", {**page_context(request, title=_("Sign-off")), **shown})


@login_required
def sign_all(request: HttpRequest) -> HttpResponse:
    """Of one center, of those with a record of one form, or of all centers of this person."""
    page = page_context(request, title=_("Sign off"))
    patients = _asked(request, centers=_signing(request)).select_related("center").order_by("center_id", "local_id")
    return _sign(request, patients=signable(patients), back=reverse("queries:sign_offs"), page=page)


@login_required
def sign_patient(request: HttpRequest, record_id: int) -> HttpResponse:
    patient = Patient.objects.filter(pk=record_id).select_related("center").first()
    if patient is None or not may(request.user, verb="read_records", center=patient.center_id):
        raise Http404
    if not may(request.user, verb="sign_off", center=patient.center_id):
        raise PermissionDenied
    back = reverse("admin:registry_patient_change", args=[patient.pk])
    latest = latest_sign_off(patient)
    if latest is not None and latest.is_current:
        messages.info(request, _("These records are signed off already, as they are now."))
        return redirect(back)
    title = _("%(act)s: %(record)s") % {"act": _("Sign off"), "record": patient}
    page = page_context(request, title=title, patient=patient)
    return _sign(request, patients=signable([patient]), back=back, page=page)


@require_GET
@login_required
def signed(request: HttpRequest, sign_off_id: int) -> HttpResponse:
    """One signature, and what was signed."""
    found = get_object_or_404(SignOff.objects.select_related("signed_by", "patient", "center"), pk=sign_off_id)
    if not may(request.user, verb="read_records", center=found.center_id):
        raise Http404
    latest = latest_sign_off(found.patient)
    context = {
        "sign_off": found,
        "content": signed_content(found),
        "is_current": bool(latest and latest.is_current and latest.sign_off.pk == found.pk),
        "others": SignOff.objects.filter(patient=found.patient).exclude(pk=found.pk).select_related("signed_by"),
    }
    title = _("Signed off: %(patient)s") % {"patient": found.patient}
    page = page_context(request, title=title, patient=found.patient)
    return render(request, "registry/queries/signed.html", {**page, **context})


def _sign(request: HttpRequest, *, patients: Signable, back: str, page: dict[str, Any]) -> HttpResponse:
    """Asked for the statement, the password and, where one is set, the second factor; all three anew for each act."""
    proofs = _proofs(request)
    statement = request.POST.get("statement", str(STATEMENT))
    refusal = ""
    if request.method == "POST" and _is_seen(request, patients=patients) and all(proof.is_valid() for proof in proofs):
        try:
            count = sign_off_all(patients, by=request.user, statement=statement)
        except Refused as refused:
            refusal = str(refused)
        else:
            text = ngettext("%(count)d patient was signed off.", "%(count)d patients were signed off.", count)
            messages.success(request, text % {"count": count})
            return redirect(back)
    elif request.method == "POST" and not _is_seen(request, patients=patients):
        refusal = _("The records have changed while this page was open. Look at the list again, then sign.")
    shown = {
        "patients": patients,
        "held_back": patients.held_back[:MOST_SHOWN],
        "more_held_back": max(len(patients.held_back) - MOST_SHOWN, 0),
        "ready": patients.ready[:MOST_SHOWN],
        "more_ready": max(len(patients.ready) - MOST_SHOWN, 0),
        "proofs": proofs,
        "statement": statement,
        "refusal": refusal,
        "back": back,
    }
    return render(request, "registry/queries/sign.html", {**page, **shown})


def _is_seen(request: HttpRequest, *, patients: Signable) -> bool:
    return request.POST.get("seen") == patients.seen


def _proofs(request: HttpRequest) -> list[forms.Form]:
    """That it is this person who signs."""
    data = request.POST if request.method == "POST" else None
    proofs: list[forms.Form] = [PasswordForm(data, user=request.user)]
    if is_mfa_enabled(request.user):
        proofs.append(CodeForm(data, user=request.user))
    return proofs


def _signing(request: HttpRequest) -> list[int]:
    centers = centers_where(request.user, may="sign_off")
    if not centers:
        raise PermissionDenied
    return centers


def _asked(request: HttpRequest, *, centers: list[int]) -> QuerySet[Patient]:
    """The patients who wait, of the center and with a record of the form that the address names."""
    wanted: Any = request.GET.get("center", "")
    chosen = [center for center in centers if str(center) == wanted] or centers
    waiting = unsigned(chosen)
    form = request.GET.get("form", "")
    if form in dict(record_forms()) and form != entity_of(Patient):
        waiting = waiting.filter(pk__in=model_of(form).objects.filter(center_id__in=chosen).values("patient_id"))
    return waiting
