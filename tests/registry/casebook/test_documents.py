"""Forms and casebooks as PDF: complete, in the reader's language, for those alone who may read the records."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from registry.access.scope import center_scope
from registry.casebook.blank_forms import blank_forms, code_lists
from registry.casebook.documents import signature_of
from registry.casebook.filled_forms import casebook_records, printed_record
from registry.models import (
    AdverseEvent,
    Assessment,
    FollowUp,
    LabResult,
    Patient,
    TransarterialAgent,
    TransarterialSession,
)
from registry.models.hierarchy import child_models, model_of, parents_of, patient_models
from registry.queries import open_query
from registry.records.sign_off import sign_off
from registry.workbook.sheets import sheets
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(cast: Cast, make_patient: Callable[..., Patient]) -> Patient:
    """With a name no font of ours has a character for, and words that a typesetter would take for commands."""
    patient = make_patient(smoking_status="NEV", other_malignancy_type='𠮷 #panic("no") $x_1$ *bold* <end>')
    of = {"patient": patient, "center": cast.center}
    with center_scope([cast.center.pk], by=cast.data_manager, reason="records to print"):
        assessment = Assessment.objects.create(
            **of, assessment_date="2015-03-10", assessment_type="BASE", height_cm=170, ecog_ps_missing_reason="ND"
        )
        LabResult.objects.create(
            **of,
            assessment=assessment,
            analyte_code="afp",
            value=1210,
            comparator=">",
            raw_value=">1210",
            raw_unit="ng/mL",
        )
        session = TransarterialSession.objects.create(**of, start_date="2015-04-01", modality="CTACE", lipiodol_ml=25)
        TransarterialAgent.objects.create(**of, session=session, agent_code="EPIRUBICIN", dose_mg=40)
        AdverseEvent.objects.create(
            **of, ae_term="Nausea", ctcae_version="5.0", ae_grade="1", ae_onset_date="2015-04-02"
        )
        FollowUp.objects.create(**of, follow_up_date="2016-01-01", vital_status="ALIVE")
        open_query(session, variables=["lipiodol_ml"], text="请核对原始记录。", by=cast.data_manager)
    return patient


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_variable_of_every_sheet_is_asked_on_paper_but_the_hospital_number(language: str) -> None:
    with translation.override(language):
        questions = [(form.name, question) for form in blank_forms() for question in form.questions]
    asked = {(form, name) for form, question in questions for name in (question.name, question.precision) if name}
    sheet_columns = {
        (sheet.name, column.name)
        for sheet in sheets()
        for column in sheet.columns
        if column.entity != "patientidentity"
    }
    assert asked == sheet_columns


def test_a_form_says_where_its_second_record_begins() -> None:
    begun = {form.title: [question.part for question in form.questions if question.part] for form in blank_forms()}
    assert begun["Assessments"] == ["Tumor burden"]
    assert begun["Ablations"] == ["Ablated lesion"]
    assert begun["Patients"] == []


def test_a_vocabulary_too_long_for_boxes_is_listed_once_where_forms_are_annotated() -> None:
    lists = {listed.title: dict(listed.choices) for listed in code_lists()}
    named = {question.codes for form in blank_forms() for question in form.questions if question.codes}
    assert set(lists) == named == {"Ethnic group", "Agent"}
    assert lists["Agent"]["EPIRUBICIN"] == "epirubicin"


def test_what_cannot_apply_is_not_called_missing(patient: Patient, cast: Cast) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="reading"):
        session = printed_record(TransarterialSession.objects.get())
        alive = printed_record(FollowUp.objects.get())
    assert "Vascular access" in session.unanswered
    assert not {"HAIC regimen", "Isotope", "Precision of start date"} & set(session.unanswered)
    assert "Cause of death" not in alive.unanswered


def test_a_casebook_says_who_signed_and_whether_it_still_holds(make_patient: Callable, cast: Cast) -> None:
    complete = make_patient()
    with center_scope([cast.center.pk], by=cast.investigator, reason="signing"):
        assert signature_of(complete) == "not signed"
        sign_off(complete, by=cast.investigator, statement="I have read them.")
        assert signature_of(complete).startswith("signed by investigator, 20")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a correction"):
        complete.sex = "F"
        complete.save()
        assert signature_of(complete).endswith(", changed since")


def test_a_panel_is_printed_in_the_order_of_its_form_with_what_the_laboratory_said(
    patient: Patient, cast: Cast
) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="records to print"):
        of = {"patient": patient, "center": cast.center, "assessment": Assessment.objects.get()}
        LabResult.objects.create(**of, analyte_code="plt", value=109, raw_value="109", raw_unit="", lln=100, uln=300)
        (panel,) = printed_record(Assessment.objects.get()).tables
    assert panel.head == ("Analyte", "Value", "As submitted", "Limits of normal")
    assert [row[0] for row in panel.rows] == ["Platelets", "Alpha-fetoprotein"]
    assert panel.rows[0][3] == "100–300"


def test_a_casebook_holds_every_record_with_what_is_entered_with_it(patient: Patient, cast: Cast) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="reading"):
        records = casebook_records(patient)
    assert [record.form for record in records] == [
        "Patient",
        "Assessment",
        "Transarterial session",
        "Follow-up",
        "Adverse event",
    ]
    by_form = {record.form: record for record in records}
    assert ("Height", "170 cm") in by_form["Assessment"].values
    assert dict(by_form["Assessment"].values)["ECOG performance status"].startswith("missing: ")
    assert by_form["Assessment"].tables[0].rows == (("Alpha-fetoprotein", ">1210 ng/mL", ">1210 ng/mL"),)
    assert "40 mg" in by_form["Transarterial session"].tables[0].rows[0]
    assert "Weight" in by_form["Assessment"].unanswered


def test_as_many_records_are_printed_as_the_patient_has(patient: Patient, cast: Cast) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="reading"):
        records = casebook_records(patient)
        stored = sum(model.objects.filter(patient=patient).count() for model, _column in child_models(Patient))
    printed = len(records) - 1 + sum(len(table.rows) for record in records for table in record.tables)
    assert printed == stored == 6


def test_no_kind_of_record_is_left_out_of_a_casebook() -> None:
    kinds = {model_of(entity) for sheet in sheets() for entity in sheet.entities}
    with_a_form = {kind for kind in kinds if not parents_of(kind)}
    below = {child for kind in with_a_form - {Patient} for child, _column in child_models(kind)}
    assert with_a_form | below == set(patient_models())


def test_a_variable_is_printed_with_its_value_its_reason_or_as_not_recorded(patient: Patient, cast: Cast) -> None:
    with center_scope([cast.center.pk], by=cast.data_manager, reason="reading"):
        printed = printed_record(patient)
    told, left_out = {*dict(printed.values), *printed.unanswered}, len(printed.values) + len(printed.unanswered)
    assert len(told) == left_out
    columns = {str(column.label): column.name for column in sheets()[0].columns if column.entity == "patient"}
    assert {name for label, name in columns.items() if label not in told} == {
        *("birth_date_precision", "diagnosis_date_precision", "consent_withdrawn_date", "pack_years"),
    }


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pdfs_are_made_of_whatever_was_recorded(client: Client, patient: Patient, cast: Cast, language: str) -> None:
    client.force_login(cast.data_manager)
    client.cookies["django_language"] = language
    for address in (
        f"/casebooks/{patient.pk}.pdf",
        f"/casebooks/patient/{patient.pk}.pdf",
        "/forms.pdf",
        "/forms.pdf?annotated=1&form=01_患者_patient",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")


def test_the_page_of_the_forms_names_each(client: Client, cast: Cast) -> None:
    client.force_login(cast.uploader)
    page = client.get("/forms/").content.decode()
    assert all(str(sheet.title) in page for sheet in sheets())


def test_a_form_that_does_not_exist_is_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.data_manager)
    assert client.get("/forms.pdf?form=nothing").status_code == 404
    assert client.get("/casebooks/user/1.pdf").status_code == 404
    assert client.get("/casebooks/999999.pdf").status_code == 404


@pytest.mark.parametrize("who", ["statistician", "other_data_manager", "administrator", "outsider"])
def test_nobody_prints_the_records_of_a_center_that_is_not_theirs(
    client: Client, patient: Patient, cast: Cast, who: str
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"/casebooks/{patient.pk}.pdf").status_code == 404
    assert client.get(f"/casebooks/patient/{patient.pk}.pdf").status_code == 404
