"""Each table of records, and each trail, has the indexes that are asked for and no others: all are written with every row."""

import pytest
from django.apps import apps
from django.db import connection

from registry.access.indexes import settle_indexes
from registry.access.roles import connected_as
from registry.models import CenterRecord, LabResult

OF_ONE_COLUMN = """SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = %s::regclass AND i.indnatts = 1 AND NOT i.indisunique"""
RECORDS = [
    m for m in apps.get_app_config("registry").get_models() if issubclass(m, CenterRecord) and hasattr(m, "patient")
]


def columns_of_single_indexes(model, rows):
    return {name for (name,) in rows(OF_ONE_COLUMN, [model._meta.db_table])}


def definitions(model, rows):
    found = rows("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [model._meta.db_table])
    return {definition.split(" USING ")[1] for (definition,) in found}


@pytest.mark.django_db
@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_a_record_is_found_in_its_center_by_its_patient_and_its_trail_by_the_record(model, rows):
    references = {field.attname for field in model._meta.local_fields if field.is_relation}
    assert "btree (center_id, patient_id)" in definitions(model, rows)
    assert not columns_of_single_indexes(model, rows) & references
    assert columns_of_single_indexes(model.pgh_event_model, rows) == {"pgh_obj_id", "pgh_context_id"}


@pytest.mark.django_db
def test_a_laboratory_result_is_written_into_three_indexes_and_its_trail_into_three(rows):
    assert definitions(LabResult, rows) == {
        "btree (id)",
        "btree (assessment_id, analyte_code)",
        "btree (center_id, patient_id)",
    }
    assert definitions(LabResult.pgh_event_model, rows) == {
        "btree (pgh_id)",
        "btree (pgh_obj_id)",
        "brin (pgh_context_id uuid_minmax_multi_ops)",
    }


@pytest.mark.django_db(transaction=True)
def test_settling_again_changes_nothing_and_mends_what_was_dropped(rows):
    before = definitions(LabResult, rows)
    with connected_as("owner"), connection.cursor() as cursor:
        cursor.execute("DROP INDEX registry_labresult_of_center")
        cursor.execute("CREATE INDEX registry_labresult_needless ON registry_labresult (patient_id)")
        for _ in range(2):
            settle_indexes(cursor, model=LabResult)
    assert definitions(LabResult, rows) == before
