"""Counts for a page of patients: records by status, standing queries. One SQL query each, whatever the page holds."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection

from registry.board.forms import form_of, forms
from registry.choices import QueryState
from registry.models import Patient, Query

PerForm = dict[int, dict[str, dict[str, int]]]  # by patient, by form, by status


def records_by_status(*, patients: Collection[int] = (), centers: Collection[int] = ()) -> PerForm:
    """Of these patients, or of all patients of these centers."""
    column = "center_id" if centers else None
    owner = {form.entity: "id" if form.model is Patient else "patient_id" for form in forms()}
    parts = " UNION ALL ".join(
        f"SELECT {owner[form.entity]} AS patient_id, '{form.entity}' AS entity, record_status, count(*) "
        f'FROM "{form.model._meta.db_table}" WHERE {column or owner[form.entity]} = ANY (%(ids)s) AND withdrawn_at IS NULL '
        "GROUP BY 1, 3"
        for form in forms()
    )
    found: PerForm = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(parts, {"ids": list(centers or patients)})
        for patient_id, entity, status, count in cursor.fetchall():
            found[patient_id][entity][status] = count
    return found


def queries_by_form(patient_ids: Collection[int]) -> dict[int, dict[str, set[int]]]:
    """The standing queries of each patient, by every form they involve."""
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT q.patient_id, q.id, place ->> 'entity' "
            f'FROM "{Query._meta.db_table}" q, jsonb_array_elements(q.places) place '
            "WHERE q.patient_id = ANY (%(ids)s) AND q.state <> %(closed)s",
            {"ids": list(patient_ids), "closed": QueryState.CLOSED.value},
        )
        for patient_id, query_id, entity in cursor.fetchall():
            form = form_of().get(entity)
            found[patient_id][form.entity if form else entity].add(query_id)
    return found
