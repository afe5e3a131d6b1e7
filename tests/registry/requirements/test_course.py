"""Which variables of treatment, imaging and what follows are asked for, and when."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps

from registry.clinical.timeline import build_timeline
from registry.requirements.course import COURSE_REQUIREMENTS
from registry.requirements.course_facts import course_facts
from registry.requirements.treatment import TREATMENT_REQUIREMENTS

REQUIREMENTS = (*TREATMENT_REQUIREMENTS, *COURSE_REQUIREMENTS)
DAY = date(2021, 6, 1)


def asked(entity: str, **row: Any) -> set[str]:
    return {each.variable for each in REQUIREMENTS if each.entity == entity and each.applies(row)}


def facts(**records: list[dict[str, Any]]) -> Any:
    return course_facts(build_timeline(records))


def test_every_requirement_names_a_variable_of_its_record():
    for each in REQUIREMENTS:
        names = {field.name for field in apps.get_model("registry", each.entity)._meta.concrete_fields}
        assert each.variable in names, f"{each.entity}.{each.variable}"


def test_no_variable_is_asked_for_under_one_condition_twice():
    told = [(each.entity, each.variable, str(each.when)) for each in REQUIREMENTS]
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    ("modality", "needed", "not_needed"),
    [
        ("CTACE", {"lipiodol_ml", "embolic_agent", "selectivity"}, {"bead_type", "isotope", "haic_regimen"}),
        ("DEBTACE", {"bead_type", "bead_size_um", "embolic_agent"}, {"lipiodol_ml", "isotope", "haic_regimen"}),
        ("HAIC", {"haic_regimen", "cycle_no"}, {"embolic_agent", "lipiodol_ml", "selectivity"}),
        ("TACE_HAIC", {"haic_regimen", "embolic_agent"}, {"isotope", "bead_type"}),
        ("TARE", {"isotope", "activity_gbq", "lung_shunt_pct", "selectivity"}, {"embolic_agent", "haic_regimen"}),
        ("TAE", {"embolic_agent", "embolization_endpoint"}, {"selectivity", "haic_regimen"}),
        ("TAI", {"feeding_arteries", "technical_success"}, {"embolic_agent", "haic_regimen", "isotope"}),
    ],
)
def test_session_needs_what_its_modality_needs(modality, needed, not_needed):
    found = asked("transarterialsession", modality=modality)
    assert needed <= found
    assert not not_needed & found


def test_success_of_an_ablation_is_asked_for_once_it_can_be_seen():
    early, late = DAY + timedelta(days=89), DAY + timedelta(days=90)
    assert "complete_ablation_1m" not in asked("ablationsession", start_date=DAY, today=early)
    assert "complete_ablation_1m" in asked("ablationsession", start_date=DAY, today=late)


def test_reason_for_stopping_is_asked_for_at_the_end():
    assert "stop_reason" not in asked("radiotherapy", start_date=DAY)
    assert "stop_reason" in asked("radiotherapy", start_date=DAY, end_date=DAY)
    assert "stop_reason" in asked("systemicagent", agent_stop_date=DAY)


def test_relation_is_asked_for_the_therapies_given_before_the_event():
    given = facts(
        transarterialsession=[{"start_date": DAY, "modality": "CTACE"}],
        transarterialagent=[{"start_date": DAY, "modality": "CTACE", "agent_code": "EPIRUBICIN"}],
        systemicagent=[{"agent_code": "CAMRELIZUMAB", "agent_start_date": DAY + timedelta(days=10)}],
    )
    early = asked("adverseevent", ae_onset_date=DAY + timedelta(days=5), course=given)
    late = asked("adverseevent", ae_onset_date=DAY + timedelta(days=15), course=given)
    assert {name for name in early if name.startswith("related_")} == {"related_tat", "related_chemo"}
    assert {"related_ici", "immune_related"} <= late - early
    assert not {name for name in asked("adverseevent", ae_onset_date=DAY) if name.startswith("related_")}


@pytest.mark.parametrize(("entity", "days"), [("transarterialsession", 30), ("ablationsession", 30), ("resection", 90)])
def test_class_of_a_complication_is_asked_for_as_long_as_it_may_be_one(entity, days):
    given = facts(**{entity: [{"start_date": DAY}]})
    for passed, is_asked in ((days, True), (days + 1, False)):
        found = asked("adverseevent", ae_onset_date=DAY + timedelta(days=passed), course=given)
        assert ("sir_class" in found) is is_asked


def test_scan_needs_the_sums_and_the_response_of_the_criteria_it_was_read_by():
    found = asked("imagingassessment", imaging_role="RESP", criteria=["MRECIST"])
    assert {"sum_viable_mm", "response_mrecist", "reader_1_response"} <= found
    assert not {"sum_whole_mm", "response_recist11", "necrosis_pct"} & found
    assert "reader_1_response" not in asked("imagingassessment", imaging_role="FU")


def test_senior_reader_is_asked_where_the_readers_differ():
    assert "adjudicated_response" in asked("imagingassessment", reader_1_response="PR", reader_2_response="SD")
    assert "adjudicated_response" not in asked("imagingassessment", reader_1_response="PR", reader_2_response="PR")


def test_death_is_dated_and_explained():
    assert {"death_date", "death_cause"} <= asked("followup", vital_status="DEAD")
    assert not {"death_date", "death_cause"} & asked("followup", vital_status="ALIVE")
