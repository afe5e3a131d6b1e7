import io

import openpyxl
import pytest

from importers.checks.check import check_workbook
from importers.files.workbook import RawSheet, WorkbookRefused, read_workbook
from importers.layout.columns import lay_out
from importers.workbooks.template import HEADER_ROWS, template_bytes
from registry.workbook.sheets import Kind, sheet_of, sheets
from tests.importers import books


@pytest.fixture(scope="module")
def template() -> bytes:
    return template_bytes(center_code="C01", center_name="Hospital 1")


def filled(template: bytes, rows: dict[str, list[dict]]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template))
    for name, given in rows.items():
        header = [cell.value for cell in book[name][1]]
        for row in given:
            book[name].append([row.get(column) for column in header])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_an_empty_template_has_neither_rows_nor_findings(template):
    report = check_workbook(template, center="C01")
    assert report.findings == ()
    assert {sheet.rows for sheet in report.sheets} == {0}
    assert [sheet.sheet for sheet in report.sheets] == [sheet.name for sheet in sheets()]


def test_a_filled_template_is_read_from_row_5(template):
    report = check_workbook(filled(template, books.whole_center(2)), center="C01")
    assert [finding.code for finding in report.findings] == ["V-P04"]  # the two patients were made alike
    assert [record.rows for record in report.accepted["patient"]] == [(5,), (6,)]
    assert len(report.accepted["labresult"]) == 8


def test_a_template_of_another_center_is_refused(template):
    with pytest.raises(
        WorkbookRefused, match="F-CENTER: The workbook belongs to center C01 but was uploaded for center C02"
    ):
        check_workbook(template, center="C02")


def test_a_template_of_another_version_is_refused(template):
    book = openpyxl.load_workbook(io.BytesIO(template))
    book["00_README"]["B1"] = "0"
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(WorkbookRefused, match="V-B01"):
        check_workbook(target.getvalue(), center="C01")


def test_every_column_of_every_sheet_stands_in_it_with_its_list_or_limits(template):
    book = openpyxl.load_workbook(io.BytesIO(template))
    for sheet in sheets():
        page = book[sheet.name]
        assert [cell.value for cell in page[1]] == [column.name for column in sheet.columns]
        limited = {
            str(area).split(":")[0].rstrip("0123456789")
            for rule in page.data_validations.dataValidation
            for area in rule.sqref.ranges
        }
        for cell, column in zip(page[1], sheet.columns, strict=True):
            wants = column.kind in {Kind.CODE, Kind.DATE} or (column.kind in {Kind.NUMBER, Kind.WHOLE} and column.range)
            assert (cell.column_letter in limited) == bool(wants), column.name


def test_headers_are_locked_and_cells_below_are_not(template):
    page = openpyxl.load_workbook(io.BytesIO(template))[books.PATIENT]
    assert page.protection.sheet
    assert page["A1"].protection.locked
    assert not page.column_dimensions["A"].protection.locked


def test_the_hidden_lists_hold_the_codes(template):
    book = openpyxl.load_workbook(io.BytesIO(template))
    assert book["99_lists"].sheet_state == "hidden"
    lists = [[cell for cell in column if cell] for column in book["99_lists"].iter_cols(values_only=True)]
    assert ["M", "F", "UNK"] in lists


def rows_of(template: bytes, *, sheet: str) -> list[list]:
    return next(raw.rows for raw in read_workbook(template).sheets if raw.name == sheet)


@pytest.mark.parametrize(
    ("kept", "first_row"),
    [((0,), 2), ((1,), 2), ((2,), 2), ((0, 1), 3), ((0, 1, 2), 4), ((0, 1, 2, 3), 5), ((0, 3), 2)],
)
def test_data_begin_below_whatever_header_rows_were_kept(template, kept, first_row):
    """A hint row alone below the names is not told apart from data: it will be found faulty, never passed over."""
    header = rows_of(template, sheet=books.PATIENT)[:HEADER_ROWS]
    row = list(books.patient().values())
    raw = RawSheet(name=books.PATIENT, rows=[*[header[number] for number in kept], row], hidden={}, merged=())
    assert lay_out(raw, sheet=sheet_of("patient")).first_row == first_row


@pytest.mark.parametrize(
    "spelled",
    [
        str.upper,
        str.title,
        lambda name: f"  {name} *",
        lambda name: name.translate({ord(c): ord(c) + 0xFEE0 for c in "abcdefgh"}),
    ],
)
def test_headers_are_known_however_they_are_cased_and_spaced(spelled):
    row = books.patient()
    report = check_workbook(
        books.grid({books.PATIENT: [[spelled(name) for name in row], list(row.values())]}), center="C01"
    )
    assert report.findings == ()
    assert len(report.accepted["patient"]) == 1


@pytest.mark.parametrize("name", ["patient", "Patients", "患者", " 01_患者_PATIENT "])
def test_sheets_are_known_by_each_of_their_names(name):
    report = check_workbook(books.grid({name: [list(books.patient()), list(books.patient().values())]}), center="C01")
    assert len(report.accepted["patient"]) == 1
