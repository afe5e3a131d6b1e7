"""All standing records of some patients at once, as the rows that checks read: one SQL query per kind of record."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import models

from registry.clinical.timeline import BELOW
from registry.fields import EncryptedTextField
from registry.models import CenterRecord, Patient
from registry.models.hierarchy import entity_of, model_of, parents_of, patient_models

ENTITY = "record_entity"  # what a row carries besides its variables and its id: the kind of record it is
NOT_READ = {"center", "created_at", "updated_at", "row_version", "withdrawn_at"}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PatientRows:
    """What stands of one patient. A row holds the variables that are known, for a check asks for nothing else."""

    patient_id: int
    rows: Mapping[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.rows.values())

    @property
    def patient(self) -> Row | None:
        return next(iter(self.rows.get("patient", ())), None)


def active_rows(patient_ids: Iterable[int]) -> list[PatientRows]:
    """Call it inside a scope of their centers. A patient who was withdrawn has no rows."""
    found = {patient_id: PatientRows(patient_id) for patient_id in patient_ids}
    for model in patient_models():
        if model.identifying is not None:
            _read(model, into=found)
    for patient in found.values():
        _name_days(patient)
    return list(found.values())


def _read(model: type[CenterRecord], *, into: Mapping[int, PatientRows]) -> None:
    entity, columns = entity_of(model), _columns(model)
    names = [column.removesuffix("_id") if column == "patient_id" else column for column in columns]
    owner = "id" if model is Patient else "patient_id"
    place = columns.index(owner)
    rows = model.objects.filter(**{f"{owner}__in": list(into)}).order_by("pk").values_list(*columns)
    for values in rows.iterator(chunk_size=20_000):
        row = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        row[ENTITY] = entity
        into[values[place]].rows[entity].append(row)


@cache
def _columns(model: type[CenterRecord]) -> list[str]:
    own: list[models.Field] = [
        field
        for field in model._meta.local_concrete_fields
        if field.name not in NOT_READ and not isinstance(field, EncryptedTextField)
    ]
    return [field.attname for field in own]


def _name_days(patient: PatientRows) -> None:
    """What hangs below a visit or a session tells of which by the words of its key, as the checks know them."""
    for entity, words in BELOW.items():
        rows = patient.rows[entity]
        if not rows:
            continue
        ((column, parent),) = parents_of(model_of(entity))
        above = {row["id"]: row for row in patient.rows[entity_of(parent)]}
        for row in rows:
            row.update({word: above[row[column]][word] for word in words if word in above.get(row[column], ())})
