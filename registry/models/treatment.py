from django.utils.translation import gettext_lazy as _

from registry.choices import TreatmentIntent
from registry.models.base import coded, dated
from registry.models.patient_record import PatientRecord


class Treatment(PatientRecord):
    """What every treatment has; each kind adds its own variables in a table of its own."""

    start_date = dated(_("Start"), required=True)
    treatment_intent = coded(TreatmentIntent, _("Intent"))

    treatment_date = "start_date"

    class Meta:
        abstract = True
