"""Studies, frozen and still being written."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.access.permissions import centers_where
from registry.models.base.audit import audited


class OfCentersQuerySet(models.QuerySet[Any]):
    def readable_by(self, user: Any) -> "OfCentersQuerySet":
        """Rows whose every center the user may read studies of; row security asks for every center as well."""
        return self.filter(center_ids__contained_by=centers_where(user, may="read_studies"))


@audited
class Study(models.Model):
    """A protocol and its name. A changed protocol is a new version, so a result never loses its question."""

    name = models.SlugField(_("Name"), max_length=60)
    version = models.CharField(_("Version"), max_length=20)
    title_en = models.CharField(_("Title"), max_length=200)
    title_zh = models.CharField(_("Title (Chinese)"), max_length=200, blank=True)
    protocol = models.TextField(_("Protocol"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Owner"))
    created_at = models.DateTimeField(_("Created at"), auto_now_add=True)
    reason = models.CharField(_("Reason for the change"), max_length=500, blank=True)  # of an amendment
    locked_at = models.DateTimeField(_("Plan locked at"), null=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="locked_studies",
        verbose_name=_("Plan locked by"),
    )
    outcomes_opened_at = models.DateTimeField(_("Outcomes first opened at"), null=True)

    class Meta:
        ordering = ["name", "version"]
        verbose_name = _("study")
        verbose_name_plural = _("studies")
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="one_study_per_name_and_version"),
            models.CheckConstraint(
                condition=models.Q(locked_at=None, locked_by=None)
                | models.Q(locked_at__isnull=False, locked_by__isnull=False),
                name="a_locked_plan_names_who",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("analytics:study", args=[self.pk])

    @property
    def title(self) -> str:
        return (self.title_zh if (get_language() or "").startswith("zh") else "") or self.title_en


class StudyDraft(models.Model):
    """A protocol while it is written: whatever stands in it, also what is not valid yet. Freezing makes it a study.

    `edition` counts what was saved: whoever saves names the edition that was seen. It is seen in all of its centers or not at all.
    """

    text = models.TextField(_("Protocol"))
    title = models.CharField(_("Title"), max_length=200, blank=True)
    edition = models.PositiveIntegerField(_("Edition"), default=1)
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Created by")
    )
    created_at = models.DateTimeField(_("Created at"), auto_now_add=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Saved by")
    )
    updated_at = models.DateTimeField(_("Saved at"), auto_now=True)

    objects = OfCentersQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = _("draft of a study")
        verbose_name_plural = _("drafts of studies")
        constraints = [
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="draft_has_a_center"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled study"))

    def get_absolute_url(self) -> str:
        return reverse("analytics:draft", args=[self.pk])
