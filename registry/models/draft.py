from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.fields import EncryptedTextField

DAYS_KEPT = 7


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def outdated(self, now: datetime) -> "FormDraftQuerySet":
        return self.filter(typed_at__lt=now - timedelta(days=DAYS_KEPT))


class FormDraft(models.Model):
    """What a person has typed into a page and not saved yet: theirs alone, encrypted, in no export, gone after some days.

    `address` is where the page is, `page` tells two openings of it apart. Whoever loses one of the centers loses sight of it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("User"))
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    address = models.CharField(_("Address"), max_length=200)
    page = models.CharField(_("Page"), max_length=32)
    content = EncryptedTextField(_("Content"))
    typed_at = models.DateTimeField(_("Typed at"), default=timezone.now)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("form draft")
        verbose_name_plural = _("form drafts")
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="one_draft_per_opened_page")]

    def __str__(self) -> str:
        return f"{self.address} {self.typed_at:%Y-%m-%d %H:%M}"
