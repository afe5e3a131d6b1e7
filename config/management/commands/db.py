"""Start, stop or check the embedded PostgreSQL server; bootstrap also creates the roles on your own server."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand

from config import database, embedded_postgres


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["bootstrap", "start", "stop", "status"])
        parser.add_argument(
            "--superuser-url", help="bootstrap only: postgresql://postgres:...@host/postgres of your own server"
        )

    def handle(self, *args: Any, action: str, superuser_url: str | None, **options: Any) -> None:
        try:
            self.stdout.write(
                self._bootstrap(superuser_url) if action == "bootstrap" else getattr(self, f"_{action}")()
            )
        except (embedded_postgres.CannotStart, psycopg.Error, OSError, ValueError) as error:
            self.stderr.write(f"cannot {action}: {str(error).strip()}")
            sys.exit(2)

    def _bootstrap(self, superuser_url: str | None) -> str:
        if database.uses_own_server():
            database.start()
            return f"roles and database ready on {self._place()}"
        if not superuser_url:
            raise ValueError("your own server requires --superuser-url once, to create the three roles")
        roles = database.settings_of_each_role()
        passwords = {role: roles[role]["PASSWORD"] for role in roles}
        if not all(passwords.values()):
            raise ValueError("set DATABASE_URL and DATABASE_OWNER_URL (with passwords) and DATABASE_STATS_PASSWORD")
        database.bootstrap(superuser_url, passwords=passwords, database=roles["app"]["NAME"])
        return "roles and database ready"

    def _start(self) -> str:
        if not database.uses_own_server():
            return "DATABASE_URL points to your own server; start it there"
        database.start()
        return f"running: {self._place()}"

    def _stop(self) -> str:
        if not database.uses_own_server():
            return "DATABASE_URL points to your own server; stop it there"
        embedded_postgres.stop(embedded_postgres.locate(database.HOME))
        return "stopped"

    def _status(self) -> str:
        if not database.uses_own_server():
            with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5):
                return "running: the server at DATABASE_URL responds"
        cluster = embedded_postgres.locate(database.HOME)
        exists = (cluster.home / "passwords.json").exists()
        return f"running: {self._place()}" if exists and embedded_postgres.is_running(cluster) else "stopped"

    def _place(self) -> str:
        return f"{database.DATABASE} at {embedded_postgres.locate(database.HOME).socket_folder}"
