import io
import json

import pytest
from django.core.management import CommandError, call_command

from importers.models import Upload
from registry.access.scope import center_scope
from registry.models import Assessment, Patient
from tests.importers import books


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.xlsx"
    path.write_bytes(books.workbook(books.whole_center(2)))
    return path


@pytest.fixture
def faulty(tmp_path):
    sheets = books.whole_center(2)
    sheets[books.PATIENT][0]["birth_date"] = "2016-01-01"
    path = tmp_path / "faulty.xlsx"
    path.write_bytes(books.workbook(sheets))
    return path


def run(*arguments, **options) -> str:
    out = io.StringIO()
    call_command(*arguments, center=options.pop("center", "C01"), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def alone(command, upload, **options) -> str:
    out = io.StringIO()
    call_command(command, str(upload), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def test_the_template_checks_clean_and_loads_nothing(cast, tmp_path):
    path = tmp_path / "template.xlsx"
    run("workbook_template", path)
    assert "0 with errors" in run("check_workbook", path)


def test_a_good_workbook_is_checked_then_loaded_then_loaded_again(cast, good, tmp_path):
    run("check_workbook", good)
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()
    assert "patient: 2 new, 0 changed, 0 unchanged" in run(
        "load_workbook", good, by="uploader", json=tmp_path / "out.json"
    )
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["stored"]["labresult"] == {"new": 8, "changed": 0, "unchanged": 0, "changed_values": 0}
    assert "patient: 0 new, 0 changed, 2 unchanged" in run("load_workbook", good, by="uploader")
    with center_scope([cast.center.pk]):
        assert [upload.state for upload in Upload.objects.all()] == ["STORED", "STORED"]


def test_each_stored_row_names_the_upload_it_came_from(cast, good, rows):
    run("load_workbook", good, by="uploader")
    with center_scope([cast.center.pk]):
        upload = Upload.objects.get()
        found = rows(
            "SELECT DISTINCT c.metadata->>'upload', c.metadata->>'reason' FROM registry_labresultevent e JOIN pghistory_context c ON c.id = e.pgh_context_id"
        )
    assert found == [(str(upload.pk), f"upload {upload.pk}")]


def test_errors_end_with_1_a_line_each_and_nothing_stored(cast, faulty, tmp_path):
    for command, options in (("check_workbook", {}), ("load_workbook", {"by": "uploader"})):
        out = io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command(
                command, faulty, center="C01", stdout=out, stderr=io.StringIO(), json=tmp_path / "out.json", **options
            )
        assert ended.value.code == 1
        assert "V-D02 01_患者_patient E2 diagnosis_date: " in out.getvalue()
        assert json.loads((tmp_path / "out.json").read_text())["counts"]["error"] >= 1
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()
        assert not Upload.objects.exists()


def test_valid_rows_alone_can_be_loaded(cast, faulty):
    assert "patient: 1 new" in run("load_workbook", faulty, by="uploader", valid_rows_only=True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"by": "uploader", "center": "C02"}, "uploader is not permitted to upload for this center"), ({"by": "statistician"}, "not permitted to upload"),
        ({"by": "nobody"}, "no active user named nobody"), ({"by": "uploader", "center": "C99"}, "no active center with code C99"),
    ],
)  # fmt: skip
def test_who_may_not_load_is_told_so_with_2(cast, good, options, said):
    with pytest.raises(CommandError, match=said) as ended:
        run("load_workbook", good, **options)
    assert ended.value.returncode == 2


def test_a_file_that_is_not_there_ends_with_2(cast, tmp_path):
    with pytest.raises(CommandError, match="No such file") as ended:
        run("check_workbook", tmp_path / "none.xlsx")
    assert ended.value.returncode == 2


@pytest.mark.django_db(transaction=True)
class TestAnUploadStepByStep:
    """What the pages do, one command for each step."""

    def test_sent_looked_at_confirmed_and_undone(self, cast, good, tmp_path):
        sent = run("send_workbook", good, by="uploader")
        assert "STAGED" in sent
        assert "patient: 2 new, 0 changed" in sent
        with center_scope([cast.center.pk]):
            assert not Patient.objects.exists()
            number = Upload.objects.get().pk
        assert alone("show_upload", number, by="uploader", json=tmp_path / "out.json").startswith("query V-P04")
        assert json.loads((tmp_path / "out.json").read_text())["state"] == "STAGED"
        assert "patient: 2 new" in alone("confirm_upload", number, by="uploader", reason="the March workbook")
        with center_scope([cast.center.pk]):
            assert Patient.objects.count() == 2
            assert Upload.objects.get().reason == "the March workbook"
        assert f"upload {number}: STORED" in run("send_workbook", good, by="uploader")
        assert "patient: 2 withdrawn" in alone("undo_upload", number, by="uploader", reason="the wrong month")

    def test_blanks_of_a_named_column_overwrite_once_the_preview_was_made_again(self, cast, tmp_path):
        sheets, path = books.whole_center(1), tmp_path / "march.xlsx"
        path.write_bytes(books.workbook(sheets))
        run("load_workbook", path, by="uploader")
        sheets[books.ASSESSMENT][0]["weight_kg"] = None
        path.write_bytes(books.workbook(sheets))
        run("send_workbook", path, by="uploader")
        with center_scope([cast.center.pk]):
            number = Upload.objects.get(state="STAGED").pk
        with pytest.raises(CommandError, match=r"assessment\.weight_kg") as ended:
            alone("confirm_upload", number, by="uploader", blank=["assessment.wait"])
        assert ended.value.returncode == 2
        with pytest.raises(SystemExit) as ended:
            alone("confirm_upload", number, by="uploader", blank=["assessment.weight_kg"])
        assert ended.value.code == 1
        assert "assessment: 0 new, 1 changed" in alone(
            "confirm_upload", number, by="uploader", blank=["assessment.weight_kg"]
        )
        with center_scope([cast.center.pk]):
            assert Assessment.objects.get().weight_kg is None

    def test_the_annotated_workbook_is_fetched_and_the_preview_discarded(self, cast, faulty, tmp_path):
        with pytest.raises(SystemExit) as ended:
            run("send_workbook", faulty, by="uploader")
        assert ended.value.code == 1
        with center_scope([cast.center.pk]):
            number = Upload.objects.get().pk
        alone("show_upload", number, by="uploader", annotated=tmp_path / "findings.xlsx")
        assert (tmp_path / "findings.xlsx").read_bytes().startswith(b"PK")
        with pytest.raises(CommandError, match="Some rows have errors"):
            alone("confirm_upload", number, by="uploader", mode="WHOLE")
        assert "DISCARDED" in alone("discard_upload", number, by="uploader")
        with pytest.raises(CommandError, match="not awaiting confirmation"):
            alone("confirm_upload", number, by="uploader")

    def test_a_header_is_explained_before_the_file_is_sent(self, cast, tmp_path):
        sheets = books.whole_center(1)
        sheets[books.PATIENT][0]["Geschlecht"] = sheets[books.PATIENT][0].pop("sex")
        path = tmp_path / "own.xlsx"
        path.write_bytes(books.workbook(sheets))
        run("map_header", books.PATIENT, "Geschlecht", "sex", by="uploader")
        assert "patient: 1 new" in run("send_workbook", path, by="uploader")
        with pytest.raises(CommandError, match="no column"):
            run("map_header", books.PATIENT, "Schuhgröße", "shoe_size", by="uploader")

    def test_an_upload_of_another_center_does_not_exist(self, cast, good):
        run("send_workbook", good, by="uploader")
        with center_scope([cast.center.pk]):
            number = Upload.objects.get().pk
        for command in ("show_upload", "confirm_upload", "discard_upload"):
            with pytest.raises(CommandError, match="cannot access an upload") as ended:
                alone(command, number, by="other_data_manager")
            assert ended.value.returncode == 2
