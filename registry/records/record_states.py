"""How records of one kind stand, for the rows of a list: a record's own state, and what is asked about it or about its parts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from registry.choices import RecordStatus
from registry.models import CenterRecord, Query
from registry.models.hierarchy import child_models, entity_of, patient_id_of
from registry.records.last_changes import changed_last_by

MAY_BE_QUERIED = {RecordStatus.SUBMITTED, RecordStatus.VERIFIED}
NAMED_IN_QUERIES = """
    SELECT (place->>'record')::bigint FROM registry_query, jsonb_array_elements(places) place
    WHERE state <> 'CLOSED' AND place->>'entity' = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    state: RecordStatus
    queries: int
    changed_at: datetime
    changed_by: str


def record_states(records: Sequence[Any]) -> dict[int, RecordState]:
    """By id, of records of one kind; no more SQL queries for many than for one."""
    if not records:
        return {}
    model = type(records[0])
    asked = _asked(model, records=records)
    people = changed_last_by((entity_of(model), record.pk) for record in records)
    return {
        record.pk: RecordState(
            state=_state(record, queries=len(asked[record.pk])),
            queries=len(asked[record.pk]),
            changed_at=record.updated_at,
            changed_by=people.get((entity_of(model), record.pk), ""),
        )
        for record in records
    }


def records_in_state(records: QuerySet[Any], *, state: str) -> QuerySet[Any]:
    """Queried where a standing query names the record or a part of it, as its own page says."""
    if state not in RecordStatus.values:
        return records
    model: type[CenterRecord] = records.model
    queried = Q(pk__in=_named(entity_of(model)))
    for child, column in child_models(model):
        queried |= Q(pk__in=child.objects.filter(pk__in=_named(entity_of(child))).values(column))
    if state == RecordStatus.QUERIED:
        return records.filter(queried, record_status__in=MAY_BE_QUERIED)
    found = records.filter(record_status=state)
    return found.exclude(queried) if state in MAY_BE_QUERIED else found


def queries_about(record: CenterRecord) -> list[Query]:
    """The standing queries that name this record or a part of it."""
    named = _asked(type(record), records=[record])[record.pk]
    return list(Query.objects.filter(pk__in=named).order_by("pk"))


def _named(entity: str) -> RawSQL:
    return RawSQL(NAMED_IN_QUERIES, [entity])  # noqa: S611  # Django unfolds no array of JSON


def _asked(model: type[CenterRecord], *, records: Sequence[Any]) -> dict[int, set[int]]:
    """Ids of the standing queries, by record."""
    patients = {patient_id_of(record) for record in records}
    standing = Query.objects.not_closed().filter(patient__in=patients).values_list("pk", "places")
    named: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for pk, places in standing:
        for place in places:
            named[place["entity"]][place["record"]].add(pk)
    asked = defaultdict(set, {pk: set(queries) for pk, queries in named[entity_of(model)].items()})
    for child, column in child_models(model):
        of_child = named.get(entity_of(child), {})
        owners = child.objects.filter(pk__in=of_child).values_list("pk", column) if of_child else ()
        for pk, owner in owners:
            asked[owner] |= of_child[pk]
    return asked


def _state(record: Any, *, queries: int) -> RecordStatus:
    status = RecordStatus(record.record_status)
    return RecordStatus.QUERIED if queries and status in MAY_BE_QUERIED else status
