"""What a center sent, what was found in it and what became of it."""

from collections.abc import Mapping

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.choices import JobState
from registry.fields import EncryptedBinaryField


class UploadMode(models.TextChoices):
    VALID = "VALID", _("Store rows without errors; reject the others")
    WHOLE = "WHOLE", _("Store all rows, or none if any row has an error")


class ConflictChoice(models.TextChoices):
    """Of a value that was changed in the registry since the last upload gave it, and that this file gives otherwise."""

    STORED = "STORED", _("Keep the stored values")
    FILE = "FILE", _("Use the values in the file")


class UploadState(models.TextChoices):
    RECEIVED = "RECEIVED", _("Waiting to be checked")
    REFUSED = "REFUSED", _("Unreadable; nothing stored")
    FAULTY = "FAULTY", _("Has errors; nothing stored")
    STAGED = "STAGED", _("Checked; awaiting your confirmation")
    CONFIRMED = "CONFIRMED", _("Confirmed; being stored")
    STALE = "STALE", _("Records changed since the preview; check again")
    STORED = "STORED", _("Stored")
    DISCARDED = "DISCARDED", _("Discarded; nothing stored")
    UNDONE = "UNDONE", _("Undone")


UNDER_WAY = {UploadState.RECEIVED, UploadState.CONFIRMED}
UNCONFIRMED = {UploadState.STAGED, UploadState.STALE}
CUT_SHORT = (JobState.FAILED, JobState.CANCELED)
CUT_SHORT_IN_WORDS: Mapping[tuple[str, str], str | Promise] = {
    (UploadState.RECEIVED, JobState.FAILED): _("Check failed; nothing stored"),
    (UploadState.RECEIVED, JobState.CANCELED): _("Check canceled; nothing stored"),
    (UploadState.CONFIRMED, JobState.FAILED): _("Storing failed; nothing stored"),
    (UploadState.CONFIRMED, JobState.CANCELED): _("Storing canceled; nothing stored"),
}
FAILED_IN_WORDS = {
    "check": _("Check failed; nothing stored"),
    "store": _("Storing failed; nothing stored"),
    "undo": _("Undoing failed"),
}
OVER_AND_GONE = {UploadState.DISCARDED, UploadState.UNDONE}
FAILED_STEPS = {  # by the kind of job, and the states in which that step is still what happened last
    "upload": ("check", {UploadState.RECEIVED}),
    "load": ("store", {UploadState.CONFIRMED, UploadState.STAGED}),
    "undo": ("undo", {UploadState.STORED, UploadState.UNDONE}),
}


class UploadQuerySet(models.QuerySet["Upload"]):
    def unconfirmed(self) -> "UploadQuerySet":
        """Checked by somebody who then went away: the rows are not stored."""
        cut_short = models.Q(state=UploadState.CONFIRMED, job__state__in=CUT_SHORT)
        return self.filter(models.Q(state__in=UNCONFIRMED) | cut_short)

    def without_content(self) -> "UploadQuerySet":
        return self.defer("original", "report", "mapping_draft")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    exclude=["original", "report", "preview", "mapping_draft", "result", "undo_result"],
)
class Upload(models.Model):
    """The file itself and the cells quoted in the report stay out of the audit trail."""

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    filename = models.CharField(_("File"), max_length=200)
    original = EncryptedBinaryField(_("Original file"))  # or what importers.storage.originals says of it
    is_reduced = models.BooleanField(_("Stored with identifying columns removed"), default=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size_bytes = models.PositiveIntegerField(_("Size in bytes"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Uploaded by"))
    uploaded_at = models.DateTimeField(_("Uploaded at"), auto_now_add=True)
    state = models.CharField(_("State"), max_length=9, choices=UploadState.choices, default=UploadState.RECEIVED)
    report = models.JSONField(_("Findings"), null=True)
    preview = models.JSONField(_("What would change"), null=True)
    mapping = models.ForeignKey(
        "importers.CenterMapping", on_delete=models.PROTECT, null=True, verbose_name=_("Workbook mapping")
    )
    # What somebody makes on the guided page, until it is saved as a version: no check of the file takes it away
    mapping_draft = models.JSONField(_("Draft of a mapping"), null=True)
    job = models.ForeignKey("registry.Job", on_delete=models.PROTECT, null=True, verbose_name=_("Job"))

    mode = models.CharField(_("What to store"), max_length=5, choices=UploadMode.choices, default=UploadMode.VALID)
    conflicts = models.CharField(
        _("When values conflict"), max_length=6, choices=ConflictChoice.choices, default=ConflictChoice.STORED
    )
    blanks = models.JSONField(_("Columns whose blanks overwrite stored values"), default=list)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Confirmed by")
    )
    stored_at = models.DateTimeField(_("Stored at"), null=True)
    result = models.JSONField(_("What was stored"), null=True)
    context = models.UUIDField(_("Audit context"), null=True)

    undo_reason = models.CharField(_("Reason for undoing"), max_length=200, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Undone by")
    )
    undone_at = models.DateTimeField(_("Undone at"), null=True)
    undo_result = models.JSONField(_("What was undone"), null=True)

    objects = UploadQuerySet.as_manager()

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
        return self.state not in UNDER_WAY or bool(self.job and self.job.is_over)

    @property
    def state_now(self) -> UploadState:
        """What was confirmed and could not be stored is a preview as before."""
        gave_up = self.state == UploadState.CONFIRMED and self.is_over
        return UploadState.STAGED if gave_up else UploadState(self.state)

    @property
    def failed_step(self) -> str:
        """What was tried last and failed, "check", "store" or "undo"; empty where nothing did."""
        if self.job is None or self.job.state != JobState.FAILED:
            return ""
        step, states = FAILED_STEPS.get(self.job.kind, ("", set()))
        return step if self.state in states else ""

    @property
    def verified_or_signed(self) -> int:
        """How many records that somebody verified, ticked or signed for it would touch; once stored, how many it did."""
        if self.state == UploadState.STORED:
            return sum(counts.get("verified_or_signed", 0) for counts in (self.result or {}).values())
        return int((self.preview or {}).get("verified_or_signed", 0)) if self.can_be_confirmed else 0

    @property
    def can_be_undone(self) -> bool:
        """Stored; or undone but for what people had worked on, which may be free by now."""
        kept = (self.undo_result or {}).get("kept")
        return self.state == UploadState.STORED or (self.state == UploadState.UNDONE and bool(kept))

    @property
    def was_cut_short(self) -> bool:
        """Its work failed or was canceled, and the state says only what the work was."""
        return self.state in UNDER_WAY and self.job is not None and self.job.state in CUT_SHORT

    @property
    def outcome(self) -> str | Promise:
        """The state in words, or that its work came to nothing: what a list says of the upload."""
        if self.job is not None and self.was_cut_short:
            return CUT_SHORT_IN_WORDS[UploadState(self.state), JobState(self.job.state)]
        if self.failed_step:
            return FAILED_IN_WORDS[self.failed_step]
        is_waiting = self.job is not None and self.state == UploadState.RECEIVED
        return self.job.get_state_display() if self.job and is_waiting else self.get_state_display()

    @property
    def can_be_confirmed(self) -> bool:
        return self.state == UploadState.STAGED or (self.state == UploadState.CONFIRMED and self.is_over)

    @property
    def can_be_checked_again(self) -> bool:
        return self.is_over and self.state not in {UploadState.STORED, UploadState.REFUSED, *OVER_AND_GONE}

    @property
    def can_be_mapped(self) -> bool:
        """Also a file that was refused because nobody knew its sheets, as long as what was read of it is kept."""
        return self.can_be_checked_again or (self.is_over and self.state == UploadState.REFUSED and bool(self.original))

    @property
    def can_be_discarded(self) -> bool:
        return self.can_be_checked_again


class ColumnMapping(models.Model):
    """What a center said once of a header of its own: the column it means, or that it is not to be read."""

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    sheet = models.CharField(_("Sheet"), max_length=40)
    header = models.CharField(_("Header"), max_length=200)
    column = models.CharField(_("Column"), max_length=80)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Mapped by"))
    decided_at = models.DateTimeField(_("Mapped at"), auto_now=True)

    class Meta:
        ordering = ["sheet", "header"]
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = [
            models.UniqueConstraint(fields=["center", "sheet", "header"], name="a_header_means_one_column_in_a_center")
        ]

    def __str__(self) -> str:
        return f"{self.sheet}: {self.header} → {self.column}"


class CenterMapping(models.Model):
    """A version of what a center says of a workbook of its own, as YAML. Versions are added, never overwritten."""

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    name = models.CharField(_("Name"), max_length=60)
    version = models.PositiveIntegerField(_("Version"))
    text = models.TextField(_("Mapping"))
    note = models.CharField(_("What changed"), max_length=200, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Saved by"))
    saved_at = models.DateTimeField(_("Saved at"), auto_now_add=True)

    class Meta:
        ordering = ["name", "-version"]
        verbose_name = _("workbook mapping")
        verbose_name_plural = _("workbook mappings")
        constraints = [
            models.UniqueConstraint(fields=["center", "name", "version"], name="a_version_of_a_mapping_is_one")
        ]
        triggers = [pgtrigger.Protect(name="versions_stay", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
