"""Row security, grants, triggers, indexes and the de-identified views, derived from the models so that no table can be forgotten.

Run by the owner after every migrate: idempotent, and symmetric, so what a model no longer asks for is taken away again.
Note [Row security and savepoints], Note [Trigger attribution].
"""

import time
from typing import Any

from django.apps import apps
from django.db import OperationalError, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from pghistory.models import Event
from psycopg.errors import DeadlockDetected

from registry.access import deidentified_views
from registry.access.indexes import settle_indexes
from registry.access.triggers import settle_triggers
from registry.models.base.record import CenterRecord

SCOPE = "(SELECT string_to_array(current_setting('app.center_ids', true), ',')::int[])::int[]"

# The scope is computed from these, so they are read before it exists.
READ_BEFORE_THE_SCOPE = {"registry.Center", "registry.Membership"}
# What a center's laboratory calls normal names no patient, and administrators, who have no center, keep it.
NAMES_NO_PATIENT = {"registry.LabReferenceLimit"}
# What was typed and is saved, given up or old is gone: no record, and nothing to keep. Nor is how somebody likes to see a list.
SHORT_LIVED = {"registry.FormDraft", "registry.ListColumns", "registry.SavedFilter", "analytics.StudyDraft"}
CLINICAL_APPS = {"registry", "importers", "analytics"}
ATTEMPTS = 5


def policy_of(model: type[models.Model]) -> str | None:
    """The condition a row must meet to be seen or written; None for a table that belongs to no center."""
    recorded: type[models.Model] = getattr(model, "pgh_tracked_model", model)
    if recorded._meta.label in READ_BEFORE_THE_SCOPE | NAMES_NO_PATIENT:
        return None
    columns = {field.name: field.attname for field in model._meta.local_concrete_fields}
    if "center" in columns:
        return f'"{columns["center"]}" = ANY ({SCOPE})'
    if "center_ids" in columns:  # a result drawn from several centers is for those who may see them all
        return f'"{columns["center_ids"]}" <@ {SCOPE}'
    return None


def secure(connection: BaseDatabaseWrapper) -> None:
    """Everything in one transaction, and once more where the server's own vacuum stands in the way of it."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _secure_all(connection)
        except OperationalError as error:
            if attempt == ATTEMPTS or not isinstance(error.__cause__, DeadlockDetected):
                raise
            time.sleep(attempt)
        else:
            return


def _secure_all(connection: BaseDatabaseWrapper) -> None:
    present = set(connection.introspection.table_names())
    every = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _grant(cursor)
        for model in every:
            if model._meta.db_table in present:
                _secure_table(cursor, model=model)
                _tie_to_parents(cursor, model=model)
                settle_indexes(cursor, model=model)
        if "pghistory_context" in present:
            settle_triggers(connection)
        deidentified_views.create_views(cursor, present=present)


def _grant(cursor: CursorWrapper) -> None:
    cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    cursor.execute("GRANT USAGE ON SCHEMA public TO caliper_app, caliper_stats")
    cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO caliper_app")
    cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO caliper_app")
    cursor.execute("REVOKE ALL ON django_migrations FROM caliper_app")
    cursor.execute("GRANT SELECT ON django_migrations TO caliper_app")


def _secure_table(cursor: CursorWrapper, *, model: type[models.Model]) -> None:
    table, policy = model._meta.db_table, policy_of(model)
    if issubclass(model, Event):  # written by the triggers as their owner; the app can neither forge nor mend
        cursor.execute(f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM caliper_app')
    elif (
        model._meta.app_label in CLINICAL_APPS and model._meta.label not in SHORT_LIVED
    ):  # a record is withdrawn, never deleted
        cursor.execute(f'REVOKE DELETE ON "{table}" FROM caliper_app')
    on, force = ("ENABLE", "FORCE") if policy else ("DISABLE", "NO FORCE")
    cursor.execute(f'ALTER TABLE "{table}" {on} ROW LEVEL SECURITY, {force} ROW LEVEL SECURITY')
    cursor.execute(f'DROP POLICY IF EXISTS center_scope ON "{table}"')
    if policy:
        cursor.execute(f'CREATE POLICY center_scope ON "{table}" USING ({policy})')


def _tie_to_parents(cursor: CursorWrapper, *, model: type[models.Model]) -> None:
    """A child names its parent and its center together, so it cannot hang below a parent of another center.

    Each reference is looked up for every row written, so those that say nothing more are dropped: to the parent alone, to the
    center, and to the patient where the record's parent is tied to the same one.
    """
    ties = _ties_of(model)
    held_by_parent = any(
        field.name != "patient" and not field.null and "patient_id" in shared for field, shared in ties
    )
    for field, shared in ties:
        name = f"{field.name}_in_same_center"
        if field.name == "patient" and held_by_parent:
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT IF EXISTS {name}')
        else:
            _tie(cursor, model=model, field=field, name=name, shared=shared)
    for column in {field.attname for field, _ in ties} | ({"center_id"} if ties else set()):
        _drop_what_is_implied(cursor, table=model._meta.db_table, column=column)


def _ties_of(model: type[models.Model]) -> list[tuple[Any, list[str]]]:
    """References to records of a center, each with the columns that child and parent must have in common."""
    if not (issubclass(model, CenterRecord) or _is_about_a_patient(model)):
        return []
    own = [field for field in model._meta.local_fields if _is_record(field.related_model)]
    return [
        (field, [name for name in _places(model, without=field) if name in _places(field.related_model)])
        for field in own
    ]


def _is_record(parent: Any) -> bool:
    return isinstance(parent, type) and issubclass(parent, CenterRecord)


def _places(model: Any, *, without: Any = None) -> list[str]:
    return [f.attname for f in model._meta.local_fields if f.name in {"patient", "center"} and f is not without]


def _tie(cursor: CursorWrapper, *, model: type[models.Model], field: Any, name: str, shared: list[str]) -> None:
    table = model._meta.db_table
    cursor.execute("SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s", [f'"{table}"', name])
    if not cursor.fetchone():
        cursor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT {name} FOREIGN KEY ({", ".join([field.attname, *shared])}) '
            f'REFERENCES "{field.related_model._meta.db_table}" ({", ".join(["id", *shared])}) DEFERRABLE INITIALLY DEFERRED'
        )


def _drop_what_is_implied(cursor: CursorWrapper, *, table: str, column: str) -> None:
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f' AND conkey = ARRAY["
        "(SELECT attnum FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s)]",
        [f'"{table}"', f'"{table}"', column],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')


def _is_about_a_patient(model: type[models.Model]) -> bool:
    """What is said of records, such as a query, stays in their center as they do."""
    names = {field.name for field in model._meta.local_fields}
    return {"center", "patient"} <= names and not issubclass(model, Event)
