"""Odd workbooks: some are right and must be read whole, others hold cells that no reader may silently pass over."""

import contextlib
import datetime
import io
import re
import time

import openpyxl
import pytest

from importers.checks.check import check_workbook
from importers.files.workbook import WorkbookRefused, read_workbook
from tests.hostile import files
from tests.hostile.files import SHEET, rebuilt
from tests.importers import books


def codes(content: bytes) -> list[str]:
    return [finding.code for finding in check_workbook(content, center="C01").findings]


def places(content: bytes) -> list[tuple[str, str, int | None, int | None]]:
    found = check_workbook(content, center="C01").findings
    return [(finding.code, finding.place.sheet, finding.place.row, finding.place.column) for finding in found]


def patients(content: bytes) -> list[str]:
    return [record.local_id for record in check_workbook(content, center="C01").accepted.get("patient", ())]


@pytest.mark.parametrize("dimension", [b"A1", b"A1:B2", b"A1:XFD1048576"])
def test_all_rows_are_read_whatever_the_sheet_says_of_its_size(dimension):
    content = rebuilt(
        files.whole(),
        change={SHEET: lambda part: re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="' + dimension + b'"', part)},
    )
    assert patients(content) == ["0001", "0002"]


def test_a_table_may_start_at_c6():
    row = books.patient()
    assert patients(books.grid({books.PATIENT: [list(row), list(row.values())]}, first_row=5, first_column=2)) == [
        "0001"
    ]


def test_a_workbook_without_styles_is_read():
    content = rebuilt(files.whole(), drop=("xl/styles.xml",))
    assert patients(content) == ["0001", "0002"]


def test_days_counted_from_1904_are_the_same_days():
    sheets = {books.PATIENT: [books.patient(birth_date=datetime.date(1960, 5, 17))]}
    found = [
        check_workbook(books.workbook(sheets, **options), center="C01").accepted["patient"][0].values["birth_date"]
        for options in ({}, {"date_1904": True})
    ]
    assert found[0] == found[1]
    plain = rebuilt(
        books.workbook(sheets, date_1904=True), drop=("xl/styles.xml",)
    )  # without formats a date is a bare number
    assert check_workbook(plain, center="C01").accepted["patient"][0].values["birth_date"] == found[0]


def test_a_million_empty_styled_rows_are_passed_over_quickly():
    rows = b"".join(
        b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>' % (number, number)
        for number in range(4, 1_048_577)
    )
    content = rebuilt(files.whole(), change={SHEET: lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>")})
    start = time.monotonic()
    assert patients(content) == ["0001", "0002"]
    assert time.monotonic() - start < 20


def test_error_cells_and_formulas_without_result_are_told():
    book = openpyxl.load_workbook(io.BytesIO(files.whole()))
    book[books.PATIENT]["B2"] = "#N/A"
    book[books.PATIENT]["G3"] = '=UPPER("hcc")'
    target = io.BytesIO()
    book.save(target)
    assert places(target.getvalue())[:2] == [("C-ERROR", books.PATIENT, 2, 2), ("C-FORMULA", books.PATIENT, 3, 7)]


def test_merged_cells_in_the_table_are_told():
    book = openpyxl.load_workbook(io.BytesIO(files.whole()))
    book[books.PATIENT].merge_cells("C2:C3")
    target = io.BytesIO()
    book.save(target)
    found = check_workbook(target.getvalue(), center="C01").findings
    assert [(finding.code, "C2:C3" in finding.en) for finding in found] == [("S-MERGED", True)]


def test_an_unknown_sheet_is_told_and_an_empty_one_passed_over():
    sheets = books.whole_center(1) | {"Notes": [{"a": "b"}]}
    assert places(books.workbook(sheets)) == [("S-UNKNOWN", "Notes", None, None)]
    assert (
        codes(books.grid({books.PATIENT: [list(books.patient()), list(books.patient().values())], "Sheet2": []})) == []
    )


def test_a_sheet_given_twice_is_told():
    sheets = books.whole_center(1) | {"patient": [books.patient("0009")]}
    assert codes(books.workbook(sheets)) == ["S-TWICE"]


def test_a_header_given_twice_is_told():
    row = books.patient()
    content = books.grid({books.PATIENT: [[*row, "Sex"], [*row.values(), "F"]]})
    found = check_workbook(content, center="C01").findings
    assert [(finding.code, finding.en) for finding in found] == [
        ("S-COLUMNS", "Column sex appears twice, in B and J. Keep only one.")
    ]


def test_a_missing_required_column_is_told_once_and_hides_no_children():
    sheets = books.whole_center(2)
    for row in sheets[books.PATIENT]:
        del row["birth_date"]
    found = check_workbook(books.workbook(sheets), center="C01")
    assert [(finding.code, finding.en) for finding in found.findings] == [
        ("V-B01", "Required column birth_date is missing. Add it.")
    ]
    assert not any(found.accepted.values())


def test_unknown_columns_warn_and_are_not_read():
    sheets = {books.PATIENT: [books.patient(shoe_size=43, **{"鞋号": "x"})]}
    found = check_workbook(books.workbook(sheets), center="C01")
    assert [(finding.code, finding.severity.name) for finding in found.findings] == [("S-COLUMN", "WARNING")] * 2
    assert not found.has_errors


def test_the_same_patient_twice_is_told_and_neither_row_is_kept():
    sheets = {books.PATIENT: [books.patient("0001"), books.patient("0002"), books.patient("0001", sex="F")]}
    found = check_workbook(books.workbook(sheets), center="C01")
    assert [(finding.code, finding.place.row, finding.en) for finding in found.findings] == [
        (
            "V-B03",
            4,
            (
                "Row 4 has the same key as row 2 (local_id) but differs in sex. If they describe different patients or "
                "events, correct the key; otherwise keep the row that is right."
            ),
        )
    ]
    assert [record.local_id for record in found.accepted["patient"]] == ["0002"]


def test_two_rows_of_one_assessment_must_agree():
    second = books.assessment(diameter_basis="VIABLE", weight_kg=80)
    content = books.workbook({books.PATIENT: [books.patient()], books.ASSESSMENT: [books.assessment(), second]})
    found = check_workbook(content, center="C01")
    assert [(finding.code, finding.place.row, finding.place.name) for finding in found.findings] == [
        ("S-CONFLICT", 3, "weight_kg")
    ]
    assert not found.accepted["assessment"]


def test_rows_without_a_patient_are_orphans_and_so_are_panels_without_assessment():
    sheets = {
        books.PATIENT: [books.patient()],
        books.FOLLOW_UP: [books.follow_up("0009")],
        books.LABORATORY: [books.laboratory()],
    }
    found = check_workbook(books.workbook(sheets), center="C01").findings
    assert [(finding.code, finding.place.sheet, finding.place.row) for finding in found] == [
        ("V-B02", books.LABORATORY, 2), ("V-B02", books.FOLLOW_UP, 2),
    ]  # fmt: skip


def test_a_date_before_birth_is_one_clear_finding():
    sheets = books.whole_center(1)
    sheets[books.TRANSARTERIAL][0]["start_date"] = "1950-01-01"
    found = [
        finding
        for finding in check_workbook(books.workbook(sheets), center="C01").findings
        if finding.severity.name == "ERROR"
    ]
    assert ("V-D02", books.TRANSARTERIAL, 2, "start_date") in [
        (f.code, f.place.sheet, f.place.row, f.place.name) for f in found
    ]


def test_a_wrong_code_is_one_clear_finding():
    found = check_workbook(books.workbook({books.PATIENT: [books.patient(sex="X")]}), center="C01").findings
    assert [(f.code, f.place.row, f.place.column, f.found, f.en) for f in found] == [
        ("V-B04", 2, 2, "X", "“X” is not an allowed code. Use one of: M (Male), F (Female), UNK (Unknown).")
    ]


def test_text_that_looks_like_a_formula_stays_text():
    sheets = {books.PATIENT: [books.patient()]}
    sheets["11_不良事件_ae"] = [
        {
            "local_id": "0001",
            "ae_term": "Fever",
            "ae_term_verbatim": "=cmd|' /C calc'!A0",
            "ctcae_version": "5.0",
            "ae_grade": 1,
            "ae_onset_date": "2015-04-01",
        }
    ]
    event = check_workbook(books.workbook(sheets), center="C01").accepted["adverseevent"][0]
    assert event.values["ae_term_verbatim"] == "=cmd|' /C calc'!A0"


def test_a_cell_as_long_as_a_letter_is_quoted_short():
    found = check_workbook(books.workbook({books.PATIENT: [books.patient(sex="x" * 30_000)]}), center="C01").findings
    assert len(found[0].en) < 200
    assert len(found[0].found) <= 80


def test_one_thousand_findings_of_a_rule_are_shown_and_all_are_counted():
    sheets = {books.PATIENT: [books.patient(f"{number:05d}", sex="X") for number in range(1500)]}
    found = check_workbook(books.workbook(sheets), center="C01")
    assert [(rule.code, rule.total, rule.shown) for rule in found.totals] == [("V-B04", 1500, 1000)]
    assert len(found.findings) == 1000


def test_a_file_with_any_byte_flipped_is_read_or_refused_and_nothing_else():
    whole = files.whole()
    for place in range(100, len(whole), 997):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        with contextlib.suppress(WorkbookRefused):
            assert read_workbook(bytes(changed)).sheets
