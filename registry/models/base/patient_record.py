from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.base.record import CenterRecord


class PatientRecord(CenterRecord):
    """A record below a patient. (patient, center) references the patient's own pair, so a child stays in its center."""

    patient = models.ForeignKey("registry.Patient", on_delete=models.PROTECT, verbose_name=_("Patient"))

    class Meta:
        abstract = True
