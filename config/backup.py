"""The whole database as a folder: a dump, and what was in each table when it was made, so that an empty one cannot pass.

Note [A backup that cannot be empty]
Every table has row security, FORCE included: whoever may not bypass it dumps no row of a center, and pg_dump says nothing. So
the login is asked first; rows are counted and hashed in the very snapshot that is dumped; and *verify* restores into a database
of its own and counts again. The keys of var/secrets are in no backup: without IDENTITY_KEY the hospital numbers in it cannot be
read, so the manifest names each key by a hash that tells whether another is the same.
"""

import datetime
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from config import embedded_postgres

DUMP, MANIFEST = "caliper.dump", "manifest.json"
# The texts of rows are the same wherever they are read.
READ_ALIKE = "SET TimeZone = 'UTC'; SET DateStyle = ISO; SET IntervalStyle = postgres; SET extra_float_digits = 1; SET bytea_output = hex"
TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
    ORDER BY 1, 2
"""
OBJECTS = {
    "policies": "SELECT count(*) FROM pg_policy",
    "tables with forced row security": "SELECT count(*) FROM pg_class WHERE relforcerowsecurity",
    "triggers": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname !~ '^pg_|^information_schema$'",
    "views": "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'v' AND n.nspname !~ '^pg_|^information_schema$'",
    "grants": "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee LIKE 'caliper%'",
}


KEYS = ("IDENTITY_KEY", "LINKAGE_KEY", "SECRET_KEY")
NOT_IN_IT = "The keys are not in it: keep IDENTITY_KEY and LINKAGE_KEY apart, or its hospital numbers cannot be read"


class BackupRefused(Exception):
    """Nothing usable was written, or what is there is not what it should be; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """How a login that bypasses row security reaches the server, and the programs of its version."""

    login: Mapping[str, Any]
    programs: Path | None

    def login_to(self, database: str) -> dict[str, Any]:
        return {**self.login, "dbname": database}

    def run(self, program: str, *options: str, database: str) -> None:
        path = str(self.programs / program) if self.programs else shutil.which(program)
        if path is None:
            raise BackupRefused(f"{program} was not found: install the client programs of PostgreSQL.")
        environment = {**os.environ, **_as_environment(self.login_to(database))}
        done = subprocess.run([path, *options], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BackupRefused(f"{program} failed: {done.stderr.strip()[-600:]}")


def _as_environment(login: Mapping[str, Any]) -> dict[str, str]:
    """Not as options: other users of the machine see those."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    return {names[key]: str(value) for key, value in login.items() if key in names}


def act_on_backup(action: str, *, server: Server, folder: Path | None, database: str | None) -> str:
    """`manage.py db backup|verify|restore FOLDER`, told in a sentence; `database` is the new one's name, else it takes the place of ours."""
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


def _told(manifest: Mapping[str, Any]) -> str:
    rows = sum(int(count) for count, _hash in manifest["tables"].values())
    return f"{rows:,} rows in {len(manifest['tables'])} tables"


def embedded_server(home: Path) -> Server:
    cluster = embedded_postgres.ensure(home)
    return Server(login=cluster.superuser, programs=cluster.binaries)


def named_server(url: str) -> Server:
    return Server(login=psycopg.conninfo.conninfo_to_dict(url), programs=None)


def backup(server: Server, *, database: str, folder: Path, keys: Mapping[str, str]) -> dict[str, Any]:
    """Writes `folder` whole or not at all; returns its manifest."""
    if folder.exists():
        raise BackupRefused(f"{folder} exists already; a backup never overwrites another.")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True, mode=0o700)
        with psycopg.connect(**server.login_to(database)) as connection:
            connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
            _refuse_who_sees_less(connection)
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            snapshot = str(row[0]) if row else ""
            server.run("pg_dump", "-Fc", f"--snapshot={snapshot}", f"--file={partial / DUMP}", database=database)
            found = contents(connection)
        manifest = {
            "made_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "database": database,
            "dump_sha256": _sha256(partial / DUMP),
            "keys": {name: fingerprint(key) for name, key in keys.items()},
            **found,
        }
        (partial / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
        partial.rename(folder)
    except OSError as error:
        raise BackupRefused(f"The backup could not be written: {error.strerror} ({error.filename}).") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


def verify(server: Server, *, folder: Path) -> dict[str, Any]:
    """Restores into a database of its own, compares every table, and drops it. Raises BackupRefused with what differs."""
    manifest = read_manifest(folder)
    with scratch_database(server, name=f"caliper_verify_{os.getpid()}") as database:
        _restore_into(server, folder=folder, manifest=manifest, database=database)
    return manifest


def restore(server: Server, *, folder: Path, database: str) -> dict[str, Any]:
    """Into a new database, kept only if every table is what the manifest says."""
    manifest = read_manifest(folder)
    with psycopg.connect(**server.login_to("postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            raise BackupRefused(f"The database {database} exists already; choose another name.")
    try:
        _create(server, database=database)
        _restore_into(server, folder=folder, manifest=manifest, database=database)
    except BackupRefused:
        _drop(server, database=database)
        raise
    return manifest


def take_the_place(server: Server, *, restored: str, database: str) -> str:
    """The restored database gets the name of the live one, which is kept under another; returns that name."""
    kept = f"{database}_before_{datetime.datetime.now(datetime.UTC):%Y%m%d_%H%M%S}"
    with psycopg.connect(**server.login_to("postgres"), autocommit=True) as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        row = connection.execute(asked, [database]).fetchone()
        if row and row[0]:
            raise BackupRefused(f"{row[0]} connections use {database}: stop the site and its workers first.")
        for old, new in ((database, kept), (restored, database)):
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
            )
    return kept


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        found = _sha256(folder / DUMP)
    except (OSError, ValueError) as error:
        raise BackupRefused(f"{folder} is no complete backup: {error}") from None
    if found != manifest.get("dump_sha256"):
        raise BackupRefused(f"{folder / DUMP} is damaged: its SHA-256 is not the one written when it was made.")
    return manifest


def contents(connection: psycopg.Connection) -> dict[str, Any]:
    """Rows of every table and a hash of them in any order, and how many of each object protect them."""
    connection.execute(READ_ALIKE)
    return {
        "tables": {
            f"{schema}.{name}": _rows(connection, schema=schema, name=name)
            for schema, name in connection.execute(TABLES).fetchall()
        },
        "objects": {name: int((connection.execute(asked).fetchone() or [0])[0]) for name, asked in OBJECTS.items()},
    }


def fingerprint(key: str) -> str:
    """Tells whether two keys are the same, and nothing of a key."""
    return hashlib.pbkdf2_hmac("sha256", key.encode(), b"caliper backup", 200_000).hex()[:24]


def _rows(connection: psycopg.Connection, *, schema: str, name: str) -> list[str]:
    asked = sql.SQL(
        "SELECT count(*)::text, coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint::numeric), 0)::text FROM {} t"
    ).format(sql.Identifier(schema, name))
    return list(connection.execute(asked).fetchone() or ())


def _refuse_who_sees_less(connection: psycopg.Connection) -> None:
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls, rolname FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row is None or not row[0]:
        who = row[1] if row else "this login"
        raise BackupRefused(
            f"{who} may not bypass row security, so its backup would hold no patient. Use caliper_backup or a superuser."
        )


def _restore_into(server: Server, *, folder: Path, manifest: Mapping[str, Any], database: str) -> None:
    server.run("pg_restore", "--exit-on-error", f"--dbname={database}", str(folder / DUMP), database=database)
    with psycopg.connect(**server.login_to(database)) as connection:
        found = contents(connection)
    differing = [
        f"{name}: {manifest[part].get(name, 'absent')} in the backup's manifest, {found[part].get(name, 'absent')} restored"
        for part in ("tables", "objects")
        for name in sorted({*manifest[part], *found[part]})
        if manifest[part].get(name) != found[part].get(name)
    ]
    if differing:
        raise BackupRefused("The restored database differs: " + "; ".join(differing[:10]))


@contextmanager
def scratch_database(server: Server, *, name: str) -> Iterator[str]:
    _create(server, database=name)
    try:
        yield name
    finally:
        _drop(server, database=name)


def _create(server: Server, *, database: str) -> None:
    with psycopg.connect(**server.login_to("postgres"), autocommit=True) as connection:
        asked = sql.SQL("CREATE DATABASE {} OWNER caliper_owner TEMPLATE template0").format(sql.Identifier(database))
        connection.execute(asked)


def _drop(server: Server, *, database: str) -> None:
    with psycopg.connect(**server.login_to("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
