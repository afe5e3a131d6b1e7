"""What a workbook would change is shown before it is done, and nothing else is done."""

import pytest

from importers.models import Upload
from importers.pages.preview import lines_of
from importers.storage.comparison import RecordOutcome
from registry.errors import Refused
from registry.models import Assessment, FollowUp, LabResult, Patient, SubmittedRecords, TransarterialSession
from registry.records.withdrawal import withdraw
from registry.workbook.provenance import provenance_of
from tests.importers import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def standing(scope, rows):
    """All that stands in the registry, value by value, apart from the bookkeeping."""
    tables = ("patient", "assessment", "tumorburden", "labresult", "transarterialsession", "followup")
    drop = "- ARRAY['id', 'created_at', 'updated_at', 'row_version', 'record_status']"

    def run():
        with scope():
            return {
                name: rows(
                    f"SELECT id, (to_jsonb(t) {drop})::text FROM registry_{name} t WHERE withdrawn_at IS NULL ORDER BY id"
                )
                for name in tables
            }

    return run


def five_cells_changed(sheets):
    sheets[books.PATIENT][0]["cirrhosis"] = "1"
    sheets[books.ASSESSMENT][1]["weight_kg"] = 66
    sheets[books.LABORATORY][2]["tbil"] = 13.5
    sheets[books.TRANSARTERIAL][0]["lipiodol_ml"] = 9
    sheets[books.FOLLOW_UP][1]["last_known_alive_date"] = "2016-01-09"
    return sheets


def told(upload, scope, *, fate=RecordOutcome.CHANGED):
    with scope():
        upload = Upload.objects.get(pk=upload.pk)
        return [
            (line.key, change.label, change.old, change.new, change.last)
            for line in lines_of(upload, fate=fate)
            for change in line.changes
        ]


def test_five_changed_cells_are_shown_old_and_new_before_anything_is_stored(stage, confirm, standing, scope):
    assert confirm(stage(books.whole_center(3))).state == "STORED"
    before = standing()
    upload = stage(five_cells_changed(books.whole_center(3)))
    assert told(upload, scope) == [
        ("0001", "Cirrhosis", "–", "Yes", None),
        ("0002 · 2015-03-10 · Baseline", "Weight", "65", "66", None),
        ("0003 · 2015-03-10 · Baseline · Total bilirubin", "Value", "12.5", "13.5", None),
        ("0003 · 2015-03-10 · Baseline · Total bilirubin", "Value as submitted", "12.5", "13.5", None),
        ("0001 · 2015-03-20 · Conventional TACE", "Iodized oil volume", "8", "9", None),
        ("0002 · 2016-01-10", "Date last known alive", "2016-01-10", "2016-01-09", None),
    ]
    assert standing() == before


def test_an_undone_upload_leaves_the_registry_as_it_was_and_can_be_loaded_again(stage, confirm, undo, standing):
    confirm(stage(books.whole_center(3)))
    before = standing()
    sheets = five_cells_changed(books.whole_center(4))  # five cells changed, and a patient more
    changed = confirm(stage(sheets))
    after = standing()
    assert after != before
    undone = undo(changed)
    assert undone.state == "UNDONE"
    assert undone.undo_result["kept"] == []
    assert standing() == before
    again = confirm(stage(sheets))
    assert again.state == "STORED"
    assert again.result["patient"]["restored"] == 1
    assert standing() == after


def test_the_first_upload_undone_leaves_nothing_standing(stage, confirm, undo, standing):
    first = confirm(stage(books.whole_center(2)))
    after = standing()
    undo(first)
    assert not any(standing().values())
    again = confirm(stage(books.whole_center(2)))
    assert again.result["labresult"] == {"new": 0, "changed": 0, "unchanged": 0, "changed_values": 0, "restored": 8}
    assert standing() == after


def test_uploads_are_undone_newest_first(stage, confirm, undo):
    first = confirm(stage(books.whole_center(1)))
    second = confirm(stage(five_cells_changed(books.whole_center(3))))
    with pytest.raises(Refused, match=f"{second.pk} march.xlsx"):
        undo(first)
    undo(second)
    assert undo(first).state == "UNDONE"


def test_what_was_changed_since_is_listed_and_kept(stage, confirm, undo, scope):
    confirm(stage(books.whole_center(3)))
    upload = confirm(stage(five_cells_changed(books.whole_center(3))))
    with scope():
        session = TransarterialSession.objects.get(patient__local_id="0001")
        session.lipiodol_ml = 11
        session.save()
    undone = undo(upload)
    assert [(kept["entity"], kept["variable"], kept["reason"]) for kept in undone.undo_result["kept"]] == [
        ("transarterialsession", "lipiodol_ml", "changed")
    ]
    with scope():
        session.refresh_from_db()
        assert session.lipiodol_ml == 11
        assert Patient.objects.get(local_id="0001").cirrhosis is None


def test_a_patient_to_whom_somebody_added_a_record_stays(stage, confirm, undo, scope, cast):
    upload = confirm(stage({books.PATIENT: [books.patient("0001"), books.patient("0002")]}))
    with scope():
        patient = Patient.objects.get(local_id="0001")
        FollowUp.objects.create(patient=patient, center=cast.center, follow_up_date="2016-01-01", vital_status="ALIVE")
    undone = undo(upload)
    assert [(kept["entity"], kept["reason"]) for kept in undone.undo_result["kept"]] == [
        ("patient", "has_others_below")
    ]
    with scope():
        assert list(Patient.objects.values_list("local_id", flat=True)) == ["0001"]


def test_a_value_corrected_since_the_last_upload_is_a_conflict_and_stays_unless_the_file_is_preferred(
    stage, confirm, scope
):
    confirm(stage(books.whole_center(1)))
    with scope():
        session = TransarterialSession.objects.get()
        session.lipiodol_ml = 11
        session.save()
    sheets = books.whole_center(1)
    sheets[books.TRANSARTERIAL][0]["lipiodol_ml"] = 9
    upload = stage(sheets)
    assert upload.preview["records"]["transarterialsession"]["conflict"] == 1
    assert told(upload, scope, fate=RecordOutcome.CONFLICT) == [
        ("0001 · 2015-03-20 · Conventional TACE", "Iodized oil volume", "11", "9", "8")
    ]
    assert confirm(upload).state == "STORED"
    with scope():
        session.refresh_from_db()
        assert session.lipiodol_ml == 11
    again = dict(sheets)
    again[books.TRANSARTERIAL] = [{**sheets[books.TRANSARTERIAL][0]}]
    confirm(stage(again), conflicts="FILE")
    with scope():
        session.refresh_from_db()
        assert session.lipiodol_ml == 9


def test_a_blank_overwrites_only_where_its_column_is_ticked(stage, confirm, scope):
    confirm(stage(books.whole_center(1)))
    sheets = books.whole_center(1)
    sheets[books.ASSESSMENT][0] |= {"weight_kg": None, "height_cm": None}
    confirm(stage(sheets))
    with scope():
        assert Assessment.objects.get().weight_kg == 65
    confirm(stage(sheets), blanks=[("assessment", "weight_kg")])
    with scope():
        assessment = Assessment.objects.get()
        assert (assessment.weight_kg, assessment.height_cm) == (None, 170)


def test_a_preview_is_refused_once_somebody_else_has_written_the_record(stage, confirm, scope, standing):
    confirm(stage(books.whole_center(2)))
    upload = stage(five_cells_changed(books.whole_center(3)))
    with scope():
        session = TransarterialSession.objects.get(patient__local_id="0001")
        session.lipiodol_ml = 11
        session.save()
    before = standing()
    assert confirm(upload).state == "STALE"
    assert standing() == before


def test_two_previews_of_new_records_do_not_both_store_them(stage, confirm, standing):
    first, second = stage(books.whole_center(2)), stage(books.whole_center(2))
    assert confirm(first).state == "STORED"
    before = standing()
    assert confirm(second).state == "STALE"
    assert standing() == before


def test_a_preview_that_was_tampered_with_is_not_stored(stage, confirm, scope, standing):
    upload = stage(books.whole_center(1))
    with scope():
        SubmittedRecords.objects.filter(upload=upload.pk, entity="patient").update(sha256="0" * 64)
    assert confirm(upload).state == "STALE"
    assert not any(standing().values())


def test_a_withdrawn_record_met_again_comes_back(stage, confirm, scope, cast):
    confirm(stage(books.whole_center(1)))
    with scope():
        withdraw(TransarterialSession.objects.get(), by=cast.data_manager, reason="entered twice")
    sheets = books.whole_center(1)
    sheets[books.TRANSARTERIAL][0]["lipiodol_ml"] = 9
    upload = confirm(stage(sheets))
    assert upload.result["transarterialsession"]["restored"] == 1
    with scope():
        assert TransarterialSession.objects.get().lipiodol_ml == 9


def test_each_value_is_led_back_to_its_cell(stage, confirm, scope):
    confirm(stage(books.whole_center(2)))
    second = confirm(stage(five_cells_changed(books.whole_center(3))))
    with scope():
        result = LabResult.objects.get(patient__local_id="0002", analyte_code="alb")
        cell = provenance_of(result)["value"]
        assert (cell.sheet, cell.row, cell.raw, cell.filename) == (books.LABORATORY, 3, "4.1 g/dL", "march.xlsx")
        session = TransarterialSession.objects.get(patient__local_id="0001")
        cells = provenance_of(session)
        assert (cells["lipiodol_ml"].upload, cells["lipiodol_ml"].raw) == (second.pk, "9")
        assert cells["embolic_agent"].upload < second.pk
        session.lipiodol_ml = 12
        session.save()
        assert "lipiodol_ml" not in provenance_of(session)


def test_an_undone_value_is_led_back_to_the_cell_before(stage, confirm, undo, scope):
    first = confirm(stage(books.whole_center(3)))
    undo(confirm(stage(five_cells_changed(books.whole_center(3)))))
    with scope():
        cells = provenance_of(TransarterialSession.objects.get(patient__local_id="0001"))
    assert (cells["lipiodol_ml"].upload, cells["lipiodol_ml"].raw) == (first.pk, "8")


def test_the_page_of_a_cell_shows_its_row(stage, confirm, scope, client, cast):
    confirm(stage(books.whole_center(2)))
    with scope():
        cell = provenance_of(LabResult.objects.get(patient__local_id="0002", analyte_code="afp"))["value"]
    client.force_login(cast.data_manager)
    page = client.get(cell.get_absolute_url()).content.decode()
    assert cell.address in page
    assert "<strong>＞121,000</strong>" in page
    client.force_login(cast.other_data_manager)
    assert client.get(cell.get_absolute_url()).status_code == 404


def test_a_reason_written_takes_the_place_of_the_value_and_a_value_that_of_the_reason(stage, confirm, scope):
    confirm(stage(books.whole_center(1)))
    sheets = books.whole_center(1)
    sheets[books.ASSESSMENT][0]["weight_kg"] = "未查"
    confirm(stage(sheets))
    with scope():
        assessment = Assessment.objects.get()
        assert (assessment.weight_kg, assessment.weight_kg_missing_reason) == (None, "ND")
    confirm(stage(books.whole_center(1)))
    with scope():
        assessment.refresh_from_db()
        assert (assessment.weight_kg, assessment.weight_kg_missing_reason) == (65, None)
