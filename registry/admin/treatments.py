"""Treatments: rows of the patient's page, and a page for a transarterial session with its drugs."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.admin.base import BelowPatient, RegistryAdmin, StackedRecords, TabularRecords
from registry.admin.filters import OwnCenterFilter
from registry.models import AblationSession, Resection, SystemicAgent, TransarterialAgent, TransarterialSession

SESSION = (
    ("start_date", "modality", "treatment_intent", "technical_success"),
    ("lipiodol_ml", "bead_type", "non_main_vessel_embolized", "stop_reason"),
    ("haic_regimen", "regimen_variant", "haic_infusion_hours", "dose_reduction_pct"),
    "embolic_agent",
)


class TransarterialInline(StackedRecords):
    model = TransarterialSession
    fields = (*SESSION, "drugs")
    readonly_fields = ("drugs",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("transarterialagent_set")

    @admin.display(description=_("Drugs given"))
    def drugs(self, session: TransarterialSession) -> str:
        if not session.pk:
            return gettext("Save the session first, then enter its drugs.")
        given = "; ".join(map(str, session.transarterialagent_set.all())) or gettext("none entered")
        page = reverse("admin:registry_transarterialsession_change", args=[session.pk])
        return format_html('{} · <a href="{}" class="caliper-link">{}</a>', given, page, gettext("Open the session"))


class DrugInline(TabularRecords):
    model = TransarterialAgent
    tab = False
    fields = ("agent_code", "dose_mg", "route")


@admin.register(TransarterialSession)
class TransarterialAdmin(BelowPatient, RegistryAdmin):
    tab_of_patient = "transarterialsession_set"
    inlines = (DrugInline,)
    list_display = ("start_date", "patient", "modality", "treatment_intent", "lipiodol_ml")
    list_filter = (("center", OwnCenterFilter), "modality", "treatment_intent")
    search_fields = ("patient__local_id", "patient__registry_id")
    list_select_related = ("patient",)
    date_hierarchy = "start_date"
    readonly_fields = ("its_center", "patient")
    fieldsets = ((_("Session"), {"fields": (("patient", "its_center"), *SESSION)}),)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a session begins as a row of its patient


class AblationInline(StackedRecords):
    model = AblationSession
    fields = (("start_date", "ablation_modality", "treatment_intent"), ("lesions_ablated", "complete_ablation_1m"))


class ResectionInline(StackedRecords):
    model = Resection
    fields = (("start_date", "resection_margin", "treatment_intent"), ("approach", "extent", "clavien_dindo_max"))


class SystemicInline(StackedRecords):
    model = SystemicAgent
    fields = (
        ("line_no", "agent_code", "agent_start_date", "agent_stop_date"),
        ("dose", "dose_unit", "schedule", "stop_reason"),
    )
