from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from registry.admin.base import RegistryAdmin, TabularRecords
from registry.admin.course import AdverseEventInline, FollowUpInline, ImagingInline, ProgressionInline
from registry.admin.derived_values import DerivedColumns
from registry.admin.entry.fields import TextField
from registry.admin.filters import OwnCenterFilter
from registry.admin.forms import RecordForm
from registry.admin.lists.record_lists import STANDING
from registry.admin.other_section import Fieldset
from registry.admin.states.many_patients import PatientListAdmin, StateFilter
from registry.admin.treatments import (
    AblationInline,
    OtherTreatmentInline,
    RadiotherapyInline,
    ResectionInline,
    SystemicInline,
    TransarterialInline,
    TransplantInline,
)
from registry.encryption import keyed_hash
from registry.models import Assessment, FollowUp, Patient, PatientIdentity, TransarterialSession
from registry.records.writes import save_patient

LINKAGE = ("hospital_no", "national_id_ending", "initials")
PERSON = (("sex", "birth_date", "birth_date_precision", "ethnicity"),)
CONSENT = (("consent_status", "consent_date", "consent_withdrawn_date", "enrollment_mode"),)
DIAGNOSIS = (
    ("diagnosis_date", "diagnosis_date_precision", "diagnosis_basis", "tumor_type"),
    ("edmondson_grade", "icd10_code", "icdo3_topography"),
    ("resectability_index", "mdt_review_date"),
    "prior_hcc_treatment",
)
ETIOLOGY = (
    ("hbv_status", "hcv_status", "etiology_alcohol", "etiology_masld"),
    ("cirrhosis", "cirrhosis_basis", "portal_hypertension", "varices"),
    "antiviral_therapy",
    ("etiology_aflatoxin",),
    "etiology_other",
)
BACKGROUND = (
    ("comorbidity", "serious_chronic_disease", "smoking_status", "alcohol_status"),
    ("pack_years", "alcohol_g_per_day"),
    "comorbidity_list",
    ("other_malignancy", "other_malignancy_type", "other_malignancy_date", "other_malignancy_status"),
)


class PatientForm(RecordForm):
    hospital_no = TextField(
        label=_("Hospital number"),
        max_length=32,
        required=False,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=_("Encrypted and stored separately from the record; never exported."),
    )
    national_id_ending = TextField(
        label=_("Last six characters of ID card number"),
        max_length=6,
        required=False,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=_("Never stored. Only a keyed hash is kept, to detect patients treated at two centers."),
    )
    initials = TextField(
        label=_("Pinyin initials"),
        max_length=8,
        required=False,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=_("Never stored, as above. Used when the ID card number is not available."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        identity = PatientIdentity.objects.filter(patient=self.instance).first() if self.instance.pk else None
        self.show_as_stored({"hospital_no": identity.hospital_no if identity else None})

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        center = getattr(self.cleaned_data.get("center"), "pk", None) or self.instance.center_id
        number = self.cleaned_data.get("hospital_no")
        if center and number:
            known = PatientIdentity.objects.filter(
                center_id=center, local_id_hash=keyed_hash(number, purpose=f"hospital_no:{center}")
            )
            if known.exclude(patient_id=self.instance.pk).exists():
                self.add_error(
                    "hospital_no",
                    _("Another patient at this center already has this hospital number. Look up that patient instead."),
                )
        return cleaned


class AssessmentInline(DerivedColumns, TabularRecords):
    """What the assessments say; each is entered on its own page, where the laboratory panel has room."""

    model = Assessment
    fields = readonly_fields = ("visit", "ecog_ps", "albi", "child_pugh", "bclc_stage", "milan")
    hide_title = True
    template_before = "registry/add_assessment.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        shown = super().get_queryset(request).select_related("patient")
        return shown.prefetch_related("labresult_set", "tumorburden_set")

    @admin.display(description=_("Assessment"))
    def visit(self, assessment: Assessment) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:registry_assessment_change", args=[assessment.pk]), assessment
        )


@admin.register(Patient)
class PatientAdmin(PatientListAdmin, RegistryAdmin):
    form = PatientForm
    list_display = (
        *("local_id", "registry_id", "center_code", *STANDING),
        "last_seen",
    )
    list_filter = (
        ("center", OwnCenterFilter),
        StateFilter,
        "sex",
        "tumor_type",
        "diagnosis_basis",
        "cirrhosis",
        "consent_status",
    )
    search_fields = ("local_id__prefix", "registry_id__prefix")
    list_select_related = ("center",)
    readonly_fields = ("registry_id",)
    inlines = (
        AssessmentInline,
        TransarterialInline,
        AblationInline,
        ResectionInline,
        TransplantInline,
        RadiotherapyInline,
        SystemicInline,
        OtherTreatmentInline,
        ImagingInline,
        FollowUpInline,
        ProgressionInline,
        AdverseEventInline,
    )

    def other_columns(self, request: HttpRequest) -> tuple[str, ...]:
        return ("sessions", *super().other_columns(request))

    def sections_of(self, request: HttpRequest, record: Patient | None) -> list[Fieldset]:
        identifiers = ("its_center" if record else "center", "local_id", *(("registry_id",) if record else ()))
        secret = (LINKAGE,) if self.has_change_permission(request, record) else ()
        return [
            (_("Patient"), {"fields": (identifiers, *secret, *PERSON, *CONSENT)}),
            (_("Diagnosis"), {"fields": DIAGNOSIS}),
            (_("Etiology and liver disease"), {"fields": ETIOLOGY}),
            (_("Background"), {"fields": BACKGROUND}),
        ]

    def get_inlines(self, request: HttpRequest, obj: Patient | None) -> tuple[Any, ...]:
        return self.inlines if obj else self.inlines[1:]  # an assessment needs its patient first

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # Subqueries are asked for the rows of one page; a join would be counted and grouped over all patients.
        below = {"patient": OuterRef("pk"), "withdrawn_at__isnull": True}
        sessions = TransarterialSession.objects.filter(**below).order_by().values("patient").values(count=Count("pk"))
        contacts = FollowUp.objects.filter(**below).order_by().values("patient").values(last=Max("follow_up_date"))
        return (
            super()
            .get_queryset(request)
            .annotate(sessions_=Coalesce(Subquery(sessions), 0), last_seen_=Subquery(contacts))
        )

    @admin.display(description=_("Transarterial sessions"), ordering="sessions_")
    def sessions(self, patient: Any) -> int:
        return int(patient.sessions_)

    @admin.display(description=_("Last follow-up"), ordering="last_seen_")
    def last_seen(self, patient: Any) -> Any:
        return patient.last_seen_

    def store(self, record: Patient, *, form: Any) -> None:
        save_patient(record, **{name: form.cleaned_data.get(name) for name in LINKAGE})
