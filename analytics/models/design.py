"""How the design of a run is judged: the rows it saw, the designs tried on them, what was decided."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics.models.run import Run
from analytics.models.study import OfCentersQuerySet


class DesignData(models.Model):
    """Whom a run compared, as its design sees them: arms, centers, years and covariates, and no outcome. Designs are tried on it."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="design_data", verbose_name=_("Run"))
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    rows = models.PositiveIntegerField(_("Rows"))
    content = models.BinaryField(_("Parquet file"), null=True)  # none once the snapshot of the run was cleared

    class Meta:
        verbose_name = _("data of a design")
        verbose_name_plural = _("data of designs")
        constraints = [
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="design_data_has_a_center"),
        ]

    def __str__(self) -> str:
        return str(self.run)


class DesignTry(models.Model):
    """A design tried on the records of a run, or that of the run itself: what it was and what it made of the arms, never an outcome."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="design_tries", verbose_name=_("Run"))
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    tried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Tried by")
    )
    tried_at = models.DateTimeField(_("Tried at"), auto_now_add=True)
    is_planned = models.BooleanField(_("Design of the run itself"), default=False)
    settings = models.JSONField(_("Design"))
    protocol_sha256 = models.CharField(_("Protocol SHA-256"), max_length=64)
    after_outcomes = models.BooleanField(_("Tried after outcomes were opened"))
    found = models.JSONField(_("What the design makes of the arms"), null=True)
    design_sha256 = models.CharField(_("Design SHA-256"), max_length=64, blank=True)
    failure = models.JSONField(_("Failure reason"), default=list)  # sentences {en, zh} for the person who asked
    job = models.ForeignKey("registry.Job", on_delete=models.PROTECT, null=True, verbose_name=_("Job"))

    objects = OfCentersQuerySet.as_manager()

    class Meta:
        ordering = ["tried_at", "pk"]
        verbose_name = _("design tried")
        verbose_name_plural = _("designs tried")
        constraints = [
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="design_try_has_a_center"),
            models.UniqueConstraint(
                fields=["run"], condition=models.Q(is_planned=True), name="one_planned_design_per_run"
            ),
        ]
        triggers = [  # filled in once, by the worker, and kept as it is from then on
            pgtrigger.Protect(
                name="try_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__found__isnull=False)
            ),
            pgtrigger.Protect(name="try_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.tried_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("analytics:design_try", args=[self.pk])


class DesignDecision(models.Model):
    """That the design of a run was accepted, or that this was revoked: one row for each, and none is ever changed."""

    class Act(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("Design accepted")
        CARRIED = "CARRIED", _("Opened: this design was accepted before")
        REVOKED = "REVOKED", _("Acceptance revoked")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("Run"))
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    act = models.CharField(_("Decision"), max_length=10, choices=Act.choices)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Decided by")
    )
    decided_at = models.DateTimeField(_("Decided at"))
    reason = models.CharField(_("Reason"), max_length=500)
    design_sha256 = models.CharField(_("Design SHA-256"), max_length=64, blank=True)

    objects = OfCentersQuerySet.as_manager()

    class Meta:
        ordering = ["decided_at", "pk"]
        verbose_name = _("decision about a design")
        verbose_name_plural = _("decisions about designs")
        constraints = [
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="decision_has_a_center"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="decision_has_a_reason"),
        ]
        triggers = [pgtrigger.Protect(name="decision_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.get_act_display()}"
