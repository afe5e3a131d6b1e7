"""A list as CSV: codes as stored, beside each its label, ready for a spreadsheet program."""

import csv
from typing import Any

from django.db import models
from django.http import HttpResponse

from registry.encryption import EncryptedTextField
from registry.spreadsheet import harmless

BYTE_ORDER_MARK = "\ufeff"  # without it Excel shows Chinese text as noise


def csv_of(queryset: models.QuerySet) -> HttpResponse:
    options = queryset.model._meta
    fields = [f for f in options.concrete_fields if f.name != "id" and not isinstance(f, EncryptedTextField)]
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{options.model_name}.csv"'
    writer = csv.writer(response)
    writer.writerow([name for field in fields for name in _names(field)])
    for record in queryset:
        writer.writerow([_safe(value) for field in fields for value in _values(record, field=field)])
    return response


def _names(field: models.Field) -> list[str]:
    return [field.name, f"{field.name}_label"] if field.choices else [field.name]


def _values(record: models.Model, *, field: models.Field) -> list[Any]:
    value = getattr(record, field.name) if field.is_relation else getattr(record, field.attname)
    if isinstance(value, list):
        value = ";".join(value)
    return [value, record._get_FIELD_display(field)] if field.choices else [value]  # type: ignore[attr-defined]


def _safe(value: Any) -> Any:
    if value is None:
        return ""
    return value if isinstance(value, int | float) else harmless(str(value))
