from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    ContactMode,
    DatePrecision,
    DeathCause,
    DiseaseStatus,
    PostProgressionTherapy,
    RecurrenceSite,
    VitalStatus,
)
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, codes, dated, recorded, written


@recorded
class FollowUp(PatientRecord):
    follow_up_date = dated(_("Follow-up date"), required=True)
    vital_status = coded(VitalStatus, _("Vital status"), required=True)
    last_known_alive_date = dated(_("Date last known alive"))
    contact_mode = coded(ContactMode, _("Mode of contact"))
    disease_status = coded(DiseaseStatus, _("Disease status"))
    recurrence_site = codes(RecurrenceSite, _("Recurrence site"))
    subsequent_therapy = codes(PostProgressionTherapy, _("Therapy since last visit"))
    death_date = dated(_("Death date"))
    death_date_precision = coded(DatePrecision, _("Precision of death date"))
    death_cause = coded(DeathCause, _("Cause of death"))
    death_cause_icd10 = written(_("Cause of death (ICD-10)"), max_length=8)

    identifying = ("death_cause_icd10",)  # free text may hold anything
    natural_key = ("patient", "follow_up_date")

    class Meta:
        ordering = ["patient_id", "follow_up_date"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.UniqueConstraint(fields=["patient", "follow_up_date"], name="one_follow_up_per_patient_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_date} {self.get_vital_status_display()}"
