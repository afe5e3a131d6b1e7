from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode, Comparator
from registry.clinical.ranges import ANALYTE_RANGES
from registry.models.assessment import Assessment
from registry.models.base import coded, recorded
from registry.models.patient_record import PatientRecord


@recorded
class LabResult(PatientRecord):
    """One analyte of one assessment, in its canonical unit; value and unit as submitted are kept beside it."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, verbose_name=_("Assessment"))
    analyte_code = coded(AnalyteCode, _("Analyte"), required=True)
    value = models.FloatField(_("Value"))
    comparator = coded(Comparator, _("Comparator"), required=True, default=Comparator.EQUAL)
    raw_value = models.CharField(_("Value as submitted"), max_length=64)
    raw_unit = models.CharField(_("Unit as submitted"), max_length=32)

    natural_key = ("assessment", "analyte_code")

    class Meta:
        ordering = ["assessment_id", "analyte_code"]
        verbose_name = _("laboratory result")
        verbose_name_plural = _("laboratory results")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "analyte_code"], name="one_result_per_assessment_and_analyte")
        ]

    def __str__(self) -> str:
        sign = "" if self.comparator == Comparator.EQUAL else self.comparator
        return f"{self.get_analyte_code_display()} {sign}{self.value:g} {ANALYTE_RANGES[self.analyte_code].unit}"
