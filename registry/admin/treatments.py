"""Treatments: rows of the patient's page with what is common, and a page of its own for each with everything."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from registry.admin.base import LineRecords, StackedRecords
from registry.admin.child_pages import RecordPage, RecordsWithChildren, RecordsWithPages
from registry.admin.filters import OwnCenterFilter
from registry.models import (
    AblationLesion,
    AblationSession,
    OtherTreatment,
    Radiotherapy,
    Resection,
    SystemicAgent,
    TransarterialAgent,
    TransarterialSession,
    Transplant,
)

BY_INTENT = (("center", OwnCenterFilter), "treatment_intent")
COURSE = (
    _("Course and operator"),
    (("start_date_precision", "end_date", "line_no", "stop_reason"), ("operator_code", "operator_years")),
)


class DrugInline(LineRecords):
    model = TransarterialAgent
    tab = False
    line = ("agent_code", "dose_mg", "route", "duration_h")


class TransarterialInline(RecordsWithChildren):
    model = TransarterialSession
    children = "transarterialagent_set"
    nested = (DrugInline,)
    fields = (
        ("start_date", "modality", "treatment_intent", "technical_success"),
        ("lipiodol_ml", "bead_type", "non_main_vessel_embolized", "stop_reason"),
        ("haic_regimen", "regimen_variant", "haic_infusion_hours", "dose_reduction_pct"),
        "embolic_agent",
        "its_page",
    )


@admin.register(TransarterialSession)
class TransarterialAdmin(RecordPage):
    tab_of_patient = "transarterialsession_set"
    inlines = (DrugInline,)
    list_display = ("start_date", "patient", "modality", "treatment_intent", "lipiodol_ml")
    list_filter = (("center", OwnCenterFilter), "modality", "treatment_intent")
    date_hierarchy = "start_date"
    sections = (
        (
            _("Session"),
            (
                ("start_date", "modality", "treatment_intent", "technical_success"),
                ("access_route", "selectivity", "target_lesions_treated"),
                "feeding_arteries",
            ),
        ),
        (
            _("Embolization"),
            (
                ("lipiodol_ml", "lipiodol_deposition", "embolization_endpoint"),
                ("bead_type", "bead_size_um", "bead_volume_ml"),
                "embolic_agent",
            ),
        ),
        (
            _("Arterial infusion (HAIC)"),
            (
                ("haic_regimen", "regimen_variant", "haic_infusion_hours", "cycle_no"),
                ("dose_reduction_pct", "dose_reduction_reason", "non_main_vessel_embolized"),
                "intraoperative_pain_mx",
            ),
        ),
        (
            _("Radioembolization (TARE)"),
            (("isotope", "activity_gbq", "lung_shunt_pct"), ("tumor_dose_gy", "normal_liver_dose_gy")),
        ),
        (_("After the session"), (("post_embolization_syndrome", "hospital_days"),)),
        COURSE,
    )


class AblatedLesionInline(LineRecords):
    model = AblationLesion
    tab = False
    line = ("lesion_no", "segment", "size_cm", "time_min", "applicator_count", "lesion_complete")
    rest = (("power_w", "ablation_margin_mm", "local_tumor_progression_date"), "high_risk_location")


class AblationInline(RecordsWithChildren):
    model = AblationSession
    children = "ablationlesion_set"
    nested = (AblatedLesionInline,)
    fields = (
        ("start_date", "ablation_modality", "treatment_intent"),
        ("lesions_ablated", "complete_ablation_1m", "guidance", "approach"),
        "its_page",
    )


@admin.register(AblationSession)
class AblationAdmin(RecordPage):
    tab_of_patient = "ablationsession_set"
    inlines = (AblatedLesionInline,)
    list_display = ("start_date", "patient", "ablation_modality", "lesions_ablated", "complete_ablation_1m")
    list_filter = (("center", OwnCenterFilter), "ablation_modality", "treatment_intent")
    date_hierarchy = "start_date"
    sections = (
        (
            _("Ablation"),
            (
                ("start_date", "ablation_modality", "treatment_intent"),
                ("guidance", "approach", "anesthesia", "lesions_ablated"),
                ("hydrodissection", "artificial_ascites", "complete_ablation_1m"),
            ),
        ),
        COURSE,
    )


class ResectionInline(RecordsWithPages):
    model = Resection
    fields = (
        ("start_date", "resection_margin", "treatment_intent"),
        ("approach", "extent", "clavien_dindo_max", "microvascular_invasion"),
        "its_page",
    )


@admin.register(Resection)
class ResectionAdmin(RecordPage):
    tab_of_patient = "resection_set"
    list_display = ("start_date", "patient", "extent", "resection_margin", "clavien_dindo_max")
    list_filter = (*BY_INTENT, "resection_margin")
    date_hierarchy = "start_date"
    sections = (
        (
            _("Operation"),
            (
                ("start_date", "treatment_intent", "approach", "extent"),
                ("anatomic", "blood_loss_ml", "transfusion_ml"),
                ("pringle_min", "operation_min"),
            ),
        ),
        (
            _("Pathology"),
            (
                ("resection_margin", "margin_mm", "path_tumor_number", "path_max_diameter_cm"),
                ("viable_tumor_pct", "microvascular_invasion", "satellite_path", "capsule"),
            ),
        ),
        (_("Complications"), (("clavien_dindo_max", "posthepatectomy_liver_failure"),)),
        COURSE,
    )


class TransplantInline(RecordsWithPages):
    model = Transplant
    fields = (
        ("start_date", "treatment_intent", "donor_type", "waitlist_date"),
        ("explant_viable_pct",),
        "its_page",
    )


@admin.register(Transplant)
class TransplantAdmin(RecordPage):
    tab_of_patient = "transplant_set"
    list_display = ("start_date", "patient", "donor_type", "waitlist_date", "explant_viable_pct")
    list_filter = (*BY_INTENT, "donor_type")
    date_hierarchy = "start_date"
    sections = (
        (
            _("Transplant"),
            (
                ("start_date", "treatment_intent", "donor_type", "waitlist_date"),
                ("explant_viable_pct",),
                "criteria_met",
                "immunosuppression",
            ),
        ),
        COURSE,
    )


class RadiotherapyInline(RecordsWithPages):
    model = Radiotherapy
    fields = (
        ("start_date", "end_date", "treatment_intent", "technique"),
        ("total_dose_gy", "fractions", "mean_liver_dose_gy"),
        "target",
        "its_page",
    )


@admin.register(Radiotherapy)
class RadiotherapyAdmin(RecordPage):
    tab_of_patient = "radiotherapy_set"
    list_display = ("start_date", "patient", "technique", "total_dose_gy", "fractions")
    list_filter = (*BY_INTENT, "technique")
    date_hierarchy = "start_date"
    sections = (
        (
            _("Radiotherapy"),
            (
                ("start_date", "treatment_intent", "technique"),
                ("total_dose_gy", "fractions", "mean_liver_dose_gy"),
                "target",
            ),
        ),
        COURSE,
    )


class OtherTreatmentInline(StackedRecords):
    model = OtherTreatment
    fields = (
        ("start_date", "start_date_precision", "end_date", "treatment_type"),
        ("treatment_intent", "line_no", "stop_reason"),
        ("operator_code", "operator_years"),
    )


class SystemicInline(LineRecords):
    """A line of treatment is the rows with its number, one for each drug."""

    model = SystemicAgent
    line = ("line_no", "agent_code", "agent_start_date", "agent_stop_date", "dose", "dose_unit")
    rest = (("schedule", "treatment_intent", "stop_reason"), ("dose_modified", "modification_reason"))
