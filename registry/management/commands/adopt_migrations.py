"""`manage.py adopt_migrations`: once, for a database that the former migrations made."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from registry.access.former_migrations import CannotAdopt, adopt
from registry.access.roles import connected_as


class Command(BaseCommand):
    help = "Record the current migrations in a database created by the former ones, provided that its tables are identical."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with connected_as("owner"):
                adopt(connection)
        except CannotAdopt as refused:
            self.stderr.write(f"cannot adopt this database: {refused}")
            sys.exit(2)
        self.stdout.write("Adopted; now run manage.py migrate.")
