from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.fields import EncryptedBinaryField


class SubmittedRecords(models.Model):
    """What one upload says of one kind of record, cell by cell: first the preview, then the source of what was stored.

    `content` is Parquet, a line per record: the words that name it, its values, row and text of each cell, and what the
    preview found. It lies encrypted as the file itself does. Empty once the upload was discarded. `columns` are the letters
    of the sheet's columns by group and variable.
    """

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    upload = models.BigIntegerField(_("Upload"))
    filename = models.CharField(_("File"), max_length=200)
    entity = models.CharField(_("Form"), max_length=40)
    sheet = models.CharField(_("Sheet"), max_length=40)
    columns = models.JSONField(_("Columns"))
    content = EncryptedBinaryField(_("Records as submitted"), null=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        ordering = ["upload", "pk"]
        verbose_name = _("submitted records")
        verbose_name_plural = _("submitted records")
        constraints = [
            models.UniqueConstraint(fields=["upload", "entity"], name="submitted_once_per_upload_and_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.upload} {self.entity}"
