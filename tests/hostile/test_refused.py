"""A file of which nothing can be read gets one clear sentence with a code, in both languages, and changes nothing."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from importers.files.workbook import WorkbookRefused, read_workbook
from registry.access.scope import center_scope
from registry.models import Patient
from tests.hostile import files

REFUSED = {
    "empty": (lambda: b"", "F-EMPTY"),
    "only zeros": (lambda: b"\x00" * 5000, "F-EMPTY"),
    "a web page": (lambda: b"\xef\xbb\xbf <html><table><tr><td>1</td></tr></table></html>", "F-HTML"),
    "a text file": (lambda: "local_id,sex\n0001,男\n".encode("gb18030"), "F-TEXT"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 400, "F-TYPE"),
    "cut off": (files.cut_off, "F-DAMAGED"),
    "flipped bytes": (files.with_flipped_bytes, "F-DAMAGED"),
    "broken markup": (files.with_broken_markup, "F-DAMAGED"),
    "an empty zip": (files.empty_zip, "F-TYPE"),
    "a word document": (files.a_word_document, "F-TYPE"),
    "encrypted": (files.encrypted, "F-ENCRYPTED"),
    "a damaged workbook of the old kind": (files.legacy, "F-DAMAGED"),
    "a zip bomb": (files.zip_bomb, "F-INFLATED"),
    "a bomb that lies of its size": (files.lying_bomb, "F-DAMAGED"),
    "a document type": (files.with_doctype, "F-DOCTYPE"),
    "macros": (files.with_macros, "F-MACROS"),
    "a value in XFD1048576": (files.with_a_value_in_the_last_cell, "F-RANGE"),
    "5,000 columns": (files.with_five_thousand_columns, "F-RANGE"),
    "21 MB": (lambda: b"PK" + b"\x01" * 21 * 1024 * 1024, "F-LARGE"),
}


@pytest.mark.parametrize(("make", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_an_unreadable_file_is_refused_with_its_reason(make, code):
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(make())
    problem = refused.value.problem
    assert problem.code == code
    assert problem.en.endswith((".", "。"))
    assert re.search("[\u4e00-\u9fff]", problem.zh)


@pytest.mark.parametrize("name", ["cut off", "a text file", "encrypted", "a value in XFD1048576"])
@pytest.mark.parametrize("command", ["check_workbook", "load_workbook"])
def test_the_commands_end_with_2_and_one_line(name, command, cast, tmp_path):
    make, code = REFUSED[name]
    path = tmp_path / "file.xlsx"
    path.write_bytes(make())
    options = {"by": "uploader"} if command == "load_workbook" else {}
    with pytest.raises(CommandError) as ended:
        call_command(command, path, center="C01", stdout=io.StringIO(), **options)
    assert ended.value.returncode == 2
    assert code in str(ended.value)
    assert "\n" not in str(ended.value)
    with center_scope([cast.center.pk]):
        assert not Patient.objects.exists()


def test_a_workbook_without_any_known_sheet_cannot_be_checked(cast, tmp_path):
    path = tmp_path / "file.xlsx"
    path.write_bytes(files.with_no_known_sheet())
    with pytest.raises(CommandError, match="Sheets in the file: Sheet1, Sheet2") as ended:
        call_command("check_workbook", path, center="C01")
    assert ended.value.returncode == 2
