"""The side bar: what this person's roles allow, and nothing else."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.access.permissions import VERBS, centers_where
from registry.accounts.people import looks_after_accounts
from registry.models import Assessment, PatientRecord


def verbs_of(request: HttpRequest) -> set[str]:
    """Asked once per request: side bar and start page both need it."""
    known: set[str] | None = request.__dict__.get("_verbs")
    if known is None:
        known = {verb for verb in VERBS if centers_where(request.user, may=verb)}
        request.__dict__["_verbs"] = known
    return known


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    verbs = verbs_of(request)
    groups: list[dict[str, Any]] = [
        {"title": None, "items": [_item(request, _("Home"), icon="home", link=reverse("home"))]}
    ]
    if "read_records" in verbs:
        patients = _item(request, _("Patients"), icon="group", link=reverse("admin:registry_patient_changelist"))
        assessments = _item(
            request, _("Assessments"), icon="labs", link=reverse("admin:registry_assessment_changelist")
        )
        queries = _item(request, _("Queries"), icon="contact_support", link=reverse("queries:queries"))
        dashboard = _item(request, _("Dashboard"), icon="monitoring", link=reverse("dashboard"))
        grid = _item(request, _("Status grid"), icon="grid_on", link=reverse("status_grid"))
        forms = _item(request, _("Forms on paper"), icon="print", link=reverse("casebook:forms"))
        items = [dashboard, grid, patients, assessments, queries, forms]
        if "sign_off" in verbs:
            items.append(_item(request, _("Sign-off"), icon="signature", link=reverse("queries:sign_offs")))
        groups.append({"title": pgettext_lazy("menu", "Records"), "items": items})
        groups.append({"title": _("Lists by form"), "collapsible": True, "items": record_lists(request)})
    if "upload_workbooks" in verbs:
        groups.append(
            {
                "title": _("Workbooks"),
                "items": [_item(request, _("Uploads"), icon="upload_file", link=reverse("importers:uploads"))],
            }
        )
    if "read_studies" in verbs:
        groups.append(
            {
                "title": _("Comparisons"),
                "items": [
                    _item(request, _("Studies"), icon="query_stats", link=reverse("analytics:studies")),
                    _item(request, _("Results"), icon="compare_arrows", link=reverse("analytics:results")),
                ],
            }
        )
    if looks_after_accounts(request.user):
        groups.append({"title": _("Accounts"), "items": _accounts(request)})
    if getattr(request.user, "is_superuser", False):
        groups.append({"title": _("Administration"), "items": _administration(request)})
    groups.append({"title": None, "items": [_item(request, _("Keys"), icon="keyboard", link=reverse("keys"))]})
    return groups


def record_lists(request: HttpRequest) -> list[dict[str, Any]]:
    """The kinds of record with a list of their own, besides patients and assessments, which stand above."""
    models = [model for model in admin.site._registry if issubclass(model, PatientRecord) and model is not Assessment]
    return [
        _item(
            request,
            capfirst(str(model._meta.verbose_name_plural)),
            icon="list_alt",
            link=reverse(f"admin:registry_{model._meta.model_name}_changelist"),
        )
        for model in models
    ]


def _accounts(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        _item(request, _("People"), icon="manage_accounts", link=reverse("people:people")),
        _item(request, _("Delegation log"), icon="assignment_ind", link=reverse("people:delegation")),
    ]


def _administration(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        _item(request, _("Centers"), icon="local_hospital", link=reverse("admin:registry_center_changelist")),
        _item(
            request,
            _("Limits of normal"),
            icon="thermostat",
            link=reverse("admin:registry_labreferencelimit_changelist"),
        ),
        _item(request, _("Data checks"), icon="mop", link=reverse("queries:sweeps")),
        _item(request, _("Jobs"), icon="schedule", link=reverse("admin:registry_job_changelist")),
    ]


def _item(request: HttpRequest, title: str | Promise, *, icon: str, link: str) -> dict[str, Any]:
    is_active = request.path == link if link == "/" else request.path.startswith(link)
    return {"title": title, "icon": icon, "link": link, "active": is_active}
