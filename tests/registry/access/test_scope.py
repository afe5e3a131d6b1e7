"""Row security: a scope sees its centers, nothing else sees anything, and a child stays with its parent."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from registry.access.permissions import centers_of
from registry.access.roles import connected_as, reading_as_stats
from registry.access.scope import center_scope
from registry.models import Center, Patient, TransarterialSession
from tests.conftest import PASSWORD


def refusal(query, parameters=None) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query, parameters)
    return str(caught.value)


@pytest.fixture
def two_patients(cast, make_patient):
    return make_patient(local_id="0001"), make_patient(center=cast.other_center, local_id="0002")


def test_the_tests_run_as_the_app_role_without_special_rights(db, rows):
    query = "SELECT current_user, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert rows(query) == [("caliper_app", False, False, False)]


def test_every_table_with_a_center_is_forced_and_has_a_policy(db, rows):
    unprotected = rows("""
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('center_id', 'center_ids')
        WHERE c.relkind = 'r' AND c.relname NOT LIKE 'registry_membership%'
          AND c.relname NOT LIKE 'registry_labreferencelimit%'  -- limits of normal, kept by administrators: nobody's data
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))""")
    assert unprotected == []


def test_outside_a_scope_there_are_no_rows(two_patients, rows):
    assert Patient.objects.count() == 0
    assert rows("SELECT count(*) FROM registry_patient") == [(0,)]


def test_a_scope_sees_its_own_centers_and_ends_with_its_block(cast, two_patients):
    with center_scope([cast.center.pk]):
        assert [p.local_id for p in Patient.objects.all()] == ["0001"]
        with center_scope([cast.center.pk, cast.other_center.pk]):
            assert Patient.objects.count() == 2
        assert Patient.objects.count() == 1
    assert Patient.objects.count() == 0


def test_rows_of_another_center_can_not_be_written(cast, two_patients):
    with center_scope([cast.center.pk], by=cast.data_manager, reason="trying"):
        assert Patient.objects.filter(local_id="0002").update(sex="F") == 0
        said = refusal("UPDATE registry_patient SET center_id = %s", [cast.other_center.pk])
        assert "row-level security" in said


def test_a_child_can_not_hang_below_a_patient_of_another_center(cast, two_patients):
    foreign = two_patients[1]
    with center_scope([cast.center.pk], by=cast.data_manager, reason="trying"):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="patient_in_same_center"), transaction.atomic():
            TransarterialSession.objects.create(
                center=cast.center, patient_id=foreign.pk, start_date="2020-01-01", modality="CTACE"
            )


def test_an_error_inside_a_scope_leaves_nothing_behind(cast, make_patient):
    with pytest.raises(RuntimeError), center_scope([cast.center.pk], by=cast.data_manager, reason="trying"):
        Center.objects.filter(pk=cast.center.pk).update(center_name_en="changed")
        raise RuntimeError
    cast.center.refresh_from_db()
    assert cast.center.center_name_en == "Hospital 1"


def test_an_inactive_center_is_in_nobodys_scope(cast, two_patients):
    with center_scope([], by=cast.administrator, reason="closing the center"):
        Center.objects.filter(pk=cast.center.pk).update(is_active=False)
    assert centers_of(cast.data_manager) == []


def test_stats_reads_de_identified_views_of_the_scope_and_nothing_else(cast, two_patients, rows):
    with center_scope([cast.center.pk]):
        with reading_as_stats():
            assert rows("SELECT registry_id, birth_year FROM deidentified_patient") == [
                (two_patients[0].registry_id, 1960)
            ]
            assert "permission denied" in refusal("SELECT * FROM registry_patient")
        assert rows("SELECT current_user") == [("caliper_app",)]
    with reading_as_stats():
        assert rows("SELECT count(*) FROM deidentified_patient") == [(0,)]


def test_no_view_shows_what_could_name_a_person(db, rows):
    shown = rows("""SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'v' AND c.relname LIKE 'deidentified%%'""")
    names = {column for _, column in shown}
    assert {"deidentified_patient", "deidentified_labresult", "deidentified_transarterialsession"} <= {
        view for view, _ in shown
    }
    assert not names & {"local_id", "birth_date", "hospital_no", "local_id_hash", "ae_term_verbatim"}


@pytest.mark.django_db(transaction=True)
def test_the_stats_login_itself_sees_nothing_without_a_scope(two_patients, cast):
    with connected_as("stats"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deidentified_patient")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT set_config('app.center_ids', %s, false)", [str(cast.center.pk)])
        cursor.execute("SELECT count(*) FROM deidentified_patient")
        assert cursor.fetchone() == (1,)
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute("SELECT * FROM registry_patientidentity")


def test_a_signed_in_user_works_in_the_scope_of_the_own_centers(cast, two_patients):
    client = Client()
    assert client.login(username="data_manager", password=PASSWORD)
    page = client.get("/admin/registry/patient/").content.decode()
    assert "0001" in page
    assert two_patients[1].registry_id not in page


def test_a_user_without_a_center_sees_no_patient(cast, two_patients):
    client = Client()
    client.force_login(cast.outsider)
    page = client.get("/admin/registry/patient/")
    assert page.status_code in {302, 403} or two_patients[0].registry_id not in page.content.decode()


def test_an_ended_membership_shows_nothing_more(cast, two_patients):
    with center_scope([], by=cast.administrator, reason="left the hospital"):
        cast.data_manager.membership_set.update(is_active=False)
    assert centers_of(cast.data_manager) == []
    with center_scope([cast.center.pk]):
        assert not Patient.objects.visible_to(cast.data_manager).exists()
