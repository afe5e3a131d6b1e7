"""What stands in a file is what is seen in the program that wrote it, whatever the kind of file and however its parts are written."""

import csv
import datetime
import io
import re
import zipfile

import openpyxl
import pytest

from importers.files.delimited_text import read_separated
from importers.files.raw import WorkbookRefused
from importers.files.reader import read_content
from tests.hostile.files import SHEET, rebuilt, whole
from tests.importers import books
from tests.importers.other_books import binary_workbook, data_set, open_cell, open_document, packed

ROWS = [{"local_id": "001", "sex": 1.0, "weight": 60.5}, {"local_id": "002", "sex": 2.0, "weight": None}]


def changed(**parts):
    """The same workbook with its first sheet written in another way."""
    return read_content(rebuilt(whole(), change={SHEET: parts["sheet"]}))


def with_formula(cell: bytes):
    return changed(sheet=lambda part: re.sub(rb'<c r="B2"[^>]*>.*?</c>', cell, part, count=1)).sheets[0]


def refused(content: bytes, name: str = "") -> str:
    with pytest.raises(WorkbookRefused) as told:
        read_content(content, name=name)
    return f"{told.value.problem.code} {told.value.problem.en}"


ERROR = b'<c r="B2" t="e"><v>#N/A</v></c>'
WRITINGS = {
    "single quotes": lambda part: part.replace(b't="e"', b"t='e'"),
    "all in single quotes": lambda part: re.sub(rb'="([^"]*)"', rb"='\1'", part),
    "spaces around equals": lambda part: part.replace(b't="e"', b't = "e"'),
    "no references": lambda part: re.sub(rb'<(c|row) r="\w+"', rb"<\1", part),
    "a prefix": lambda part: re.sub(rb"<(/?)(\w)", rb"<\1x:\2", part.replace(b"xmlns=", b"xmlns:x=")).replace(
        b"<x:?", b"<?"
    ),
    "line breaks in tags": lambda part: part.replace(b"<c r=", b"<c\n r="),
    "a comment": lambda part: part.replace(b"<sheetData>", b"<sheetData><!-- here -->"),
}


@pytest.mark.parametrize("write", WRITINGS.values(), ids=WRITINGS.keys())
def test_an_error_cell_is_seen_however_the_part_is_written(write):
    def sheet(part):
        return write(re.sub(rb'<c r="B2"[^>]*>.*?</c>', ERROR, part, count=1))

    first = changed(sheet=sheet).sheets[0]
    assert {at: problem.code for at, problem in first.hidden.items()} == {(2, 2): "C-ERROR"}
    assert first.rows[1][0] == "0001"


def test_a_merge_in_single_quotes_is_seen():
    merge = b"<mergeCells count='1'><mergeCell ref='C2:C3'/></mergeCells></worksheet>"
    assert changed(sheet=lambda part: part.replace(b"</worksheet>", merge)).sheets[0].merged == ("C2:C3",)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (b'<c r="B2" t="str"><f>IF(1,"","")</f><v></v></c>', None), (b'<c r="B2" t="str"><f>T("")</f><v/></c>', None),
        (b'<c r="B2"><f>A1</f><v></v></c>', "C-FORMULA"), (b'<c r="B2"><f>A1</f></c>', "C-FORMULA"), (b"<c r='B2' t='str'><f>T(1)</f></c>", None),
    ],
)  # fmt: skip
def test_a_formula_that_gives_nothing_is_blank_and_one_without_result_is_told(cell, code):
    found = with_formula(cell)
    assert [problem.code for problem in found.hidden.values()] == ([code] if code else [])
    assert found.rows[1][1] == ""


@pytest.mark.parametrize("formula", [b"[1]Sheet1!A1", b"'[other.xlsx]S'!A1", b"VLOOKUP(1,[2]x!A:B,2)"])
def test_a_formula_to_another_workbook_is_told(formula):
    cell = b'<c r="B2"><f>' + formula + b"</f><v>42</v></c>"
    book = changed(sheet=lambda part: re.sub(rb'<c r="B2"[^>]*>.*?</c>', cell, part, count=1))
    assert [notice.code for notice in book.notices] == ["F-LINKS"]


def moved(
    was: str, now: str, *, target: tuple[bytes, bytes] | None = None, inside: str = "xl/_rels/workbook.xml.rels"
) -> bytes:
    change = {inside: lambda part: part.replace(*target)} if target else {}
    content = rebuilt(whole(), change=change)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return packed({now if name == was else name: package.read(name) for name in package.namelist()})


PACKAGES = {
    "a part in another case": lambda: moved(SHEET, "xl/worksheets/Sheet1.XML"),
    "shared texts in another case": lambda: moved("xl/sharedStrings.xml", "xl/SharedStrings.xml"),
    "a backslash in a target": lambda: rebuilt(whole(), change={"xl/_rels/workbook.xml.rels": lambda part: part.replace(b"worksheets/sheet1", b"worksheets\\sheet1")}),
    "backslashes in names": lambda: moved(SHEET, "xl\\worksheets\\sheet1.xml"),
    "a target from the root": lambda: rebuilt(whole(), change={"xl/_rels/workbook.xml.rels": lambda part: part.replace(b'"worksheets/sheet1', b'"/xl/worksheets/sheet1')}),
    "no relations of the package": lambda: rebuilt(whole(), drop=("_rels/.rels",)),
}  # fmt: skip


@pytest.mark.parametrize("make", PACKAGES.values(), ids=PACKAGES.keys())
def test_a_part_is_found_by_its_relation_whatever_its_name(make):
    usual = read_content(whole())
    book = read_content(make())
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [(sheet.name, sheet.rows) for sheet in usual.sheets]


def test_the_workbook_may_have_another_name():
    first = moved(
        "xl/workbook.xml", "xl/workbook2.xml", target=(b"xl/workbook.xml", b"xl/workbook2.xml"), inside="_rels/.rels"
    )
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        parts = {
            name.replace("workbook.xml.rels", "workbook2.xml.rels"): package.read(name) for name in package.namelist()
        }
    assert read_content(packed(parts)).sheets[0].rows == read_content(whole()).sheets[0].rows


def test_a_sheet_that_is_listed_and_not_there_is_told_and_the_others_are_read():
    book = read_content(rebuilt(whole(), drop=(SHEET,)))
    assert [notice.code for notice in book.notices] == ["S-LOST"]
    assert books.PATIENT in book.notices[0].en
    assert len(book.sheets) == 4


def test_two_parts_of_one_name_are_refused():
    assert refused(rebuilt(whole(), add={"XL/worksheets/SHEET1.xml": b"<worksheet/>"})).startswith("F-DAMAGED")


def test_hidden_columns_are_told_but_not_our_own():
    book = openpyxl.load_workbook(io.BytesIO(whole()))
    sheet = book[books.PATIENT]
    for letter in ("B", "D", "Z"):
        sheet.column_dimensions[letter].hidden = True
    sheet["Z1"], sheet["Z2"] = "_row", "1:2"
    target = io.BytesIO()
    book.save(target)
    (notice,) = read_content(target.getvalue()).sheets[0].notices
    assert (notice.code, notice.values["found"]) == ("S-HIDDEN", "B, D")


TABLE = [["local_id", "x", "d"], ["001", 1.5, datetime.date(1960, 5, 4)], ["002", -2.0, None]]


def test_an_open_document_is_read_with_its_percentages_errors_and_merges():
    percent, formula = open_cell(0.12, kind="percentage"), '<table:table-cell table:formula="of:=1+1"/>'
    wide = '<table:table-cell table:number-columns-spanned="2" office:value-type="string"><text:p>x</text:p></table:table-cell>'
    (sheet,) = read_content(open_document({"patient": [*TABLE, [percent, formula, wide]]})).sheets
    assert sheet.rows[:3] == [["local_id", "x", "d"], ["001", 1.5, datetime.date(1960, 5, 4)], ["002", -2.0, ""]]
    assert sheet.rows[3][0] == "12%"
    assert {at: problem.code for at, problem in sheet.hidden.items()} == {(4, 2): "C-FORMULA"}
    assert sheet.merged == ("C4:D4",)


def test_a_binary_workbook_is_read_and_said_to_be_one():
    book = read_content(binary_workbook({"patient": [["local_id", "x"], ["001", 1.5], ["002", True]]}))
    assert book.sheets[0].rows == [["local_id", "x"], ["001", 1.5], ["002", True]]
    assert [notice.code for notice in book.notices] == ["F-XLSB"]


@pytest.mark.parametrize("kind", ["SPSS", "Stata", "SAS"])
def test_a_data_set_is_read_with_its_labels(kind):
    values = {} if kind == "SAS" else {"variable_value_labels": {"sex": {1.0: "Male", 2.0: "女"}}}
    book = read_content(data_set(kind, ROWS, column_labels=["患者编号", "", "体重"], **values), name="any/患者.bin")
    (sheet,) = book.sheets
    sexes = [1.0, 2.0] if kind == "SAS" else ["Male", "女"]
    assert (sheet.name, sheet.labels, book.is_text) == ("患者", ("患者编号", "", "体重"), True)
    assert sheet.rows == [["local_id", "sex", "weight"], ["001", sexes[0], 60.5], ["002", sexes[1], ""]]
    assert [notice.code for notice in book.notices] == ([] if kind == "SAS" else ["F-DATASET"])


def test_what_a_data_set_declares_missing_is_its_label_or_blank():
    rows = [{"afp": 999.0, "alb": 99.0}, {"afp": 12.0, "alb": 41.0}]
    labels = {
        "variable_value_labels": {"afp": {999.0: "not done"}},
        "missing_ranges": {"afp": [999], "alb": [{"lo": 90, "hi": 99}]},
    }
    assert read_content(data_set("SPSS", rows, **labels), name="a").sheets[0].rows[1:] == [
        ["not done", ""],
        [12.0, 41.0],
    ]


MAGIC = {
    "SAS": bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011"),
    "SAS for transport": b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!",
    "SPSS": b"$FL2",
    "Stata": b"<stata_dta>",
    "old Stata": b"\x72\x02\x01\x00",
}


@pytest.mark.parametrize("start", MAGIC.values(), ids=MAGIC.keys())
def test_a_damaged_data_set_is_refused_with_a_sentence(start):
    assert (
        refused(start + b"\x01" * 4_000)
        == "F-DAMAGED The data set is damaged or incomplete. Export it again, or export it as .csv."
    )


HOSTILE = {
    "an open document with entities": (lambda: open_document({"p": [["a"]]}, markup='<!DOCTYPE x [<!ENTITY a "b">]>'), "F-DOCTYPE"),
    "an open document far out": (lambda: open_document({"p": [["a", open_cell(1).replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="9999"')]]}), "F-RANGE"),
    "an open document with macros": (lambda: open_document({"p": [["a"]]}, **{"Basic/Standard/Module1.xml": b"<x/>"}), "F-MACROS"),
    "an encrypted open document": (lambda: open_document({"p": [["a"]]}, **{"META-INF/MANIFEST.XML": b"<m:encryption-data/>"}).replace(b"META-INF/manifest.xml", b"META-INF/manifest.old"), "F-ENCRYPTED"),
    "an open document broken off": (lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<office"}), "F-DAMAGED"),
    "a binary workbook with macros": (lambda: binary_workbook({"p": [["a"]]}, **{"xl/vbaProject.bin": b"\x00"}), "F-MACROS"),
    "a binary workbook with entities": (lambda: binary_workbook({"p": [["a"]]}, **{"docProps/a.xml": b"<!DOCTYPE x>"}), "F-DOCTYPE"),
    "a binary workbook broken off": (lambda: binary_workbook({"p": [["a"]]}, **{"xl/workbook.bin": b"\x01"}), "F-DAMAGED"),
    "a text document of OpenDocument": (lambda: packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "F-TYPE"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_of_another_kind_is_refused_with_a_sentence(make, code):
    assert refused(make()).split()[0] == code


KINDS = {
    b"%PDF-1.7\n": "a PDF", b"\x89PNG\r\n": "a picture", b"\x1f\x8b\x08": "a compressed file (.gz)", b"7z\xbc\xaf\x27\x1c": "a compressed file (.7z)",
    b"{\\rtf1": "a text document", b"SQLite format 3\x00": "a database", b"PAR1": "a Parquet file", b'<?xml version="1.0"?><a/>': "an XML file",
    b"ASCII SPSS PORT FILE": "a portable SPSS file",
}  # fmt: skip


@pytest.mark.parametrize(("start", "kind"), KINDS.items())
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_another_kind_of_file_is_called_by_its_name_whatever_it_is_named(start, kind, name):
    told = refused(start + b" " * 200, name)
    assert told.startswith("F-TYPE")
    assert kind in told


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_a_text_is_read_in_any_encoding_and_with_any_separator(encoding, separator):
    text = separator.join(("local_id", "sex", "备注")) + "\n" + separator.join(("001", "男", "无")) + "\n"
    content = text.encode(encoding)
    assert read_content(content, name="a.csv").sheets[0].rows == [["local_id", "sex", "备注"], ["001", "男", "无"]]
    assert read_separated(content, name="a").notices == ()


def test_reading_text_leaves_the_longest_cell_of_others_as_it_was():
    former = csv.field_size_limit()
    read_separated(b"local_id,sex\n001,M\n", name="patients.csv")
    assert csv.field_size_limit() == former
