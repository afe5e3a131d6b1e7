from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.choices import HospitalLevel, Province
from registry.models.base.audit import audited
from registry.models.base.record import coded, dated, measured, written


def not_in_the_future(day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError(_("%(day)s is in the future. Enter the actual date."), params={"day": day})


def _happened(label: Any) -> models.DateField:
    field = dated(label)
    field.validators.append(not_in_the_future)
    return field


@audited
class Center(models.Model):
    center_code = models.CharField(
        _("Center code"),
        max_length=4,
        unique=True,
        validators=[
            RegexValidator(r"^C\d{2}$", _("A center code is the letter C followed by two digits, for example C01."))
        ],
    )
    center_name_en = models.CharField(_("Center name"), max_length=120)
    center_name_zh = models.CharField(_("Center name (Chinese)"), max_length=120)
    hospital_level = models.CharField(_("Hospital level"), max_length=3, choices=HospitalLevel.choices)
    province_code = coded(Province, _("Province"))
    ethics_approval_no = written(_("Ethics approval number"), max_length=64)
    ethics_approval_date = _happened(_("Ethics approval date"))
    data_sharing_agreement_date = _happened(_("Data-sharing agreement date"))
    activation_date = dated(_("Center activation date"))
    enrollment_start = dated(_("Enrollment start date"))
    enrollment_end = dated(_("Enrollment end date"))
    tace_sessions_per_year = measured("tace_sessions_per_year", _("TACE sessions per year"))
    haic_cycles_per_year = measured("haic_cycles_per_year", _("HAIC cycles per year"))
    is_active = models.BooleanField(_("Active"), default=True)
    last_serial = models.PositiveIntegerField(_("Last patient serial number"), default=0, editable=False)

    class Meta:
        ordering = ["center_code"]
        verbose_name = _("center")
        verbose_name_plural = _("centers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(activation_date__gte=models.F("ethics_approval_date")),
                name="center_active_not_before_ethics_approval",
                violation_error_message=_(
                    "The center activation date cannot be earlier than the ethics approval date."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(enrollment_end__gte=models.F("enrollment_start")),
                name="enrollment_ends_not_before_it_starts",
                violation_error_message=_("The enrollment end date cannot be earlier than the start date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.center_code} {self.name}"

    @property
    def name(self) -> str:
        return self.center_name_zh if (get_language() or "").startswith("zh") else self.center_name_en

    def allocate_serials(self, count: int) -> range:
        """The next numbers for new patients. The row stays locked until the transaction ends, so no two get the same."""
        locked = Center.objects.select_for_update().get(pk=self.pk)
        first = locked.last_serial + 1
        locked.last_serial += count
        locked.save(update_fields=["last_serial"])
        return range(first, first + count)
