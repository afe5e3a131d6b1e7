"""A list as CSV: codes as stored, beside each its label, ready for a spreadsheet program."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.http import StreamingHttpResponse

from registry.fields import EncryptedTextField
from registry.spreadsheet import table_file


def csv_of(queryset: models.QuerySet) -> StreamingHttpResponse:
    return table_file(_rows(queryset), name=str(queryset.model._meta.model_name))


def _rows(queryset: models.QuerySet) -> Iterator[list[Any]]:
    options = queryset.model._meta
    fields = [f for f in options.concrete_fields if f.name != "id" and not isinstance(f, EncryptedTextField)]
    yield [name for field in fields for name in _names(field)]
    for record in queryset.iterator(chunk_size=2000):
        yield [value for field in fields for value in _values(record, field=field)]


def _names(field: models.Field) -> list[str]:
    return [field.name, f"{field.name}_label"] if field.choices else [field.name]


def _values(record: Any, *, field: models.Field) -> list[Any]:
    value = getattr(record, field.name) if field.is_relation else getattr(record, field.attname)
    if isinstance(value, list):
        value = ";".join(value)
    return [value, record._get_FIELD_display(field)] if field.choices else [value]
