"""Studies, and what was computed for them: who asked, on whose data, with what result."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from analytics.formats import ExportFormat
from registry.access.permissions import centers_where
from registry.choices import JobState
from registry.models.base.audit import audited


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


class OfCentersQuerySet(models.QuerySet[Any]):
    def readable_by(self, user: Any) -> "OfCentersQuerySet":
        """Rows whose every center the user may read studies of; row security asks for every center as well."""
        return self.filter(center_ids__contained_by=centers_where(user, may="read_studies"))


class RunQuerySet(OfCentersQuerySet):
    def in_state(self, state: JobState) -> "RunQuerySet":
        """As `Run.state` says it of one."""
        if state == JobState.FAILED:
            return self.filter(~models.Q(failure=[]) | models.Q(finished_at=None, job__state=state))
        if state == JobState.DONE:
            return self.filter(failure=[], finished_at__isnull=False)
        without_job = models.Q(job=None) if state == JobState.RUNNING else models.Q(pk__in=[])
        return self.filter(models.Q(job__state=state) | without_job, failure=[], finished_at=None)


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
