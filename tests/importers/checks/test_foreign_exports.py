"""Exports as hospitals and archives keep them, read by their mappings: every planted fault is told, and none is invented."""

from time import process_time

import pytest

from demo.foreign.cbioportal import cbioportal_clinical
from demo.foreign.sheet import ForeignSheet
from demo.foreign.survey import survey_table
from importers.checks.check import CheckReport, check_workbook
from importers.files.reader import read_content
from importers.mapping.text import read_mapping
from registry.rules import Severity

LONGEST_CHECK = 5  # seconds
ONLY_YEARS = {
    "diagnosis_date: 2011-12-20": "diagnosis_date: 2011",
    "cirrhosis: Disease / Cirrhosis": "cirrhosis: {value: 0}",
    "constants: {diameter_basis: WHOLE}": "constants: {diameter_basis: WHOLE, ascites_grade: 1}",
}


def checked(export: ForeignSheet, *, text: str = "") -> CheckReport:
    book = read_content(export.as_workbook(), name=export.filename)
    return check_workbook(book, center="C01", header_mapping=read_mapping(text or export.mapping_text))


@pytest.mark.parametrize(
    "export",
    [pytest.param(cbioportal_clinical(), id="cBioPortal"), pytest.param(survey_table(), id="archived survey")],
)
def test_every_planted_fault_is_told_and_the_other_rows_are_accepted(export: ForeignSheet) -> None:
    report = checked(export)
    planted = {(one.row, one.code) for one in export.planted}
    assert planted <= {(one.place.row, one.code) for one in report.findings}
    assert {(one.place.row, one.code) for one in report.findings if one.severity is Severity.ERROR} <= planted
    assert sum(one.accepted for one in report.sheets) >= 0.95 * sum(one.rows for one in report.sheets)


def test_birth_and_diagnosis_known_to_the_year_make_no_check_long() -> None:
    export = survey_table()
    text = export.mapping_text
    for before, after in ONLY_YEARS.items():
        assert before in text
        text = text.replace(before, after)
    start = process_time()
    report = checked(export, text=text)
    assert process_time() - start <= LONGEST_CHECK
    told = {rule.code: rule.total for rule in report.totals}
    assert told["V-P14"] >= 0.9 * len(export.rows)
