"""A hospital's own export from its bytes to stored records: found, stored, traced, sent back, undone, and read by a changed mapping."""

import io

import openpyxl
import pytest
from django.db import DatabaseError, transaction

from demo.foreign.laboratory import TEST, laboratory_results
from demo.foreign.tace import tace_clinical_data
from demo.foreign.visits import hospital_visits
from importers.mapping.refusals import MappingRefused
from importers.models import CenterMapping, Upload, UploadMode, UploadState
from importers.services import check_upload, load_file, map_upload, receive_upload, send_upload, undo_upload
from importers.storage.center_mappings import mapping_named, mappings_of, parts_of, save_mapping, versions_of
from importers.storage.load import NotAllowed
from importers.storage.mapping_changes import changes_of_mapping
from importers.workbooks.feedback import annotated_upload
from importers.workbooks.foreign_feedback import page_name
from registry.access.scope import center_scope
from registry.errors import Refused
from registry.models import AdverseEvent, LabResult, Patient, TransarterialSession
from registry.workbook.provenance import provenance_of

pytestmark = pytest.mark.django_db

EXPORT = hospital_visits(patients=14, visits=60)
EVENTS = """
mapping: 1
name: events
records:
  - kind: patient
    constants: {consent_status: WAIV, diagnosis_basis: IMG, tumor_type: HCC, birth_date: 1960-01-01, diagnosis_date: 2019-01-01}
    variables: {local_id: ID, sex: Sex}
  - kind: ae
    repeat: [1, 2]
    when: {header: "AE{n}", filled: true}
    constants: {ctcae_version: "5.0"}
    variables: {local_id: ID, ae_term: "AE{n}", ae_grade: "Grade{n}", ae_onset_date: {header: "Date{n}", dates: day-first}}
"""


@pytest.fixture
def saved(cast):
    return save_mapping(EXPORT.mapping_text, center=cast.center.pk, by=cast.uploader)


@pytest.fixture
def scope(cast):
    return lambda: center_scope([cast.center.pk], by=cast.uploader, reason="a test")


@pytest.fixture
def load(cast):
    def done(content, *, mapping, mode=UploadMode.VALID):
        return load_file(
            content, mapping=mapping, filename="x.xlsx", center=cast.center.pk, by=cast.uploader, mode=mode
        )

    return done


def workbook(*rows, sheet="data") -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def test_every_planted_fault_is_told_in_its_cell_and_nothing_is_asked_of_other_rows(load, saved):
    upload = load(EXPORT.as_workbook(), mapping=saved)
    assert upload.state == UploadState.STORED
    letters = {header: openpyxl.utils.get_column_letter(at) for at, header in enumerate(EXPORT.headers, start=1)}
    planted = {(one.row, letters[one.header], one.code) for one in EXPORT.planted}
    found = {(one["row"], one["column"], one["code"]) for one in upload.report["findings"]}
    assert len(planted) == 8
    assert planted <= found
    rows = {row for row, *_ in planted}
    elsewhere = [one for one in upload.report["findings"] if one["row"] not in rows and one["row"] != 2]
    assert elsewhere == []
    assert upload.report["mapping"] == {"name": "hospital-visits", "version": 1}
    stored, sheets = upload.result, {sheet["sheet"]: sheet["rows"] for sheet in upload.report["sheets"]}
    assert stored["patient"]["new"] == sheets["01_患者_patient"] == 14
    assert stored["assessment"]["new"] >= sheets["02_评估_assessment"] * 0.85


def test_a_value_shows_the_hospitals_sheet_row_column_and_text(load, saved, scope):
    load(EXPORT.as_workbook(), mapping=saved)
    alb = EXPORT.headers.index("白蛋白")
    marked = next(n for n, row in enumerate(EXPORT.rows) if str(row[alb]).endswith("↑"))
    with scope():
        results = LabResult.objects.filter(analyte_code="alb", assessment__assessment_date=EXPORT.rows[marked][5])
        result = results.get(patient__local_id=EXPORT.rows[marked][0])
        cell = provenance_of(result)["value"]
        born = provenance_of(Patient.objects.get(local_id=EXPORT.rows[0][0]))["birth_date"]
    assert (cell.sheet, cell.row, cell.column, cell.raw) == ("Sheet1", marked + 3, "T", EXPORT.rows[marked][alb])
    assert f"{result.value}↑" == cell.raw
    assert (born.address, born.raw) == ("F3", f"{EXPORT.rows[0][5]} {EXPORT.rows[0][3]}")


def test_sent_again_it_is_the_same_upload_and_read_again_nothing_changes(cast, saved, load, scope):
    content = EXPORT.as_workbook()
    first = load(content, mapping=saved)
    with scope():
        again, is_new = send_upload(content, filename="x.xlsx", center=cast.center.pk, by=cast.uploader, mapping=saved)
        assert (again.pk, is_new) == (first.pk, False)
        unmapped, is_new = send_upload(content, filename="x.xlsx", center=cast.center.pk, by=cast.uploader)
        assert is_new
        changes = changes_of_mapping(first, mapping=parts_of(saved))
    assert {(one.new, one.changed, one.conflict) for one in changes.records.values()} == {(0, 0, 0)}
    refused = check_upload(unmapped.pk, center=cast.center.pk, by=cast.uploader)
    assert refused.state == UploadState.REFUSED
    with scope():
        refused.refresh_from_db()
        refused.job.state = "DONE"
        assert refused.can_be_mapped
        assert "患者姓名" not in bytes(refused.original).decode(errors="ignore")
        map_upload(refused, mapping=saved, by=cast.uploader)
    mapped = check_upload(unmapped.pk, center=cast.center.pk, by=cast.uploader)
    assert mapped.state == UploadState.STAGED
    assert {counts["new"] for counts in mapped.preview["records"].values()} == {0}


def test_a_changed_mapping_says_what_it_would_change_and_stores_nothing(cast, saved, load, scope):
    upload = load(EXPORT.as_workbook(), mapping=saved)
    text = EXPORT.mapping_text.replace("{1: M, 0: F}", "{1: F, 0: M}")
    newer = save_mapping(text, center=cast.center.pk, by=cast.uploader, note="sex was the wrong way round")
    with scope():
        changes = changes_of_mapping(upload, mapping=parts_of(newer))
        assert changes.records["patient"].changed == 14
        assert changes.records["assessment"].changed == 0
        assert Patient.objects.filter(row_version__gt=0).count() == 0
        assert [one.version for one in versions_of("hospital-visits", center=cast.center.pk)] == [2, 1]


def test_the_hospitals_own_sheet_comes_back_marked_and_corrected_it_is_stored(load, saved, scope):
    upload = load(EXPORT.as_workbook(), mapping=saved)
    with scope():
        marked = annotated_upload(Upload.objects.select_related("center", "mapping").get(pk=upload.pk))
    book = openpyxl.load_workbook(io.BytesIO(marked))
    page = book["Sheet1"]
    assert [cell.value for cell in page[2]][: len(EXPORT.headers)] == list(EXPORT.headers)
    ascites = EXPORT.headers.index("腹水") + 1
    wrong = next(row for row in page.iter_rows(min_row=3) if row[ascites - 1].value == 9)
    assert wrong[ascites - 1].fill.fgColor.rgb == "FFF8CBAD"
    wrong[ascites - 1].value = 0
    target = io.BytesIO()
    book.save(target)
    again = load(target.getvalue(), mapping=saved)
    assert again.result["assessment"]["new"] == 1
    assert again.report["corrects"] == [upload.pk]


def test_repeated_groups_make_a_record_each_that_hold_back_only_themselves(cast, load, scope):
    mapping = save_mapping(EVENTS, center=cast.center.pk, by=cast.uploader)
    rows = [
        ["ID", "Sex", "AE1", "Grade1", "Date1", "AE2", "Grade2", "Date2"],
        ["P1", "M", "Nausea", 2, "25/03/2019", "Fever", 9, "01/04/2019"],
        ["P2", "F", None, None, None, "Fever", 1, "02/04/2019"],
    ]
    upload = load(workbook(*rows), mapping=mapping)
    assert upload.result["adverseevent"]["new"] == 2
    wrong = [one for one in upload.report["findings"] if one["severity"] == "error"]
    assert ("data", "G", 2, "ae_grade") in {(one["sheet"], one["column"], one["row"], one["name"]) for one in wrong}
    assert {one["row"] for one in wrong} == {2}
    assert {one["column"] for one in wrong} <= {"F", "G"}
    with scope():
        event = AdverseEvent.objects.get(patient__local_id="P2")
        assert provenance_of(event)["ae_onset_date"].address == "H3"
        assert str(event.ae_onset_date) == "2019-04-02"
    undone = undo_upload(upload, by=cast.uploader, reason="a trial", center=cast.center.pk)
    assert undone.undo_result["withdrawn"] == {"adverseevent": 2, "patient": 2}


def test_a_published_shape_with_intervals_is_stored_with_sessions_responses_and_follow_up(cast, load, scope):
    shape = tace_clinical_data(patients=12)
    mapping = save_mapping(shape.mapping_text, center=cast.center.pk, by=cast.uploader)
    upload = load(shape.as_workbook(), mapping=mapping)
    new = {entity: counts["new"] for entity, counts in upload.result.items()}
    assert {new[name] for name in ("patient", "assessment", "transarterialsession", "followup")} == {12}
    interval, call = shape.headers.index("Interval_FU"), shape.headers.index("1_mRECIST")
    assert new["imagingassessment"] == 12 + sum(
        row[interval] is not None or row[call] is not None for row in shape.rows
    )
    with scope():
        assert TransarterialSession.objects.filter(modality="DEBTACE").count() == sum(
            row[24] == "doxorubicin LC beads" for row in shape.rows
        )
        assert Patient.objects.filter(birth_date_precision="Y").count() == 12


def test_versions_are_added_never_changed_and_stay_in_their_center(cast, saved):
    same = save_mapping(EXPORT.mapping_text, center=cast.center.pk, by=cast.uploader)
    assert same.pk == saved.pk
    with pytest.raises(NotAllowed):
        save_mapping(EXPORT.mapping_text, center=cast.other_center.pk, by=cast.uploader)
    with pytest.raises(NotAllowed):
        save_mapping(EXPORT.mapping_text, center=cast.center.pk, by=cast.investigator)
    with center_scope([cast.other_center.pk], by=cast.other_data_manager):
        assert CenterMapping.objects.count() == 0
        with pytest.raises(Refused, match="no mapping"):
            mapping_named("hospital-visits", center=cast.other_center.pk)
    with center_scope([cast.center.pk], by=cast.uploader, reason="a test"):
        assert [one.name for one in mappings_of(cast.center.pk)] == ["hospital-visits"]
        with pytest.raises(DatabaseError), transaction.atomic():
            CenterMapping.objects.filter(pk=saved.pk).update(text="mapping: 1")
        upload = receive_upload(b"x", filename="x.xlsx", center=cast.center.pk, by=cast.uploader)
        saved.center_id = cast.other_center.pk
        upload.job = None
        upload.state = UploadState.STAGED
        with pytest.raises(Refused, match="another center"):
            map_upload(upload, mapping=saved, by=cast.uploader)


def test_another_center_takes_an_exported_mapping_over_and_adapts_it(cast, saved):
    text = saved.text.replace("研究编号", "编号")
    theirs = save_mapping(text, center=cast.other_center.pk, by=cast.other_data_manager)
    assert (theirs.version, theirs.center_id) == (1, cast.other_center.pk)
    with pytest.raises(MappingRefused) as refused:
        save_mapping(
            text.replace("kind: lab_wide", "kind: labs"), center=cast.other_center.pk, by=cast.other_data_manager
        )
    assert [one.path for one in refused.value.problems] == ["records[3].kind"]


@pytest.mark.parametrize(
    ("name", "page"),
    [("Sheet1", "Sheet1"), ("a:b/c", "a_b_c"), ("00_summary", "00_summary_"), ("x" * 40, "x" * 31), ("'", "sheet")],
)
def test_a_file_called_as_no_sheet_may_be_is_sent_back_all_the_same(name, page):
    assert page_name(name) == page


def test_a_laboratorys_row_per_result_comes_to_the_patients_who_are_there(cast, saved, load, scope):
    load(EXPORT.as_workbook(), mapping=saved)
    results = laboratory_results(patients=14, visits=60)
    mapping = save_mapping(results.mapping_text, center=cast.center.pk, by=cast.uploader)
    upload = load(results.as_workbook(), mapping=mapping)
    told = {(one["row"], one["code"]) for one in upload.report["findings"] if one["severity"] == "error"}
    assert told == {(one.row, one.code) for one in results.planted}
    kept = [row for row in results.rows if row[TEST] != "尿酸碱度"]
    with scope():
        stored = LabResult.objects.filter(analyte_code__in=["ggt", "glu", "hbeag", "hbv_dna", "wbc"])
        assert upload.result["labresult"]["new"] == len(kept) - len(results.planted) - 1  # of a repeated result neither
        glucose = stored.filter(analyte_code="glu").earliest("pk")
        assert (glucose.raw_unit, float(glucose.value) < 8) == ("mg/dL", True)
        assert set(stored.filter(analyte_code="hbeag").values_list("value_code", flat=True)) == {"NEG", "POS"}
        below = stored.filter(analyte_code="hbv_dna", comparator="<").earliest("pk")
        assert float(below.value) == 20
        cell = provenance_of(glucose)["value"]
        changes = changes_of_mapping(upload, mapping=parts_of(mapping))
    assert (cell.sheet, cell.column, results.rows[cell.row - 2][TEST]) == ("Sheet1", "F", "葡萄糖")
    assert {(one.new, one.changed, one.conflict) for one in changes.records.values()} == {(0, 0, 0)}
