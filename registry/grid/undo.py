"""Undo of what was stored from the sheet in one act: all of it, or nothing and the reason in words.

The trail tells what the act did: its events carry its context, and the event before each is what it found. What the act brought
is withdrawn, what it changed goes back, and what was verified is verified again where nothing is open (ADR 49). Where somebody has
changed or verified one of its values since, all of it stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.access.permissions import may
from registry.choices import RecordStatus
from registry.errors import Refused
from registry.grid.kinds import GridKind
from registry.grid.services import SOURCE, Why, demand_entry, hold_records
from registry.models import CenterRecord, LabResult, Patient, PatientRecord
from registry.models.hierarchy import child_models
from registry.queries import refresh_queries
from registry.records.corrections import reason_of
from registry.records.form_verification import verify_again
from registry.records.history import name_of
from registry.records.sign_off import sign_off_of

UNDO = "grid_undo"  # in the trail
NOT_ENTERED = {"id", "created_at", "updated_at", "row_version", "record_status"}
MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of storing from the sheet, by the context of its events."""

    context: str
    at: datetime
    by: str
    records: int
    verified: int  # how many of them were verified before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Records that went back, how many of them are verified again, and the names of those that are to be verified again."""

    records: int
    verified: int
    unverified: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One record of the act: as the act found it (None where it brought it), as it left it, and as it is."""

    before: Any
    after: Any
    record: Any

    @property
    def changed(self) -> list[Any]:
        fields = [field for field in self.record._meta.concrete_fields if field.name not in NOT_ENTERED]
        if self.before is None:
            return fields
        return [each for each in fields if getattr(self.before, each.attname) != getattr(self.after, each.attname)]

    @property
    def was_verified(self) -> bool:
        return self.before is not None and self.before.record_status == RecordStatus.VERIFIED

    def obstacle(self) -> str:
        """Why it cannot go back, in words; nothing where it can."""
        name = name_of(type(self.record), event=self.after)
        if self.record.record_status == RecordStatus.LOCKED:
            return _("%(record)s: locked since.") % {"record": name}
        if self.record.record_status == RecordStatus.VERIFIED:
            return _("%(record)s: verified since.") % {"record": name}
        other = [
            each for each in self.changed if getattr(self.record, each.attname) != getattr(self.after, each.attname)
        ]
        if not other:
            return ""
        labels = ", ".join(capfirst(str(each.verbose_name)) for each in other)
        return _("%(record)s: changed since (%(fields)s).") % {"record": name, "fields": labels}

    def take_back(self) -> None:
        if self.before is None:
            self.record.withdrawn_at = timezone.now()
        for each in self.changed if self.before is not None else ():
            setattr(self.record, each.attname, getattr(self.before, each.attname))
        self.record.save()


def last_act(patient: Patient, *, kind: GridKind) -> Act | None:
    """The latest that is not undone; nothing where it was undone, for an earlier one lies below what came after it."""
    latest = max(_latest_events(patient, kind=kind), key=lambda event: event.pgh_created_at, default=None)
    about = latest.pgh_context.metadata if latest else {}
    if latest is None or about.get("source") != SOURCE:
        return None
    steps = list(_steps(patient, kind=kind, context=str(latest.pgh_context_id)))
    name = User.objects.filter(pk=about.get("user") or 0).values_list("username", flat=True).first()
    return Act(
        context=str(latest.pgh_context_id),
        at=latest.pgh_created_at,
        by=name or _("unknown"),
        records=len(steps),
        verified=sum(step.was_verified for step in steps),
    )


def undo_act(patient: Patient, *, kind: GridKind, context: str, why: Why, by: Any) -> Undone:
    """Raises Refused, and then nothing went back."""
    demand_entry(patient, by=by)
    list(hold_records(patient, kind=kind))
    act = last_act(patient, kind=kind)
    if act is None or act.context != context:
        raise Refused(_("This act was undone already, or another one lies on top of it. Nothing was undone."))
    if signed := sign_off_of(patient):
        about = {"by": signed.signed_by.username, "at": date_format(signed.signed_at, "DATETIME_FORMAT")}
        raise Refused(_("%(by)s signed these records off on %(at)s. Nothing was undone.") % about)
    steps = list(_steps(patient, kind=kind, context=context))
    obstacles = [*filter(None, (step.obstacle() for step in steps)), *_others_below(steps)]
    if obstacles:
        raise Refused(
            " ".join([_("Nothing was undone:"), *obstacles[:MOST_NAMED], *(["…"] if obstacles[MOST_NAMED:] else [])])
        )
    reason_of(why.code, words=why.words).holds_for_what_follows(by=by, source=UNDO, undoes=context)
    for step in steps[::-1]:  # what is below a new record goes before it
        step.take_back()
    refresh_queries([patient.pk], by=by)
    return _verified_again(steps, by=by)


def _verified_again(steps: list[_Step], *, by: Any) -> Undone:
    """By whoever undoes, if their role is to verify: the history names them, not the person who verified before."""
    before = [step.record for step in steps if step.was_verified]
    allowed = [record for record in before if may(by, verb="verify_records", center=record.center_id)]
    left = [*(record for record in before if record not in allowed), *verify_again(allowed)]
    names = tuple(name_of(type(record), event=record) for record in left)
    return Undone(records=len(steps), verified=len(before) - len(left), unverified=names)


def _models(kind: GridKind) -> list[type[PatientRecord]]:
    return [kind.model, *([LabResult] if kind.has_panel else []), *([kind.below.model] if kind.below else [])]


def _latest_events(patient: Patient, *, kind: GridKind) -> Iterator[Any]:
    """The last act from the sheet or its undo, by kind of record."""
    for model in _models(kind):
        own = model.including_withdrawn.filter(patient=patient).values("pk")
        events = model.pgh_event_model.objects.filter(
            pgh_obj_id__in=own, pgh_context__metadata__source__in=[SOURCE, UNDO]
        )
        latest = events.select_related("pgh_context").order_by("-pgh_id").first()
        if latest is not None:
            yield latest


def _steps(patient: Patient, *, kind: GridKind, context: str) -> Iterator[_Step]:
    """Records above before those below."""
    for model in _models(kind):
        records = {record.pk: record for record in model.including_withdrawn.filter(patient=patient)}
        trail = model.pgh_event_model.objects.filter(pgh_obj_id__in=list(records)).order_by("pgh_id")
        events: dict[int, list[Any]] = {}
        for event in trail.select_related("pgh_context"):
            events.setdefault(event.pgh_obj_id, []).append(event)
        for pk, its in events.items():
            places = [at for at, event in enumerate(its) if str(event.pgh_context_id) == context]
            if places:
                yield _Step(before=its[places[0] - 1] if places[0] else None, after=its[places[-1]], record=records[pk])


def _others_below(steps: list[_Step]) -> Iterator[str]:
    """A new record stays where something was entered below it since."""
    brought = {(type(step.record), step.record.pk) for step in steps}
    for step in (step for step in steps if step.before is None):
        above: type[CenterRecord] = type(step.record)
        for model, column in child_models(above):
            below = set(model.objects.filter(**{column: step.record.pk}).values_list("pk", flat=True))
            if any((model, pk) not in brought for pk in below):
                name = name_of(type(step.record), event=step.after)
                yield _("%(record)s: something was entered below it since.") % {"record": name}
