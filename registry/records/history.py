"""The audit trail of a record in plain words: who, when, which variable, old and new value, why and from where."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from registry.choices import MissingReason
from registry.fields import CodesField, CtcaeTermField, EncryptedTextField
from registry.models import CenterRecord
from registry.models.base.record import MISSING_REASON
from registry.records.corrections import told

SOURCES: dict[str, Promise] = {
    "form": gettext_lazy("form"),
    "upload": gettext_lazy("upload"),
    "undo": gettext_lazy("undo of an upload"),
    "grid": gettext_lazy("grid"),
    "grid_undo": gettext_lazy("undo in the grid"),
    "command": gettext_lazy("command line"),
    "api": gettext_lazy("script (API)"),
    "sweep": gettext_lazy("data check of all records"),
    "demo": gettext_lazy("demo"),
}
ENTERED = gettext_noop(
    "entered in a form"
)  # by registry.access.scope; other acts mark their reasons where they give them
NOT_SHOWN = {
    "id",
    "center",
    "patient",
    "assessment",
    "session",
    "local_id_hash",
    "created_at",
    "updated_at",
    "row_version",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedValue:
    variable: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write of one record. `is_new` tells a first entry from a correction, `is_upload` that each value has a cell."""

    event: int
    entity: str
    record_id: int
    at: datetime
    by: str
    record: str
    is_new: bool
    values: tuple[ChangedValue, ...]
    reason: str
    source: str
    is_upload: bool

    @property
    def rows(self) -> int:
        return max(len(self.values), 1)  # a new record may have nothing but what names it


def history_of(record: CenterRecord) -> list[Change]:
    """What happened to this record and to all below it, newest first."""
    told = [change for model in _audited_models() for change in _changes(model, record=record)]
    return sorted(told, key=lambda change: change.at)[::-1]  # writes of one moment are told last first, too


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One write of one variable."""

    event: int
    at: datetime
    by: str
    old: str
    new: str
    reason: str
    source: str
    is_upload: bool


def history_of_field(record: CenterRecord, *, variable: str) -> list[FieldChange]:
    """What this one value was, newest first, its first entry included; why it was missing counts as its value."""
    model = type(record)
    told, before = [], None
    people = dict(User.objects.values_list("pk", "username"))
    trail = model.pgh_event_model.objects.filter(pgh_obj_id=record.pk)
    for event in trail.select_related("pgh_context").order_by("pgh_id"):
        old, new = (
            shown_at(model, event=before, variable=variable),
            shown_at(model, event=event, variable=variable),
        )
        if old != new:
            about = _told(model, event=event, is_new=before is None, values=(), people=people)
            told.append(_of_field(about, old=old, new=new))
        before = event
    return told[::-1]


def latest_writes(entity: str, *, record_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """{(record, variable): the event that gave the variable its present value}; the variable "" is the record as a whole."""
    model = next(model for model in _audited_models() if model._meta.model_name == entity)
    names = {field.attname: field.column for field in model._meta.local_concrete_fields}
    former: dict[int, Any] = {}
    found: dict[tuple[int, str], int] = {}
    for event in model.pgh_event_model.objects.filter(pgh_obj_id__in=record_ids).order_by("pgh_id"):
        before = former.get(event.pgh_obj_id)
        former[event.pgh_obj_id] = event
        found[event.pgh_obj_id, ""] = event.pgh_id
        for attribute, column in names.items():
            if before is None or filled(getattr(before, attribute)) != filled(getattr(event, attribute)):
                found[event.pgh_obj_id, str(column)] = event.pgh_id
    return found


def writes(entity: str, *, event_ids: Collection[int]) -> dict[int, Change]:
    """By event: who wrote, when, why and from where, in the reader's language; the values are not told."""
    model = next(model for model in _audited_models() if model._meta.model_name == entity)
    people = dict(User.objects.values_list("pk", "username"))
    events = model.pgh_event_model.objects.filter(pgh_id__in=event_ids).select_related("pgh_context", *_parents(model))
    return {event.pgh_id: _told(model, event=event, is_new=False, values=(), people=people) for event in events}


def _of_field(about: Change, *, old: str, new: str) -> FieldChange:
    return FieldChange(
        event=about.event,
        at=about.at,
        by=about.by,
        old=old,
        new=new,
        reason=about.reason,
        source=about.source,
        is_upload=about.is_upload,
    )


def shown_at(model: type[CenterRecord], *, event: Any, variable: str) -> str:
    if event is None:
        return "–"
    reason = getattr(event, f"{variable}{MISSING_REASON}", None)
    if reason:
        return _("missing: %(reason)s") % {"reason": dict(MissingReason.choices).get(reason, reason)}
    field = next(field for field in model._meta.concrete_fields if field.name == variable)
    return shown(field, value=getattr(event, field.attname))


def _audited_models() -> list[type[CenterRecord]]:
    return [
        model for model in apps.get_models() if issubclass(model, CenterRecord) and hasattr(model, "pgh_event_model")
    ]


def _changes(model: type[CenterRecord], *, record: CenterRecord) -> Iterator[Change]:
    condition = _belongs(model, record=record)
    if condition is None:
        return
    trail = model.pgh_event_model.objects.filter(**condition)
    events = trail.select_related("pgh_context", *_parents(model)).order_by("pgh_id")
    former: dict[int, Any] = {}
    people = dict(User.objects.values_list("pk", "username"))
    for event in events:
        before = former.get(event.pgh_obj_id)
        former[event.pgh_obj_id] = event
        values = tuple(_changed(model, before=before, after=event))
        if values or before is None:
            yield _told(model, event=event, is_new=before is None, values=values, people=people)


def _belongs(model: type[CenterRecord], *, record: CenterRecord) -> dict[str, Any] | None:
    """How the events of this model are found for the record, None when they cannot be below it."""
    if model is type(record):
        return {"pgh_obj_id": record.pk}
    reference = next((field for field in model._meta.fields if field.related_model is type(record)), None)
    if reference is None:
        return None
    below = model.including_withdrawn.filter(**{reference.attname: record.pk})  # a trail is found by its record alone
    return {"pgh_obj_id__in": below.values("pk")}


def _parents(model: type[CenterRecord]) -> list[str]:
    """References to a record between the patient and this one, such as a visit or a session."""
    return [field.name for field in model._meta.fields if field.is_relation and field.name not in {"center", "patient"}]


def _changed(model: type[CenterRecord], *, before: Any, after: Any) -> Iterator[ChangedValue]:
    for field in model._meta.local_concrete_fields:
        if field.name in NOT_SHOWN or (before is None and field.name in model.natural_key):
            continue  # what names a new record is told with its kind
        old, new = (getattr(before, field.attname) if before else None), getattr(after, field.attname)
        if filled(old) != filled(new):
            yield ChangedValue(
                variable=field.name,
                label=str(field.verbose_name),
                old=shown(field, value=old),
                new=shown(field, value=new),
            )


def filled(value: Any) -> Any:
    return None if value in ("", []) else value


def shown(field: models.Field, *, value: Any) -> str:
    if filled(value) is None:
        return "–"
    if isinstance(field, EncryptedTextField):
        return "••••"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(field, CodesField):
        labels = dict(field.base_field.flatchoices)
        return "; ".join(str(labels.get(code, code)) for code in value)
    if isinstance(field, CtcaeTermField):
        return field.shown(str(value))
    return str(dict(field.flatchoices).get(value, value)) if field.choices else str(value)


def _told(
    model: type[CenterRecord], *, event: Any, is_new: bool, values: tuple[ChangedValue, ...], people: dict[int, str]
) -> Change:
    about = event.pgh_context.metadata if event.pgh_context else {}
    source, reason = str(about.get("source", "")), str(about.get("reason", ""))
    upload = f" {about['upload']}" if about.get("upload") else ""
    return Change(
        event=event.pgh_id,
        entity=model._meta.model_name or "",
        record_id=event.pgh_obj_id,
        at=event.pgh_created_at,
        by=people.get(about.get("user", 0), _("unknown")),
        record=name_of(model, event=event),
        is_new=is_new,
        values=values,
        reason=_reason(reason, upload=about.get("upload"), code=str(about.get("reason_code", ""))),
        source=f"{SOURCES.get(source, source)}{upload}",
        is_upload=bool(upload) and source != "undo",
    )


def _reason(reason: str, *, upload: Any, code: str) -> str:
    """What a person wrote stays as it is; what the program wrote, or a person chose, is told in the reader's language."""
    if code:
        return told(code, words=reason)
    if reason == f"upload {upload}":
        return ""  # the source says it
    return _(reason) if reason else ""


def name_of(model: type[CenterRecord], *, event: Any) -> str:
    """The kind of record and what tells it from its sisters, such as its date."""
    noun = capfirst(str(model._meta.verbose_name))
    keys = [
        field
        for field in model._meta.local_concrete_fields
        if field.name in model.natural_key and field.name not in NOT_SHOWN
    ]
    above = [str(getattr(event, name)) for name in _parents(model)]
    return " ".join([noun, *above, *(shown(key, value=getattr(event, key.attname)) for key in keys)])
