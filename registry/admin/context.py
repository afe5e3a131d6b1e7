"""What the checks of a record ask that stands in other records of the patient, read once for all rows of a page."""

from typing import Any

from django.db import models

from registry.models import Assessment, FollowUp, Patient
from registry.models.hierarchy import model_of
from registry.rules import body_on
from registry.rules.facts import facts_of_patient, treatment_starts

PRECISION = "_precision"


def known_of(patient: Patient | None, *, besides: models.Model, own: dict[str, Any], above: Any) -> dict[str, Any]:
    """Birth, diagnosis, death, first treatment and sex, and for a dose the size of the body on its day."""
    if patient is None:
        return {}
    day = own.get("agent_start_date") or own.get("start_date") or getattr(above, "start_date", None)
    return {**_facts(patient, besides=besides), **_body_on(patient, day=day)}


def _facts(patient: Patient, *, besides: models.Model) -> dict[str, Any]:
    told = _told(patient)
    rows = {entity: [row for row in found if not _is(row, besides)] for entity, found in told.items()}
    own = {field.name: getattr(patient, field.attname) for field in patient._meta.concrete_fields}
    entered = getattr(patient, "death_date_being_entered", None)
    return {**facts_of_patient({**rows, "patient": [own]}), **({"death_date": entered} if entered else {})}


def _is(row: dict[str, Any], record: models.Model) -> bool:
    # A contact that tells the death may be the very one being corrected; a treatment counts among the first even so.
    return isinstance(record, FollowUp) and "death_date" in row and row["id"] == record.pk


def _told(patient: Patient) -> dict[str, list[dict[str, Any]]]:
    known = patient.__dict__.get("_told")
    if known is None:
        known = patient.__dict__["_told"] = {} if patient.pk is None else _read(patient)
    return known


def _read(patient: Patient) -> dict[str, list[dict[str, Any]]]:
    starts = {entity: (start,) for entity, start in treatment_starts().items()}
    wanted = {**starts, "followup": ("death_date",)}
    return {entity: _rows(entity, names=names, patient=patient) for entity, names in wanted.items()}


def _rows(entity: str, *, names: tuple[str, ...], patient: Patient) -> list[dict[str, Any]]:
    model = model_of(entity)
    columns = {field.name for field in model._meta.concrete_fields}
    also = [f"{name}{PRECISION}" for name in names if f"{name}{PRECISION}" in columns]
    return list(model.objects.filter(patient=patient).values("id", *names, *also))


def _body_on(patient: Patient, *, day: Any) -> dict[str, float]:
    if day is None or patient.pk is None:
        return {}
    measured = patient.__dict__.get("_measured")
    if measured is None:
        found = Assessment.objects.filter(patient=patient).values("assessment_date", "weight_kg", "height_cm")
        measured = patient.__dict__["_measured"] = list(found)
    return body_on(day, assessments=measured)
