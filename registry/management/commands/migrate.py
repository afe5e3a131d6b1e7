"""Migrate as the owner, then put row security, grants, triggers and views on every table. Runs in tests too."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Django
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from registry.access import deidentified_views
from registry.access.former_migrations import why_not_to_migrate
from registry.access.policies import CLINICAL_APPS, secure
from registry.access.roles import connected_as
from registry.access.triggers import settle_triggers

ONE_AT_A_TIME = 20_260_401  # the number of the lock: any that nothing else takes


class Command(Django):
    def handle(self, *args: Any, **options: Any) -> None:
        self.using = options["database"]
        with connected_as("owner", using=self.using), self._alone():
            if reason := why_not_to_migrate(connections[self.using]):
                self.stderr.write(f"cannot migrate this database: {reason}")
                sys.exit(2)
            if options["check_unapplied"] or options["plan"]:
                super().handle(*args, **options)
            else:
                self._migrate(*args, **options)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two starts at once take turns."""
        with connections[self.using].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            yield
        finally:
            with suppress(DatabaseError), connections[self.using].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])

    def _migrate(self, *args: Any, **options: Any) -> None:
        connection = connections[self.using]
        if self._changes_tables(options):
            with connection.cursor() as cursor:
                deidentified_views.drop_views(cursor)
        super().handle(*args, **options)
        call_command("createcachetable", database=self.using, verbosity=0)
        secure(connection)

    def _changes_tables(self, options: dict[str, Any]) -> bool:
        """Views are taken away only for a migration: under a site that runs they are replaced in one transaction."""
        executor = MigrationExecutor(connections[self.using])
        return bool(options["app_label"] or executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:  # noqa: FBT001, FBT002
        super().migration_progress_callback(action, migration, fake)
        if action in {"apply_success", "unapply_success"} and migration.app_label in CLINICAL_APPS:
            settle_triggers(connections[self.using])
