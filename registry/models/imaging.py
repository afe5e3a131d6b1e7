from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import ImagingModality, ImagingRole, NewLesion, NonTargetResponse, TumorResponse
from registry.models.base import coded, dated, measured, recorded
from registry.models.patient_record import PatientRecord


@recorded
class ImagingAssessment(PatientRecord):
    """One scan: sums of diameters, and the response as the center called it; it is derived again for the analysis."""

    imaging_date = dated(_("Imaging date"), required=True)
    imaging_modality = coded(ImagingModality, _("Imaging modality"), required=True)
    imaging_role = coded(ImagingRole, _("Imaging role"), required=True)
    sum_viable_mm = measured("sum_viable_mm", _("Sum of viable diameters"))
    sum_whole_mm = measured("sum_whole_mm", _("Sum of longest diameters"))
    max_viable_diameter_mm = measured("max_viable_diameter_mm", _("Largest viable diameter"))
    non_target_response = coded(NonTargetResponse, _("Non-target lesions"))
    new_lesion = coded(NewLesion, _("New lesion"))
    response_mrecist = coded(TumorResponse, _("Response by mRECIST"))
    response_recist11 = coded(TumorResponse, _("Response by RECIST 1.1"))

    natural_key = ("patient", "imaging_date")

    class Meta:
        ordering = ["patient_id", "imaging_date"]
        verbose_name = _("imaging")
        verbose_name_plural = _("imaging")
        constraints = [
            models.UniqueConstraint(fields=["patient", "imaging_date"], name="one_imaging_per_patient_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.imaging_date} {self.get_imaging_modality_display()}"
