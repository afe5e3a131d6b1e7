"""Start, stop or check the embedded PostgreSQL server; back the database up, verify a backup, restore it.

See Note [A backup that cannot be empty]. Exit status: 0 done, 1 the backup is not what it should be, 2 cannot.
"""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand

from config import database, embedded_postgres
from config.backup import BackupRefused, Server, backup, embedded_server, named_server, restore, take_the_place, verify

KEYS = ("IDENTITY_KEY", "LINKAGE_KEY", "SECRET_KEY")
NOT_IN_IT = "The keys are not in it: keep IDENTITY_KEY and LINKAGE_KEY apart, or its hospital numbers cannot be read"


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
                self.stdout.write(self._backed_up(action, server=server, folder=folder, database=options["database"]))
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

    def _backed_up(self, action: str, *, server: Server, folder: Path | None, database: str | None) -> str:
        if folder is None:
            raise ValueError("name the folder of the backup")
        own = str(settings.DATABASES["default"]["NAME"])
        if action == "backup":
            keys = {name: getattr(settings, name) for name in KEYS}
            return f"{_told(backup(server, database=own, folder=folder, keys=keys))}. {NOT_IN_IT}"
        if action == "verify":
            return f"verified: {_told(verify(server, folder=folder))}, equal in every table"
        if database:
            return f"restored into {database}: {_told(restore(server, folder=folder, database=database))}"
        told = _told(restore(server, folder=folder, database=f"{own}_restored"))
        kept = take_the_place(server, restored=f"{own}_restored", database=own)
        return f"restored: {told}. The former database is kept as {kept}"

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


def _told(manifest: dict[str, Any]) -> str:
    rows = sum(int(count) for count, _hash in manifest["tables"].values())
    return f"{rows:,} rows in {len(manifest['tables'])} tables"
