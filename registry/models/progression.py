from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    DatePrecision,
    PostProgressionTherapy,
    ProgressionSite,
    ProgressionType,
    RecurrenceType,
    ResponseCriteria,
    UntreatableReason,
    YesNo,
)
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, codes, dated, recorded


@recorded
class ProgressionEvent(PatientRecord):
    progression_date = dated(_("Progression date"), required=True)
    progression_date_precision = coded(DatePrecision, _("Precision of progression date"))
    progression_criteria = coded(ResponseCriteria, _("Progression criteria"))
    progression_type = codes(ProgressionType, _("Progression type"))
    progression_site = codes(ProgressionSite, _("Progression site"))
    progression_confirmed = coded(YesNo, _("Progression confirmed"))
    untaceable = coded(YesNo, _("Untreatable by TACE"))
    untaceable_reason = coded(UntreatableReason, _("Reason untreatable by TACE"))
    recurrence_type = codes(RecurrenceType, _("Recurrence type"))
    post_progression_therapy = codes(PostProgressionTherapy, _("Post-progression therapy"))

    natural_key = ("patient", "progression_date")

    class Meta:
        ordering = ["patient_id", "progression_date"]
        verbose_name = _("progression")
        verbose_name_plural = _("progressions")
        constraints = [
            models.UniqueConstraint(fields=["patient", "progression_date"], name="one_progression_per_patient_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.progression_date}"
