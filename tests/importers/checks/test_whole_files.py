"""Whole workbooks as hospitals send them, each with what used to go wrong in it: what is said of them, and what is accepted."""

import io
import re
from collections import Counter
from time import process_time

import openpyxl
import pytest
import xlsxwriter

from importers.checks.check import CheckReport, check_workbook
from importers.files.reader import read_content
from registry.rules import Severity
from registry.workbook.stored_keys import Person, Stored
from tests.hostile.files import rebuilt, whole
from tests.importers import books

SECOND = "xl/worksheets/sheet2.xml"  # of the assessments
IMPRECISE_SECONDS = 2


def checked(content: bytes, **options) -> CheckReport:
    return check_workbook(read_content(content), center="C01", **options)


def patients(*numbers, **variables) -> bytes:
    return books.workbook({books.PATIENT: [books.patient(number, **variables) for number in numbers]})


def errors(report: CheckReport) -> list[str]:
    return sorted(finding.code for finding in report.findings if finding.severity is Severity.ERROR)


def accepted(report: CheckReport, entity: str = "patient", name: str = "local_id") -> list[object]:
    return [record.values[name] for record in report.accepted[entity]]


def shown_as_percentages() -> bytes:
    """The numbers behind what is seen are a hundredth of it."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    percent = book.add_format({"num_format": "0%"})
    sheets = {
        books.PATIENT: [books.patient()],
        books.ASSESSMENT: [books.assessment(icg_r15=0.12, lvef=0.6)],
        books.LABORATORY: [books.laboratory(afp_l3=0.1)],
    }
    for name, (row,) in sheets.items():
        page = book.add_worksheet(name)
        for place, (variable, value) in enumerate(row.items()):
            page.write(0, place, variable)
            page.write(1, place, value, percent if variable in {"icg_r15", "lvef", "afp_l3"} else None)
    book.close()
    return target.getvalue()


def with_cell(cell: bytes, *, sheet: str = SECOND, at: bytes = b"E2") -> bytes:
    change = {sheet: lambda part: re.sub(rb'<c r="%s"[^>]*>.*?</c>' % at, cell, part, count=1)}
    return rebuilt(whole(), change=change)


def with_a_title_over_two_rows() -> bytes:
    row = books.patient()
    book = openpyxl.Workbook()
    page = book.active
    page.title = "patient"
    names = list(row)
    page.append(["2019年肝癌登记表"])
    page.append([names[0], "基本信息", *[None] * (len(names) - 2)])
    page.append([None, *names[1:]])
    page.append(list(row.values()))
    page.merge_cells("A2:A3")
    page.merge_cells(start_row=2, start_column=2, end_row=2, end_column=len(names))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_percentages_are_stored_as_they_are_seen():
    report = checked(shown_as_percentages())
    assert errors(report) == []
    assert [accepted(report, "assessment", name) for name in ("icg_r15", "lvef")] == [[12], [60]]
    results = {one.values["analyte_code"]: one.values["value"] for one in report.accepted["labresult"]}
    assert results["afp_l3"] == 10


def test_numbers_that_cannot_be_a_patients_are_told_one_by_one_and_the_others_are_stored():
    odd = ["1E05", 100000, 123456789012345678, 1234567890123456, 12345.5, True, "3e+05", "300000", "=1+1"]
    report = checked(patients(*odd))
    assert errors(report) == ["C-ID-BOOLEAN", *["C-ID-DIGITS"] * 3, "C-ID-FRACTION"]
    assert accepted(report) == ["1E05", "100000", "300000", "=1+1"]


def test_spellings_of_one_number_are_one_patient_or_asked_about():
    report = checked(patients("A1", "A1\u200b", "Ａ1", "a1", "\ufeffB1", "b\n1", 7, "00007"))
    assert errors(report) == ["V-B03", "V-B03"]
    assert Counter(finding.code for finding in report.findings)["V-B13"] == 3
    stored = Stored(patients={"00001": Person(), "00002": Person()})
    assert accepted(checked(patients("00001\u200b", "\u200e00002"), stored=stored)) == ["00001", "00002"]


def test_a_formula_that_shows_nothing_is_blank_and_one_that_shows_an_error_is_told():
    blank = checked(with_cell(b'<c r="E2" t="str"><f>IF(1=1,"","")</f><v></v></c>'))
    assert errors(blank) == []
    assert accepted(blank, "assessment", "weight_kg")[0] is None
    report = checked(with_cell(b"<c r='E2' t='e'><v>#N/A</v></c>"))
    assert [(f.code, f.place.name) for f in report.findings if f.code == "C-ERROR"] == [("C-ERROR", "weight_kg")]


def test_marks_of_a_laboratory_are_read_off_and_two_diameters_are_told():
    printed = {"alb": "35.2↓", "tbil": "25.1 ↑", "plt": "98 L", "afp": ">121000 H", "inr": "1.25 H", "afp_l3": "10.2*"}
    sheets = {books.PATIENT: [books.patient()], books.ASSESSMENT: [books.assessment()]}
    report = checked(books.workbook({**sheets, books.LABORATORY: [books.laboratory(**printed)]}))
    found = {one.values["analyte_code"]: one.values for one in report.accepted["labresult"]}
    assert (found["alb"]["value"], found["afp"]["value"], found["afp"]["comparator"]) == (35.2, 121000, ">")
    assert (found["inr"]["value"], found["afp_l3"]["value"]) == (1.25, 10.2)
    sheets[books.ASSESSMENT] = [books.assessment(max_diameter_cm="2.1*1.9")]
    assert "C-DIMENSIONS" in errors(checked(books.workbook(sheets)))


def test_a_header_over_two_rows_a_hidden_column_and_an_invisible_letter_lose_nothing():
    assert accepted(checked(with_a_title_over_two_rows())) == ["0001"]
    report = checked(patients("0001", **{"mdt_review_date\u200b": "2019-03-09"}))
    assert (report.findings, accepted(report)) == ((), ["0001"])


def test_patients_of_whom_years_alone_are_known_are_checked_in_no_time_and_are_not_one_person():
    vague = {"birth_date": "1950", "diagnosis_date": "2012", "cirrhosis": "0"}
    numbers = [f"V{number}" for number in range(20)]
    sheets = {
        books.PATIENT: [books.patient(number, **vague) for number in numbers],
        books.ASSESSMENT: [
            books.assessment(number, assessment_date="2012-06-01", ascites_grade="1") for number in numbers
        ],
    }
    start = process_time()
    report = checked(books.workbook(sheets))
    assert process_time() - start < IMPRECISE_SECONDS
    codes = Counter(finding.code for finding in report.findings)
    assert (codes["V-P14"], codes["V-P04"], len(accepted(report))) == (20, 0, 20)


@pytest.mark.parametrize(
    ("given", "is_stored"), [(None, True), ("无记录", True), ("ND", True), ("不详", True), ("8-10", False)]
)
def test_conventional_tace_is_stored_without_its_oil(given, is_stored):
    sheets = {books.PATIENT: [books.patient()], books.TRANSARTERIAL: [books.session(lipiodol_ml=given)]}
    report = checked(books.workbook(sheets))
    assert bool(accepted(report, "transarterialsession", "modality")) is is_stored
    assert errors(report) == ([] if is_stored else ["V-U13"])


def test_a_row_of_another_center_is_an_error():
    report = checked(patients("0001", center_code="C07"))
    assert ("V-B17" in errors(report), accepted(report)) == (True, [])


def test_a_sheet_whose_part_is_written_in_another_case_is_read():
    content = rebuilt(
        whole(), change={"xl/_rels/workbook.xml.rels": lambda part: part.replace(b"sheet1.xml", b"Sheet1.xml")}
    )
    assert accepted(checked(content)) == accepted(checked(whole()))
