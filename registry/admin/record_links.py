"""Where a record is seen: on its own page, or as a row of its patient's."""

from django.contrib import admin
from django.urls import reverse

from registry.models import CenterRecord, Patient


def page_of(record: CenterRecord) -> str:
    model = type(record)
    if model in admin.site._registry:
        return reverse(f"admin:registry_{model._meta.model_name}_change", args=[record.pk])
    owner = getattr(record, "patient_id", None)
    return f"{reverse('admin:registry_patient_change', args=[owner])}#{model._meta.model_name}_set" if owner else ""


def patient_of(record: CenterRecord) -> Patient:
    return record if isinstance(record, Patient) else record.patient  # type: ignore[attr-defined, no-any-return]
