"""Why a value that was submitted is changed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ChangeReason(TextChoices):
    TRANSCRIPTION = "TRANSCR", _("Transcription error")
    SOURCE = "SOURCE", _("New or corrected source document")
    QUERY = "QUERY", _("Answer to a query")
    MEASURED_AGAIN = "REREAD", _("Measured or read again")
    OTHER = "OTHER", _("Other reason")
