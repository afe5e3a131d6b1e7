from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Sweep(models.Model):
    """One run of all checks over what is stored: counts only, by center and rule, so it belongs to no center."""

    job = models.ForeignKey("registry.Job", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("Job"))
    started_at = models.DateTimeField(_("Started at"), default=timezone.now)
    ended_at = models.DateTimeField(_("Ended at"), null=True, blank=True)
    patients = models.PositiveIntegerField(_("Patients"), default=0)
    records = models.PositiveIntegerField(_("Records"), default=0)
    opened = models.PositiveIntegerField(_("Queries opened"), default=0)
    closed = models.PositiveIntegerField(_("Queries closed"), default=0)
    found = models.JSONField(_("Found"), default=dict)  # {center code: {check code: how often}}

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("data check")
        verbose_name_plural = _("data checks")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
