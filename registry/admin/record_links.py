"""Where a record is seen: on its own page, or as a row of its patient's."""

from django.contrib import admin
from django.urls import reverse

from registry.models import CenterRecord, Patient
from registry.models.hierarchy import model_of


def page_of(record: CenterRecord) -> str:
    model = type(record)
    if model in admin.site._registry:
        return reverse(f"admin:registry_{model._meta.model_name}_change", args=[record.pk])
    owner = getattr(record, "patient_id", None)
    return f"{reverse('admin:registry_patient_change', args=[owner])}#{model._meta.model_name}_set" if owner else ""


def page_of_id(entity: str, *, record_id: int) -> str:
    """Empty for a record that the reader may not see."""
    record = model_of(entity).objects.filter(pk=record_id).first()
    return page_of(record) if record else ""


def patient_of(record: CenterRecord) -> Patient:
    return record if isinstance(record, Patient) else record.patient  # type: ignore[attr-defined]
