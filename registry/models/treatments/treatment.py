from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import OTHER_TREATMENT_TYPES, DatePrecision, StopReason, TreatmentIntent
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, dated, measured, recorded, written


class Treatment(PatientRecord):
    """What every treatment has; each kind adds its own variables in a table of its own."""

    start_date = dated(_("Start date"), required=True)
    start_date_precision = coded(DatePrecision, _("Precision of start date"))
    end_date = dated(_("End date"))
    treatment_intent = coded(TreatmentIntent, _("Treatment intent"))
    line_no = measured("line_no", _("Treatment line"))
    operator_code = written(_("Operator"), max_length=16)
    operator_years = measured("operator_years", _("Operator's years of experience"))
    stop_reason = coded(StopReason, _("Reason for discontinuation"))

    treatment_date: ClassVar[str | None] = "start_date"
    identifying = ("operator_code",)  # meant as a code, yet a name fits in

    class Meta:
        abstract = True


@recorded
class OtherTreatment(Treatment):
    """Supportive care, traditional medicine and cells: they have the variables of every treatment and begin no index."""

    treatment_type = coded(OTHER_TREATMENT_TYPES, _("Treatment type"), required=True)

    treatment_date = None
    natural_key = ("patient", "start_date", "treatment_type")

    class Meta:
        ordering = ["patient_id", "start_date"]
        verbose_name = _("other treatment")
        verbose_name_plural = _("other treatments")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "start_date", "treatment_type"], name="one_other_treatment_per_patient_date_type"
            )
        ]

    def __str__(self) -> str:
        return f"{self.start_date} {self.get_treatment_type_display()}"
