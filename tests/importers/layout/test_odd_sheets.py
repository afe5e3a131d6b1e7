"""Sheets as hospitals keep them: percentages, titles over two rows, totals, footnotes, identifiers in two spellings."""

import datetime
import io

import pytest
import xlsxwriter

from importers.checks.check import check_workbook
from importers.files.delimited_text import read_separated
from importers.files.findings import Collector
from importers.files.reader import read_content
from importers.layout.columns import code_names
from importers.layout.everyday_words import EVERYDAY, everyday_words
from importers.layout.recognition import recognize
from registry.languages import in_both
from registry.rules.external_rules import EXTERNAL_RULES
from registry.workbook.sheets import Kind, sheets
from registry.workbook.stored_keys import Person, Stored
from tests.importers import books
from tests.importers.other_books import data_set, open_document

NUMBERS = {Kind.NUMBER, Kind.WHOLE, Kind.ANALYTE}


def tables(content, *, name="", told=None):
    return recognize(read_content(content, name=name), header_mapping={}, collector=told or Collector()).tables


def as_percentages(columns, *, number, sheet):
    """A row of which each of these columns shows the number as a percentage, beside those without which a sheet is not read."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    percent, page = book.add_format({"num_format": "0.0%"}), book.add_worksheet(sheet.name)
    for place, column in enumerate(columns):
        page.write(0, place, column.name)
        page.write(1, place, number, percent)
    needed = [c.name for c in sheet.columns if (c.required or c.name in sheet.key[:1]) and c not in columns]
    page.write_row(0, len(columns), needed)
    book.close()
    return target.getvalue()


PERCENTAGES = {
    sheet.name: (sheet, [c for c in sheet.columns if c.kind in NUMBERS and c.range and c.range.unit == "%"])
    for sheet in sheets()
}
OTHERS = {
    sheet.name: (sheet, [c for c in sheet.columns if c.kind in NUMBERS and not (c.range and c.range.unit == "%")])
    for sheet in sheets()
}


@pytest.mark.parametrize("name", [name for name, (_, columns) in PERCENTAGES.items() if columns])
def test_a_percentage_is_what_is_seen_in_every_column_of_percents(name):
    sheet, columns = PERCENTAGES[name]
    found = tables(as_percentages(columns, number=0.6, sheet=sheet))[name]
    assert {column.name: found.cells[column.name][0].value for column in columns} == {c.name: 60 for c in columns}


@pytest.mark.parametrize("name", [name for name, (_, columns) in OTHERS.items() if columns])
def test_a_percentage_is_told_in_every_other_column_of_numbers(name):
    sheet, columns = OTHERS[name]
    found = tables(as_percentages(columns, number=0.6, sheet=sheet))[name]
    codes = {column.name: found.cells[column.name][0].problem.code for column in columns}
    assert codes == {c.name: "C-PERCENT" for c in columns}


def checked(content, **options):
    """Without a process of its own for each file."""
    return check_workbook(read_content(content), center="C01", **options)


def check(sheets_, **options):
    return checked(books.workbook(sheets_), **options)


def told(report, *codes):
    return [(f.code, f.place.row, f.place.name) for f in report.findings if f.code in codes]


ROW = books.patient()


def grid(*rows, sheet=books.PATIENT):
    return checked(books.grid({sheet: [list(ROW), list(ROW.values()), *rows]}))


@pytest.mark.parametrize(
    "line",
    [
        ["合计", "", 1], ["总计：1例"], ["Total", "", "", "", "", "", "", 12], ["注：数据来源于病历系统"], ["* patients without consent are left out"],
        ["制表人：科室", "", "2019-03-05"], ["Note: births are approximate"], ["n = 1"], ["患者均来自我院介入科住院病例"], ["", "平均", 3.2],
    ],
)  # fmt: skip
def test_a_total_or_a_note_is_one_sentence_and_no_record(line):
    report = grid(line)
    assert [(f.code, f.place.row) for f in report.findings] == [("V-B14", 3)]
    assert len(report.accepted["patient"]) == 1


@pytest.mark.parametrize("line", [["-"], ["—", "-", "--"], ["\u200b", " ", "\u3000"], ["/"]])
def test_a_row_of_dashes_is_blank(line):
    assert grid(line).findings == ()


def test_a_patient_of_whom_only_the_number_is_given_is_a_record():
    assert {code for code, *_ in told(grid(["0002"]), "V-B14", "C-REQUIRED")} == {"C-REQUIRED"}
    assert not told(grid(["Sum01", *list(ROW.values())[1:]]), "V-B14")


def test_a_sheet_of_headers_only_is_told_and_so_is_a_file():
    header = [list(ROW)]
    assert [f.code for f in checked(books.grid({books.PATIENT: header})).findings] == ["F-NO-ROWS"]
    both = {books.PATIENT: [list(ROW), list(ROW.values())], books.FOLLOW_UP: [list(books.follow_up())]}
    report = checked(books.grid(both))
    assert [(f.code, f.place.sheet) for f in report.findings] == [("S-EMPTY", books.FOLLOW_UP)]
    filled_in = {"00_README": [["template_version", "2"]], **both}
    assert checked(books.grid(filled_in)).findings == ()


def test_an_older_template_is_read_and_told():
    content = books.grid({"00_README": [["template_version", "1"]], books.PATIENT: [list(ROW), list(ROW.values())]})
    report = checked(content)
    assert [(f.code, f.severity.name) for f in report.findings] == [("V-B15", "WARNING")]
    assert len(report.accepted["patient"]) == 1


def test_a_title_that_reaches_over_two_rows_is_read():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page, names = book.add_worksheet(books.PATIENT), list(ROW)
    page.merge_range(0, 0, 0, len(names) - 1, "肝癌患者登记表")
    page.merge_range(1, 0, 2, 0, "local_id")
    page.merge_range(1, 1, 1, 4, "基本信息")
    page.merge_range(1, 5, 1, len(names) - 1, "诊断")
    for place, name in enumerate(names[1:], start=1):
        page.write(2, place, name)
    for place, value in enumerate(ROW.values()):
        page.write(3, place, value)
    book.close()
    report = checked(target.getvalue())
    assert (report.findings, len(report.accepted["patient"])) == ((), 1)


@pytest.mark.parametrize(
    "header",
    ["pack_years\u200b", "\ufeffpack_years", "pack_years（pack-years）", "pack_years (a)", "Pack_Years：", "pack_years*", "pack_years [年]"],
)  # fmt: skip
def test_a_header_is_known_with_its_unit_and_with_what_nobody_sees(header):
    report = check({books.PATIENT: [books.patient(smoking_status="CUR", **{header: 10})]})
    assert told(report, "S-COLUMN") == []
    assert report.accepted["patient"][0].values["pack_years"] == 10


@pytest.mark.parametrize(
    ("header", "is_read"), [("alb (g/L)", True), ("ALB（G/L）", True), ("alb (g/dL)", False), ("alb (mmol/L)", False)]
)
def test_a_header_with_another_unit_than_the_column_has_is_not_read(header, is_read):
    panel = {**books.laboratory(), header: 41}
    del panel["alb"]
    report = check({**books.whole_center(1), books.LABORATORY: [panel]})
    assert ("alb" in {r.values["analyte_code"] for r in report.accepted["labresult"]}) is is_read
    assert bool(told(report, "S-COLUMN")) is not is_read


@pytest.mark.parametrize("other", ["A0O1", "a001", "A 001", "A1", "Ａ００１\u200b"])
def test_an_identifier_like_another_is_asked_about(other):
    report = check({books.PATIENT: [books.patient("A001"), books.patient(other)]})
    asked = told(report, "V-B13")
    assert asked == ([] if other in {"A0O1", "Ａ００１\u200b"} else [("V-B13", 3, "local_id")])
    if asked:
        (finding,) = [f for f in report.findings if f.code == "V-B13"]
        assert finding.severity.name == "WARNING"
        assert "“A001” (sheet 01_患者_patient, row 2)" in finding.en


def test_an_identifier_like_a_stored_one_is_asked_about_and_the_stored_one_is_not():
    stored = Stored(patients={"00007": Person(), "B1": Person()})
    report = check({books.PATIENT: [books.patient("7"), books.patient("B1")]}, stored=stored)
    assert told(report, "V-B13") == [("V-B13", 2, "local_id")]
    assert "“00007” (in the registry)" in next(f.en for f in report.findings if f.code == "V-B13")


def test_dates_of_one_order_offer_it_for_their_column():
    rows = [books.patient("1", birth_date="03/04/1960"), books.patient("2", birth_date="25/03/1960")]
    found = tables(books.workbook({books.PATIENT: rows}))[books.PATIENT]
    assert found.date_orders == {"birth_date": "DMY"}
    assert "1960-04-03" in found.cells["birth_date"][0].problem.en


def test_flags_of_a_laboratory_are_kept_in_the_raw_text_on_both_sheets():
    values = {"alb": "35.2↓", "alt": "98 H", "afp": ">121000 ↑"}
    wide = check({**books.whole_center(1), books.LABORATORY: [{**books.laboratory(), **values}]})
    read = {r.values["analyte_code"]: r.values["value"] for r in wide.accepted["labresult"]}
    assert (read["alb"], read["alt"], read["afp"]) == (35.2, 98, 121000)
    keys = {"local_id": "0001", "assessment_date": "2015-03-10", "assessment_type": "BASE"}
    rows = [
        {**keys, "analyte_code": "alb", "value": "3.52↓", "unit": "g/dL"},
        {**keys, "analyte_code": "afp", "value": "ND", "unit": ""},
    ]
    long = check({**books.whole_center(1), books.LABORATORY: [], "03_检验_lab": rows})
    assert [r.values["value"] for r in long.accepted["labresult"]] == [35.2, None]
    assert [code for code, *_ in told(long, "C-ND", "V-U23")] == ["C-ND"]


def test_everyday_words_mean_one_code_of_a_list_and_none_that_has_another_name():
    for sheet in sheets():
        for column in (column for column in sheet.columns if column.codes):
            meant = [(word, code) for code, label in column.codes.items() for word in everyday_words(label)]
            assert len({word for word, _ in meant}) == len(meant), (column.name, meant)
            known = code_names(sheet.name, column=column.name)
            assert {word: known[word] for word, _ in meant} == dict(meant), column.name


def test_everyday_words_are_of_labels_that_exist():
    labels = {
        in_both(lambda label=label: str(label))[0] for s in sheets() for c in s.columns for label in c.codes.values()
    }
    assert set(EVERYDAY) <= labels


def test_an_unknown_code_is_told_with_the_labels_of_the_list():
    (finding,) = [f for f in check({books.PATIENT: [books.patient(diagnosis_basis="X")]}).findings if f.code == "V-B04"]
    assert "HIST (Histology)" in finding.en
    assert "HIST（组织病理学）" in finding.zh
    assert not told(check({books.PATIENT: [books.patient(diagnosis_basis="组织学")]}), "V-B04")


def test_a_data_set_is_known_by_its_labels_and_its_values_by_theirs():
    row = {
        "v1": "0001",
        "v2": 1.0,
        "v3": datetime.date(1960, 5, 17),
        "v4": "WAIV",
        "v5": datetime.date(2015, 3, 2),
        "v6": "IMG",
        "v7": "HCC",
        "tel": 13.0,
    }
    labels = [
        "local_id",
        "Sex",
        "birth_date",
        "consent_status",
        "diagnosis_date",
        "diagnosis_basis",
        "tumor_type",
        "患者姓名",
    ]
    content = data_set("SPSS", [row], column_labels=labels, variable_value_labels={"v2": {1.0: "男", 2.0: "女"}})
    report = check_workbook(read_content(content, name="export.sav"), center="C01")
    assert [f.code for f in report.findings] == ["F-DATASET", "S-PERSONAL"]
    assert report.accepted["patient"][0].values["sex"] == "M"


def test_an_open_document_is_checked_as_a_workbook_is():
    content = open_document({books.PATIENT: [list(ROW), list(ROW.values())]})
    report = checked(content)
    assert (report.findings, len(report.accepted["patient"])) == ((), 1)


def test_a_text_with_marks_before_its_numbers_is_read():
    row = books.patient("'00123", birth_date="'1960-05-04")
    text = "|".join(row) + "\n" + "|".join(row.values()) + "\n"
    report = check_workbook(read_separated(text.encode(), name="patient"), center="C01")
    assert (report.findings, report.accepted["patient"][0].local_id) == ((), "00123")


def test_the_new_checks_are_in_the_list_of_all_checks():
    assert {"V-B13", "V-B14", "V-B15"} <= {rule.code for rule in EXTERNAL_RULES}
