"""Vocabularies that many records share."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Members = list[tuple[str, tuple[str, str | Promise]]]


def members(vocabulary: type[TextChoices]) -> Members:
    """What another vocabulary takes over from this one."""
    return [(member.name, (member.value, member._label_)) for member in vocabulary]


def vocabulary(name: str, members: Members) -> type[TextChoices]:
    """A vocabulary made of parts of others, so that a code and its label stand in one place."""
    return TextChoices(name, members)  # type: ignore[call-overload]  # Enum's functional form


class YesNo(TextChoices):
    YES = "1", _("Yes")
    NO = "0", _("No")
    UNKNOWN = "UNK", _("Unknown")


class MissingReason(TextChoices):
    UNKNOWN = "UNK", _("Unknown")
    NOT_DONE = "ND", _("Not done")
    NOT_APPLICABLE = "NA", _("Not applicable")
    NOT_RECORDED = "NR", _("Not recorded")


class RecordStatus(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Submitted")
    QUERIED = "QUERIED", _("Queried")  # shown of a record with open queries; never stored, for the queries say it
    VERIFIED = "VERIFIED", _("Verified")
    LOCKED = "LOCKED", _("Locked")


class DatePrecision(TextChoices):
    DAY = "D", _("Day")
    MONTH = "M", _("Month")
    YEAR = "Y", _("Year")
