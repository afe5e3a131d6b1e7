"""Which database, and with which logins: a named server, or the project's own embedded one."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import sql

from config import embedded_postgres

HOME = Path(__file__).resolve().parent.parent / "var" / "postgres"
DATABASE = "caliper"


def uses_own_server() -> bool:
    return not os.environ.get("DATABASE_URL")


def settings_of_each_role() -> dict[str, dict[str, Any]]:
    """Django's connection settings of owner, app and stats. Reads files, never starts a server."""
    if uses_own_server():
        cluster = embedded_postgres.locate(HOME)
        passwords = cluster.passwords() if (cluster.home / "passwords.json").exists() else {}
        place = {"NAME": DATABASE, "HOST": str(cluster.socket_folder), "PORT": "5432"}
        return {
            role: {**place, "USER": f"caliper_{role}", "PASSWORD": passwords.get(role, "")}
            for role in embedded_postgres.ROLES
        }
    app = from_url(os.environ["DATABASE_URL"])
    owner = from_url(os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"]))
    stats = {**app, "USER": "caliper_stats", "PASSWORD": os.environ.get("DATABASE_STATS_PASSWORD", "")}
    return {"owner": owner, "app": app, "stats": stats}


def from_url(url: str) -> dict[str, Any]:
    """postgresql://user:password@host:port/name?host=/socket/folder"""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL must start with postgresql://, not {parts.scheme}://")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")) or DATABASE,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.get("host") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or options.get("port") or "5432"),
    }


def start() -> None:
    """Have a server with its three roles before Django connects; nothing to do when a server is named."""
    if uses_own_server():
        cluster = embedded_postgres.ensure(HOME)
        bootstrap(psycopg.conninfo.make_conninfo(**cluster.superuser), passwords=cluster.passwords(), database=DATABASE)


def bootstrap(superuser: str, *, passwords: dict[str, str], database: str) -> None:
    """The three roles and the database, made once per server by a superuser. None may bypass row security."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('caliper bootstrap'))")
        present = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, options in {"owner": "CREATEDB", "app": "NOINHERIT", "stats": ""}.items():
            name = sql.Identifier(f"caliper_{role}")
            if f"caliper_{role}" not in present:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS {}").format(name, sql.SQL(options))
                )
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(passwords[role])))
        connection.execute(
            "GRANT caliper_stats TO caliper_app"
        )  # the site may become stats for a read, it is not stats
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER caliper_owner").format(sql.Identifier(database)))
