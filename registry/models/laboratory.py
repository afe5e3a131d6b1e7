from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode, Comparator, LabQuality, MissingReason
from registry.clinical.ranges import ANALYTE_RANGES
from registry.models.assessment import Assessment
from registry.models.base.audit import audited, guarded
from registry.models.base.patient_record import PatientRecord
from registry.models.base.record import coded, written


@audited
@guarded
class LabResult(PatientRecord):
    """One analyte of one assessment: a number in its canonical unit, a code, or the reason for neither.

    Value and unit as submitted are kept beside it. The whole result has one reason for being missing, so its variables have none.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, verbose_name=_("Assessment"))
    analyte_code = coded(AnalyteCode, _("Analyte"), required=True)
    value = models.FloatField(_("Value"), null=True, blank=True)
    comparator = coded(Comparator, _("Comparator"), required=True, default=Comparator.EQUAL)
    value_code = coded(LabQuality, _("Qualitative result"))
    raw_value = models.CharField(_("Value as submitted"), max_length=64)
    raw_unit = models.CharField(_("Unit as submitted"), max_length=32)
    lln = models.FloatField(_("Lower limit of normal"), null=True, blank=True)
    uln = models.FloatField(_("Upper limit of normal"), null=True, blank=True)
    sample_datetime = models.DateTimeField(_("Sampling time"), null=True, blank=True)
    method = written(_("Method"), max_length=64)
    missing_reason = coded(MissingReason, _("Missing reason"))

    natural_key = ("assessment", "analyte_code")

    class Meta:
        ordering = ["assessment_id", "analyte_code"]
        verbose_name = _("laboratory result")
        verbose_name_plural = _("laboratory results")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "analyte_code"], name="one_result_per_assessment_and_analyte"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False, value_code__isnull=True, missing_reason__isnull=True)
                | models.Q(value__isnull=True, value_code__isnull=False, missing_reason__isnull=True)
                | models.Q(value__isnull=True, value_code__isnull=True, missing_reason__isnull=False),
                name="a_result_is_a_number_a_code_or_missing",
            ),
        ]

    def __str__(self) -> str:
        if self.value is None:
            shown = self.get_value_code_display() or self.get_missing_reason_display()
            return f"{self.get_analyte_code_display()} {shown}"
        sign = "" if self.comparator == Comparator.EQUAL else self.comparator
        return f"{self.get_analyte_code_display()} {sign}{self.value:g} {self.unit}"

    @property
    def unit(self) -> str:
        """The canonical unit; nothing for a code."""
        known = ANALYTE_RANGES.get(self.analyte_code)
        return known.unit if known else ""
