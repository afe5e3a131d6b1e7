"""A database that the former migrations made is brought over from their last state, and refused in words from every other."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from registry.access import deidentified_views
from registry.access.former_migrations import AFTER_THE_FIRST, APPS, FIRST, SQUASHED, differences
from registry.access.roles import connected_as

LAST = FIRST | AFTER_THE_FIRST
NOW = {key for key in MigrationLoader(None).disk_migrations if key[0] in APPS}
VIEWS = "SELECT count(*) FROM pg_views WHERE schemaname = 'public' AND viewname LIKE 'deidentified\\_%%'"


def record(*names: tuple[str, str]) -> None:
    with connected_as("owner"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = ANY (%s)", [list(APPS)])
        cursor.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", list(names))


def recorded() -> set[tuple[str, ...]]:
    return set(ask("SELECT app, name FROM django_migrations WHERE app = ANY (%s)", list(APPS)))


def ask(query: str, *parameters: object) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def as_owner(statement: str) -> None:
    with connected_as("owner"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def former_database(own_database: str) -> str:
    """With the tables of the first migrations, as the former ones left them. Its views are made when it is migrated."""
    with connected_as("owner"):
        with connection.cursor() as cursor:
            deidentified_views.drop_views(cursor)
        MigrationExecutor(connection).migrate(sorted(FIRST))
    return own_database


def refusal(command: str) -> str:
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(command, stderr=said)
    assert ended.value.code == 2
    (line,) = said.getvalue().splitlines()
    return line


FORMER = pytest.mark.parametrize("also", [SQUASHED, set()], ids=["made in one step", "made step by step"])


@FORMER
def test_the_last_state_of_the_former_migrations_is_migrated_only_once_it_was_adopted(own_database, also):
    record(*LAST, *also)
    views = ask(VIEWS)
    assert views > [(0,)]
    assert "run manage.py adopt_migrations once" in refusal("migrate")
    assert (recorded(), ask(VIEWS)) == (LAST | also, views)


def test_the_last_state_of_the_former_migrations_is_adopted_and_migrates_from_then_on(former_database):
    for also in (SQUASHED, set()):
        record(*LAST, *also)
        call_command("adopt_migrations", stdout=StringIO())
        assert recorded() == FIRST
    assert ask("SELECT nspname FROM pg_namespace WHERE nspname = 'made_anew'") == []  # looking leaves nothing
    call_command("migrate", verbosity=0)
    assert recorded() == NOW
    assert ask(VIEWS) > [(0,)]
    assert "does not record any of the former migrations" in refusal("adopt_migrations")


@pytest.mark.parametrize("missing", sorted(AFTER_THE_FIRST), ids=".".join)
def test_a_state_before_the_last_is_refused_in_words(own_database, missing):
    stands = LAST - {missing}
    record(*stands)
    for command in ("migrate", "adopt_migrations"):
        assert "former migrations have not all been applied" in refusal(command)
    assert recorded() == stands


def test_a_former_first_migration_is_not_taken_for_the_new_one_of_its_name(own_database):
    record(*FIRST)
    as_owner("DROP TABLE importers_columnmapping")
    for command in ("migrate", "adopt_migrations"):
        assert "former migrations have not all been applied" in refusal(command)


CHANGES = {
    "registry_resection.margin_mm double precision": "ALTER TABLE registry_resection DROP COLUMN margin_mm CASCADE",
    "registry_job: percent_at_most_100 CHECK": "ALTER TABLE registry_job DROP CONSTRAINT percent_at_most_100",
    "analytics_study.note text": "ALTER TABLE analytics_study ADD COLUMN note text",
    "registry_of_another_branch.id": "CREATE TABLE registry_of_another_branch (id int)",
}


def test_tables_that_are_not_what_the_migrations_make_are_not_adopted(former_database):
    record(*LAST)
    for change in CHANGES.values():
        as_owner(change)
    with connected_as("owner"):
        found = differences(connection)
    assert [told for told in CHANGES if not any(told in line for line in found)] == []
    assert len(found) == len(CHANGES)
    line = refusal("adopt_migrations")
    assert f"{len(CHANGES)} differences" in line
    assert found[0] in line
    assert recorded() == LAST
