"""The workbook sent back, and the one filled with what is stored: what is corrected in them finds its place again."""

import io

import openpyxl
import pytest

from importers.checks.check import check_workbook
from importers.files.workbook import read_workbook
from importers.layout.columns import OWN_COLUMNS, SUMMARY_SHEET
from importers.layout.recognition import sent_sheets
from importers.layout.row_tokens import SourceRow, tokens_of
from importers.services import check_upload, receive_upload
from importers.storage.report import check_as_json
from importers.workbooks.feedback import Origin, annotated_bytes, annotated_upload
from importers.workbooks.filled_template import template_of
from registry.access.scope import center_scope
from registry.workbook.sheets import sheets
from tests.importers import books
from tests.importers.checks.test_every_variable import agreeing_rows
from tests.importers.loading import load_workbook


@pytest.fixture
def faulty() -> dict:
    rows = books.whole_center(4)
    rows[books.PATIENT][1]["sex"] = "X"
    rows[books.FOLLOW_UP][3]["vital_status"] = "=1+1"
    return rows


def annotated(rows: dict, *, upload: int = 7):
    book = read_workbook(books.workbook(rows))
    report = check_as_json(check_workbook(book, center="C01"))
    origin = Origin(center_code="C01", center_name="Hospital 1", filename="march.xlsx", upload=upload)
    content = annotated_bytes(book, report=report, origin=origin)
    return content, openpyxl.load_workbook(io.BytesIO(content)), report


def names(page) -> list[str]:
    return [page.cell(row, 1).value for row in range(5, page.max_row + 1)]


def cell(page, row: int, name: str):
    return next(c for c in page[row] if page.cell(1, c.column).value == name)


def test_the_rows_to_look_at_come_back_with_what_hangs_below_them(faulty):
    _, book, report = annotated(faulty)
    rejected = {sheet["sheet"]: sheet["with_errors"] + sheet["held_back"] for sheet in report["sheets"]}
    assert "0002" in names(book[books.PATIENT])
    for name, count in rejected.items():
        assert count == 0 or {"0002", "0004"} & set(names(book[name])), name
    assert "0004" in names(book[books.FOLLOW_UP])
    assert "0003" not in names(book[books.FOLLOW_UP])


def test_a_wrong_cell_is_colored_commented_and_led_to_in_both_languages(faulty):
    _, book, report = annotated(faulty)
    page = book[books.PATIENT]
    row = 5 + names(page).index("0002")
    wrong = cell(page, row, "sex")
    (finding,) = [f for f in report["findings"] if f["name"] == "sex"]
    assert wrong.value == "X"
    assert wrong.fill.fgColor.rgb == "FFF8CBAD"
    assert finding["en"] in wrong.comment.text
    assert finding["zh"] in wrong.comment.text
    assert cell(page, row, "_rule_id").value.split("\n")[0] == finding["code"]
    links = [c.hyperlink.location for r in book[SUMMARY_SHEET].iter_rows() for c in r if c.hyperlink]
    assert f"'{books.PATIENT}'!{wrong.coordinate}" in links


def test_text_that_looks_like_a_formula_stays_text(faulty):
    _, book, _ = annotated(faulty)
    page = book[books.FOLLOW_UP]
    assert cell(page, 5 + names(page).index("0004"), "vital_status").data_type == "s"


def test_each_row_carries_a_hidden_token_of_where_it_stood(faulty):
    content, book, _ = annotated(faulty)
    page = book[books.PATIENT]
    letter = cell(page, 1, "_row").column_letter
    assert page.column_dimensions[letter].hidden
    sent = {
        layout.sheet.name: tokens_of(raw, header_row=layout.header_row, first_row=layout.first_row)
        for raw, layout in sent_sheets(read_workbook(content), header_mapping={})
    }
    row = 5 + names(page).index("0002")
    assert sent[books.PATIENT][row] == SourceRow(upload=7, row=3)


def test_corrected_and_sent_again_its_rows_are_accepted(faulty):
    _content, book, _ = annotated(faulty)
    for name, local_id, column, value in (
        (books.PATIENT, "0002", "sex", "F"),
        (books.FOLLOW_UP, "0004", "vital_status", "ALIVE"),
    ):
        page = book[name]
        cell(page, 5 + names(page).index(local_id), column).value = value
    if "0004" not in names(book[books.PATIENT]):
        page = book[books.PATIENT]
        header = [c.value for c in page[1]]
        page.append([books.patient("0004").get(column) for column in header])
    target = io.BytesIO()
    book.save(target)
    report = check_workbook(target.getvalue(), center="C01")
    assert not report.has_errors
    assert not [f for f in report.findings if f.found in OWN_COLUMNS]
    assert "0002" in [record.local_id for record in report.accepted["patient"]]
    assert "0004" in [record.local_id for record in report.accepted["followup"]]


def test_a_workbook_without_findings_comes_back_as_its_summary():
    _, book, _ = annotated({books.RESECTION: []} | books.whole_center(1))
    assert book.sheetnames[:2] == ["00_README", SUMMARY_SHEET]


def with_reasons_for_missing_values() -> dict:
    rows = books.whole_center(2)
    rows[books.ASSESSMENT][0]["height_cm"] = "未查"
    rows[books.PATIENT][1]["hbv_status"] = "ND"
    drugs = {"agent_1_code": "EPIRUBICIN", "agent_1_dose_mg": 50, "agent_2_code": "CISPLATIN", "agent_2_dose_mg": 80}
    rows[books.TRANSARTERIAL][0] |= drugs
    return rows


@pytest.mark.parametrize(
    "rows",
    [books.whole_center(3), with_reasons_for_missing_values(), agreeing_rows()],
    ids=["a small center", "reasons for missing values", "every variable"],
)
def test_a_template_filled_with_what_is_stored_changes_nothing(cast, rows):
    first = load_workbook(books.workbook(rows), center=cast.center, by=cast.uploader, reason="a test")
    assert first.is_stored, [f.code for f in first.report.findings if f.severity.name == "ERROR"]
    content = template_of(cast.center, filled=True)
    again = load_workbook(content, center=cast.center, by=cast.uploader, reason="again", valid_rows_only=True)
    touched = {
        entity: (counts.new, counts.changed, counts.restored, counts.conflict)
        for entity, counts in again.counts.items()
        if (counts.new, counts.changed, counts.restored, counts.conflict) != (0, 0, 0, 0)
    }
    assert touched == {}
    left_out = {"patientidentity"}  # a hospital number stays where it is
    assert again.counts.keys() == first.counts.keys() - left_out
    assert {e: c.unchanged for e, c in again.counts.items()} == {
        e: c.new for e, c in first.counts.items() if e not in left_out
    }


def test_one_changed_cell_of_a_filled_template_is_one_change(cast):
    load_workbook(books.workbook(books.whole_center(3)), center=cast.center, by=cast.uploader, reason="a test")
    book = openpyxl.load_workbook(io.BytesIO(template_of(cast.center, filled=True)))
    page = book[books.PATIENT]
    cell(page, 5 + names(page).index("0002"), "sex").value = "F"
    target = io.BytesIO()
    book.save(target)
    again = load_workbook(target.getvalue(), center=cast.center, by=cast.uploader, reason="a test")
    assert sum(counts.changed_values for counts in again.counts.values()) == 1


def test_a_template_offers_the_centers_own_study_numbers_and_no_others(cast, make_patient):
    make_patient(local_id="A-17")
    make_patient(center=cast.other_center, local_id="B-18")
    with center_scope([cast.center.pk, cast.other_center.pk]):
        book = openpyxl.load_workbook(io.BytesIO(template_of(cast.center)))
    values = {c.value for row in book["99_lists"].iter_rows() for c in row}
    assert "A-17" in values
    assert "B-18" not in values
    assert book["99_lists"].sheet_state == "hidden"


def test_a_template_of_version_1_is_still_read(cast):
    book = openpyxl.load_workbook(io.BytesIO(template_of(cast.center)))
    book["00_README"]["B1"] = "1"
    del book["98_example"]
    target = io.BytesIO()
    book.save(target)
    report = check_workbook(target.getvalue(), center="C01")
    assert [finding.code for finding in report.findings] == ["V-B15"]
    assert {count.sheet for count in report.sheets} == {sheet.name for sheet in sheets()}


@pytest.mark.parametrize("content", [b"", books.workbook({"Sheet1": [{"a": 1}]})], ids=["empty", "no known sheet"])
def test_a_file_that_cannot_be_read_comes_back_as_a_summary_alone(cast, content):
    with center_scope([cast.center.pk], by=cast.uploader, reason="a test"):
        upload = receive_upload(content, filename="march.xlsx", center=cast.center.pk, by=cast.uploader)
        upload = check_upload(upload.pk, center=cast.center.pk, by=cast.uploader)
        book = openpyxl.load_workbook(io.BytesIO(annotated_upload(upload)))
    assert upload.state == "REFUSED"
    assert book.sheetnames == ["00_README", SUMMARY_SHEET, "99_lists"]
    assert upload.report["findings"][0]["zh"] in [c.value for row in book[SUMMARY_SHEET].iter_rows() for c in row]
