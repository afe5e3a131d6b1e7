"""The views a statistician reads: every clinical table without what could name a person, derived from the models."""

from collections.abc import Sequence

import pandas as pd
from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper

from registry.access.roles import reading_as_stats
from registry.models.base.record import CenterRecord

PREFIX = "deidentified_"
NOT_WITHDRAWN = "p.withdrawn_at IS NULL"

# Completed years, as PostgreSQL's age() counts them: the birth date itself stays behind.
PATIENT_COLUMNS = """, extract(year FROM p.birth_date)::int AS birth_year, i.index_date,
    extract(year FROM age(i.index_date, p.birth_date))::int AS age_at_index"""
AGE = ", extract(year FROM age(p.assessment_date, o.birth_date))::int AS age_at_assessment"
OWNER = ' JOIN "{table}" o ON o.id = p.patient_id'
INDEX_DATE = """ LEFT JOIN LATERAL (SELECT min(start_date) AS index_date FROM ({treatments}) t) i ON true"""


def nouns() -> dict[str, type[CenterRecord]]:
    """{view name without prefix: model}, for every clinical record that is not an identifier as a whole."""
    return {
        m._meta.model_name or "": m
        for m in apps.get_models()
        if issubclass(m, CenterRecord) and m.identifying is not None
    }


def drop_views(cursor: CursorWrapper) -> None:
    """Before a migration: PostgreSQL refuses to alter a column that a view shows."""
    cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public' AND viewname LIKE %s", [f"{PREFIX}%"])
    for (view,) in cursor.fetchall():
        cursor.execute(f'DROP VIEW "{view}"')


def create_views(cursor: CursorWrapper, *, present: set[str]) -> None:
    drop_views(cursor)
    for noun, model in nouns().items():
        if model._meta.db_table in present:
            cursor.execute(f'CREATE VIEW "{PREFIX}{noun}" AS {_select(model)}')
            cursor.execute(f'GRANT SELECT ON "{PREFIX}{noun}" TO caliper_stats')


def read(noun: str, *, columns: Sequence[str] = ()) -> pd.DataFrame:
    """One view as a frame, ordered by its id. Call it inside a center scope: outside there are no rows."""
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns) or "*"
    with reading_as_stats(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(PREFIX + noun)} ORDER BY id")
        names = [column.name for column in cursor.description or ()]
        return pd.DataFrame(cursor.fetchall(), columns=names)


def _select(model: type[CenterRecord]) -> str:
    hidden = {*(model.identifying or ()), *CenterRecord.bookkeeping}
    shown = ", ".join(f'p."{field.column}"' for field in model._meta.local_concrete_fields if field.name not in hidden)
    if model._meta.model_name == "assessment":
        owner = OWNER.format(table=nouns()["patient"]._meta.db_table)
        return f'SELECT {shown}{AGE} FROM "{model._meta.db_table}" p{owner} WHERE {NOT_WITHDRAWN}'
    if model._meta.model_name != "patient":
        return f'SELECT {shown} FROM "{model._meta.db_table}" p WHERE {NOT_WITHDRAWN}'
    treatments = " UNION ALL ".join(
        f'SELECT "{m.treatment_date}" AS start_date FROM "{m._meta.db_table}" WHERE patient_id = p.id AND withdrawn_at IS NULL'
        for m in nouns().values()
        if m.treatment_date
    )
    return f'SELECT {shown}{PATIENT_COLUMNS} FROM "{model._meta.db_table}" p{INDEX_DATE.format(treatments=treatments)} WHERE {NOT_WITHDRAWN}'
