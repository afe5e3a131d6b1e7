from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    DoseModificationReason,
    DoseUnit,
    Schedule,
    StopReason,
    TreatmentIntent,
    YesNo,
    agent_choices,
)
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, dated, measured, recorded


@recorded
class SystemicAgent(PatientRecord):
    """One drug over one period. The agents of one line_no are the line; its regimen class is derived from them."""

    line_no = measured("line_no", _("Line of systemic therapy"), required=True)
    agent_code = coded(agent_choices(), _("Agent"), required=True)
    agent_start_date = dated(_("Agent start date"), required=True)
    agent_stop_date = dated(_("Agent stop date"))
    dose = measured("dose", _("Dose"))
    dose_unit = coded(DoseUnit, _("Dose unit"))
    schedule = coded(Schedule, _("Schedule"))
    dose_modified = coded(YesNo, _("Dose modified"))
    modification_reason = coded(DoseModificationReason, _("Reason for dose modification"))
    treatment_intent = coded(TreatmentIntent, _("Treatment intent"))
    stop_reason = coded(StopReason, _("Reason for discontinuation"))

    treatment_date = "agent_start_date"
    natural_key = ("patient", "agent_code", "agent_start_date")

    class Meta:
        ordering = ["patient_id", "agent_start_date"]
        verbose_name = _("systemic agent")
        verbose_name_plural = _("systemic agents")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "agent_code", "agent_start_date"], name="one_period_per_patient_agent_start"
            ),
            models.CheckConstraint(
                condition=models.Q(agent_stop_date__isnull=True)
                | models.Q(agent_stop_date__gte=models.F("agent_start_date")),
                name="agent_stop_not_before_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_start_date} {self.get_agent_code_display()}"
