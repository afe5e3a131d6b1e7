"""What left the registry for an analysis elsewhere."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.formats import ExportFormat
from analytics.models.study import OfCentersQuerySet, Study
from registry.models.base.audit import audited


@audited
class Export(models.Model):
    """What stays of an analysis data set that left the registry: who took it, when, why, and the hash of the file."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="exports", verbose_name=_("Study"))
    file_format = models.CharField(_("Format"), max_length=10, choices=ExportFormat.choices)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Requested by"))
    created_at = models.DateTimeField(_("Created at"))
    reason = models.CharField(_("Reason"), max_length=200)
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    rows = models.PositiveIntegerField(_("Patients"))
    withheld = models.PositiveIntegerField(_("Withheld (no consent)"))
    protocol_sha256 = models.CharField(_("Protocol SHA-256"), max_length=64)
    data_sha256 = models.CharField(_("Data SHA-256"), max_length=64)
    sha256 = models.CharField(_("File SHA-256"), max_length=64)

    objects = OfCentersQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="export_has_a_center"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="export_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.study} · {self.created_at:%Y-%m-%d %H:%M}"
