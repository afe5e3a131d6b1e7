from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from registry.admin.base import PatientChildPage, RegistryAdmin, StackedRecords
from registry.admin.derived_values import ON_THE_PAGE, DerivedColumns
from registry.admin.filters import OwnCenterFilter
from registry.admin.forms import RecordForm
from registry.admin.laboratory_panel import PREFIX, LaboratoryPanel, laboratory_fieldsets, shown_result
from registry.admin.other_section import Fieldset
from registry.admin.permissions import centers
from registry.models import Assessment, Patient, TumorBurden
from registry.records.laboratory_values import LaboratoryValue, NotALaboratoryValue, read_value
from registry.records.writes import record_laboratory_panel
from registry.rules import findings


class AssessmentForm(RecordForm, LaboratoryPanel):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.labresult_set.all() if self.instance.pk else ()
        self.results = {result.analyte_code: result for result in stored}
        self.show_as_stored({f"{PREFIX}{code}": shown_result(result) for code, result in self.results.items()})
        self.laboratory: dict[str, LaboratoryValue] = {}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.laboratory = {}
        for name in self.changed_data:
            if name.startswith(PREFIX):
                self._read(name, analyte=name.removeprefix(PREFIX))
        return cleaned

    def records_behind(self) -> Iterator[tuple[str, dict[str, Any], str]]:
        for analyte, entered in self.laboratory.items():
            values = {"analyte_code": analyte, "value": entered.value, "comparator": entered.comparator}
            stored = self.results.get(analyte)
            given = {"id": stored.pk} if stored else {}
            yield "labresult", {**given, **_known(values), "raw_unit": entered.raw_unit}, f"{PREFIX}{analyte}"

    def places_behind(self) -> dict[str, tuple[str, int, str]]:
        """Where the history and the queries of a box are that belongs to another record."""
        return {f"{PREFIX}{code}": ("labresult", result.pk, "value") for code, result in self.results.items()}

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in super().row().items() if not name.startswith(PREFIX)}

    def _read(self, name: str, *, analyte: str) -> None:
        text = self.cleaned_data.get(name)
        if not text:  # a result is corrected, not deleted
            self.add_error(
                name,
                _("A stored result cannot be cleared. Correct it, or enter ND, NA, NR or UNK if there is no result."),
            )
            return
        try:
            entered = read_value(text, analyte=analyte)
        except NotALaboratoryValue as problem:
            self.add_error(name, str(problem))
            return
        self.laboratory[analyte] = entered
        result = {"value": entered.value, "comparator": entered.comparator, "raw_unit": entered.raw_unit}
        for finding in findings("labresult", {**self.row(), "analyte_code": analyte, **result}):
            self.note(finding, field=name)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


class TumorBurdenInline(StackedRecords):
    model = TumorBurden
    tab = False
    max_num = 2
    fields = (
        ("diameter_basis", "tumor_number", "tumor_number_uncountable", "lobe_distribution"),
        ("max_diameter_cm", "second_diameter_cm", "third_diameter_cm", "sum_diameter_cm"),
        ("macrovascular_invasion", "pvtt_cheng", "pvtt_vp", "hvtt_vv"),
        ("bile_duct_invasion", "arterioportal_shunt", "adjacent_organ_invasion", "tumor_rupture"),
        ("growth_pattern", "satellite_nodules", "extrahepatic_metastasis", "within_milan"),
        "segments",
        "metastasis_sites",
    )


@admin.register(Assessment)
class AssessmentAdmin(DerivedColumns, PatientChildPage, RegistryAdmin):
    tab_of_patient = "assessment_set"
    form = AssessmentForm
    inlines = (TumorBurdenInline,)
    list_display = (
        "assessment_date",
        "patient",
        "assessment_type",
        "ecog_ps",
        "albi",
        "child_pugh",
        "bclc_stage",
        "milan",
    )
    list_filter = (("center", OwnCenterFilter), "assessment_type", "ecog_ps", "bclc_stage")
    search_fields = ("patient__local_id__prefix", "patient__registry_id__prefix")
    list_select_related = ("patient", "center")
    date_hierarchy = "assessment_date"
    readonly_fields = tuple(name for row in ON_THE_PAGE for name in row)

    def sections_of(self, request: HttpRequest, record: Assessment | None) -> list[Fieldset]:
        return list(_fieldsets(is_new=record is None))

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("labresult_set", "tumorburden_set")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Only from the patient's page: a general "add" would not know whose assessment it is.
        return "patient" in request.GET and super().has_add_permission(request, obj)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        patient = self._patient(request)
        if patient is None:
            messages.info(request, _("Select a patient first. Assessments are added from the patient's page."))
            return redirect("admin:registry_patient_changelist")
        shown = {
            "title": _("New assessment for %(patient)s") % {"patient": patient},
            "show_save_and_add_another": False,
        }
        return super().add_view(request, form_url, {**shown, **(extra_context or {})})

    def get_form(self, request: HttpRequest, obj: Assessment | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = super().get_form(request, obj, change, **kwargs)
        if obj is None and (patient := self._patient(request)):
            return type("NewAssessmentForm", (form,), {"parent": patient})
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:  # noqa: FBT001
        record_laboratory_panel(form.instance, values=form.laboratory)
        super().save_related(request, form, formsets, change)

    def _patient(self, request: HttpRequest) -> Patient | None:
        asked = request.GET.get("patient", "")
        own = Patient.objects.filter(center_id__in=centers(request, may="enter_records"))
        return own.filter(pk=asked).first() if asked.isdecimal() else None


def _fieldsets(*, is_new: bool) -> Iterator[Fieldset]:
    who = () if is_new else (("patient", "its_center"),)
    yield (
        _("Visit"),
        {
            "fields": (
                *who,
                ("assessment_date", "assessment_type", "is_baseline", "height_cm"),
                ("weight_kg", "ecog_ps", "ecog_tumor_related", "lt_candidate"),
                ("ascites_grade", "encephalopathy_grade", "dialysis_7d", "body_temperature"),
                ("systolic_bp", "diastolic_bp", "lvef"),
                ("future_liver_remnant_pct", "icg_r15", "fasting"),
            )
        },
    )
    yield (
        _("Scores and stages reported by the center"),
        {
            "fields": (
                ("ctp_score", "ctp_class", "albi_score", "albi_grade"),
                ("bclc_stage", "cnlc_stage", "cnlc_edition"),
                ("ajcc_t", "ajcc_n", "ajcc_m", "ajcc_stage"),
                ("staging_date", "staging_edition"),
            )
        },
    )
    if not is_new:
        yield _("Derived from stored values"), {"fields": ON_THE_PAGE}
    yield from laboratory_fieldsets()
