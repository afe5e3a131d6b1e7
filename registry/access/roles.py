"""Which database role this process speaks as. The site is always app; migrations and tests borrow the owner for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, connections

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand as Command
else:
    Command = object


@contextmanager
def connected_as(role: str, *, using: str = "default") -> Iterator[None]:
    """Another login on the same alias: pghistory and pgtrigger know the default connection only."""
    former = connections[using].settings_dict["USER"]
    _become(role, using=using)
    try:
        yield
    finally:
        _become(_role_of(former), using=using)


@contextmanager
def reading_as_stats() -> Iterator[None]:
    """Inside a scope: nothing but the de-identified views can be read until the block ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        former = cursor.fetchone()[0]
        cursor.execute("SET LOCAL ROLE caliper_stats")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(former)}")


class AsOwner(Command):
    """For a management command that needs DDL or TRUNCATE."""

    def handle(self, *args: Any, **options: Any) -> Any:
        with connected_as("owner", using=options["database"]):
            return super().handle(*args, **options)


def _become(role: str, *, using: str) -> None:
    database = connections[using]
    database.close()
    database.close_pool()  # type: ignore[attr-defined]  # the pool keeps the former login's connections
    login = settings.DATABASE_ROLES[role]
    database.settings_dict.update(USER=login["USER"], PASSWORD=login["PASSWORD"])


def _role_of(user: str) -> str:
    return next(role for role, login in settings.DATABASE_ROLES.items() if login["USER"] == user)
