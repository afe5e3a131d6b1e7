from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import JobState


class Job(models.Model):
    """What a person sees of long work: how far it is, in words without any recorded value."""

    kind = models.CharField(_("Kind"), max_length=40)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("Requested by"))
    state = models.CharField(_("State"), max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    percent = models.PositiveSmallIntegerField(_("Percent"), default=0)
    message = models.CharField(_("Message"), max_length=200, blank=True)
    attempt = models.PositiveSmallIntegerField(_("Attempt"), default=0)
    cancel_requested = models.BooleanField(_("Cancel requested"), default=False)
    result_url = models.CharField(_("Result"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("Created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("Updated at"), auto_now=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [models.CheckConstraint(condition=models.Q(percent__lte=100), name="percent_at_most_100")]

    def __str__(self) -> str:
        return f"{self.kind} {self.percent}%"

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELED}
