"""The audit trail records every write with its author, and the app can neither forge, mend nor silence it."""

import pytest
from django.db import DatabaseError, connection, transaction

from registry.access.scope import center_scope
from registry.models import Patient

TRAIL = """SELECT e.pgh_label, e.sex, c.metadata->>'user', c.metadata->>'reason'
    FROM registry_patientevent e JOIN pghistory_context c ON c.id = e.pgh_context_id ORDER BY e.pgh_id"""

FORBIDDEN = [
    "INSERT INTO registry_patientevent (pgh_created_at, pgh_label, pgh_obj_id) VALUES (now(), 'update', 1)",
    "UPDATE registry_patientevent SET sex = 'F'",
    "DELETE FROM registry_patientevent",
    "TRUNCATE registry_patientevent",
    "INSERT INTO pghistory_context (id, created_at, updated_at, metadata) VALUES (gen_random_uuid(), now(), now(), '{}')",
    "UPDATE pghistory_context SET metadata = '{}'",
    "DELETE FROM pghistory_context",
    "DELETE FROM registry_patient",
    "TRUNCATE registry_patient CASCADE",
    "ALTER TABLE registry_patient DISABLE TRIGGER ALL",
    "ALTER TABLE registry_patient DISABLE ROW LEVEL SECURITY",
    "DROP POLICY center_scope ON registry_patient",
    "CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'",
    "CREATE TABLE public.mine ()",
    "SET session_replication_role = replica",
]


def test_a_write_is_recorded_with_its_author_and_reason(cast, make_patient, rows):
    make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="typing error"):
        Patient.objects.update(sex="F")
        trail = rows(TRAIL)
    user = str(cast.data_manager.pk)
    assert trail == [("insert", "M", user, "a patient of the tests"), ("update", "F", user, "typing error")]


@pytest.mark.parametrize("missing", ["by", "reason"])
def test_a_write_that_does_not_say_who_and_why_is_refused(cast, make_patient, missing):
    make_patient()
    about = {"by": cast.data_manager, "reason": "typing error"}
    about.pop(missing)
    with (
        center_scope([cast.center.pk], **about),
        pytest.raises(DatabaseError, match="a write needs a user and a reason"),
    ):
        Patient.objects.update(sex="F")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_app_role_can_not_touch_the_trail(cast, make_patient, statement):
    make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="attack"):
        with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        said = str(caught.value)
        assert "permission denied" in said or "must be owner" in said, said


def test_a_setting_does_not_silence_the_trail(cast, make_patient, rows):
    make_patient()
    with center_scope([cast.center.pk], by=cast.data_manager, reason="quietly"):
        rows("""SELECT set_config('pgtrigger.ignore', '{' || (SELECT string_agg(tgname, ',') FROM pg_trigger
                WHERE tgname LIKE 'pgtrigger%%') || '}', true)""")
        Patient.objects.update(sex="F")
        assert [label for label, *_ in rows(TRAIL)] == ["insert", "update"]


def test_an_earlier_writes_author_can_not_be_replaced(cast, make_patient, rows):
    make_patient()
    with center_scope([cast.center.pk], by=cast.other_data_manager, reason="forging"):
        ((context,),) = rows("SELECT pgh_context_id FROM registry_patientevent")
        rows("SELECT set_config('pghistory.context_id', %s, true)", [str(context)])
        with pytest.raises(DatabaseError, match="belongs to an earlier write"), transaction.atomic():
            Patient.objects.update(sex="F")


def test_a_bulk_update_and_raw_sql_are_recorded_row_by_row(cast, make_patient, rows):
    make_patient(local_id="0001")
    make_patient(local_id="0002")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="raw"):
        rows("UPDATE registry_patient SET cirrhosis = '1'")
        assert rows("SELECT count(*) FROM registry_patientevent WHERE pgh_label = 'update'") == [(2,)]


def test_one_center_does_not_read_the_trail_of_another(cast, make_patient, rows):
    make_patient()
    with center_scope([cast.other_center.pk]):
        assert rows("SELECT count(*) FROM registry_patientevent") == [(0,)]


def test_the_owner_finds_every_safeguard_on_the_trigger_functions(db, rows):
    naked = rows("""SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND (proname LIKE 'pgtrigger\\_%%' OR proname = '_pgh_attach_context')
        AND NOT (prosecdef AND proconfig::text LIKE '%%search_path=public, pg_temp%%')""")
    assert naked == []


@pytest.mark.django_db
def test_a_trigger_never_joins_old_and_new_rows_by_the_plan_of_a_single_row(rows):
    """Its plan is made once in a session: by nested loops a small change before would make a large one endless."""
    functions = rows("SELECT proname, proconfig FROM pg_proc WHERE proname LIKE 'pgtrigger\\_%%'", [])
    assert len(functions) > 50
    assert {name for name, settings in functions if "enable_nestloop=off" not in settings} == set()
