"""Who changed a record last: read from its trail, for the rows of one page at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from registry.models.hierarchy import model_of

Record = tuple[str, int]  # kind of record, and its id


def changed_last_by(records: Iterable[Record]) -> dict[Record, str]:
    """By record; one SQL query for them all. What nobody is named for has no entry."""
    ids: dict[str, list[int]] = defaultdict(list)
    for entity, record_id in records:
        ids[entity].append(record_id)
    return {(entity, record_id): username for entity, record_id, username in (_told(ids) if ids else ())}


def _told(ids: dict[str, list[int]]) -> Collection[tuple[str, int, str]]:
    users = User._meta.db_table
    selects, given = [], list[Any]()
    for entity, record_ids in ids.items():
        table = model_of(entity).pgh_event_model._meta.db_table
        selects.append(
            "SELECT %s, pgh_obj_id, username FROM (SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, pgh_context_id "
            f'FROM "{table}" WHERE pgh_obj_id = ANY (%s) ORDER BY pgh_obj_id, pgh_id DESC) last '
            "JOIN pghistory_context ON pghistory_context.id = last.pgh_context_id "
            f"JOIN {users} ON {users}.id = (metadata->>'user')::int"
        )
        given += [entity, record_ids]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), given)
        return cursor.fetchall()
