"""What happened to the files of a record, newest first: attached, withdrawn, fetched, by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.models import Attachment, AttachmentDownload, CenterRecord, Patient
from registry.models.hierarchy import entity_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    at: datetime
    by: str
    file: str
    what: str | Promise
    reason: str = ""
    sha256: str = ""


def attachments_of(record: CenterRecord) -> QuerySet[Attachment]:
    """Its own; of a patient, those of all records. Their bytes stay where they are."""
    found = Attachment.objects.without_content().select_related("uploaded_by", "withdrawn_by")
    if isinstance(record, Patient):
        return found.filter(patient=record)
    return found.of_record(entity_of(record), record_id=record.pk)


def attachment_trail(record: CenterRecord) -> list[Happening]:
    files = list(attachments_of(record))
    added = [
        Happening(
            at=each.uploaded_at, by=_who(each.uploaded_by), file=each.filename, what=_("attached"), sha256=each.sha256
        )
        for each in files
    ]
    gone = [
        Happening(
            at=each.withdrawn_at,
            by=_who(each.withdrawn_by),
            file=each.filename,
            what=_("withdrawn"),
            reason=each.withdrawal_reason,
        )
        for each in files
        if each.withdrawn_at
    ]
    fetched = [
        Happening(at=each.at, by=_who(each.by), file=each.attachment.filename, what=_("downloaded"))
        for each in AttachmentDownload.objects.filter(attachment__in=files)
        .select_related("by", "attachment")
        .defer("attachment__content")
    ]
    return sorted([*added, *gone, *fetched], key=lambda each: each.at, reverse=True)


def _who(person: Any) -> str:
    return str(person.get_username())
