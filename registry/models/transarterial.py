from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.audit import audited
from registry.choices import EmbolicAgent, HaicRegimen, TransarterialModality, YesNo
from registry.models.base import coded, codes, measured
from registry.models.treatment import Treatment


@audited
class TransarterialSession(Treatment):
    """One TACE, HAIC or other session through the artery."""

    modality = coded(TransarterialModality, _("Modality"), required=True)
    lipiodol_ml = measured("lipiodol_ml", _("Iodized oil"))
    embolic_agent = codes(EmbolicAgent, _("Embolic agent"))
    haic_regimen = coded(HaicRegimen, _("HAIC regimen"))
    technical_success = coded(YesNo, _("Technical success"))

    natural_key = ("patient", "start_date", "modality")

    class Meta:
        ordering = ["patient_id", "start_date"]
        verbose_name = _("transarterial session")
        verbose_name_plural = _("transarterial sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "start_date", "modality"], name="one_session_per_patient_date_modality"
            )
        ]

    def __str__(self) -> str:
        return f"{self.start_date} {self.get_modality_display()}"
