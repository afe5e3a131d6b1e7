"""What stands in the registry for a center: what a load must change whole or not at all."""

from django.apps import apps
from django.db import connection

from registry.access.scope import center_scope
from registry.workbook.sheets import sheets

Standing = dict[
    str, tuple[int, str]
]  # by kind of record: how many stand, and a digest of all rows, the withdrawn included

ENTITIES = tuple(entity for sheet in sheets() for entity in sheet.entities)


def standing_in(center: int) -> Standing:
    """Every column of every record of the center, bookkeeping included."""
    parts = [
        f"SELECT '{entity}', count(*) FILTER (WHERE t.withdrawn_at IS NULL), "
        f"coalesce(md5(string_agg(t::text, ';' ORDER BY t.id)), '') FROM {table} t WHERE t.center_id = %s"
        for entity in ENTITIES
        if (table := apps.get_model("registry", entity)._meta.db_table)
    ]
    with center_scope([center]), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [center] * len(parts))
        return {entity: (count, digest) for entity, count, digest in cursor.fetchall()}
