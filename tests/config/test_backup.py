"""A backup holds every row, is found out where it does not, and comes back equal."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from config import database
from config.backup import (
    MANIFEST,
    BackupRefused,
    Server,
    backup,
    embedded_server,
    fingerprint,
    restore,
    take_the_place,
    verify,
)
from registry.models import Patient

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not database.uses_own_server(), reason="asks for a superuser of the embedded server"),
]
KEYS = {"IDENTITY_KEY": "a key"}


@pytest.fixture
def server() -> Server:
    return embedded_server(database.HOME)


def own() -> str:
    return str(settings.DATABASES["default"]["NAME"])


def test_a_backup_comes_back_equal_and_what_is_missing_is_found(
    make_patient: Callable[..., Patient], server: Server, tmp_path: Path
) -> None:
    make_patient()
    folder = tmp_path / "Montag 周一"
    manifest = backup(server, database=own(), folder=folder, keys=KEYS)
    assert manifest["tables"]["public.registry_patient"][0] == "1"
    assert manifest["objects"]["policies"] > 50
    assert manifest["objects"]["tables with forced row security"] > 20
    assert "a key" not in (folder / MANIFEST).read_text()
    assert manifest["keys"]["IDENTITY_KEY"] == fingerprint("a key") != fingerprint("another")
    with pytest.raises(BackupRefused, match="never overwrites"):
        backup(server, database=own(), folder=folder, keys=KEYS)
    verify(server, folder=folder)

    _is_found_out_where_a_row_is_lacking(server, folder=folder, lacking=tmp_path / "lacking")

    name = f"{own()}_copy"
    restore(server, folder=folder, database=name)
    with pytest.raises(BackupRefused, match="exists already"):
        restore(server, folder=folder, database=name)
    with psycopg.connect(**server.login_to(name), autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM registry_patient").fetchone()
        assert row == (1,)
        connection.execute("SET ROLE caliper_app")
        row = connection.execute("SELECT count(*) FROM registry_patient").fetchone()
        assert row == (0,)  # row security came back with it
    with psycopg.connect(**server.login_to("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _is_found_out_where_a_row_is_lacking(server: Server, *, folder: Path, lacking: Path) -> None:
    shutil.copytree(folder, lacking)
    told = json.loads((lacking / MANIFEST).read_text())
    told["tables"]["public.registry_patient"][0] = "2"
    (lacking / MANIFEST).write_text(json.dumps(told))
    with pytest.raises(BackupRefused, match="registry_patient"):
        restore(server, folder=lacking, database="caliper_lacking")
    with psycopg.connect(**server.login_to("postgres")) as connection:
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname ~ 'lacking|verify'").fetchone() is None


def test_a_login_that_sees_less_makes_no_backup(server: Server, tmp_path: Path) -> None:
    owner = settings.DATABASE_ROLES["owner"]
    login = {**server.login, "user": owner["USER"], "password": owner["PASSWORD"]}
    with pytest.raises(BackupRefused, match="caliper_owner may not bypass row security"):
        backup(Server(login=login, programs=server.programs), database=own(), folder=tmp_path / "b", keys=KEYS)
    assert list(tmp_path.iterdir()) == []


def test_a_cut_dump_and_a_folder_without_one_are_found(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    backup(server, database=own(), folder=folder, keys=KEYS)
    dump = folder / "caliper.dump"
    dump.write_bytes(dump.read_bytes()[:-100])
    with pytest.raises(BackupRefused, match="damaged"):
        verify(server, folder=folder)
    dump.unlink()
    with pytest.raises(BackupRefused, match="no complete backup"):
        verify(server, folder=folder)


def test_the_restored_database_takes_the_place_of_the_live_one_when_nobody_uses_it(server: Server) -> None:
    with psycopg.connect(**server.login_to("postgres"), autocommit=True) as connection:
        for name in ("caliper_live_drill", "caliper_restored_drill"):
            connection.execute(f"CREATE DATABASE {name}")
        with (
            psycopg.connect(**server.login_to("caliper_live_drill")),
            pytest.raises(BackupRefused, match="stop the site"),
        ):
            take_the_place(server, restored="caliper_restored_drill", database="caliper_live_drill")
        kept = take_the_place(server, restored="caliper_restored_drill", database="caliper_live_drill")
        found = {name for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname ~ 'drill'")}
        assert found == {"caliper_live_drill", kept}
        for name in found:
            connection.execute(f'DROP DATABASE "{name}"')
