from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode, Sex
from registry.clinical.ranges import ANALYTE_RANGES
from registry.models.base.audit import audited
from registry.models.base.record import CenterRecordQuerySet, coded, dated
from registry.models.center import Center

OLDEST = 120


@audited
class LabReferenceLimit(models.Model):
    """What a center's laboratory calls normal, in the canonical unit: of one sex or both, of an age band, from a day on."""

    center = models.ForeignKey(Center, on_delete=models.PROTECT, verbose_name=_("Center"))
    analyte_code = coded(AnalyteCode, _("Analyte"), required=True)
    sex = coded([pair for pair in Sex.choices if pair[0] != Sex.UNKNOWN], _("Sex"))
    age_from = models.PositiveSmallIntegerField(_("Minimum age"), default=0)
    age_to = models.PositiveSmallIntegerField(_("Maximum age"), default=OLDEST)
    lln = models.FloatField(_("Lower limit of normal"), null=True, blank=True)
    uln = models.FloatField(_("Upper limit of normal"), null=True, blank=True)
    valid_from = dated(_("Valid from"), required=True)

    objects = CenterRecordQuerySet.as_manager()

    class Meta:
        ordering = ["center_id", "analyte_code", "valid_from", "sex", "age_from"]
        verbose_name = _("laboratory reference limit")
        verbose_name_plural = _("laboratory reference limits")
        constraints = [
            models.UniqueConstraint(
                fields=["center", "analyte_code", "sex", "age_from", "valid_from"],
                nulls_distinct=False,
                name="one_limit_per_center_analyte_sex_age_and_day",
            ),
            models.CheckConstraint(
                condition=models.Q(lln__isnull=False) | models.Q(uln__isnull=False), name="a_limit_limits_something"
            ),
            models.CheckConstraint(
                condition=models.Q(lln__isnull=True) | models.Q(uln__isnull=True) | models.Q(uln__gt=models.F("lln")),
                name="upper_limit_is_above_the_lower",
            ),
            models.CheckConstraint(
                condition=models.Q(age_to__gte=models.F("age_from")), name="an_age_band_ends_not_before_it_starts"
            ),
        ]

    def __str__(self) -> str:
        low, high = ("" if limit is None else f"{limit:g}" for limit in (self.lln, self.uln))
        return f"{self.get_analyte_code_display()} {low}–{high} {self.unit}"

    @property
    def unit(self) -> str:
        return ANALYTE_RANGES[self.analyte_code].unit
