"""The indexes of records and of their trails, derived from the models: each is written with every row, thousands at an upload.

A record is looked for in its center, by its patient, and by its natural key, which names the record above it. A trail is read by the
record it tells of, and what one upload did by its context, whose rows lie together on the disk.
"""

from django.db import models
from django.db.backends.utils import CursorWrapper
from pghistory.models import Event

from registry.models.base.record import CenterRecord

OF_A_CENTER = "btree (center_id, patient_id)"
BY_CONTEXT = "brin (pgh_context_id uuid_minmax_multi_ops)"
ONE_COLUMN = """
    SELECT i.indexrelid::regclass::text FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = %s::regclass AND i.indnatts = 1 AND NOT i.indisunique AND m.amname = 'btree' AND a.attname = ANY (%s)
"""


def settle_indexes(cursor: CursorWrapper, *, model: type[models.Model]) -> None:
    """In the place of Django's own, one for each reference. Idempotent."""
    recorded: type[models.Model] = getattr(model, "pgh_tracked_model", model)
    if not (
        issubclass(recorded, CenterRecord) and any(field.name == "patient" for field in recorded._meta.local_fields)
    ):
        return
    is_trail, table = issubclass(model, Event), model._meta.db_table
    name, kind = (f"{table}_by_context", BY_CONTEXT) if is_trail else (f"{table}_of_center", OF_A_CENTER)
    cursor.execute(f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" USING {kind}')
    references = [field.attname for field in model._meta.local_fields if field.is_relation and field.name != "pgh_obj"]
    cursor.execute(ONE_COLUMN, [f'"{table}"', references])
    for (needless,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {needless}")
