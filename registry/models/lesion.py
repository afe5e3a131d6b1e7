from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import ArterialEnhancement, LesionOrgan, YesNo
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, measured, recorded
from registry.models.imaging import ImagingAssessment


@recorded
class LesionMeasurement(PatientRecord):
    """One lesion on one scan; a lesion keeps its number over all scans of its patient."""

    imaging = models.ForeignKey(ImagingAssessment, on_delete=models.PROTECT, verbose_name=_("Imaging"))
    lesion_no = measured("lesion_no", _("Lesion number"), required=True)
    organ = coded(LesionOrgan, _("Organ"))
    is_target = coded(YesNo, _("Target lesion"))
    whole_mm = measured("whole_mm", _("Longest diameter"))
    viable_mm = measured("viable_mm", _("Viable (enhancing) diameter"))
    short_axis_mm = measured("short_axis_mm", _("Lymph node short axis"))
    enhancement = coded(ArterialEnhancement, _("Arterial enhancement"))
    is_new = coded(YesNo, _("New since baseline"))

    natural_key = ("imaging", "lesion_no")

    class Meta:
        ordering = ["imaging_id", "lesion_no"]
        verbose_name = _("lesion measurement")
        verbose_name_plural = _("lesion measurements")
        constraints = [models.UniqueConstraint(fields=["imaging", "lesion_no"], name="one_row_per_imaging_and_lesion")]

    def __str__(self) -> str:
        return f"{self.lesion_no}: {self.get_organ_display() or ''} {self.whole_mm or '–'} mm"
