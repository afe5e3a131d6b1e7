"""The triggers that the models declare stand on every table, whatever was migrated, and no migration carries them."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection

from registry.access.roles import connected_as
from registry.access.scope import center_scope
from registry.access.triggers import out_of_date
from registry.models import Center, CenterRecord

AUDITED = [event.pgh_tracked_model for event in apps.get_models() if hasattr(event, "pgh_tracked_model")]
STANDING = """SELECT c.relname, t.tgname, t.oid, t.tgenabled, p.prosecdef, p.proconfig::text, p.prosrc
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgname LIKE 'pgtrigger%%'"""
HARDENED = ("O", True, '{"search_path=public, pg_temp",enable_nestloop=off}')

OF_A_CENTER = '    is_active = models.BooleanField(_("Active"), default=True)\n'
NEW_FIELD = '    telephone = models.CharField("Telephone", max_length=30, default="")\n'
FILLED = '''
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "AFTER")]
    operations = [
        migrations.RunSQL("""
            SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),
                set_config('pghistory.context_metadata', '{"user": 1, "reason": "telephones"}', true);
            UPDATE registry_center SET telephone = '010 1234'
        """)
    ]
'''


def standing() -> dict[tuple[str, str], tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [])
        return {(table, name): rest for table, name, *rest in cursor.fetchall()}


def kinds(table: str) -> set[str]:
    return {name.removeprefix("pgtrigger_").rpartition("_")[0] for on, name in standing() if on == table}


def are_hardened() -> bool:
    return all((enabled, as_definer, config) == HARDENED for _, enabled, as_definer, config, _ in standing().values())


def are_as_declared() -> bool:
    with connection.cursor() as cursor:
        return not list(out_of_date(connection, cursor=cursor))


def as_owner(*statements: str) -> None:
    with connected_as("owner"), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# What may not change but for its end
STAYING = {"OneTimeLink": {"link_stays"}, "Attachment": {"file_stays"}}


@pytest.mark.django_db
@pytest.mark.parametrize("model", AUDITED, ids=lambda model: model.__name__)
def test_a_table_migrated_from_nothing_has_its_triggers(model):
    written = {"insert_insert", "update_update", "delete_delete"}
    if model.__name__ in {"Upload", "Attachment"}:  # nothing of it is ever deleted, nor is its file in the trail
        written.remove("delete_delete")
    written |= STAYING.get(model.__name__, set())
    if issubclass(model, CenterRecord):
        written.add("guard_record")
    assert kinds(model._meta.db_table) == written
    assert kinds(model.pgh_event_model._meta.db_table) == {"append_only"}


@pytest.mark.django_db
def test_every_trigger_is_as_declared_and_hardened():
    assert len(standing()) > 100
    assert are_as_declared()
    assert are_hardened()


def test_a_second_migrate_leaves_every_trigger_alone(own_database):
    before = standing()
    call_command("migrate", verbosity=0)
    assert standing() == before


def test_migrate_mends_what_was_dropped_switched_off_or_changed_and_takes_away_what_is_stale(own_database):
    before = standing()
    of_patients = {name.split("_")[1]: name for table, name in before if table == "registry_patient"}
    as_owner(
        f"DROP TRIGGER {of_patients['insert']} ON registry_patient",
        f"ALTER TABLE registry_patient DISABLE TRIGGER {of_patients['update']}",
        f"COMMENT ON TRIGGER {of_patients['guard']} ON registry_patient IS 'of an earlier code'",
        "CREATE FUNCTION pgtrigger_stale_0() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER pgtrigger_stale_0 BEFORE UPDATE ON registry_center FOR EACH ROW EXECUTE FUNCTION pgtrigger_stale_0()",
    )
    assert not are_as_declared()
    call_command("migrate", verbosity=0)
    assert are_as_declared()
    assert are_hardened()
    assert set(standing()) == set(before)
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_proc WHERE proname = 'pgtrigger_stale_0'")
        assert not cursor.fetchone()


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A copy of the code, of which a test may change the models."""
    for package in ("config", "registry", "importers", "analytics", "demo"):
        shutil.copytree(
            Path(settings.BASE_DIR) / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(Path(settings.BASE_DIR) / "manage.py", tmp_path)
    return tmp_path


def manage(code: Path, *words: str) -> None:
    place = {"host": connection.settings_dict["HOST"], "port": connection.settings_dict["PORT"]}
    environment = dict(os.environ)
    for name, role in (("DATABASE_URL", "app"), ("DATABASE_OWNER_URL", "owner")):
        login = settings.DATABASE_ROLES[role]
        told = f"{quote(login['USER'], safe='')}:{quote(login['PASSWORD'], safe='')}"
        environment[name] = f"postgresql://{told}@/{connection.settings_dict['NAME']}?{urlencode(place)}"
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=code, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_new_field_is_a_short_migration_and_the_trail_has_it_from_the_next_migration_on(own_database, code):
    by = User.objects.create_user("administrator")
    with center_scope([], by=by, reason="before the migration"):
        Center.objects.create(center_code="C01", center_name_en="Hospital", center_name_zh="医院", hospital_level="3A")
    model, migrations = code / "registry" / "models" / "center.py", code / "registry" / "migrations"
    assert OF_A_CENTER in model.read_text()
    model.write_text(model.read_text().replace(OF_A_CENTER, OF_A_CENTER + NEW_FIELD))
    manage(code, "makemigrations", "registry", "--name", "telephone")
    (new,) = migrations.glob("*_telephone.py")
    written = new.read_text()
    assert len(written) < 1000
    assert "trigger" not in written.lower()

    (migrations / "9999_filled.py").write_text(FILLED.replace("AFTER", new.stem))
    manage(code, "migrate", "--verbosity", "0")
    assert are_hardened()
    functions = [source for (table, name), (*_, source) in standing().items() if table == "registry_center"]
    assert len(functions) == 3
    assert all('"telephone"' in source for source in functions)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_label, telephone FROM registry_centerevent ORDER BY pgh_id")
        assert cursor.fetchall() == [("insert", ""), ("update", "010 1234")]


def test_starts_at_once_take_turns(own_database, code: Path):
    connection.close()
    with ThreadPoolExecutor(3) as starts:
        for started in [starts.submit(manage, code, "migrate") for _ in range(3)]:
            started.result()
    assert are_as_declared()


def test_a_start_that_migrates_nothing_takes_no_view_away(own_database):
    as_owner("CREATE VIEW rests_on_a_view AS SELECT count(*) FROM deidentified_patient")
    with pytest.raises(DatabaseError, match="rests_on_a_view"):  # within the transaction that replaces them
        call_command("migrate", verbosity=0)
    as_owner("SELECT count(*) FROM deidentified_patient")
