"""The triggers of trail and guards, put on the tables as the models declare them: a migration is of columns alone.

Run by the owner after each migration, so that a later one that writes finds the trail complete, and once more at the end of all.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from pgtrigger import Trigger, installation, registered

from registry.models.base import audit

# pgtrigger leaves the hash of what it installed as the trigger's comment.
STANDING = """
    SELECT c.relname, t.tgname, obj_description(t.oid, 'pg_trigger') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgenabled = 'O'
"""
FUNCTIONS = """
    SELECT p.oid::regprocedure::text, EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid) FROM pg_proc p
    WHERE p.proname LIKE 'pgtrigger\\_%' AND p.pronamespace = 'public'::regnamespace
"""


def settle_triggers(connection: BaseDatabaseWrapper) -> None:
    """Install what is missing, changed or switched off, prune what no model declares, harden the rest.

    All in one transaction: there is no moment at which the app could write past the trail. What stands as declared is not
    installed again, so that a site that runs is not held up.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for model, trigger in list(out_of_date(connection, cursor=cursor)):
            trigger.install(model, database=connection.alias)
        installation.prune(database=connection.alias)
        _harden(cursor)


def out_of_date(connection: BaseDatabaseWrapper, *, cursor: CursorWrapper) -> Iterator[tuple[Any, Trigger]]:
    """Declared triggers whose table is there and which do not stand on it as declared."""
    present = set(connection.introspection.table_names(cursor))
    cursor.execute(STANDING)
    standing = set(cursor.fetchall())
    for model, trigger in registered():
        table = model._meta.db_table
        if table in present and (table, trigger.get_pgid(model), trigger.compile(model).hash) not in standing:
            yield model, trigger


def _harden(cursor: CursorWrapper) -> None:
    cursor.execute("REVOKE INSERT, UPDATE, DELETE ON pghistory_context FROM caliper_app")
    cursor.execute(audit.ATTACH_CONTEXT)
    cursor.execute(audit.NEVER_IGNORE)
    cursor.execute(FUNCTIONS)
    for function, is_used in cursor.fetchall():  # a trigger installed anew runs as invoker
        if is_used:
            cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")
            # It holds old rows against new ones by the plan that its first call in a session made, perhaps for a single row; by
            # nested loops a later one of 245,000 would never end
            cursor.execute(f"ALTER FUNCTION {function} SET enable_nestloop = off")
        else:  # pgtrigger drops a trigger and leaves its function behind
            cursor.execute(f"DROP FUNCTION {function}")
