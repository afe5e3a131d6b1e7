"""A file is attached to a record, fetched and withdrawn; it is never changed or erased (ADR 43)."""

import hashlib
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.access.permissions import may
from registry.access.scope import because
from registry.attachments.file_kind import SUFFIXES, kind_of
from registry.attachments.image_metadata import without_metadata
from registry.choices import RecordStatus
from registry.clinical.personal_numbers import names_a_person, without_persons_in_name
from registry.errors import NotAllowed, Refused
from registry.models import Attachment, AttachmentDownload, CenterRecord
from registry.models.hierarchy import entity_of, model_of, patient_id_of

MEGABYTE = 1024 * 1024
LONGEST_NAME = 200
ATTACHED = gettext_noop("file attached")


def attach(record: CenterRecord, *, content: bytes, filename: str, words: str, by: Any) -> Attachment:
    _demand(record, by=by)
    demand_size(len(content))
    _demand_room(record)
    if names_a_person(words):
        raise Refused(
            _("The description contains a telephone number, an ID card number or an e-mail address. Leave it out.")
        )
    kind = kind_of(content)
    clean = without_metadata(content, kind=kind)
    with because(ATTACHED, by=by):
        return Attachment.objects.create(
            center_id=record.center_id,
            patient_id=patient_id_of(record),
            entity=entity_of(record),
            record_id=record.pk,
            filename=_name(filename, kind=kind),
            kind=kind,
            content=clean,
            sha256=hashlib.sha256(clean).hexdigest(),
            size_bytes=len(clean),
            has_lost_metadata=clean != content,
            words=words.strip(),
            uploaded_by=by,
        )


def withdraw_attachment(attachment: Attachment, *, by: Any, reason: str) -> None:
    """It stays where it is, with its reason, and can be read; it counts no longer."""
    record = model_of(attachment.entity).including_withdrawn.get(pk=attachment.record_id)
    _demand(record, by=by)
    if attachment.withdrawn_at:
        raise Refused(_("This file has already been withdrawn."))
    if not reason.strip():
        raise Refused(_("Enter a reason."))
    attachment.withdrawn_at, attachment.withdrawn_by = timezone.now(), by
    attachment.withdrawal_reason = reason.strip()[:200]
    with because(reason.strip(), by=by):
        attachment.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])


def fetch(attachment: Attachment, *, by: Any) -> bytes:
    """The file as it was stored, and a line about who read it."""
    content = bytes(attachment.content)
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise Refused(_("The stored file is not the one that was attached. Tell an administrator."))
    AttachmentDownload.objects.create(attachment=attachment, center_id=attachment.center_id, by=by)
    return content


def demand_size(size: int) -> None:
    """To be asked before a file is read into memory, too."""
    limit = settings.ATTACHMENT_MEGABYTES
    if not size:
        raise Refused(_("The file is empty."))
    if size > limit * MEGABYTE:
        text = _("The file is {megabytes} MB; at most {limit} MB can be attached.")
        raise Refused(text.format(megabytes=f"{size / MEGABYTE:.1f}", limit=limit))


def _demand(record: CenterRecord, *, by: Any) -> None:
    if not may(by, verb="enter_records", center=record.center_id):
        raise NotAllowed(_("Your role in this center does not allow this."))
    now = (
        type(record).including_withdrawn.select_for_update().get(pk=record.pk)
    )  # two files at once are counted one by one
    if now.withdrawn_at:
        raise Refused(_("This record is withdrawn. Restore it first."))
    if now.record_status == RecordStatus.LOCKED:
        raise Refused(_("This record is locked. Unlock it with a reason first."))


def _demand_room(record: CenterRecord) -> None:
    most = settings.ATTACHMENTS_PER_RECORD
    if Attachment.objects.of_record(entity_of(record), record_id=record.pk).standing().count() >= most:
        raise Refused(_("This record already has {most} files. Withdraw one of them first.").format(most=most))


def _name(filename: str, *, kind: str) -> str:
    """Without the numbers of persons, and with the ending of what the file is."""
    given = without_persons_in_name(filename)
    stem = given if PurePath(given).suffix.lower() not in SUFFIXES[kind] else given[: -len(PurePath(given).suffix)]
    ending = PurePath(given).suffix.lower() if stem != given else SUFFIXES[kind][0]
    return f"{stem[: LONGEST_NAME - len(ending)]}{ending}"
