from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.audit import audited
from registry.choices import HospitalLevel


@audited
class Center(models.Model):
    center_code = models.CharField(
        _("Center code"),
        max_length=4,
        unique=True,
        validators=[RegexValidator(r"^C\d{2}$", _("A center code is C and two digits, such as C01."))],
    )
    center_name_en = models.CharField(_("Center name"), max_length=120)
    center_name_zh = models.CharField(_("Center name (Chinese)"), max_length=120)
    hospital_level = models.CharField(_("Hospital level"), max_length=3, choices=HospitalLevel.choices)
    is_active = models.BooleanField(_("Active"), default=True)
    last_serial = models.PositiveIntegerField(_("Last patient serial"), default=0, editable=False)

    class Meta:
        ordering = ["center_code"]
        verbose_name = _("center")
        verbose_name_plural = _("centers")

    def __str__(self) -> str:
        return f"{self.center_code} {self.name}"

    @property
    def name(self) -> str:
        return self.center_name_zh if (get_language() or "").startswith("zh") else self.center_name_en

    def take_serials(self, count: int) -> range:
        """The next numbers for new patients. The row stays locked until the transaction ends, so no two get the same."""
        locked = Center.objects.select_for_update().get(pk=self.pk)
        first = locked.last_serial + 1
        locked.last_serial += count
        locked.save(update_fields=["last_serial"])
        return range(first, first + count)
