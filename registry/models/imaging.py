from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    ImagingCriteria,
    ImagingModality,
    ImagingRole,
    ImmuneResponse,
    NewLesion,
    NonTargetResponse,
    TumorResponse,
    YesNo,
)
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, codes, dated, measured, recorded


@recorded
class ImagingAssessment(PatientRecord):
    """One scan: sums of diameters, and the response as the center called it; it is derived again for the analysis."""

    imaging_date = dated(_("Imaging date"), required=True)
    imaging_modality = coded(ImagingModality, _("Imaging modality"), required=True)
    imaging_role = coded(ImagingRole, _("Purpose of imaging"), required=True)
    reader_1_response = coded(TumorResponse, _("Response (first reader)"))
    reader_2_response = coded(TumorResponse, _("Response (second reader)"))
    adjudicated_response = coded(TumorResponse, _("Adjudicated response (senior reader)"))
    reader_blinded = coded(YesNo, _("Readers blinded"))
    criteria = codes(ImagingCriteria, _("Criteria"))
    sum_viable_mm = measured("sum_viable_mm", _("Sum of viable diameters"))
    sum_whole_mm = measured("sum_whole_mm", _("Sum of longest diameters"))
    max_viable_diameter_mm = measured("max_viable_diameter_mm", _("Largest viable diameter"))
    non_target_response = coded(NonTargetResponse, _("Non-target lesions"))
    new_lesion = coded(NewLesion, _("New lesion"))
    new_lesion_mm = measured("new_lesion_mm", _("New lesion size"))
    necrosis_pct = measured("necrosis_pct", _("Tumor necrosis (RECICL)"))
    response_mrecist = coded(TumorResponse, _("mRECIST response"))
    response_recist11 = coded(TumorResponse, _("RECIST 1.1 response"))
    response_recicl = coded(TumorResponse, _("RECICL response"))
    response_irecist = coded(ImmuneResponse, _("iRECIST response"))
    pseudoprogression_suspected = coded(YesNo, _("Suspected pseudoprogression"))
    afp_at_imaging = measured("afp_at_imaging", _("AFP at imaging"))

    natural_key = ("patient", "imaging_date")

    class Meta:
        ordering = ["patient_id", "imaging_date"]
        verbose_name = _("imaging")
        verbose_name_plural = _("imaging")
        constraints = [
            models.UniqueConstraint(fields=["patient", "imaging_date"], name="one_imaging_per_patient_and_date"),
            models.UniqueConstraint(fields=["id", "patient", "center"], name="imaging_patient_and_center_go_together"),
        ]

    def __str__(self) -> str:
        return f"{self.imaging_date} {self.get_imaging_modality_display()}"
