"""What a center sent, what was found in it and what became of it."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.encryption import EncryptedBinaryField


class UploadMode(models.TextChoices):
    WHOLE = "WHOLE", _("Store all rows, or nothing if any row has an error")
    VALID = "VALID", _("Store the rows without errors, hold back the others")
    CHECK = "CHECK", _("Only check, store nothing")


class UploadState(models.TextChoices):
    RECEIVED = "RECEIVED", _("Waiting")
    REFUSED = "REFUSED", _("Not readable, nothing stored")
    FAULTY = "FAULTY", _("Has errors, nothing stored")
    CHECKED = "CHECKED", _("Checked, nothing stored")
    STORED = "STORED", _("Stored")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["original", "report", "result"])
class Upload(models.Model):
    """The file itself and the cells quoted in the report stay out of the audit trail."""

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    filename = models.CharField(_("File"), max_length=200)
    original = EncryptedBinaryField(_("File as received"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size_bytes = models.PositiveIntegerField(_("Size in bytes"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Uploaded by"))
    uploaded_at = models.DateTimeField(_("Uploaded at"), auto_now_add=True)
    mode = models.CharField(_("What to store"), max_length=5, choices=UploadMode.choices, default=UploadMode.WHOLE)
    state = models.CharField(_("State"), max_length=8, choices=UploadState.choices, default=UploadState.RECEIVED)
    report = models.JSONField(_("Findings"), null=True)
    result = models.JSONField(_("What was stored"), null=True)
    job = models.ForeignKey("registry.Job", on_delete=models.PROTECT, null=True, verbose_name=_("Job"))

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes = [models.Index(fields=["center", "sha256"], name="upload_by_center_and_content")]

    def __str__(self) -> str:
        return f"{self.filename} ({self.get_state_display()})"

    @property
    def is_over(self) -> bool:
        """A job that was canceled or failed left the upload as it was."""
        return self.state != UploadState.RECEIVED or bool(self.job and self.job.is_over)
