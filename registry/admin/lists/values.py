"""The columns of a list of the admin by name, and what a file holds of them: the words of a code, not the code."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.html import format_html

from registry.fields import CodesField


def name_of(column: Any) -> str:
    return column if isinstance(column, str) else str(column.__name__)


def column_of(name: str, *, model: type[models.Model]) -> Any:
    """A field with several codes is told in words, which the admin by itself does not."""
    field = next((each for each in model._meta.local_concrete_fields if each.name == name), None)
    return _in_words(field) if isinstance(field, CodesField) else name


def value_of(column: Any, *, record: Any, page: Any) -> Any:
    """For a file."""
    try:
        field, _attribute, value = lookup_field(column, record, page)
    except ObjectDoesNotExist:
        return None
    if field is None or not hasattr(field, "attname"):
        return value
    if field.is_relation:
        related = getattr(record, field.name)
        return None if related is None else str(related)
    return record._get_FIELD_display(field) if field.choices else value


def _in_words(field: CodesField) -> Callable[[Any], str]:
    labels = dict(field.base_field.choices or ())

    def told(record: Any) -> str:
        return "; ".join(str(labels.get(code, code)) for code in getattr(record, field.attname) or ())

    told.__name__ = field.name
    return admin.display(description=field.verbose_name)(told)


def state_badge(state: Any) -> str:
    return format_html('<span class="caliper-state caliper-state-{}">{}</span>', state.lower(), state.label)
