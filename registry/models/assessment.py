from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AjccM,
    AjccN,
    AjccStage,
    AjccT,
    AlbiGrade,
    AscitesGrade,
    AssessmentType,
    BclcStage,
    ChildPughClass,
    CnlcEdition,
    CnlcStage,
    EncephalopathyGrade,
    PerformanceStatus,
    YesNo,
)
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, dated, measured, recorded, written


@recorded
class Assessment(PatientRecord):
    """One visit: clinical findings and staging as entered. Laboratory values and tumor burden hang below it."""

    assessment_date = dated(_("Assessment date"), required=True)
    assessment_type = coded(AssessmentType, _("Assessment type"), required=True)
    is_baseline = coded(YesNo, _("Baseline flag"))
    height_cm = measured("height_cm", _("Height"))
    weight_kg = measured("weight_kg", _("Weight"))
    ecog_ps = coded(PerformanceStatus, _("ECOG performance status"))
    ecog_tumor_related = coded(YesNo, _("Performance status impairment due to tumor"))
    ascites_grade = coded(AscitesGrade, _("Ascites"))
    encephalopathy_grade = coded(EncephalopathyGrade, _("Encephalopathy (West Haven)"))
    systolic_bp = measured("systolic_bp", _("Systolic blood pressure"))
    diastolic_bp = measured("diastolic_bp", _("Diastolic blood pressure"))
    body_temperature = measured("body_temperature", _("Temperature"))
    future_liver_remnant_pct = measured("future_liver_remnant_pct", _("Future liver remnant / standard liver volume"))
    icg_r15 = measured("icg_r15", _("ICG retention rate at 15 min"))
    lvef = measured("lvef", _("Left ventricular ejection fraction"))
    dialysis_7d = coded(YesNo, _("Dialysis at least twice in the last 7 days"))
    lt_candidate = coded(YesNo, _("Transplant candidate"))
    fasting = coded(YesNo, _("Fasting sample"))  # of the whole laboratory panel

    # As the center states them; the same are derived, and a difference is asked about.
    ctp_score = measured("ctp_score", _("Child-Pugh score"))
    ctp_class = coded(ChildPughClass, _("Child-Pugh class"))
    albi_score = measured("albi_score", _("ALBI score"))
    albi_grade = coded(AlbiGrade, _("ALBI grade"))
    bclc_stage = coded(BclcStage, _("BCLC stage (2022)"))
    cnlc_stage = coded(CnlcStage, _("CNLC stage"))
    cnlc_edition = coded(CnlcEdition, _("CNLC edition"))
    ajcc_t = coded(AjccT, _("AJCC T"))
    ajcc_n = coded(AjccN, _("AJCC N"))
    ajcc_m = coded(AjccM, _("AJCC M"))
    ajcc_stage = coded(AjccStage, _("AJCC stage"))
    staging_date = dated(_("Staging date"))
    staging_edition = written(_("Staging edition"), max_length=32)

    natural_key = ("patient", "assessment_date", "assessment_type")

    class Meta:
        ordering = ["patient_id", "assessment_date"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "assessment_date", "assessment_type"], name="one_assessment_per_patient_date_type"
            ),
            models.UniqueConstraint(
                fields=["id", "patient", "center"], name="assessment_patient_and_center_go_together"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_date} {self.get_assessment_type_display()}"
