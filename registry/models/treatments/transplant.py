from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import DonorType, Immunosuppressant, TransplantCriteria
from registry.models.base.record import coded, codes, dated, measured, recorded
from registry.models.treatments.treatment import Treatment


@recorded
class Transplant(Treatment):
    donor_type = coded(DonorType, _("Donor type"))
    waitlist_date = dated(_("Listing date"))
    criteria_met = codes(TransplantCriteria, _("Criteria met at listing or transplant"))
    explant_viable_pct = measured("explant_viable_pct", _("Viable tumor in explant"))
    immunosuppression = codes(Immunosuppressant, _("Immunosuppression"))

    natural_key = ("patient", "start_date")

    class Meta:
        ordering = ["patient_id", "start_date"]
        verbose_name = _("transplant")
        verbose_name_plural = _("transplants")
        constraints = [
            models.UniqueConstraint(fields=["patient", "start_date"], name="one_transplant_per_patient_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.start_date} {self.get_donor_type_display() or ''}".strip()
