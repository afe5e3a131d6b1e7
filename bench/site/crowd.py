"""A database of 100,000 patients: the registry of this folder, such as the demo's, COPYed as often as it takes under other numbers.

Kept for the next run. Row security is on again before anybody asks it for anything.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, models

from registry.access.roles import connected_as
from registry.models import Center, Membership, Patient, PatientIdentity
from registry.models.hierarchy import patient_models

PATIENTS = 100_000
APART = 100_000_000  # between the ids of one copy and the next
NUMBERS_APART = 10_000  # between the numbers in their registry identifiers
ONCE = (User, Center, Membership)
RENAMED = {
    "registry_id": "left(registry_id, 4) || lpad((substr(registry_id, 5, 6)::int + {numbers})::text, 6, '0') || right(registry_id, 2)",
    "local_id": "local_id || '-' || lpad('{copy}', 2, '0')",
}


def crowd() -> None:
    """Have it, and be connected to it as the site is."""
    source = connection.settings_dict["NAME"]
    with connected_as("owner"):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM registry_membership")
            if not cursor.fetchone()[0]:
                with _reading(source) as reader:
                    _fill(reader)


@contextmanager
def _reading(source: str) -> Iterator[psycopg.Connection]:
    login = settings.DATABASE_ROLES["owner"]
    place = {"host": login["HOST"], "port": login["PORT"], "user": login["USER"], "password": login["PASSWORD"]}
    with psycopg.connect(dbname=source, **place) as reader:
        centers = ",".join(str(pk) for (pk,) in reader.execute("SELECT id FROM registry_center"))
        reader.execute("SELECT set_config('app.center_ids', %s, false)", [centers])
        yield reader


def _fill(reader: psycopg.Connection) -> None:
    found = reader.execute("SELECT count(*) FROM registry_patient").fetchone()
    copies = -(-PATIENTS // max(found[0] if found else 0, 1))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM auth_user")  # the account that the migrations make is among those copied
    for model in ONCE:
        _copy(reader, model=model, copies=1)
    for model in (Patient, *(each for each in patient_models() if _is_found(each))):
        _copy(reader, model=model, copies=copies)
        print(f"{model.__name__}: {copies} copies", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _is_found(model: type[models.Model]) -> bool:
    """Whether the search looks into this table."""
    return model not in (Patient, PatientIdentity) and model.natural_key[:1] == ("patient",)  # type: ignore[attr-defined]


def _copy(reader: psycopg.Connection, *, model: type[models.Model], copies: int) -> None:
    """The triggers would write a trail of each row, and COPY passes by no policy: both are off for as long as it takes."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.local_concrete_fields]
    listed = ", ".join(f'"{column}"' for column in columns)
    secured = model not in ONCE
    with connection.cursor() as cursor:
        cursor.execute(
            f'ALTER TABLE "{table}" DISABLE TRIGGER USER{", NO FORCE ROW LEVEL SECURITY" if secured else ""}'
        )
        for copy in range(copies):
            shown = ", ".join(_shown(field, copy=copy) for field in model._meta.local_concrete_fields)
            with (
                reader.cursor().copy(f'COPY (SELECT {shown} FROM "{table}") TO STDOUT') as given,
                cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as taken,
            ):
                for block in given:
                    taken.write(block)
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER{", FORCE ROW LEVEL SECURITY" if secured else ""}')


def _shown(field: models.Field, *, copy: int) -> str:
    if copy and field.name in RENAMED:
        return RENAMED[field.name].format(copy=copy, numbers=copy * NUMBERS_APART)
    is_of_a_record = field.primary_key or field.name == "patient"
    return f'"{field.column}" + {copy * APART}' if copy and is_of_a_record else f'"{field.column}"'
