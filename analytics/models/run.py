"""What was computed for studies: who asked, on whose data, with what result."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics.models.study import OfCentersQuerySet, Study
from registry.choices import JobState
from registry.models.base.audit import audited


class SnapshotTable(models.Model):
    """One kind of record of some centers as it stood when a run read it, as a Parquet file. Runs that read the same share it."""

    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    entity = models.CharField(_("Kind of record"), max_length=40)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    rows = models.PositiveIntegerField(_("Rows"))
    content = models.BinaryField(_("Parquet file"), null=True)  # none once it was cleared: the hash stays

    class Meta:
        verbose_name = _("table of a snapshot")
        verbose_name_plural = _("tables of snapshots")
        constraints = [
            models.UniqueConstraint(fields=["center_ids", "entity", "sha256"], name="one_snapshot_table_per_content"),
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="snapshot_table_has_a_center"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.sha256[:8]}"


class Snapshot(models.Model):
    """All that the registry held of some centers at one time, without what could name a person."""

    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    center_codes = models.JSONField(_("Center codes"))  # {center id: code}
    tables = models.JSONField(_("Tables"))  # {kind of record: SHA-256 of its table}
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    taken_at = models.DateTimeField(_("Taken at"), db_default=Now())
    cleared_at = models.DateTimeField(_("Cleared at"), null=True)

    class Meta:
        ordering = ["-taken_at"]
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.UniqueConstraint(fields=["center_ids", "sha256"], name="one_snapshot_per_content"),
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="snapshot_has_a_center"),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:8]} · {self.taken_at:%Y-%m-%d %H:%M}"


class RunQuerySet(OfCentersQuerySet):
    def in_state(self, state: JobState) -> "RunQuerySet":
        """As `Run.state` says it of one."""
        if state == JobState.FAILED:
            return self.filter(~models.Q(failure=[]) | models.Q(finished_at=None, job__state=state))
        if state == JobState.DONE:
            return self.filter(failure=[], finished_at__isnull=False)
        without_job = models.Q(job=None) if state == JobState.RUNNING else models.Q(pk__in=[])
        return self.filter(models.Q(job__state=state) | without_job, failure=[], finished_at=None)


@audited
class Run(models.Model):
    """One computation of a study. Its result lies apart, so that neither lists nor the audit trail carry it."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="runs", verbose_name=_("Study"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Requested by"))
    requested_at = models.DateTimeField(_("Requested at"), auto_now_add=True)
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    job = models.ForeignKey("registry.Job", on_delete=models.PROTECT, null=True, verbose_name=_("Job"))
    protocol_sha256 = models.CharField(_("Protocol SHA-256"), max_length=64)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, related_name="runs", verbose_name=_("Snapshot")
    )
    read_at = models.DateTimeField(_("Records read at"), null=True)
    data_sha256 = models.CharField(_("Data SHA-256"), max_length=64, blank=True)
    result_sha256 = models.CharField(_("Result SHA-256"), max_length=64, blank=True)
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    failure = models.JSONField(_("Failure reason"), default=list)  # sentences {en, zh} for the person who asked
    design_sha256 = models.CharField(_("Design SHA-256"), max_length=64, blank=True)
    accepted_at = models.DateTimeField(_("Design accepted at"), null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="accepted_runs",
        verbose_name=_("Design accepted by"),
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="run_has_a_center"),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="an_accepted_design_names_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} · {self.requested_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("analytics:run", args=[self.pk])

    @property
    def shows_outcomes(self) -> bool:
        return self.accepted_at is not None

    @property
    def state(self) -> JobState:
        if self.failure:
            return JobState.FAILED
        if self.finished_at:
            return JobState.DONE
        return JobState(self.job.state) if self.job else JobState.RUNNING


class RunResult(models.Model):
    """The result as JSON text to the letter, written once; the run's hash of it shows a later change."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="result", verbose_name=_("Run"))
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    content = models.TextField(_("Result"))

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="result_has_a_center"),
        ]

    def __str__(self) -> str:
        return str(self.run)


class RunChange(models.Model):
    """Why a later run of a study found something else than a former one: computed once, from what both of them read."""

    former = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="later_changes", verbose_name=_("Former run")
    )
    later = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="former_changes", verbose_name=_("Later run"))
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Requested by"))
    requested_at = models.DateTimeField(_("Requested at"), auto_now_add=True)
    job = models.ForeignKey("registry.Job", on_delete=models.PROTECT, null=True, verbose_name=_("Job"))
    content = models.JSONField(_("What changed"), null=True)
    failure = models.JSONField(_("Failure reason"), default=list)  # sentences {en, zh} for the person who asked

    objects = OfCentersQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        verbose_name = _("change between two runs")
        verbose_name_plural = _("changes between two runs")
        constraints = [
            models.UniqueConstraint(fields=["former", "later"], name="one_change_per_pair_of_runs"),
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="run_change_has_a_center"),
        ]

    def __str__(self) -> str:
        return f"{self.former_id} → {self.later_id}"

    def get_absolute_url(self) -> str:
        return reverse("analytics:change", args=[self.pk])


class RunRepetition(models.Model):
    """A run computed again on the records it read, and whether that gave the same to the letter."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="repetitions", verbose_name=_("Run"))
    center_ids = ArrayField(models.IntegerField(), verbose_name=_("Centers"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Requested by")
    )
    requested_at = models.DateTimeField(_("Requested at"), auto_now_add=True)
    job = models.ForeignKey("registry.Job", on_delete=models.PROTECT, null=True, verbose_name=_("Job"))
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    is_equal = models.BooleanField(_("Equal to the letter"), null=True)
    found = models.JSONField(_("What differs"), null=True)
    failure = models.JSONField(_("Failure reason"), default=list)  # sentences {en, zh} for the person who asked

    objects = OfCentersQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        verbose_name = _("repetition of a run")
        verbose_name_plural = _("repetitions of runs")
        constraints = [
            models.CheckConstraint(condition=models.Q(center_ids__len__gt=0), name="repetition_has_a_center"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="repetition_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__finished_at__isnull=False),
            ),
            pgtrigger.Protect(name="repetition_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.requested_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("analytics:repetition", args=[self.pk])
