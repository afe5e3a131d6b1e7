"""One patient as a whole: every record with what is known besides it, and what it lacks."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.rules import Severity, completeness, completeness_of_patient, evaluate_patient, missing_required

DAY = date(2021, 6, 1)
TODAY = date(2024, 1, 31)
VISIT = {"assessment_date": DAY, "assessment_type": "BASE"}
PATIENT = {"birth_date": date(1960, 5, 4), "diagnosis_date": DAY, "sex": "M"}


def told(records: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, Any]]:
    marked = {entity: [{**row, "id": number} for number, row in enumerate(rows)] for entity, rows in records.items()}
    found = evaluate_patient(marked, today=TODAY)
    return [(each.finding.code, each.entity, each.row["id"]) for each in found]


def result(analyte: str, value: float) -> dict[str, Any]:
    return {**VISIT, "analyte_code": analyte, "value": value, "comparator": "=", "raw_unit": ""}


def test_a_result_is_held_against_its_panel() -> None:
    panel = [result("tbil", 16.0), result("dbil", 17.0)]
    assert told({"patient": [PATIENT], "assessment": [VISIT], "labresult": panel}) == [("V-U21", "labresult", 1)]


def test_an_assessment_is_held_against_its_laboratory() -> None:
    visit = {**VISIT, "albi_grade": "2"}
    panel = [result("alb", 41.75), result("tbil", 16.45)]
    assert told({"assessment": [visit], "labresult": panel}) == [("V-S01", "assessment", 0)]


def test_a_session_is_told_to_have_no_drugs_only_where_drugs_were_looked_for() -> None:
    session = {"start_date": DAY, "modality": "HAIC", "haic_regimen": "FOLFOX"}
    assert told({"transarterialsession": [session]}) == []
    assert told({"transarterialsession": [session], "transarterialagent": []}) == [("V-T01", "transarterialsession", 0)]


def test_what_several_records_contradict_is_told_of_the_first_of_them() -> None:
    burden = {**VISIT, "tumor_number": 2}
    rows = [
        {**burden, "diameter_basis": "WHOLE", "max_diameter_cm": 5.0},
        {**burden, "diameter_basis": "VIABLE", "max_diameter_cm": 6.0},
    ]
    assert told({"assessment": [VISIT], "tumorburden": rows}) == [("V-S25", "tumorburden", 1)]


def test_a_missing_value_counts_until_it_or_its_reason_is_given() -> None:
    row = {"start_date": DAY, "treatment_intent": "CUR", "line_no": 1}
    lacking = {finding.fields[0] for finding in missing_required("resection", row, on_submit=True)}
    assert "extent" in lacking
    assert "start_date" not in lacking
    excused = {**row, "extent_missing_reason": "NR"}
    assert lacking - {"extent"} == {f.fields[0] for f in missing_required("resection", excused, on_submit=True)}
    assert completeness("resection", excused).filled == completeness("resection", row).filled + 1
    assert completeness("resection", excused).required == completeness("resection", row).required


@pytest.mark.parametrize(("on_submit", "severity"), [(True, Severity.ERROR), (False, Severity.WARNING)])
def test_what_is_missing_is_an_error_only_on_submission(*, on_submit: bool, severity: Severity) -> None:
    found = missing_required("transarterialsession", {"start_date": DAY, "modality": "HAIC"}, on_submit=on_submit)
    assert {finding.severity for finding in found} == {severity}
    assert {finding.code for finding in found} == {"C9", "V-T06"}
    assert all(finding.text and "{" not in finding.text for finding in found)


def test_the_completeness_of_a_patient_is_summed_by_kind_of_record() -> None:
    follow_ups = [{"follow_up_date": DAY + timedelta(days=days), "vital_status": "ALIVE"} for days in (90, 180)]
    found = completeness_of_patient({"patient": [PATIENT], "followup": follow_ups}, today=TODAY)
    assert found["followup"].required > found["followup"].filled >= 4
    assert 0 < found["patient"].percent < 100
