"""A database of a test's own, for what migrations do to one."""

from collections.abc import Iterator

import pytest
from django.db import connection

from registry.access.roles import connected_as

TAKEN = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
def own_database(django_db_setup, django_db_blocker) -> Iterator[str]:
    """A copy of the test database, to which the default connection leads meanwhile."""
    original = connection.settings_dict["NAME"]
    copy = f"{original}_copy"
    with django_db_blocker.unblock():
        _copy(original, to=copy)
        try:
            _lead_to(copy)
            yield copy
        finally:
            _lead_to(original)
            _as_owner(f'DROP DATABASE "{copy}"')


def _copy(original: str, *, to: str) -> None:
    with connection.cursor() as cursor:  # a copy is refused while threads of earlier tests are still connected
        cursor.execute(f"{TAKEN} AND usename = current_user")
    _as_owner(f'DROP DATABASE IF EXISTS "{to}"', f'CREATE DATABASE "{to}" TEMPLATE "{original}"')


def _lead_to(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def _as_owner(*statements: str) -> None:
    with connected_as("owner"), connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
