"""The verbs of the sheet: store what was previewed, all of it in one transaction and under one reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from registry.access.permissions import may
from registry.access.scope import from_now_on
from registry.choices import RecordStatus
from registry.errors import NotAllowed, Refused
from registry.grid.entries import Bound
from registry.grid.kinds import GridKind
from registry.grid.preview import Edit, Preview, preview_of
from registry.grid.sheet import sheet_of
from registry.models import Patient
from registry.queries import refresh_queries
from registry.records.corrections import ADDED, reason_of
from registry.records.form_verification import end_verifications
from registry.records.writes import record_laboratory_panel

SOURCE = "grid"  # in the trail
ENTERED = gettext_noop("entered in the grid")


class Outdated(Refused):
    """What would be stored is no longer what was shown; `preview` is what would be now."""

    def __init__(self, text: str, *, preview: Preview) -> None:
        self.preview = preview
        super().__init__(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The reason given for what is corrected: a code of the list and, maybe, words."""

    code: str = ""
    words: str = ""


def store_edits(
    patient: Patient, *, kind: GridKind, edits: Sequence[Edit], seen: str, why: Why, request: Any
) -> Preview:
    """`seen` is the digest of the preview that was confirmed. Raises Refused where one cell is refused: all or nothing."""
    demand_entry(patient, by=request.user)
    held = hold_records(patient, kind=kind)
    preview = preview_of(sheet_of(patient, kind=kind, held=held), edits=edits, request=request)
    if preview.digest != seen:
        raise Outdated(
            _("Something changed since this preview. Look at it again; nothing was stored."), preview=preview
        )
    if preview.held_up:
        count = preview.held_up
        sentence = ngettext("%(n)d cell is refused.", "%(n)d cells are refused.", count) % {"n": count}
        raise Refused(f"{sentence} " + _("Correct or leave out what is refused; nothing was stored."))
    if not preview.changes:
        raise Refused(_("There is nothing to change."))
    _state_reason(preview, why=why, by=request.user)
    for bound in preview.bound:
        if bound.is_changed:
            _write(bound, kind=kind)
    end_verifications(patient.pk)
    refresh_queries([patient.pk], by=request.user)
    return preview


def demand_entry(patient: Patient, *, by: Any) -> None:
    if not may(by, verb="enter_records", center=patient.center_id):
        raise NotAllowed(_("Your role in this center does not allow this."))


def hold_records(patient: Patient, *, kind: GridKind) -> Any:
    """One edit of a patient at a time, as on the forms; the next sees what the first has changed."""
    Patient.including_withdrawn.select_for_update(no_key=True).get(pk=patient.pk)
    return kind.model.objects.filter(patient=patient).select_for_update(of=("self",), no_key=True)


def _state_reason(preview: Preview, *, why: Why, by: Any) -> None:
    if preview.corrected:
        reason_of(why.code, words=why.words).holds_for_what_follows(by=by, source=SOURCE)
        return
    changed = [bound.form.instance for bound in preview.bound if bound.is_changed]
    is_said = any(record.pk and record.record_status != RecordStatus.DRAFT for record in changed)
    from_now_on(ADDED if is_said else ENTERED, by=by, source=SOURCE)


def _write(bound: Bound, *, kind: GridKind) -> None:
    """The record itself only where something of its own has changed: its version tells other editors so."""
    form = bound.form
    record = form.instance
    if kind.below and isinstance(record, kind.below.model):
        above = getattr(record, kind.below.link)
        setattr(record, kind.below.link, above)  # whose identifier there may be only since a moment
        form.save()
        return
    own = {name for name in form.changed_data if name in {field.name for field in record._meta.concrete_fields}}
    if record.pk is None or own or "missing_reasons" in form.changed_data:
        form.save()
    if kind.has_panel:
        record_laboratory_panel(record, values=form.laboratory)
