"""Every check is shown one row that it lets pass and one that it does not."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.utils import translation

from registry.rules import Check, Severity, checks, findings, row_of
from registry.rules.record.treatment import STARTS
from registry.rules.records import fields_of


def name_of(check: Check) -> str:
    return f"{check.code} {check.entity} {' '.join(check.fields)}"


def codes_found(entity: str, row: dict[str, Any]) -> list[str]:
    return [finding.code for finding in findings(entity, row)]


@pytest.mark.parametrize("check", checks(), ids=name_of)
def test_a_check_fires_on_its_failing_row_only(check: Check) -> None:
    assert check in [finding.check for finding in findings(check.entity, check.failing)]
    assert check not in [finding.check for finding in findings(check.entity, check.passing)]


@pytest.mark.parametrize("check", checks(), ids=name_of)
def test_a_check_finds_nothing_where_nothing_is_known(check: Check) -> None:
    assert check not in [finding.check for finding in findings(check.entity, {})]


@pytest.mark.parametrize("check", checks(), ids=name_of)
def test_a_check_points_at_variables_of_its_record(check: Check) -> None:
    assert check.fields
    assert set(check.fields) <= {field.name for field in fields_of()[check.entity]}


@pytest.mark.django_db  # whether a term is of a loaded list is asked of the database
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("check", checks(), ids=name_of)
def test_a_finding_is_a_whole_sentence_in_both_languages(check: Check, language: str) -> None:
    (finding,) = [finding for finding in findings(check.entity, check.failing) if finding.check is check]
    with translation.override(language):
        assert finding.text
        assert not set("{}") & set(finding.text)
        assert "None" not in finding.text


def test_no_two_checks_are_the_same() -> None:
    counts = Counter((check.code, check.entity, check.fields, str(check.failing)) for check in checks())
    assert [key for key, count in counts.items() if count > 1] == []


def test_every_date_of_every_record_is_checked_for_the_future() -> None:
    checked = {(check.entity, check.fields[0]) for check in checks() if check.code == "V-D01"}
    assert ("patient", "birth_date") in checked
    assert ("followup", "death_date") in checked
    assert ("adverseevent", "ae_resolution_date") in checked
    assert not any("_at" in name for _, name in checked)


def test_the_birth_date_itself_is_not_called_early() -> None:
    assert codes_found("patient", {"birth_date": date(1941, 2, 3), "diagnosis_date": date(2012, 5, 6)}) == []


def test_an_unknown_record_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="patients"):
        findings("patients", {})


def test_the_sentence_names_what_was_found() -> None:
    (finding,) = findings("transarterialsession", {"start_date": date(2021, 6, 2), "death_date": date(2021, 6, 1)})
    assert finding.severity is Severity.ERROR
    assert finding.fields == ("start_date",)
    with translation.override("en"):
        assert "2021-06-02" in finding.text
        assert "2021-06-01" in finding.text


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "codes"),
    [
        ("alb", 41.7, "g/L", []),
        ("alb", 10.0, "g/L", ["V-U02"]),
        ("alb", 4.1, "", ["V-U01", "V-U03"]),
        ("alb", 4.1, "g/dL", ["V-U01"]),
        ("tbil", 2.9, "", ["V-U02", "V-U04"]),
        ("tbil", 3.0, "", ["V-U02"]),
        ("crea", 14.9, "", ["V-U02", "V-U05"]),
        ("crea", 15.0, "", ["V-U02"]),
        ("hb", 20.0, "", ["V-U02", "V-U06"]),
        ("hb", 3.9, "", ["V-U01"]),
        ("plt", 25.0, "", ["V-U02"]),
        ("plt", 24.9, "", ["V-U02", "V-U07"]),
        ("plt", 2000.0, "", ["V-U02"]),
        ("neut", 300.1, "", ["V-U01", "V-U08"]),
        ("pt", 60.0, "", ["V-U02", "V-U11"]),
        ("pt", 59.9, "", ["V-U02"]),
    ],
)
def test_a_laboratory_value_is_suspected_of_another_unit_at_the_limits(
    analyte: str, value: float, unit: str, codes: list[str]
) -> None:
    row = {"analyte_code": analyte, "value": value, "comparator": "=", "raw_unit": unit}
    assert codes_found("labresult", row) == codes


@pytest.mark.parametrize(
    ("value", "code", "start"),
    [
        (0.0, "V-U01", "INR 0 is outside the possible range of 0.5 to 15."),
        (2.5, "V-U02", "INR 2.5 is unusual; 0.8 to 2 is"),
    ],
)
def test_a_value_out_of_range_is_told_with_the_range(value: float, code: str, start: str) -> None:
    (finding,) = findings("labresult", {"analyte_code": "inr", "value": value})
    with translation.override("en"):
        assert (finding.code, finding.text[: len(start)]) == (code, start)


def test_a_value_out_of_range_is_told_with_its_unit() -> None:
    (finding,) = findings("assessment", {"height_cm": 99.5})
    with translation.override("en"):
        assert finding.text.startswith("Height 99.5 cm is outside the possible range of 100 to 230.")


def test_a_suspected_unit_is_suggested_with_the_converted_value() -> None:
    row = {"analyte_code": "alb", "value": 4.1, "raw_unit": ""}
    (sentence,) = [finding.text for finding in findings("labresult", row) if finding.code == "V-U03"]
    assert "g/dL (equal to 41 g/L)" in sentence


def test_a_blank_death_date_does_not_hide_the_known_death() -> None:
    contact = {"follow_up_date": date(2021, 7, 1), "vital_status": "ALIVE", "death_date": None}
    row = row_of(contact, known={"death_date": date(2021, 6, 1)}, today=date(2021, 8, 1))
    assert codes_found("followup", dict(row)) == ["V-D06"]
    corrected = row_of({**contact, "death_date": date(2021, 7, 2)}, known=row, today=date(2021, 8, 1))
    assert codes_found("followup", dict(corrected)) == []


BURDEN = {
    "assessment_type": "BASE",
    "diameter_basis": "WHOLE",
    "tumor_number": 1,
    "max_diameter_cm": 8.0,
    "macrovascular_invasion": "0",
    "extrahepatic_metastasis": "0",
    "ecog_ps": "0",
    "ctp_class": "A",
    "bclc_stage": "A",
}


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"bclc_stage": "0"}, ["V-S11"]),
        ({"bclc_stage": "B"}, ["V-S13"]),
        ({"bclc_stage": "C"}, ["V-S10"]),
        ({"bclc_stage": "D"}, ["V-S13"]),
        ({"extrahepatic_metastasis": "1", "metastasis_sites": ["LUNG"]}, ["V-S08"]),
        ({"tumor_number": 4}, ["V-S12"]),
        ({"ecog_ps": "1"}, []),
        ({"ecog_ps": "1", "ecog_tumor_related": "1"}, ["V-S13"]),
        ({"ecog_ps": "3", "bclc_stage": "D"}, []),
        ({"diameter_basis": "VIABLE", "bclc_stage": "0"}, []),
        ({"bclc_stage": None}, []),
        ({"macrovascular_invasion": "UNK"}, []),
    ],
)
def test_an_entered_stage_is_asked_about_once(changed: dict[str, Any], codes: list[str]) -> None:
    assert codes_found("tumorburden", {**BURDEN, **changed}) == codes


@pytest.mark.parametrize(
    ("oil", "agents", "codes"),
    [
        (8.0, None, []),
        (None, ["GELFOAM"], []),
        (None, None, ["V-T03"]),
        (None, ["NONE"], ["V-T03"]),
        (0.0, ["GELFOAM"], ["V-T03", "V-U02"]),
        (0.0, None, ["V-T03", "V-U02"]),
    ],
)
def test_conventional_tace_needs_oil(oil: float | None, agents: list[str] | None, codes: list[str]) -> None:
    row = {"modality": "CTACE", "lipiodol_ml": oil, "embolic_agent": agents}
    assert codes_found("transarterialsession", row) == codes


def test_an_older_ctcae_version_is_not_judged_by_the_newer_list() -> None:
    assert codes_found("adverseevent", {"ae_term": "Nausae", "ae_grade": "4", "ctcae_version": "4.03"}) == []


def test_every_treatment_is_held_against_diagnosis_and_death() -> None:
    starts = {
        model._meta.model_name: start
        for model in apps.get_app_config("registry").get_models()
        if (start := getattr(model, "treatment_date", None))
    }
    assert starts == STARTS


def test_a_range_whose_every_possible_value_is_expected_has_no_warning() -> None:
    warned = {(check.entity, check.fields[0]) for check in checks() if check.code == "V-U02"}
    assert ("assessment", "ctp_score") not in warned
    assert ("systemicagent", "line_no") in warned
    assert {check.fields[0] for check in checks() if check.code == "V-U01"} >= {"ctp_score", "line_no", "sum_viable_mm"}


LIVER = {"alb": 34.0, "tbil": 40.0, "inr": 1.2, "ascites_grade": "1", "encephalopathy_grade": "0"}  # 2+2+1+2+1


@pytest.mark.parametrize(
    ("score", "entered", "codes"),
    [
        (8, {"ctp_class": "B"}, []),
        (7, {"ctp_class": "B"}, ["V-S02"]),
        (8, {"ctp_class": "A"}, ["V-S03"]),
        (8, {"ctp_class": "B", "inr": None}, []),
        (6, {"ctp_class": "A", "ascites_grade": "2", "inr": None}, ["V-S04"]),
        (5, {"ctp_class": "A", "inr": None}, ["V-S05"]),
        (5, {"ctp_class": "A", "ascites_grade": "0", "encephalopathy_grade": "2", "inr": None}, ["V-S06"]),
        (16, {"ctp_class": "C", "inr": None}, ["V-U01"]),
    ],
)
def test_a_child_pugh_score_agrees_with_class_findings_and_laboratory(
    score: int, entered: dict[str, Any], codes: list[str]
) -> None:
    assert codes_found("assessment", {**LIVER, "ctp_score": score, **entered}) == codes


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"within_milan": "1"}, ["V-S16"]),
        ({"within_milan": "0"}, []),
        ({"within_milan": "0", "max_diameter_cm": 5.0}, ["V-S17"]),
        ({"within_milan": "UNK", "max_diameter_cm": 5.0}, []),
        ({"within_milan": "1", "macrovascular_invasion": "UNK", "max_diameter_cm": 5.0}, []),
        ({"within_milan": "1", "macrovascular_invasion": "UNK"}, ["V-S16"]),
        ({"within_milan": "1", "diameter_basis": "VIABLE", "tumor_number": 0, "max_diameter_cm": None}, []),
        ({"within_milan": "1", "diameter_basis": "WHOLE", "tumor_number": 0, "max_diameter_cm": None}, ["V-S16"]),
    ],
)
def test_an_entered_milan_flag_is_held_against_the_tumor(changed: dict[str, Any], codes: list[str]) -> None:
    assert codes_found("tumorburden", {**BURDEN, **changed}) == codes


def test_a_metastasis_without_sites_is_asked_about_and_stored() -> None:
    spread = {**BURDEN, "bclc_stage": "C", "extrahepatic_metastasis": "1"}
    for sites in ({}, {"metastasis_sites": None}, {"metastasis_sites": []}):
        (found,) = findings("tumorburden", {**spread, **sites})
        assert (found.code, found.severity) == ("V-S20", Severity.QUERY)
    assert codes_found("tumorburden", {**spread, "metastasis_sites": ["LUNG"]}) == []


@pytest.mark.parametrize(
    ("agent_codes", "codes"), [(None, []), ([], ["V-T01"]), ((), ["V-T01"]), (["OXALIPLATIN", "FLUOROURACIL"], [])]
)
def test_drugs_are_missed_only_where_they_were_looked_for(agent_codes: Sequence[str] | None, codes: list[str]) -> None:
    row = {"modality": "HAIC", "haic_regimen": "FOLFOX", "agent_codes": agent_codes}
    assert codes_found("transarterialsession", row) == codes


@pytest.mark.parametrize(
    ("viable_mm", "largest_mm", "codes"),
    [
        (None, None, []),
        (0.0, 0.0, []),
        (0.0, 3.0, ["V-R01"]),
        (3.0, None, ["V-R01"]),
        (8.0, 0.0, []),  # a normal node stays in the sum: Eisenhauer et al. 2009, 4.3.2
        (19.9, 0.0, []),  # two targets of one organ at most, each below 10 mm
        (20.0, 0.0, ["V-R01"]),
        (8.0, 0.1, ["V-R01"]),
    ],
)
def test_a_complete_response_leaves_nothing_viable(
    viable_mm: float | None, largest_mm: float | None, codes: list[str]
) -> None:
    row = {"response_mrecist": "CR", "sum_viable_mm": viable_mm, "max_viable_diameter_mm": largest_mm}
    assert codes_found("imagingassessment", row) == codes


@pytest.mark.parametrize(("lesion", "codes"), [("NO", []), ("EQUIV", []), ("BOTH", ["V-R04", "V-R04"])])
def test_a_new_lesion_is_progression_by_both_criteria(lesion: str, codes: list[str]) -> None:
    row = {"new_lesion": lesion, "response_mrecist": "PR", "response_recist11": "SD"}
    assert codes_found("imagingassessment", row) == codes


@pytest.mark.parametrize(
    ("sir_class", "grade", "codes"),
    [("B", "3", []), ("B", "4", ["V-E12"]), ("C", "2", []), ("C", "1", ["V-E12"]), ("F", "5", [])],
)
def test_a_major_complication_is_not_mild(sir_class: str, grade: str, codes: list[str]) -> None:
    row = {"sir_class": sir_class, "ae_grade": grade, "death_date": date(2021, 6, 1)}
    assert codes_found("adverseevent", row) == codes


class Watched(dict[str, Any]):
    """Remembers what was looked at."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)


@pytest.mark.django_db
@pytest.mark.parametrize("check", checks(), ids=name_of)
def test_a_check_says_what_it_reads_of_other_records(check: Check) -> None:
    """What is asked of a record by itself must not depend on anything else: equal records are judged once."""
    own = {field.name for field in fields_of()[check.entity]}
    for example in (check.passing, check.failing):
        row = Watched(example)
        if all(row.get(name) not in (None, "", []) for name in check.operands):
            row.seen.clear()
            check.fires(row)
            assert row.seen - own <= {*check.operands, *check.reads}
