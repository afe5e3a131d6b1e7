from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.models.base.audit import audited


@audited
class SignOff(models.Model):
    """A principal investigator's word for all records of a patient. It counts while `digest`, of which records stand in
    which version, is what the records give: any later change voids it without anybody having to notice."""

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    patient = models.ForeignKey("registry.Patient", on_delete=models.PROTECT, verbose_name=_("Patient"))
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Signed by"))
    signed_at = models.DateTimeField(_("Signed at"), default=timezone.now)
    statement = models.TextField(_("Statement"))
    digest = models.CharField(_("Digest"), max_length=64)

    class Meta:
        ordering = ["-signed_at", "-pk"]
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")

    def __str__(self) -> str:
        return f"{self.patient_id} {self.signed_at:%Y-%m-%d}"
