"""Who works here, and how far long work is."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class QueryState(TextChoices):
    OPEN = "OPEN", pgettext_lazy("query", "Open")  # one word in English with open surgery, another in Chinese
    ANSWERED = "ANSWERED", _("Answered")
    CLOSED = "CLOSED", _("Closed")


class QueryAct(TextChoices):
    """What happened to a query, as its thread tells it."""

    OPENED = "OPENED", _("Opened")
    COMMENTED = "COMMENTED", _("Commented")
    ANSWERED = "ANSWERED", _("Answered")
    ASSIGNED = "ASSIGNED", _("Assigned")
    RESTATED = "RESTATED", _("Finding changed")  # the same cause, but the checks now say something else of it
    CLOSED = "CLOSED", _("Closed")
    REOPENED = "REOPENED", _("Reopened")


class QueryClosing(TextChoices):
    SETTLED = "SETTLED", _("Resolved by a data manager")
    GONE = "GONE", _("Finding resolved")
    WITHDRAWN = "WITHDRAWN", _("Record withdrawn")
