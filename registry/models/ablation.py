from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import AblationModality, CompleteAblation
from registry.models.base import coded, measured, recorded
from registry.models.treatment import Treatment


@recorded
class AblationSession(Treatment):
    ablation_modality = coded(AblationModality, _("Ablation modality"), required=True)
    lesions_ablated = measured("lesions_ablated", _("Lesions ablated"))
    complete_ablation_1m = coded(CompleteAblation, _("Complete ablation at 1 month"))

    natural_key = ("patient", "start_date", "ablation_modality")

    class Meta:
        ordering = ["patient_id", "start_date"]
        verbose_name = _("ablation")
        verbose_name_plural = _("ablations")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "start_date", "ablation_modality"], name="one_ablation_per_patient_date_modality"
            )
        ]

    def __str__(self) -> str:
        return f"{self.start_date} {self.get_ablation_modality_display()}"
