"""Migrate as the owner, then put row security, grants, triggers and views on every table. Runs in tests too."""

import sys
from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Django
from django.db import connections

from registry.access import deidentified_views
from registry.access.former_migrations import why_not_to_migrate
from registry.access.policies import CLINICAL_APPS, secure
from registry.access.roles import connected_as
from registry.access.triggers import settle_triggers


class Command(Django):
    def handle(self, *args: Any, **options: Any) -> None:
        self.using = options["database"]
        only_looking = options["check_unapplied"] or options["plan"]
        with connected_as("owner", using=self.using):
            connection = connections[self.using]
            if reason := why_not_to_migrate(connection):
                self.stderr.write(f"cannot migrate this database: {reason}")
                sys.exit(2)
            if not only_looking:
                with connection.cursor() as cursor:
                    deidentified_views.drop_views(cursor)
            super().handle(*args, **options)
            if not only_looking:
                call_command("createcachetable", database=self.using, verbosity=0)
                secure(connection)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:  # noqa: FBT001, FBT002
        super().migration_progress_callback(action, migration, fake)
        if action in {"apply_success", "unapply_success"} and migration.app_label in CLINICAL_APPS:
            settle_triggers(connections[self.using])
