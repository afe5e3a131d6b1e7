"""Who works here, and how far long work is."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    DATA_MANAGER = "DM", _("Data manager")
    UPLOADER = "UP", _("Center uploader")
    STATISTICIAN = "ST", _("Statistician")
    PRINCIPAL_INVESTIGATOR = "PI", _("Principal investigator")
    CENTER_MANAGER = "CM", _("Center manager")


class LinkPurpose(TextChoices):
    INVITATION = "INVITATION", _("Invitation")
    NEW_PASSWORD = "NEW_PASSWORD", _("New password")


class AccountAct(TextChoices):
    """What happened to an account, as its log tells it."""

    CREATED = "CREATED", _("Account created")
    INVITED = "INVITED", _("Invitation link made")
    LINK_MADE = "LINK_MADE", _("Password link made")
    PASSWORD_SET = "PASSWORD_SET", _("Password set by its owner")
    SIGNED_IN = "SIGNED_IN", _("Signed in")
    SIGN_IN_FAILED = "SIGN_IN_FAILED", _("Wrong password")
    LOCKED_OUT = "LOCKED_OUT", _("Refused: too many wrong passwords")
    UNLOCKED = "UNLOCKED", _("Unlocked")
    ENDED = "ENDED", _("Account ended")
    REOPENED = "REOPENED", _("Account reopened")
    ADMINISTRATOR = "ADMINISTRATOR", _("Made administrator")
    NO_ADMINISTRATOR = "NO_ADMINISTRATOR", _("No longer administrator")
    RENAMED = "RENAMED", _("Username or e-mail address changed")


class AttachmentKind(TextChoices):
    """What a file is, by its content."""

    PDF = "PDF", _("PDF")
    PNG = "PNG", _("PNG image")
    JPEG = "JPEG", _("JPEG image")


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
