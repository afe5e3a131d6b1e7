"""What is told of two extracts: each record that came, went or changed, and nothing else."""

from datetime import date

import pandas as pd

from analytics.changes.cells import ChangedCell, Fate, changed_records
from analytics.cohort.extract import Extract


def extract(**tables: pd.DataFrame) -> Extract:
    patients = pd.DataFrame({"id": [1, 2], "registry_id": ["C01-1", "C01-2"], "sex": ["M", "F"], "codes": [["A"], []]})
    return Extract(tables={"patient": patients, **tables}, centers={1: "C01"})


def visits(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"id": [7, 8], "patient_id": [1, 2], "last_contact_date": [date(2020, 1, 1)] * 2} | columns)


def test_the_same_records_have_no_change() -> None:
    one, other = extract(followup=visits(note=[None, float("nan")])), extract(followup=visits(note=[None, None]))
    assert changed_records(one, other, patients=["C01-1", "C01-2"]) == []


def test_a_corrected_cell_is_named_with_its_old_and_new_value() -> None:
    before, after = extract(followup=visits(alive=["1", "1"])), extract(followup=visits(alive=["1", "0"]))
    (found,) = changed_records(before, after, patients=["C01-1", "C01-2"])
    assert (found.entity, found.record_id, found.patient, found.fate) == ("followup", 8, "C01-2", Fate.CHANGED)
    assert found.cells == (ChangedCell(variable="alive", old="1", new="0"),)


def test_a_list_of_codes_is_one_value() -> None:
    before, after = extract(), extract()
    after.tables["patient"]["codes"] = pd.Series([["A", "B"], []])
    (found,) = changed_records(before, after, patients=["C01-1", "C01-2"])
    assert found.cells == (ChangedCell(variable="codes", old=("A",), new=("A", "B")),)


def test_records_that_came_and_went_have_their_filled_cells() -> None:
    before, after = extract(followup=visits().head(1)), extract(followup=visits().tail(1))
    went, came = changed_records(before, after, patients=["C01-1", "C01-2"])
    assert (went.fate, came.fate) == (Fate.GONE, Fate.NEW)
    assert went.cells == (ChangedCell(variable="last_contact_date", old=date(2020, 1, 1), new=None),)


def test_only_the_patients_asked_for_are_told() -> None:
    before, after = extract(followup=visits(alive=["1", "1"])), extract(followup=visits(alive=["0", "0"]))
    assert [found.patient for found in changed_records(before, after, patients=["C01-1"])] == ["C01-1"]
