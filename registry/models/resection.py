from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import ClavienDindo, ResectionExtent, ResectionMargin, SurgicalApproach
from registry.models.base import coded, recorded
from registry.models.treatment import Treatment


@recorded
class Resection(Treatment):
    approach = coded(SurgicalApproach, _("Approach"))
    extent = coded(ResectionExtent, _("Extent"))
    resection_margin = coded(ResectionMargin, _("Residual tumor"), required=True)
    clavien_dindo_max = coded(ClavienDindo, _("Highest Clavien-Dindo grade, 90 d"))

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
