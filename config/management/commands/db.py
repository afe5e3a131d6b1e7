"""Start, stop or check the embedded PostgreSQL server; back the database up, verify a backup, restore it.

See Note [A backup that cannot be empty]. Exit status: 0 done, 1 the backup is not what it should be, 2 cannot.
"""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand

from config import database, embedded_postgres
from config.backup import BackupRefused, Server, act_on_backup, embedded_server, named_server


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["bootstrap", "start", "stop", "status", "backup", "verify", "restore"])
        parser.add_argument("folder", nargs="?", type=Path, help="backup, verify, restore: the folder of the backup")
        superuser = "on your own server: postgresql://postgres:...@host/postgres, or of caliper_backup for backup alone"
        parser.add_argument("--superuser-url", help=superuser)
        into = "restore: the name of a new database; without it the restored database replaces the present one, which is kept"
        parser.add_argument("--database", help=into)

    def handle(self, *args: Any, action: str, superuser_url: str | None, folder: Path | None, **options: Any) -> None:
        try:
            if action in ("backup", "verify", "restore"):
                server = self._server(superuser_url)
                self.stdout.write(act_on_backup(action, server=server, folder=folder, database=options["database"]))
                return
            self.stdout.write(
                self._bootstrap(superuser_url) if action == "bootstrap" else getattr(self, f"_{action}")()
            )
        except BackupRefused as refused:
            self.stderr.write(f"cannot {action}: {refused}")
            sys.exit(1)
        except (embedded_postgres.CannotStart, psycopg.Error, OSError, ValueError) as error:
            self.stderr.write(f"cannot {action}: {str(error).strip()}")
            sys.exit(2)

    def _server(self, superuser_url: str | None) -> Server:
        if superuser_url:
            return named_server(superuser_url)
        if not database.uses_own_server():
            raise ValueError("your own server requires --superuser-url for this")
        return embedded_server(database.HOME)

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
