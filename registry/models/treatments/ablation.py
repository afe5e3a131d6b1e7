from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AblationApproach,
    AblationGuidance,
    AblationModality,
    Anesthesia,
    CompleteAblation,
    HighRiskLocation,
    LesionSegment,
    YesNo,
)
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, codes, dated, measured, recorded
from registry.models.treatments.treatment import Treatment


@recorded
class AblationSession(Treatment):
    ablation_modality = coded(AblationModality, _("Ablation modality"), required=True)
    guidance = coded(AblationGuidance, _("Guidance"))
    approach = coded(AblationApproach, _("Ablation approach"))
    anesthesia = coded(Anesthesia, _("Anesthesia"))
    lesions_ablated = measured("lesions_ablated", _("Lesions ablated"))
    complete_ablation_1m = coded(CompleteAblation, _("Complete ablation at 1 month"))
    hydrodissection = coded(YesNo, _("Hydrodissection"))
    artificial_ascites = coded(YesNo, _("Artificial ascites"))

    natural_key = ("patient", "start_date", "ablation_modality")

    class Meta:
        ordering = ["patient_id", "start_date"]
        verbose_name = _("ablation")
        verbose_name_plural = _("ablations")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "start_date", "ablation_modality"], name="one_ablation_per_patient_date_modality"
            ),
            models.UniqueConstraint(fields=["id", "patient", "center"], name="ablation_patient_and_center_go_together"),
        ]

    def __str__(self) -> str:
        return f"{self.start_date} {self.get_ablation_modality_display()}"


@recorded
class AblationLesion(PatientRecord):
    """One lesion of one ablation, numbered as on the scans."""

    ablation = models.ForeignKey(AblationSession, on_delete=models.PROTECT, verbose_name=_("Ablation"))
    lesion_no = measured("lesion_no", _("Lesion number"), required=True)
    segment = coded(LesionSegment, _("Couinaud segment"))
    size_cm = measured("size_cm", _("Viable lesion size"))
    high_risk_location = codes(HighRiskLocation, _("High-risk location"))
    power_w = measured("power_w", _("Power"))
    time_min = measured("time_min", _("Ablation time"))
    applicator_count = measured("applicator_count", _("Number of applicators"))
    ablation_margin_mm = measured("ablation_margin_mm", _("Minimal ablation margin"))
    lesion_complete = coded(YesNo, _("Lesion completely ablated at 1 month"))
    local_tumor_progression_date = dated(_("Date of local tumor progression"))

    natural_key = ("ablation", "lesion_no")

    class Meta:
        ordering = ["ablation_id", "lesion_no"]
        verbose_name = _("ablated lesion")
        verbose_name_plural = _("ablated lesions")
        constraints = [
            models.UniqueConstraint(fields=["ablation", "lesion_no"], name="one_row_per_ablation_and_lesion")
        ]

    def __str__(self) -> str:
        return f"{self.lesion_no}: {self.size_cm or '–'} cm"
