"""Which records hang below which: what a patient has, and what is entered on the form of one record."""

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db import models

from registry.models import CenterRecord, Patient, PatientIdentity, PatientRecord


@cache
def patient_models() -> tuple[type[CenterRecord], ...]:
    """The patient first, then every kind of record that belongs to one."""
    own = [model for model in apps.get_app_config("registry").get_models() if issubclass(model, PatientRecord)]
    return (Patient, PatientIdentity, *sorted(own, key=lambda model: model._meta.model_name or ""))


def model_of(entity: str) -> type[CenterRecord]:
    return next(model for model in patient_models() if model._meta.model_name == entity)


def entity_of(record: CenterRecord | type[CenterRecord]) -> str:
    return record._meta.model_name or ""


def patient_id_of(record: CenterRecord) -> int:
    return record.pk if isinstance(record, Patient) else record.patient_id  # type: ignore[attr-defined]


@cache
def parents_of(model: type[CenterRecord]) -> tuple[tuple[str, type[CenterRecord]], ...]:
    """References to a record between the patient and this one, such as a visit or a session, by column."""
    references = [field for field in model._meta.local_fields if isinstance(field, models.ForeignKey)]
    return tuple(
        (field.attname, field.related_model)
        for field in references
        if isinstance(field.related_model, type)
        and issubclass(field.related_model, CenterRecord)
        and field.related_model is not Patient
    )


@cache
def child_models(model: type[CenterRecord]) -> tuple[tuple[type[CenterRecord], str], ...]:
    """What hangs directly below a record of this kind, and the column that says so."""
    if model is Patient:
        return tuple((below, "patient_id") for below in patient_models() if below is not Patient)
    below = [(child, column) for child in patient_models() for column, parent in parents_of(child) if parent is model]
    return tuple(below)


def children_of(record: CenterRecord) -> Iterator[models.QuerySet[CenterRecord]]:
    """The records entered with this one, those withdrawn included; below a patient that is everything."""
    for model, column in child_models(type(record)):
        yield model.including_withdrawn.filter(**{column: record.pk})


def form_records_of(record: CenterRecord) -> list[models.QuerySet[CenterRecord]]:
    """The record itself and what is entered with it. A patient's other records have forms and fates of their own."""
    own = type(record).including_withdrawn.filter(pk=record.pk)
    if isinstance(record, Patient):
        return [own, PatientIdentity.including_withdrawn.filter(patient=record)]
    return [own, *children_of(record)]


def records_of(patient: Patient) -> list[models.QuerySet[CenterRecord]]:
    """All standing records of a patient, the patient included."""
    return [
        model.objects.filter(**{"pk" if model is Patient else "patient_id": patient.pk}) for model in patient_models()
    ]
