"""The files of a record: a card on its page, with who attached what and when."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from registry.access.permissions import may
from registry.admin.actions import record_or_404
from registry.admin.permissions import allows
from registry.admin.record_links import page_of
from registry.attachments.file_kind import MIME_TYPES
from registry.attachments.trail import attachments_of
from registry.attachments.verbs import attach, demand_size, fetch, withdraw_attachment
from registry.choices import RecordStatus
from registry.errors import Refused
from registry.models import Attachment, CenterRecord
from registry.models.hierarchy import entity_of, model_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentCard:
    """`rows` are the files, each with the form that it belongs to where that is another one."""

    entity: str
    rows: tuple[tuple[Attachment, str], ...]
    may_attach: bool
    is_closed: bool
    megabytes: int

    @property
    def standing(self) -> int:
        return sum(attachment.withdrawn_at is None for attachment, _form in self.rows)


def card_of(request: HttpRequest, *, record: CenterRecord) -> AttachmentCard:
    here = entity_of(record)
    return AttachmentCard(
        entity=here,
        rows=tuple((each, "" if each.entity == here else _form(each.entity)) for each in attachments_of(record)),
        may_attach=allows(request, verb="enter_records", center=record.center_id),
        is_closed=record.record_status == RecordStatus.LOCKED or record.withdrawn_at is not None,
        megabytes=settings.ATTACHMENT_MEGABYTES,
    )


@login_required
@require_POST
def attach_page(request: HttpRequest, entity: str, record_id: int) -> HttpResponse:
    record = record_or_404(request, entity=entity, record_id=record_id)
    file, words = request.FILES.get("file"), request.POST.get("words", "")[:200]
    try:
        if file is None:
            raise Refused(_("Choose a file first."))
        demand_size(file.size or 0)
        made = attach(record, content=file.read(), filename=file.name or "", words=words, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _said(made))
    return redirect(_top_of(record))


@login_required
@require_GET
def attachment_file(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """As a file to be kept, never to be shown by the browser under the address of this site."""
    attachment = _attachment(request, attachment_id=attachment_id)
    try:
        content = fetch(attachment, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(_page(attachment))
    return HttpResponse(
        content,
        content_type=MIME_TYPES[attachment.kind],
        headers={
            "Content-Disposition": content_disposition_header(True, attachment.filename) or "attachment",  # noqa: FBT003
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@login_required
@require_POST
def withdraw_page(request: HttpRequest, attachment_id: int) -> HttpResponse:
    attachment = _attachment(request, attachment_id=attachment_id)
    try:
        withdraw_attachment(attachment, by=request.user, reason=request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The file was withdrawn. It stays listed with your reason."))
    return redirect(_page(attachment))


def _said(made: Attachment) -> str:
    if made.has_lost_metadata:
        return _("{name} was attached. Location, time, device and comments were removed from the image.").format(
            name=made.filename
        )
    return _("{name} was attached.").format(name=made.filename)


def _attachment(request: HttpRequest, *, attachment_id: int) -> Attachment:
    found = get_object_or_404(Attachment, pk=attachment_id)
    if not may(request.user, verb="read_records", center=found.center_id):
        raise Http404
    return found


def _page(attachment: Attachment) -> str:
    return _top_of(model_of(attachment.entity).including_withdrawn.get(pk=attachment.record_id))


def _top_of(record: CenterRecord) -> str:
    """Where what was said of the file is in sight, and the card below it."""
    return page_of(record).split("#")[0]


def _form(entity: str) -> str:
    return capfirst(str(model_of(entity)._meta.verbose_name))
