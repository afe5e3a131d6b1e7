"""From records in the real database to the frame of cao-2024: each row of the flow removes exactly its patient."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from analytics.cohort.reader import Cohort, read_cohort
from analytics.protocol.library import protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from registry.access.scope import center_scope
from registry.models import (
    AdverseEvent,
    Assessment,
    FollowUp,
    ImagingAssessment,
    LabResult,
    Patient,
    SystemicAgent,
    TransarterialSession,
    TumorBurden,
)
from tests.analytics.conftest import LABORATORY, NOT_INVADED, PATIENT
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

FIRST = date(2020, 3, 2)
CYCLES = (0, 21, 42)
AGENTS = {"LENVATINIB": 1, "CAMRELIZUMAB": 2}


@pytest.fixture
def protocol() -> StudyProtocol:
    return read_study_protocol(protocol_text("cao-2024"))


@pytest.fixture
def make_haic(cast: Cast) -> Callable[..., Patient]:
    """An eligible patient of the simultaneous arm; days are counted from the first HAIC."""

    def make(
        local_id: str = "1",
        *,
        first: date = FIRST,
        cycles: tuple[int, ...] = CYCLES,
        regimen: str | None = "FOLFOX",
        agents: dict[str, int] | None = None,
        baseline: dict[str, Any] | None = None,
        albumin: float | None = 41.0,
        whole: dict[str, Any] | None = None,
        last_contact: int | None = 400,
        **variables: Any,
    ) -> Patient:
        def on(day: int) -> date:
            return first + timedelta(days=day)

        with center_scope([cast.center.pk], by=cast.data_manager, reason="a case of the tests"):
            about = {**PATIENT, "resectability_index": "UNRES_ONC", "diagnosis_date": on(-30), **variables}
            patient = Patient(center=cast.center, local_id=local_id, **about)
            patient.assign_registry_id()
            patient.save()
            mine = {"patient": patient, "center": cast.center}
            findings = {"ecog_ps": "0", "ascites_grade": "0", "encephalopathy_grade": "0", **(baseline or {})}
            visit = {"assessment_date": on(-5), "assessment_type": "BASE", **findings}
            assessment = Assessment.objects.create(**mine, **visit)
            invaded = {**NOT_INVADED, "macrovascular_invasion": "1", "tumor_number": 2, "max_diameter_cm": 8.0}
            TumorBurden.objects.create(
                **mine, assessment=assessment, diameter_basis="WHOLE", **{**invaded, **(whole or {})}
            )
            for code, value in {**LABORATORY, "alb": albumin}.items():
                if value is None:
                    continue
                written = {"analyte_code": code, "value": value, "raw_value": f"{value}", "raw_unit": ""}
                LabResult.objects.create(**mine, assessment=assessment, **written)
            for day in cycles:
                TransarterialSession.objects.create(**mine, start_date=on(day), modality="HAIC", haic_regimen=regimen)
            for code, day in (AGENTS if agents is None else agents).items():
                SystemicAgent.objects.create(**mine, line_no=1, agent_code=code, agent_start_date=on(day))
            if last_contact is not None:
                seen = {"follow_up_date": on(last_contact), "last_known_alive_date": on(last_contact)}
                FollowUp.objects.create(**mine, vital_status="ALIVE", **seen)
        return patient

    return make


def read(protocol: StudyProtocol, *, cast: Cast) -> Cohort:
    return read_cohort(protocol, center_ids=[cast.center.pk])


def removed_by(cohort: Cohort) -> dict[str, int]:
    return {row.id: row.removed for row in cohort.flow if row.removed}


@pytest.mark.parametrize(
    ("agents", "arm"),
    [
        ({"LENVATINIB": 0, "CAMRELIZUMAB": 0}, "Simultaneous"),
        ({"LENVATINIB": 1, "CAMRELIZUMAB": 23}, "Simultaneous"),  # two days of the first cycle and three weeks
        ({"BEVACIZUMAB": 43, "ATEZOLIZUMAB": 84}, "Sequential"),  # six weeks after the last cycle
    ],
)
def test_the_sequence_of_agents_and_haic_makes_the_arm(
    make_haic, cast: Cast, protocol: StudyProtocol, agents: dict[str, int], arm: str
) -> None:
    make_haic(agents=agents)
    cohort = read(protocol, cast=cast)
    assert cohort.frame.table["arm"].to_list() == [arm]
    assert cohort.frame.table["defining_months"][0] == pytest.approx(max(agents.values()) / 30.4375)
    assert removed_by(cohort) == {}


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("consent", {"consent_status": "WDR"}),
    ("index_haic", {"first": date(2017, 12, 31)}),
    ("index_haic", {"first": date(2022, 6, 2)}),
    ("index_haic", {"cycles": ()}),
    ("diagnosis", {"tumor_type": "CHCC_CCA"}),
    ("diagnosis", {"diagnosis_basis": "CYT"}),
    ("baseline", {"baseline": {"assessment_date": FIRST - timedelta(days=29)}}),
    ("stage", {"whole": {"macrovascular_invasion": "0"}}),
    # beyond Child-Pugh B the derived stage is D, and the one entered counts only without one
    ("stage", {"baseline": {"ascites_grade": "3", "encephalopathy_grade": "2"}, "albumin": 26.0}),
    ("stage", {"baseline": {"bclc_stage": "C", "ctp_class": "C"}, "albumin": None}),
    ("child_pugh", {"baseline": {"bclc_stage": "C"}, "albumin": None}),
    ("performance", {"baseline": {"ecog_ps": "2"}}),
    ("other_malignancy", {"other_malignancy": "1"}),
    ("prior_systemic", {"prior_hcc_treatment": ["TACE", "SYS_TKI"]}),
    ("prior_systemic", {"prior_hcc_treatment": ["SYS_ICI"]}),
    ("prior_systemic", {"prior_hcc_treatment": None}),
    ("triple", {"agents": {"LENVATINIB": 1}}),
    ("triple", {"agents": {"CAMRELIZUMAB": 1}}),
    ("triple", {"agents": {"LENVATINIB": 1, "IPILIMUMAB": 1}}),  # no antibody against PD-1 or PD-L1
    ("cycles", {"cycles": (0,)}),
    ("cycles", {"cycles": (0, 21, 42, 63, 84, 105, 126)}),
    ("cycles", {"cycles": (0, 32, 64, 96, 127)}),
    ("not_before", {"agents": {"LENVATINIB": -1, "CAMRELIZUMAB": 1}}),
    ("regimen", {"regimen": "RALOX"}),
    ("regimen", {"regimen": None}),
    ("complete", {"whole": {"tumor_number": None, "extrahepatic_metastasis": "1"}, "baseline": {"bclc_stage": "C"}}),
    ("complete", {"last_contact": 0}),
    ("complete", {"last_contact": None}),
    ("arm", {"agents": {"LENVATINIB": 1, "CAMRELIZUMAB": 24}}),
    ("arm", {"agents": {"LENVATINIB": 43, "CAMRELIZUMAB": 85}}),
]


@pytest.mark.parametrize(("row", "changed"), FAULTS)
def test_each_row_removes_its_patient(
    make_haic, cast: Cast, protocol: StudyProtocol, row: str, changed: dict[str, Any]
) -> None:
    kept = make_haic("1")
    make_haic("2", **changed)
    cohort = read(protocol, cast=cast)
    assert removed_by(cohort) == {row: 1}
    assert cohort.frame.table["id"].to_list() == [kept.registry_id]


@pytest.mark.parametrize(
    ("modality", "day", "removed"),
    [("CTACE", 0, 1), ("DEBTACE", 10, 1), ("TACE_HAIC", 42, 1), ("CTACE", 43, 0), ("CTACE", -10, 0), ("TAE", 10, 0)],
)
def test_tace_from_the_first_to_the_last_haic_excludes(
    make_haic, add_record, cast: Cast, protocol: StudyProtocol, modality: str, day: int, removed: int
) -> None:
    regimen = "FOLFOX" if modality == "TACE_HAIC" else None
    session = {"start_date": FIRST + timedelta(days=day), "modality": modality, "haic_regimen": regimen}
    add_record(TransarterialSession, patient=make_haic(), **session)
    assert removed_by(read(protocol, cast=cast)) == ({"no_tace": 1} if removed else {})


def test_a_second_course_does_not_count(make_haic, cast: Cast, protocol: StudyProtocol) -> None:
    make_haic(cycles=(*CYCLES, 85, 106, 127, 148))
    table = read(protocol, cast=cast).frame.table
    assert table["course.cycles"].to_list() == [3]


def test_cycles_are_kept_out_of_the_score(protocol: StudyProtocol) -> None:
    assert "course.cycles" in {covariate.name for covariate in protocol.covariates}
    assert "course.cycles" not in {covariate.name for covariate in protocol.score_covariates}


def scan(day: int, **more: Any) -> dict[str, Any]:
    response = {"imaging_role": "RESP", "non_target_response": "NA", "new_lesion": "NO"}
    return {"imaging_date": FIRST + timedelta(days=day), "imaging_modality": "CT", **response, **more}


@pytest.mark.parametrize(
    ("later", "best"),
    [
        ((scan(50, sum_viable_mm=60.0), scan(90, sum_viable_mm=0.0)), "CR"),
        ((scan(50, sum_viable_mm=70.0), scan(90, sum_viable_mm=130.0), scan(120, sum_viable_mm=0.0)), "PR"),
        ((scan(50, sum_viable_mm=90.0),), "SD"),
        ((scan(30, sum_viable_mm=90.0),), "NE"),  # stable for too short a time
        ((scan(50, sum_viable_mm=90.0, new_lesion="EXTRA"),), "PD"),
        ((scan(50, sum_viable_mm=None, response_mrecist="PR"),), "PR"),  # not derivable: as entered
        ((), None),
    ],
)
def test_the_best_response_is_derived_from_the_scans(
    make_haic, add_record, cast: Cast, protocol: StudyProtocol, later: tuple[dict[str, Any], ...], best: str | None
) -> None:
    patient = make_haic()
    for seen in (scan(-5, imaging_role="BASE", sum_viable_mm=100.0), *later):
        add_record(ImagingAssessment, patient=patient, **seen)
    assert read(protocol, cast=cast).frame.table["ORR_value"].to_list() == [best]


def test_a_response_after_a_second_line_does_not_count(
    make_haic, add_record, cast: Cast, protocol: StudyProtocol
) -> None:
    patient = make_haic()
    for seen in (
        scan(-5, imaging_role="BASE", sum_viable_mm=100.0),
        scan(50, sum_viable_mm=90.0),
        scan(90, sum_viable_mm=10.0),
    ):
        add_record(ImagingAssessment, patient=patient, **seen)
    start = FIRST + timedelta(days=60)
    add_record(SystemicAgent, patient=patient, line_no=2, agent_code="REGORAFENIB", agent_start_date=start)
    assert read(protocol, cast=cast).frame.table["ORR_value"].to_list() == ["SD"]


def test_adverse_events_of_another_version_are_left_out_and_told(
    make_haic, add_record, cast: Cast, protocol: StudyProtocol
) -> None:
    patient = make_haic()
    event = {"ae_term": "Nausea", "ae_grade": "2", "ae_onset_date": FIRST + timedelta(days=3)}
    add_record(AdverseEvent, patient=patient, ctcae_version="5.0", **event)
    add_record(AdverseEvent, patient=patient, ctcae_version="4.03", **{**event, "ae_term": "Fever"})
    cohort = read(protocol, cast=cast)
    assert cohort.frame.adverse_events is not None
    (row,) = cohort.frame.adverse_events.table.to_dict("records")
    assert row == {
        "id": patient.registry_id,
        "term": "Nausea",
        "class": "Gastrointestinal disorders",
        "grade": 2.0,
        "version": "5.0",
        "start_months": pytest.approx(3 / 30.4375),
    }
    assert [warning.code for warning in cohort.warnings] == ["other_ctcae_version"]
