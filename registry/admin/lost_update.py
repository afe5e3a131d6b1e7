"""Two people edit one record: no value of either is lost, and where they differ a person chooses, value by value.

Note [Three versions of a record]
A form says which version of its record it was made from. Where another version stands by the time it comes back, three are
held against each other: the base, which the person saw; theirs, as posted; and what is stored now. A value that only one
of the two has changed is preselected, one that both have changed must be chosen. A record that the person left alone keeps
what is stored without a question, for nothing of theirs could be lost.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.choices import MissingReason
from registry.models import CenterRecord
from registry.models.base.record import MISSING_REASON
from registry.records.history import shown

YOURS, STORED = "yours", "stored"
CHOICE, SEEN = "choose-", "seen-"  # before the name of an input, before the prefix of a form


class VersionField(forms.IntegerField):
    """The version a form was made from; that another stands now is no change by the person."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class JsonField(forms.JSONField):
    """Several values in one hidden box; its own field of the form says what has changed."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a record says of one variable: a value, or why there is none."""

    value: Any = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`choice` is what is preselected: YOURS, STORED, or "" where both people changed the value."""

    name: str
    input_name: str
    label: str
    base: str
    yours: str
    stored: str
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    record: str
    prefix: str
    seen: str
    by: str
    at: datetime | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`kept` are the variables for which what is stored wins over what was posted."""

    kept: frozenset[str] = frozenset()
    conflict: Conflict | None = None


class Guarded(Protocol):
    """What the guard asks of a form."""

    instance: Any
    initial: MutableMapping[str, Any]
    fields: dict[str, forms.Field]
    prefix: str | None
    data: Any

    def add_prefix(self, name: str) -> str: ...
    def posted(self, name: str) -> Any: ...
    def guarded_names(self) -> list[str]: ...


NOTHING_LOST = Outcome()


def outcome_of(form: Guarded) -> Outcome:
    """See Note [Three versions of a record]."""
    base = _base(form)
    if base is None:
        return NOTHING_LOST
    names = form.guarded_names()
    stored = {name: _stored(form, name) for name in names}
    yours = {name: _yours(form, name) for name in names}
    if all(stored[name] == base[name] for name in names):
        return NOTHING_LOST
    if all(yours[name] == base[name] for name in names):
        return Outcome(kept=frozenset(names))
    differing = [name for name in names if yours[name] != stored[name]]
    return _chosen(form, base=base, stored=stored, yours=yours, differing=differing)


def is_changed_despite_lock(form: Guarded) -> bool:
    posted = [name for name in form.guarded_names() if form.add_prefix(name) in form.data]
    return any(_yours(form, name).value != _stored(form, name).value for name in posted)


def _chosen(
    form: Guarded,
    *,
    base: Mapping[str, State],
    stored: Mapping[str, State],
    yours: Mapping[str, State],
    differing: list[str],
) -> Outcome:
    seen = hashlib.sha256(repr(sorted(stored.items())).encode()).hexdigest()[:16]
    is_current = form.data.get(f"{SEEN}{form.prefix or ''}") == seen
    choices = {name: form.data.get(f"{CHOICE}{form.add_prefix(name)}", "") for name in differing} if is_current else {}
    if is_current and all(choices[name] in (YOURS, STORED) for name in differing):
        return Outcome(kept=frozenset(name for name in differing if choices[name] == STORED))
    differences = tuple(
        Difference(
            name=name,
            input_name=form.add_prefix(name),
            label=_label(form, name),
            base=_told(form, name, state=base[name]),
            yours=_told(form, name, state=yours[name]),
            stored=_told(form, name, state=stored[name]),
            choice=choices.get(name) or _preselected(base[name], yours=yours[name], stored=stored[name]),
        )
        for name in differing
    )
    by, at = last_writer(form.instance)
    conflict = Conflict(
        record=str(form.instance), prefix=form.prefix or "", seen=seen, by=by, at=at, differences=differences
    )
    return Outcome(conflict=conflict if differences else None)


def _preselected(base: State, *, yours: State, stored: State) -> str:
    if yours == base:
        return STORED
    return YOURS if stored == base else ""


def _base(form: Guarded) -> dict[str, State] | None:
    """What the person saw; None where that is what still stands. A form that does not say is held to have seen nothing."""
    shown_version, shown_texts = form.posted("row_version"), _json(form.posted("shown_values"))
    if not str(shown_version).isdecimal():
        return {name: State() for name in form.guarded_names()}
    texts = {name: State(value=text or None) for name, text in shown_texts.items() if name in form.fields}
    record = form.instance
    if int(shown_version) == record.row_version and all(state == _stored(form, name) for name, state in texts.items()):
        return None
    return {
        **{name: _stored(form, name) for name in form.guarded_names()},
        **_of_version(form, version=int(shown_version)),
        **texts,
    }


def _of_version(form: Guarded, *, version: int) -> dict[str, State]:
    record = form.instance
    if version == record.row_version:
        return {}
    trail = type(record).pgh_event_model.objects
    event = trail.filter(pgh_obj_id=record.pk, row_version=version).order_by("-pgh_id").first()
    return {name: state_of(event, name) for name in _variables(form)} if event else {}


def _variables(form: Guarded) -> Iterator[str]:
    own = {field.name for field in form.instance._meta.concrete_fields}
    return (name for name in form.guarded_names() if name in own)


def state_of(record: Any, name: str) -> State:
    field = record._meta.get_field(name)
    return State(value=_plain(getattr(record, field.attname)), reason=getattr(record, f"{name}{MISSING_REASON}", None))


def _stored(form: Guarded, name: str) -> State:
    if name in {field.name for field in form.instance._meta.concrete_fields}:
        return state_of(form.instance, name)
    return State(value=_plain(form.initial.get(name)))


def _yours(form: Guarded, name: str) -> State:
    field, text = form.fields[name], form.posted(name)
    try:
        value = field.clean(text)
    except ValidationError:
        value = text  # the field itself says what is wrong with it
    return State(
        value=_plain(getattr(value, "pk", value)), reason=_json(form.posted("missing_reasons")).get(name) or None
    )


def _plain(value: Any) -> Any:
    return None if value in ("", [], None) else value


def _json(text: Any) -> dict[str, Any]:
    try:
        known = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _label(form: Guarded, name: str) -> str:
    return str(form.fields[name].label)


def _told(form: Guarded, name: str, *, state: State) -> str:
    if state.reason:
        return _("missing: %(reason)s") % {"reason": dict(MissingReason.choices).get(state.reason, state.reason)}
    known = {field.name: field for field in form.instance._meta.concrete_fields}.get(name)
    if known is None or known.is_relation:
        return str(state.value or "–")
    return shown(known, value=state.value)


def last_writer(record: CenterRecord) -> tuple[str, datetime | None]:
    trail = type(record).pgh_event_model.objects
    event = trail.filter(pgh_obj_id=record.pk).select_related("pgh_context").order_by("-pgh_id").first()
    if event is None:
        return _("unknown"), None
    about = event.pgh_context.metadata if event.pgh_context else {}
    name = User.objects.filter(pk=about.get("user") or 0).values_list("username", flat=True).first()
    return name or _("unknown"), event.pgh_created_at
