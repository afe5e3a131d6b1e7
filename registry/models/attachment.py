import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.choices import AttachmentKind
from registry.fields import EncryptedBinaryField

WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawal_reason")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of_record(self, entity: str, *, record_id: int) -> "AttachmentQuerySet":
        return self.filter(entity=entity, record_id=record_id)

    def standing(self) -> "AttachmentQuerySet":
        return self.filter(withdrawn_at=None)

    def without_content(self) -> "AttachmentQuerySet":
        return self.defer("content")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["content"])
class Attachment(models.Model):
    """A file that belongs to a record, such as a report. What the file is goes into the trail with its hash; its bytes do not.

    It is no record of its own, so no export, sheet, view or casebook knows it.
    """

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    patient = models.ForeignKey("registry.Patient", on_delete=models.PROTECT, verbose_name=_("Patient"))
    entity = models.CharField(_("Form"), max_length=40)
    record_id = models.BigIntegerField(_("Record"))
    filename = models.CharField(_("File"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=4, choices=AttachmentKind.choices)
    content = EncryptedBinaryField(_("Content"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size_bytes = models.PositiveIntegerField(_("Size in bytes"))
    has_lost_metadata = models.BooleanField(_("Stored without the metadata of the image"), default=False)
    words = models.CharField(_("Description"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Uploaded by")
    )
    uploaded_at = models.DateTimeField(_("Uploaded at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("Withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Withdrawn by")
    )
    withdrawal_reason = models.CharField(_("Reason for withdrawal"), max_length=200, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["entity", "record_id"], name="attachment_by_record")]
        triggers = [pgtrigger.ReadOnly(name="file_stays", exclude=list(WITHDRAWAL))]

    def __str__(self) -> str:
        return self.filename


class AttachmentDownload(models.Model):
    """Who fetched which file, and when. Added to, never changed."""

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    attachment = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, related_name="downloads", verbose_name=_("attachment")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("By"))
    at = models.DateTimeField(_("At"), default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("download of an attachment")
        verbose_name_plural = _("downloads of attachments")
        triggers = [pgtrigger.Protect(name="downloads_stay", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.at:%Y-%m-%d %H:%M}"
