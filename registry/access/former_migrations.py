"""Databases made before the migrations were written anew: told by the names recorded in them, brought over only from the last state.

The first migration of each app is again called 0001_initial, so Django alone would take an old one for the new.
"""

from importlib import import_module

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.db.migrations.recorder import MigrationRecorder

APPS = ("registry", "importers", "analytics")
FIRST = {(app, "0001_initial") for app in APPS}
AFTER_THE_FIRST = {
    ("registry", "0002_systemic_imaging_response"),
    ("registry", "0003_long_trails"),
    ("registry", "0004_the_record_complete"),
    ("importers", "0002_long_trails"),
    ("importers", "0003_preview_confirm_undo"),
    ("importers", "0004_column_mapping"),
    ("importers", "0005_kept_without_persons"),
    ("analytics", "0002_export"),
    ("analytics", "0003_long_trails"),
    ("analytics", "0004_design_accepted"),
}
SQUASHED = {("registry", "0001_squashed_0004_the_record_complete")}  # recorded only once it had been migrated over

TO_ADOPT = "it was created by the former migrations; run manage.py adopt_migrations once, then repeat this command"
TO_FINISH = (
    "the former migrations have not all been applied; migrate it with the last release that included them, then run "
    "manage.py adopt_migrations and repeat this command with the current release"
)

ANEW = "made_anew"
OURS = r"^(registry|importers|analytics)_"
SHAPE = """
    SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind = 'r' AND c.relname ~ %(ours)s AND a.attnum > 0
            AND NOT a.attisdropped
    UNION ALL SELECT c.relname || ': ' || n.conname || ' ' || pg_get_constraintdef(n.oid)
        FROM pg_class c JOIN pg_constraint n ON n.conrelid = c.oid
        WHERE c.relnamespace = %(schema)s::regnamespace AND c.relname ~ %(ours)s AND n.contype = 'c'
    UNION ALL SELECT c.relname || ': ' || replace(pg_get_indexdef(i.indexrelid), %(schema)s || '.', '')
        FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid
        WHERE c.relnamespace = %(schema)s::regnamespace AND c.relname ~ %(ours)s AND i.indisunique
"""


class CannotAdopt(RuntimeError):
    """The database is not what the former migrations left; the message says in what."""


def why_not_to_migrate(connection: BaseDatabaseWrapper) -> str | None:
    """What to do first with a database that the former migrations made; None for every other."""
    recorded = _recorded(connection)
    if _is_last(recorded):
        return TO_ADOPT
    is_former = bool(recorded & (AFTER_THE_FIRST | SQUASHED)) or _lacks_a_table(connection, recorded=recorded)
    return TO_FINISH if is_former else None


def adopt(connection: BaseDatabaseWrapper) -> None:
    """Record the migrations as they are now in the place of the former ones, if the tables are what they make."""
    with transaction.atomic(using=connection.alias):
        if not _is_last(_recorded(connection)):
            raise CannotAdopt(why_not_to_migrate(connection) or "it does not record any of the former migrations")
        if different := differences(connection):
            raise CannotAdopt(
                f"{len(different)} differences from the tables that the migrations create, first: {different[0]}"
            )
        recorder = MigrationRecorder(connection)
        recorder.migration_qs.filter(app__in=APPS).delete()
        for app, name in FIRST:
            recorder.record_applied(app, name)


def differences(connection: BaseDatabaseWrapper) -> list[str]:
    """Columns, checks and keys that stand here otherwise than in tables made anew, in a schema that is rolled back."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {ANEW}")
        cursor.execute(f"SET LOCAL search_path TO {ANEW}, public")
        _make_anew(connection)
        shapes = []
        for schema in (ANEW, "public"):
            cursor.execute(SHAPE, {"schema": schema, "ours": OURS})
            shapes.append({line for (line,) in cursor.fetchall()})
        transaction.set_rollback(True, using=connection.alias)
    return sorted(shapes[0] ^ shapes[1])


def _make_anew(connection: BaseDatabaseWrapper) -> None:
    """As the first migrations would; the tables of other packages stand in public and are referred to there."""
    state = MigrationLoader(None).project_state(sorted(FIRST))
    with connection.schema_editor() as editor:
        for model in state.apps.get_models():
            if model._meta.app_label in APPS:
                editor.create_model(model)


def _recorded(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    return {each for each in MigrationRecorder(connection).applied_migrations() if each[0] in APPS}


def _is_last(recorded: set[tuple[str, str]]) -> bool:
    return recorded - SQUASHED == FIRST | AFTER_THE_FIRST


def _lacks_a_table(connection: BaseDatabaseWrapper, *, recorded: set[tuple[str, str]]) -> bool:
    """Where nothing but first migrations are recorded, the tables tell whose they were."""
    if not recorded <= FIRST:
        return False
    made = {
        f"{app}_{operation.name_lower}"
        for app, name in recorded
        for operation in import_module(f"{app}.migrations.{name}").Migration.operations
        if isinstance(operation, CreateModel)
    }
    return not made <= set(connection.introspection.table_names())
