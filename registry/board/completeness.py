"""How much of what is required has been filled, per patient and form.

What is required depends on the whole course of a patient, so it is asked of the rules, patient by patient. For a page of
patients that is done on the spot. For whole centers it is cached: a patient is counted again only when a record changed, and one
request counts for a few seconds at most; what is left to count is said, and the next request goes on from there.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from registry.board.forms import form_of
from registry.clinical.timeline import BELOW
from registry.models import Patient
from registry.models.hierarchy import entity_of, model_of, parents_of, patient_models
from registry.queries.records import PatientRows, Row, active_rows
from registry.rules import Completeness, completeness_of_patient

OfForms = Mapping[str, Completeness]  # by the entity of the form

BATCH = 250
SECONDS_PER_REQUEST = 4.0
CACHE_SECONDS = 30 * 24 * 3600
NOTHING: OfForms = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """`left` is how many patients of the center have not been counted since they changed."""

    patients: Mapping[int, OfForms] = field(default_factory=dict)
    left: int = 0

    @property
    def incomplete(self) -> dict[str, list[int]]:
        """The patients who lack something, by form."""
        found: dict[str, list[int]] = defaultdict(list)
        for patient_id, forms in self.patients.items():
            for entity, one in forms.items():
                if one.filled < one.required:
                    found[entity].append(patient_id)
        return found

    @property
    def totals(self) -> dict[str, Completeness]:
        filled: dict[str, int] = defaultdict(int)
        required: dict[str, int] = defaultdict(int)
        for forms in self.patients.values():
            for entity, one in forms.items():
                filled[entity] += one.filled
                required[entity] += one.required
        return {entity: Completeness(filled=filled[entity], required=required[entity]) for entity in filled}


def completeness_now(patient_ids: Iterable[int]) -> dict[int, OfForms]:
    """Of a page of patients. As many SQL queries as there are kinds of record, however many patients."""
    today = timezone.localdate()
    return {
        patient.patient_id: _by_form(completeness_of_patient(_with_words(patient), today=today))
        for patient in active_rows(patient_ids)
        if patient.patient is not None
    }


def completeness_in(center_id: int, *, seconds: float = SECONDS_PER_REQUEST, share: int = 1) -> Counted:
    """Of all standing patients of a center; with no seconds, of those known already.

    `share` is among how many centers the seconds are divided. Call it inside a scope of the center.
    """
    now, cached = _versions(center_id), _cached(center_id)
    fresh = {patient_id: one for patient_id, one in cached.items() if one[0] == now.get(patient_id)}
    stale = sorted(now.keys() - fresh.keys())
    until, done = time.monotonic() + seconds / share, 0
    while done < len(stale) and time.monotonic() < until:
        batch = stale[done : done + BATCH]
        counted = completeness_now(batch)
        fresh |= {patient_id: (now[patient_id], _packed(counted.get(patient_id, NOTHING))) for patient_id in batch}
        done += len(batch)
    if done or len(fresh) != len(cached):
        cache.set(_key(center_id), fresh, CACHE_SECONDS)
    patients = {patient_id: _unpacked(packed) for patient_id, (_version, packed) in fresh.items()}
    return Counted(patients=patients, left=len(stale) - done)


Packed = tuple[tuple[str, int, int], ...]
Cached = dict[int, tuple[str, Packed]]


def _cached(center_id: int) -> Cached:
    cached: Cached | None = cache.get(_key(center_id))
    return cached or {}


def _key(center_id: int) -> str:
    return f"completeness-of-center-{center_id}"


def _packed(forms: OfForms) -> Packed:
    return tuple((entity, one.filled, one.required) for entity, one in forms.items())


def _unpacked(packed: Packed) -> OfForms:
    return {entity: Completeness(filled=filled, required=required) for entity, filled, required in packed}


def _by_form(found: Mapping[str, Completeness]) -> OfForms:
    filled: dict[str, int] = defaultdict(int)
    required: dict[str, int] = defaultdict(int)
    for entity, one in found.items():
        form = form_of().get(entity)
        if form is not None and one.required:
            filled[form.entity] += one.filled
            required[form.entity] += one.required
    return {entity: Completeness(filled=filled[entity], required=required[entity]) for entity in filled}


def _with_words(patient: PatientRows) -> dict[str, list[Row]]:
    """The rows by entity, those below another record with the words that name it."""
    by_id = {(entity, row["id"]): row for entity, rows in patient.rows.items() for row in rows}
    return {
        entity: [{**_words(entity, row=row, by_id=by_id), **row} for row in rows] if entity in BELOW else rows
        for entity, rows in patient.rows.items()
    }


def _words(entity: str, *, row: Row, by_id: Mapping[tuple[str, int], Row]) -> dict[str, Any]:
    for column, parent in parents_of(model_of(entity)):
        above = by_id.get((entity_of(parent), row.get(column, 0)), {})
        return {word: above.get(word) for word in BELOW[entity]}
    return {}


def _versions(center_id: int) -> dict[int, str]:
    """By standing patient: a number that changes when any of the patient's records does."""
    tables: Collection[Any] = [model for model in patient_models() if model.identifying is not None]
    rows = " UNION ALL ".join(
        f"SELECT {'id' if model is Patient else 'patient_id'} AS patient_id, "
        f"hashtextextended(concat('{entity_of(model)} ', id, ' ', row_version), 0) AS version "
        f'FROM "{model._meta.db_table}" WHERE center_id = %(center)s AND withdrawn_at IS NULL'
        for model in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT patient_id, sum(version)::text FROM ({rows}) r GROUP BY patient_id", {"center": center_id}
        )
        return dict(cursor.fetchall())
