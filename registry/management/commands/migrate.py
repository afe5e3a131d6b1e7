"""Migrate as the owner, then put row security, grants and views on every table. Runs in tests too."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Django
from django.db import connections

from registry import deidentified
from registry.roles import connected_as
from registry.security import secure


class Command(Django):
    def handle(self, *args: Any, **options: Any) -> None:
        only_looking = options["check_unapplied"] or options["plan"]
        with connected_as("owner", using=options["database"]):
            connection = connections[options["database"]]
            if not only_looking:
                with connection.cursor() as cursor:
                    deidentified.drop_views(cursor)
            super().handle(*args, **options)
            if not only_looking:
                call_command("createcachetable", database=options["database"], verbosity=0)
                secure(connection)
