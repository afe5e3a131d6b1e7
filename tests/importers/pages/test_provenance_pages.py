"""From any value of a form or of the history to the cell of the workbook that said it."""

import pytest
from django.test import Client

from importers.models import UploadMode
from importers.services import load_file
from registry.access.scope import center_scope
from registry.models import Assessment, LabResult, Patient, TransarterialSession
from registry.records.history import history_of, history_of_field
from registry.workbook.provenance import cell_of_write
from tests.importers import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast) -> Client:
    client = Client()
    client.force_login(cast.data_manager)
    return client


@pytest.fixture
def scope(cast):
    return lambda: center_scope([cast.center.pk], by=cast.data_manager, reason="a test", source="form")


@pytest.fixture
def load(cast):
    def run(sheets, *, name):
        content = books.workbook(sheets)
        return load_file(content, filename=name, center=cast.center.pk, by=cast.uploader, mode=UploadMode.WHOLE)

    return run


@pytest.fixture
def twice_loaded(load):
    sheets = books.whole_center(2)
    march = load(sheets, name="march.xlsx")
    sheets[books.TRANSARTERIAL][1]["lipiodol_ml"] = "９"
    return march, load(sheets, name="april.xlsx")


def of_second_patient(model, scope, **asked):
    with scope():
        return model.objects.get(patient__local_id="0002", **asked)


def test_the_panel_of_a_field_names_the_cell_and_what_it_said(client, scope, twice_loaded):
    session = of_second_patient(TransarterialSession, scope)
    panel = client.get(f"/records/transarterialsession/{session.pk}/lipiodol_ml/").content.decode()
    assert "Data source" in panel
    assert f"Cell D3 on sheet {books.TRANSARTERIAL} of april.xlsx (upload {twice_loaded[1].pk}):" in panel
    assert '<q class="caliper-raw">９</q>' in panel
    result = of_second_patient(LabResult, scope, analyte_code="afp")
    assert "＞121,000" in client.get(f"/records/labresult/{result.pk}/value/").content.decode()


def test_a_value_typed_over_it_has_no_cell_any_more_but_its_history_has(client, scope, twice_loaded):
    session = of_second_patient(TransarterialSession, scope)
    with scope():
        session.lipiodol_ml = 12
        session.save()
        typed, april, march = history_of_field(session, variable="lipiodol_ml")
    panel = client.get(f"/records/transarterialsession/{session.pk}/lipiodol_ml/").content.decode()
    assert "Data source" not in panel
    assert (typed.is_upload, april.is_upload, march.is_upload) == (False, True, True)
    with scope():
        said = [
            cell_of_write(session, variable="lipiodol_ml", event_id=change.event) for change in (typed, april, march)
        ]
    assert said[0] is None
    assert [(one.filename, one.address, one.raw) for one in said[1:]] == [
        ("april.xlsx", "D3", "９"),
        ("march.xlsx", "D3", "8"),
    ]


def test_every_uploaded_value_of_the_history_leads_to_its_row(client, scope, twice_loaded):
    with scope():
        patient = Patient.objects.get(local_id="0002")
        changes = [change for change in history_of(patient) if change.is_upload]
    page = client.get(f"/admin/registry/patient/{patient.pk}/history/").content.decode()
    places = [(change, value.variable) for change in changes for value in change.values]
    assert len(places) > 30
    for change, variable in places:
        link = f"/records/{change.entity}/{change.record_id}/{variable}/cell/{change.event}/"
        assert link in page
        shown = client.get(link, follow=True)
        assert shown.status_code == 200
        assert "/cell/" in shown.redirect_chain[-1][0], link


def test_a_reason_for_a_missing_value_has_its_cell_too(client, scope, load):
    sheets = books.whole_center(1)
    sheets[books.ASSESSMENT][0]["weight_kg"] = "未查"
    load(sheets, name="march.xlsx")
    with scope():
        assessment = Assessment.objects.get()
    assert "未查" in client.get(f"/records/assessment/{assessment.pk}/weight_kg/").content.decode()


def test_a_stranger_to_the_center_is_led_nowhere(cast, scope, twice_loaded):
    session = of_second_patient(TransarterialSession, scope)
    with scope():
        april = history_of_field(session, variable="lipiodol_ml")[0]
    stranger = Client()
    stranger.force_login(cast.other_data_manager)
    link = f"/records/transarterialsession/{session.pk}/lipiodol_ml/cell/{april.event}/"
    assert stranger.get(link).status_code == 404
