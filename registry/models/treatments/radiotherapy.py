from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import RadiotherapyTarget, RadiotherapyTechnique
from registry.models.base.record import coded, codes, measured, recorded
from registry.models.treatments.treatment import Treatment


@recorded
class Radiotherapy(Treatment):
    """One course, from its first to its last fraction."""

    technique = coded(RadiotherapyTechnique, _("Technique"))
    target = codes(RadiotherapyTarget, _("Target"))
    total_dose_gy = measured("total_dose_gy", _("Total dose"))
    fractions = measured("fractions", _("Fractions"))
    mean_liver_dose_gy = measured("mean_liver_dose_gy", _("Mean dose to normal liver"))

    natural_key = ("patient", "start_date")

    class Meta:
        ordering = ["patient_id", "start_date"]
        verbose_name = _("radiotherapy")
        verbose_name_plural = _("radiotherapy courses")
        constraints = [
            models.UniqueConstraint(fields=["patient", "start_date"], name="one_radiotherapy_per_patient_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.start_date} {self.get_technique_display() or ''}".strip()
