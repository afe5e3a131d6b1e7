"""Why a value is missing, as a form asks it: one hidden box per record holds the reasons, beside each blank field stands a choice."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import MissingReason
from registry.models.base.record import MISSING_REASON


def fields_with_reason(model: type[models.Model]) -> frozenset[str]:
    """The variables of this model with a reason's column beside them."""
    return _with_reason(model._meta.label)


@cache
def _with_reason(label: str) -> frozenset[str]:
    model = apps.get_model(label)
    names = {field.name for field in model._meta.concrete_fields}
    return frozenset(name for name in names if f"{name}{MISSING_REASON}" in names)


def reasons_of(record: models.Model) -> dict[str, str]:
    told = {name: getattr(record, f"{name}{MISSING_REASON}") for name in fields_with_reason(type(record))}
    return {name: reason for name, reason in sorted(told.items()) if reason}


class ReasonsField(forms.JSONField):
    """Posted as {"variable": "ND", …}; not posted at all, the reasons stay as they are."""

    default_error_messages = {"unknown": _("“%(found)s” is not a valid missing reason.")}

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value or {})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data not in (None, "") and _read(data) != (initial or {})

    def clean(self, value: Any) -> dict[str, str] | None:
        if value in (None, ""):
            return None
        reasons = _read(value)
        for reason in reasons.values():
            if reason not in MissingReason.values:
                raise ValidationError(self.error_messages["unknown"], code="unknown", params={"found": reason})
        return reasons


def keep_reasons(posted: Any, *, stored: Mapping[str, str], kept: Iterable[str]) -> str:
    """What was posted, with what is stored for the variables to keep."""
    reasons = {name: reason for name, reason in _read(posted).items() if name not in kept}
    return json.dumps({**reasons, **{name: stored[name] for name in kept if name in stored}})


def _read(value: Any) -> dict[str, str]:
    try:
        known = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return {}
    return {str(name): str(reason) for name, reason in known.items() if reason} if isinstance(known, dict) else {}
