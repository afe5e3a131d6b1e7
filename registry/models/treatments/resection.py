from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    Capsule,
    ClavienDindo,
    LiverFailureGrade,
    MicrovascularInvasion,
    ResectionExtent,
    ResectionMargin,
    SurgicalApproach,
    YesNo,
)
from registry.models.base.record import coded, measured, recorded
from registry.models.treatments.treatment import Treatment


@recorded
class Resection(Treatment):
    approach = coded(SurgicalApproach, _("Approach"))
    extent = coded(ResectionExtent, _("Extent of resection"))
    anatomic = coded(YesNo, _("Anatomic resection"))
    resection_margin = coded(ResectionMargin, _("Residual tumor"), required=True)
    margin_mm = measured("margin_mm", _("Resection margin width"))
    blood_loss_ml = measured("blood_loss_ml", _("Blood loss"))
    transfusion_ml = measured("transfusion_ml", _("Transfusion volume"))
    pringle_min = measured("pringle_min", _("Pringle maneuver duration"))
    operation_min = measured("operation_min", _("Operative time"))
    path_tumor_number = measured("path_tumor_number", _("Number of tumors on pathology"))
    path_max_diameter_cm = measured("path_max_diameter_cm", _("Largest diameter on pathology"))
    viable_tumor_pct = measured("viable_tumor_pct", _("Viable tumor on pathology"))
    microvascular_invasion = coded(MicrovascularInvasion, _("Microvascular invasion grade"))
    satellite_path = coded(YesNo, _("Satellite nodules on pathology"))
    capsule = coded(Capsule, _("Tumor capsule"))
    clavien_dindo_max = coded(ClavienDindo, _("Highest Clavien-Dindo grade within 90 days"))
    posthepatectomy_liver_failure = coded(LiverFailureGrade, _("Posthepatectomy liver failure (ISGLS)"))

    natural_key = ("patient", "start_date")

    class Meta:
        ordering = ["patient_id", "start_date"]
        verbose_name = _("resection")
        verbose_name_plural = _("resections")
        constraints = [
            models.UniqueConstraint(fields=["patient", "start_date"], name="one_resection_per_patient_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.start_date} {self.resection_margin}"
