"""The commands of an uploader that write a workbook or take one back, and how they end."""

import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from importers.models import Upload
from registry.access.scope import center_scope
from tests.importers import books


def run(*arguments, **options) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.xlsx"
    path.write_bytes(books.workbook(books.whole_center(2)))
    return path


def test_a_faulty_workbook_is_checked_with_1_and_its_findings_written(cast, tmp_path):
    sheets = books.whole_center(2)
    sheets[books.PATIENT][1]["sex"] = "X"
    path, annotated = tmp_path / "faulty.xlsx", tmp_path / "annotated.xlsx"
    path.write_bytes(books.workbook(sheets))
    with pytest.raises(SystemExit) as ended:
        run("check_workbook", path, center="C01", annotated=annotated)
    assert ended.value.code == 1
    page = openpyxl.load_workbook(annotated)[books.PATIENT]
    assert "0002" in [cell.value for cell in page["A"]]


def test_a_folder_that_does_not_exist_is_told_with_2(cast, good, tmp_path):
    for command in (("check_workbook", good), ("workbook_template",)):
        option = {"annotated": tmp_path / "no" / "x.xlsx"} if len(command) == 2 else {}
        arguments = command if option else (*command, tmp_path / "no" / "x.xlsx")
        with pytest.raises(CommandError) as ended:
            run(*arguments, center="C01", **option)
        assert ended.value.returncode == 2


def test_a_filled_template_loads_without_touching_anything(cast, good, tmp_path):
    run("load_workbook", good, center="C01", by="uploader")
    path = tmp_path / "filled.xlsx"
    run("workbook_template", path, center="C01", filled=True)
    said = run("load_workbook", path, center="C01", by="uploader", valid_rows_only=True)
    assert "patient: 0 new, 0 changed, 2 unchanged" in said
    assert "labresult: 0 new, 0 changed, 8 unchanged" in said


def test_an_upload_is_undone_once_and_by_those_who_may(cast, good):
    run("load_workbook", good, center="C01", by="uploader")
    with center_scope([cast.center.pk]):
        number = Upload.objects.get().pk
    for by in ("other_data_manager", "nobody"):
        with pytest.raises(CommandError) as ended:
            run("undo_upload", number, by=by)
        assert ended.value.returncode == 2
    assert "patient: 2 withdrawn" in run("undo_upload", number, by="uploader")
    with center_scope([cast.center.pk]):
        assert Upload.objects.get().state == "UNDONE"
