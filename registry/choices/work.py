"""Who works here, and how far long work is."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    DATA_MANAGER = "DM", _("Data manager")
    UPLOADER = "UP", _("Center uploader")
    STATISTICIAN = "ST", _("Statistician")
    PRINCIPAL_INVESTIGATOR = "PI", _("Principal investigator")


class JobState(TextChoices):
    QUEUED = "QUEUED", _("Waiting")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")
    CANCELED = "CANCELED", _("Canceled")
