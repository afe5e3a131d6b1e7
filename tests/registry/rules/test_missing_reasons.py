"""A reason for a missing value is an answer: no check refuses the record for that value, and none asks for it again."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import models

from registry.choices import MissingReason
from registry.clinical.timeline import build_timeline
from registry.models.base.companion_columns import MISSING_REASON, with_reason
from registry.requirements.catalog import REQUIREMENTS
from registry.rules import Check, PatientCheck, Severity, checks, findings, missing_required, patient_checks
from registry.rules.facts import DEATH_DATE, facts_of_patient
from registry.rules.patient_check import evaluate_timeline
from registry.rules.records import fields_of

DAY = date(2021, 6, 1)
REASONS = MissingReason.values
# What the check then says is no longer that the value is missing: two others contradict each other.
NOT_FOR_BEING_MISSING = {
    ("V-P15", "etiology_aflatoxin"),  # any cause would do
    ("V-S07", "lt_candidate"),  # stage and Child-Pugh C
    ("V-T08", "dose_reduction_pct"),  # the dose itself
    ("V-T10", "dose_reduction_pct"),
}

Complaint = tuple[Check, str, dict[str, Any]]


EXCUSABLE = {
    field.name: field
    for entity, fields in fields_of().items()
    for field in fields
    if f"{field.name}{MISSING_REASON}" in {each.name for each in fields}
}


def samples(name: str) -> Iterator[Any]:
    """Values that the variable may have."""
    field = EXCUSABLE[name]
    if isinstance(field, models.DateField):
        yield from (DAY + timedelta(days=days) for days in (-400, 0, 1, 30))
    elif field.choices:
        yield from (code for code, _ in field.choices)
    else:
        yield from (0, 1, 5, 30, 100)


def may_lack(check: Check) -> list[str]:
    """The variables that the check looks at though they may be missing, of its record or of those above and beside it."""
    return sorted(({*check.fields, *check.reads} - {*check.operands}) & EXCUSABLE.keys())


def complaints() -> list[Complaint]:
    """Every check with every variable that it misses: it fires without a value and would not with some value."""
    found: list[Complaint] = []
    for check in checks():
        for name in may_lack(check):
            for example in (check.failing, check.passing):
                row = {key: value for key, value in example.items() if key != name}
                fires_with = [check.fires({**row, name: value}) for value in samples(name)]
                if check.fires(row) and not all(fires_with):
                    found.append((check, name, row))
                    break
    return found


COMPLAINTS = complaints()
OF_ABSENCE = [each for each in COMPLAINTS if (each[0].code, each[1]) not in NOT_FOR_BEING_MISSING]


def name_of(complaint: Complaint) -> str:
    return f"{complaint[0].code} {complaint[0].entity} {complaint[1]}"


def test_these_checks_miss_a_value_for_which_a_reason_can_be_given() -> None:
    assert {(check.code, name) for check, name, _ in OF_ABSENCE} == {
        ("C9", "death_date"),
        ("V-D20", "agent_stop_date"),
        ("V-L12", "dose_mg"),
        ("V-E02", "death_date"),
        ("V-E16", "ae_resolution_date"),
        ("V-R06", "progression_criteria"),
        ("V-R13", "death_cause"),
        ("V-R16", "adjudicated_response"),
        ("V-T01", "haic_regimen"),
        ("V-T03", "bead_type"),
        ("V-T03", "lipiodol_ml"),
        ("V-T05", "activity_gbq"),
        ("V-T05", "isotope"),
        ("V-T09", "regimen_variant"),
        ("V-T19", "death_date"),
    }
    assert {(check.code, name) for check, name, _ in COMPLAINTS} >= NOT_FOR_BEING_MISSING


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("complaint", OF_ABSENCE, ids=name_of)
def test_a_reason_answers_what_a_check_asks_for(complaint: Complaint, reason: str) -> None:
    check, name, row = complaint
    assert check in [finding.check for finding in findings(check.entity, row)]
    answered = findings(check.entity, {**row, f"{name}{MISSING_REASON}": reason})
    assert check not in [finding.check for finding in answered]


@pytest.mark.parametrize("check", patient_checks(), ids=lambda check: f"{check.code} {' '.join(check.fields)}")
def test_a_reason_answers_what_a_check_of_the_course_asks_for(check: PatientCheck) -> None:
    """A record of the failing course, a variable of it with a reason in the place of its value: no error comes of it."""
    asked = found_on(check.failing)
    for entity, rows in check.failing.items():
        known = [*rows]
        for place, row in enumerate(known):
            for name in with_reason(entity) & {*row, *check.fields}:
                course = {**check.failing, entity: [*known[:place], _excused(row, name=name), *known[place + 1 :]]}
                new = [each for each in found_on(course) if each not in asked]
                assert [each.code for each in new if each.severity is Severity.ERROR] == []


def _excused(row: Any, *, name: str) -> dict[str, Any]:
    return {**row, name: None, f"{name}{MISSING_REASON}": "NR"}


def found_on(records: Any) -> list[PatientCheck]:
    timeline = build_timeline(records)
    return [check for check in patient_checks() if evaluate_timeline(check, timeline=timeline)]


def test_an_agent_whose_end_is_not_recorded_is_not_asked_for_it() -> None:
    lost = {"follow_up_date": DAY, "vital_status": "LTFU"}
    agent = {"agent_code": "LENVATINIB", "agent_start_date": DAY}
    assert [each.code for each in found_on({"followup": [lost], "systemicagent": [agent]})] == ["V-D20"]
    excused = {**agent, f"agent_stop_date{MISSING_REASON}": "NR"}
    assert found_on({"followup": [lost], "systemicagent": [excused]}) == []


def test_a_course_whose_baseline_says_why_it_has_no_sum_is_not_asked_for_it() -> None:
    scan = {"imaging_date": DAY + timedelta(days=42), "response_mrecist": "SD"}
    base = {"imaging_date": DAY, "imaging_role": "BASE"}
    assert "V-R10" in [each.code for each in found_on({"imagingassessment": [base, scan]})]
    excused = {**base, f"sum_viable_mm{MISSING_REASON}": "NR"}
    assert "V-R10" not in [each.code for each in found_on({"imagingassessment": [excused, scan]})]


@pytest.mark.parametrize("reason", REASONS)
def test_no_requirement_is_left_open_by_a_reason(reason: str) -> None:
    asked = [each for each in REQUIREMENTS if each.variable in with_reason_of(each.entity)]
    assert len(asked) > 100
    for requirement in asked:
        row = {f"{each.variable}{MISSING_REASON}": reason for each in asked if each.entity == requirement.entity}
        lacking = missing_required(requirement.entity, row, on_submit=True)
        assert requirement.variable not in [name for finding in lacking for name in finding.fields]


def with_reason_of(entity: str) -> frozenset[str]:
    return with_reason(entity) if entity in fields_of() else frozenset()


def test_a_death_at_an_unknown_time_is_known_to_the_other_records() -> None:
    unknown = {"follow_up_date": DAY, "vital_status": "DEAD", f"{DEATH_DATE}{MISSING_REASON}": "UNK"}
    facts = facts_of_patient({"followup": [unknown]})
    assert facts == {f"{DEATH_DATE}{MISSING_REASON}": "UNK"}
    told = facts_of_patient({"followup": [unknown, {"follow_up_date": DAY, DEATH_DATE: DAY}]})
    assert told == {DEATH_DATE: DAY}


SESSIONS = {
    "V-T01": {"modality": "HAIC"},
    "V-T03": {"modality": "CTACE"},
    "V-T05": {"modality": "TARE"},
}


@pytest.mark.parametrize("code", SESSIONS)
def test_no_session_is_held_back_for_what_is_missing_of_it(code: str) -> None:
    found = findings("transarterialsession", {"start_date": DAY, **SESSIONS[code], "agent_codes": []})
    assert code in [finding.code for finding in found]
    assert {finding.severity for finding in found} == {Severity.QUERY}


TREATMENTS = ("transarterialsession", "ablationsession", "ablationlesion", "resection", "transplant", "radiotherapy")


@pytest.mark.parametrize("entity", [*TREATMENTS, "systemicagent", "othertreatment"])
def test_an_empty_treatment_of_any_kind_meets_no_error(entity: str) -> None:
    """Of every code of every coded variable alone, nothing else being known, no error is told."""
    start = {"agent_start_date": DAY} if entity == "systemicagent" else {"start_date": DAY}
    for field in fields_of()[entity]:
        for code, _ in field.choices or ():
            errors = [f for f in findings(entity, {**start, field.name: code}) if f.severity is Severity.ERROR]
            alone = [(f.code, field.name, code) for f in errors]
            assert alone in ([], [("V-T19", "clavien_dindo_max", "V")])  # a death is a record of its own
