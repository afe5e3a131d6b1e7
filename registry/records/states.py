"""How all records of a patient stand, in one word: the least that any of them is."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from registry.choices import RecordStatus
from registry.models import Patient, Query
from registry.models.hierarchy import entity_of
from registry.records.drafts import form_models, form_tables
from registry.records.last_changes import changed_last_by

LEAST_FIRST = (
    RecordStatus.DRAFT,
    RecordStatus.QUERIED,
    RecordStatus.SUBMITTED,
    RecordStatus.VERIFIED,
    RecordStatus.LOCKED,
)


@dataclass(slots=True, kw_only=True)
class PatientState:
    """`changed_at` is the last change of any record, or of its state, and `changed` that record: its kind and id."""

    statuses: set[str] = field(default_factory=set)
    queries: int = 0
    changed_at: datetime | None = None
    changed: tuple[str, int] | None = None
    changed_by: str = ""

    @property
    def state(self) -> RecordStatus:
        """Draft while any form is one, queried while a query stands, locked once all are."""
        told = {*self.statuses, *({RecordStatus.QUERIED.value} if self.queries else ())}
        return next((state for state in LEAST_FIRST if state in told), RecordStatus.DRAFT)


def states_of(patient_ids: Collection[int]) -> dict[int, PatientState]:
    """For the rows of one page; four SQL queries."""
    states = {patient_id: PatientState() for patient_id in patient_ids}
    for patient_id, status, changed_at, entity, record_id in _standing(patient_ids):
        state = states[patient_id]
        state.statuses.add(status)
        if state.changed_at is None or changed_at > state.changed_at:
            state.changed_at, state.changed = changed_at, (entity, record_id)
    asked = Query.objects.not_closed().filter(patient__in=patient_ids).order_by().values_list("patient_id")
    for patient_id, count in asked.annotate(n=Count("pk")):
        states[patient_id].queries = count
    people = changed_last_by({state.changed for state in states.values() if state.changed})
    for state in states.values():
        state.changed_by = people.get(state.changed, "") if state.changed else ""
    return states


def in_state(patients: QuerySet[Any], *, state: str) -> QuerySet[Any]:
    """Those whose records stand so; see PatientState.state."""
    draft, submitted = _with(RecordStatus.DRAFT), _with(RecordStatus.SUBMITTED)
    queried = Q(pk__in=Query.objects.not_closed().values("patient_id"))
    verified = _with(RecordStatus.VERIFIED)
    conditions = {
        RecordStatus.DRAFT: draft,
        RecordStatus.QUERIED: queried & ~draft,
        RecordStatus.SUBMITTED: submitted & ~draft & ~queried,
        RecordStatus.VERIFIED: verified & ~submitted & ~draft & ~queried,
        RecordStatus.LOCKED: ~verified & ~submitted & ~draft & ~queried,
    }
    return patients.filter(conditions[RecordStatus(state)]) if state in conditions else patients


def _with(status: str) -> Q:
    """Patients with a form in this status."""
    found = Q(record_status=status)
    for model in form_models():
        if model is not Patient:
            found |= Q(pk__in=model.objects.filter(record_status=status).values("patient_id"))
    return found


def _standing(patient_ids: Collection[int]) -> list[tuple[int, str, datetime, str, int]]:
    """Of each patient and kind of record, by status, when one was changed last, and which."""
    selects = " UNION ALL ".join(
        f"SELECT {owner} AS patient_id, record_status, max(updated_at), '{entity}', (array_agg(id ORDER BY updated_at DESC))[1] "
        f'FROM "{table}" WHERE {owner} = ANY (%(ids)s) AND withdrawn_at IS NULL GROUP BY {owner}, record_status'
        for entity, (table, owner) in zip(map(entity_of, form_models()), form_tables(), strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(selects, {"ids": list(patient_ids)})
        return list(cursor.fetchall())
