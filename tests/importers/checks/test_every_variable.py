"""Every variable of every sheet comes back from the database as it was written: none is lost on the way."""

from collections import Counter
from typing import Any

import pytest
from django.apps import apps

from importers.checks.check import check_workbook
from registry.access.scope import center_scope
from registry.workbook.sheets import Column, Kind, sheets
from tests.importers import books
from tests.importers.loading import load_workbook

# Where the first code of a list, or the middle of a range, would contradict another variable.
FITTING = {
    "local_id": "0001",
    "birth_date": "1960-05-17",
    "diagnosis_date": "2015-03-02",
    "ae_term": "Fever",
    "vital_status": "DEAD",
}
FITTING |= {"death_date": "2015-04-01", "last_known_alive_date": "2015-03-31", "ae_grade": "1", "outcome": "RECOVERED"}
FITTING |= dict.fromkeys(("icd10_code", "icdo3_topography", "death_cause_icd10"), "C22.0")
DAY = "2015-04-01"


def plausible(column: Column, *, attempt: int) -> Any:
    if column.name in FITTING:
        return FITTING[column.name]
    if column.kind in {Kind.CODE, Kind.CODES}:
        return list(column.codes)[(attempt + column.group) % len(column.codes)]
    if column.kind is Kind.DATE:
        return DAY
    if column.range is not None:
        low, high = column.range.soft
        return round(low + (high - low) * (0.5, 0.1, 0.3, 0.7, 0.9)[attempt % 5])
    return "some text"


def agreeing_rows() -> dict[str, list[dict[str, Any]]]:
    """A value in every column; where an edit check finds two of them at odds, the next value is tried."""
    attempts: Counter[tuple[str, str]] = Counter()
    for _ in range(20):
        rows = {
            sheet.name: [{c.name: plausible(c, attempt=attempts[sheet.name, c.name]) for c in sheet.columns}]
            for sheet in sheets()
        }
        found = check_workbook(books.workbook(rows), center="C01").findings
        at_odds = {(f.place.sheet, f.place.name) for f in found if f.severity.name == "ERROR"}
        if not at_odds:
            return rows
        attempts.update(at_odds)
    pytest.fail(f"no values agree for {sorted(at_odds)}: give them in FITTING")


def test_each_variable_is_stored(cast):
    result = load_workbook(books.workbook(agreeing_rows()), center=cast.center, by=cast.uploader, reason="a test")
    assert result.is_stored
    with center_scope([cast.center.pk]):
        for sheet in sheets():
            for column in sheet.columns:
                if column.entity not in {"", "labresult"}:
                    stored = apps.get_model("registry", column.entity)._base_manager.order_by("pk")
                    record = stored[max(0, column.group - 1)]
                    assert getattr(record, column.variable) not in (None, "", []), column.name
        analytes = {column.name for sheet in sheets() for column in sheet.columns if column.entity == "labresult"}
        results = apps.get_model("registry", "labresult")._base_manager
        assert set(results.values_list("analyte_code", flat=True)) == analytes


@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.name)
def test_no_two_columns_of_a_sheet_share_a_label(sheet):
    labels = [str(column.label).casefold() for column in sheet.columns]
    assert len(labels) == len(set(labels))
