from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.models.base.audit import audited


@audited
class VerifiedValue(models.Model):
    """One value that a person compared with its source. It counts while the value is the same; a hash tells, so none is kept twice."""

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    patient = models.ForeignKey("registry.Patient", on_delete=models.PROTECT, verbose_name=_("Patient"))
    entity = models.CharField(_("Form"), max_length=40)
    record_id = models.BigIntegerField(_("Record"))
    variable = models.CharField(_("Field"), max_length=60)
    value_hash = models.CharField(_("Hashed value"), max_length=64)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Verified by"))
    verified_at = models.DateTimeField(_("Verified at"), default=timezone.now)

    class Meta:
        ordering = ["patient_id", "entity", "record_id", "variable"]
        verbose_name = _("verified value")
        verbose_name_plural = _("verified values")
        constraints = [
            models.UniqueConstraint(
                fields=["center", "entity", "record_id", "variable"], name="one_verification_per_value"
            )
        ]
        indexes = [models.Index(fields=["patient"], name="verified_by_patient")]

    def __str__(self) -> str:
        return f"{self.entity} {self.record_id} {self.variable}"
