from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AgentRoute,
    BeadType,
    EmbolicAgent,
    HaicRegimen,
    RegimenVariant,
    StopReason,
    TransarterialModality,
    YesNo,
    agent_choices,
)
from registry.models.base import coded, codes, measured, recorded
from registry.models.patient_record import PatientRecord
from registry.models.treatment import Treatment


@recorded
class TransarterialSession(Treatment):
    """One TACE, HAIC or other session through the artery."""

    modality = coded(TransarterialModality, _("Modality"), required=True)
    lipiodol_ml = measured("lipiodol_ml", _("Iodized oil"))
    embolic_agent = codes(EmbolicAgent, _("Embolic agent"))
    haic_regimen = coded(HaicRegimen, _("HAIC regimen"))
    regimen_variant = coded(RegimenVariant, _("Regimen variant"))
    haic_infusion_hours = measured("haic_infusion_hours", _("Fluorouracil infusion time"))
    dose_reduction_pct = measured("dose_reduction_pct", _("Dose reduction against the regimen"))
    bead_type = coded(BeadType, _("Bead type"))
    non_main_vessel_embolized = coded(YesNo, _("Other feeders embolized, no drug"))
    stop_reason = coded(StopReason, _("Reason for stopping"))
    technical_success = coded(YesNo, _("Technical success"))

    natural_key = ("patient", "start_date", "modality")

    class Meta:
        ordering = ["patient_id", "start_date"]
        verbose_name = _("transarterial session")
        verbose_name_plural = _("transarterial sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "start_date", "modality"], name="one_session_per_patient_date_modality"
            ),
            models.UniqueConstraint(fields=["id", "patient", "center"], name="session_patient_and_center_go_together"),
        ]

    def __str__(self) -> str:
        return f"{self.start_date} {self.get_modality_display()}"


@recorded
class TransarterialAgent(PatientRecord):
    """One drug of one session."""

    session = models.ForeignKey(TransarterialSession, on_delete=models.PROTECT, verbose_name=_("Session"))
    agent_code = coded(agent_choices(), _("Agent"), required=True)
    route = coded(AgentRoute, _("Route"))
    dose_mg = measured("dose_mg", _("Dose given"), required=True)

    natural_key = ("session", "agent_code")

    class Meta:
        ordering = ["session_id", "agent_code"]
        verbose_name = _("arterial agent")
        verbose_name_plural = _("arterial agents")
        constraints = [models.UniqueConstraint(fields=["session", "agent_code"], name="one_dose_per_session_and_agent")]

    def __str__(self) -> str:
        return f"{self.get_agent_code_display()} {self.dose_mg:g} mg"
