from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AscitesGrade,
    AssessmentType,
    BclcStage,
    ChildPughClass,
    EncephalopathyGrade,
    PerformanceStatus,
    YesNo,
)
from registry.models.base import coded, dated, measured, recorded
from registry.models.patient_record import PatientRecord


@recorded
class Assessment(PatientRecord):
    """One visit: clinical findings and staging as entered. Laboratory values and tumor burden hang below it."""

    assessment_date = dated(_("Assessment date"), required=True)
    assessment_type = coded(AssessmentType, _("Assessment type"), required=True)
    height_cm = measured("height_cm", _("Height"))
    weight_kg = measured("weight_kg", _("Weight"))
    ecog_ps = coded(PerformanceStatus, _("ECOG performance status"))
    ecog_tumor_related = coded(YesNo, _("PS impairment tumor-related"))
    ascites_grade = coded(AscitesGrade, _("Ascites"))
    encephalopathy_grade = coded(EncephalopathyGrade, _("Encephalopathy (West Haven)"))
    future_liver_remnant_pct = measured("future_liver_remnant_pct", _("Future liver remnant / standard liver volume"))
    ctp_score = measured("ctp_score", _("Child-Pugh score"))
    ctp_class = coded(ChildPughClass, _("Child-Pugh class"))
    bclc_stage = coded(BclcStage, _("BCLC 2022"))

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
