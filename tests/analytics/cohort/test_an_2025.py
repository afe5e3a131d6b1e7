"""From records in the real database to the frame of an-2025: each row of the flow removes exactly its patient."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from analytics.cohort.reader import Cohort, read_cohort
from analytics.protocol.library import protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from registry.access.scope import center_scope
from registry.models import (
    AdverseEvent,
    ImagingAssessment,
    OtherTreatment,
    Patient,
    ProgressionEvent,
    Radiotherapy,
    Resection,
    SystemicAgent,
    TransarterialSession,
    Transplant,
)
from tests.analytics.conftest import INDEX
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def protocol() -> StudyProtocol:
    return read_study_protocol(protocol_text("an-2025"))


def read(protocol: StudyProtocol, *, cast: Cast) -> Cohort:
    return read_cohort(protocol, center_ids=[cast.center.pk, cast.other_center.pk])


def removed_by(cohort: Cohort) -> dict[str, int]:
    return {row.id: row.removed for row in cohort.flow if row.removed}


def missing_in(cohort: Cohort) -> dict[str, int]:
    return {row.id: row.detail["missing"]["removed"] for row in cohort.flow if row.detail}


def test_the_ideal_patients_are_in_their_arms(make_case, cast: Cast, protocol: StudyProtocol) -> None:
    surgical, ablated = make_case("1"), make_case("2", arm="ablation", center=cast.other_center)
    cohort = read(protocol, cast=cast)
    table = cohort.frame.table.set_index("id")
    assert table["arm"].to_dict() == {surgical.registry_id: "Resection", ablated.registry_id: "Ablation"}
    assert table["center"].to_list() == ["C01", "C02"]
    assert removed_by(cohort) == {}
    assert cohort.flow[-1].arms == {"Resection": 1, "Ablation": 1}


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("consent", {"consent_status": "PEND"}),
    ("index_tace", {"modality": "HAIC"}),
    ("index_tace", {"index": date(2008, 5, 31), "diagnosis_date": date(2008, 5, 1)}),
    ("diagnosis", {"tumor_type": "ICC"}),
    ("diagnosis", {"diagnosis_basis": "CYT"}),
    ("untreated", {"prior_hcc_treatment": ["TACE"]}),
    ("unresectable", {"resectability_index": "RES"}),
    ("stage", {"whole": {"macrovascular_invasion": "1"}}),
    ("beyond_milan", {"whole": {"max_diameter_cm": 5.0}}),
    ("age", {"birth_date": date(1942, 3, 1)}),
    # ECOG 2 alone makes stage C; without a Child-Pugh class no stage is derived and the one entered stands
    ("performance", {"baseline": {"ecog_ps": "2", "bclc_stage": "B"}, "laboratory": {"inr": None}}),
    ("child_pugh", {"laboratory": {"alb": 26.0}}),
    ("other_malignancy", {"other_malignancy": "1"}),
    ("chronic_disease", {"serious_chronic_disease": "1"}),
    ("downstaged", {"viable": {"max_diameter_cm": 5.1}}),
    ("curative", {"arm": "none"}),
    ("curative", {"curative": {"treatment_intent": "PALL"}}),
    ("curative", {"curative_date": INDEX + timedelta(days=30)}),
    ("coagulation", {"laboratory": {"pt": 15.0}}),
    ("coagulation", {"laboratory": {"pta": 40.0}}),
    ("coagulation", {"laboratory": {"plt": 50.0}}),
    ("remnant", {"baseline": {"future_liver_remnant_pct": 39.9}}),
    ("remnant", {"baseline": {"future_liver_remnant_pct": 29.9}, "cirrhosis": "0"}),
    ("followed", {"last_contact": date(2023, 2, 28)}),
    ("arm", {"curative": {"resection_margin": "R1"}}),
    ("arm", {"arm": "ablation", "curative": {"complete_ablation_1m": "0"}}),
    ("arm", {"arm": "ablation", "curative": {"ablation_modality": "CRYO"}}),
]


@pytest.mark.parametrize(("row", "changed"), FAULTS)
def test_each_row_removes_its_patient(
    make_case, cast: Cast, protocol: StudyProtocol, row: str, changed: dict[str, Any]
) -> None:
    kept = make_case("1")
    make_case("2", **changed)
    cohort = read(protocol, cast=cast)
    assert removed_by(cohort) == {row: 1}
    assert cohort.frame.table["id"].to_list() == [kept.registry_id]


UNKNOWNS: list[tuple[str, dict[str, Any]]] = [
    ("untreated", {"prior_hcc_treatment": None}),
    ("unresectable", {"resectability_index": None}),
    # of a size within Milan, whether vessels are invaded decides; nothing is known of the stage but what was entered
    (
        "beyond_milan",
        {"whole": {"macrovascular_invasion": "UNK", "max_diameter_cm": 4.0}, "baseline": {"bclc_stage": "B"}},
    ),
    ("stage", {"whole": {"macrovascular_invasion": "UNK"}}),
    ("performance", {"baseline": {"ecog_ps": None, "bclc_stage": "B"}}),
    ("child_pugh", {"laboratory": {"alb": None}, "baseline": {"bclc_stage": "B"}}),
    ("downstaged", {"viable": {"max_diameter_cm": None}}),
    ("arm", {"arm": "ablation", "curative": {"complete_ablation_1m": "ND"}}),
]


@pytest.mark.parametrize(("row", "changed"), UNKNOWNS)
def test_what_cannot_be_decided_leaves_and_is_counted_as_missing(
    make_case, cast: Cast, protocol: StudyProtocol, row: str, changed: dict[str, Any]
) -> None:
    make_case("1")
    make_case("2", **changed)
    cohort = read(protocol, cast=cast)
    assert removed_by(cohort) == {row: 1}
    assert missing_in(cohort) == {row: 1}


@pytest.mark.parametrize(
    "changed",
    [
        {"other_malignancy": "UNK"},
        {"serious_chronic_disease": "UNK"},
        {"laboratory": {"plt": None}},
        {"laboratory": {"pt": 14.9, "pta": 41.0, "plt": 51.0}},
        {"baseline": {"future_liver_remnant_pct": 40.0}},
        {"baseline": {"future_liver_remnant_pct": 30.0}, "cirrhosis": "0"},
        {"baseline": {"future_liver_remnant_pct": 20.0}, "arm": "ablation"},
        {"baseline": {"future_liver_remnant_pct": 35.0}, "cirrhosis": None},
    ],
)
def test_an_indication_excludes_only_where_it_was_recorded_and_not_met(
    make_case, cast: Cast, protocol: StudyProtocol, changed: dict[str, Any]
) -> None:
    make_case("1", **changed)
    assert removed_by(read(protocol, cast=cast)) == {}


def scans(add_record, *, patient: Patient, **response: Any) -> None:
    add_record(ImagingAssessment, patient=patient, **BASELINE_SCAN)
    add_record(ImagingAssessment, patient=patient, **{**RESPONSE_SCAN, **response})


BASELINE_SCAN = {
    "imaging_date": INDEX - timedelta(days=5),
    "imaging_modality": "CT",
    "imaging_role": "BASE",
    "sum_viable_mm": 100.0,
}
RESPONSE_SCAN = {
    "imaging_date": INDEX + timedelta(days=56),
    "imaging_modality": "CT",
    "imaging_role": "RESP",
    "sum_viable_mm": 70.0,
    "non_target_response": "NA",
    "new_lesion": "NO",
}


@pytest.mark.parametrize(
    ("response", "removed"),
    [
        ({}, 0),  # 70 of 100 mm are a partial response
        ({"sum_viable_mm": 70.1}, 1),
        ({"sum_viable_mm": 70.1, "response_mrecist": "PR"}, 1),  # what can be derived is not taken from the entry
        ({"sum_viable_mm": None, "response_mrecist": "PR"}, 0),
        ({"sum_viable_mm": None, "response_mrecist": "SD"}, 1),
        ({"sum_viable_mm": None, "response_mrecist": None}, 0),  # not assessed
        ({"sum_viable_mm": 70.1, "imaging_date": INDEX + timedelta(days=57)}, 0),  # nothing within eight weeks
    ],
)
def test_no_response_within_eight_weeks_of_a_tace_excludes(
    make_case, add_record, cast: Cast, protocol: StudyProtocol, response: dict[str, Any], removed: int
) -> None:
    scans(add_record, patient=make_case("1"), **response)
    assert removed_by(read(protocol, cast=cast)) == ({"response": removed} if removed else {})


def test_a_response_to_a_later_tace_counts(make_case, add_record, cast: Cast, protocol: StudyProtocol) -> None:
    patient = make_case("1")
    scans(add_record, patient=patient, sum_viable_mm=90.0)
    add_record(TransarterialSession, patient=patient, start_date=INDEX + timedelta(days=30), modality="DEBTACE")
    later = {**RESPONSE_SCAN, "imaging_date": INDEX + timedelta(days=80)}
    add_record(ImagingAssessment, patient=patient, **later)
    assert removed_by(read(protocol, cast=cast)) == {}


SEVERE = {
    "ae_term": "Ascites",
    "ctcae_version": "4.0",
    "ae_grade": "3",
    "ae_onset_date": INDEX + timedelta(days=30),
    "related_tat": "4",
    "outcome": "NOT",
}


@pytest.mark.parametrize(
    ("changed", "removed"),
    [
        ({}, 1),
        ({"ae_resolution_date": INDEX + timedelta(days=91), "outcome": "REC"}, 1),
        ({"ae_resolution_date": INDEX + timedelta(days=90), "outcome": "REC"}, 0),
        ({"ae_grade": "2"}, 0),
        ({"related_tat": "1"}, 0),
        ({"ae_onset_date": INDEX + timedelta(days=95)}, 0),
        ({"outcome": None}, 0),  # not recorded
    ],
)
def test_a_severe_event_still_open_at_the_procedure_excludes(
    make_case, add_record, cast: Cast, protocol: StudyProtocol, changed: dict[str, Any], removed: int
) -> None:
    add_record(AdverseEvent, patient=make_case("1"), **{**SEVERE, **changed})
    assert removed_by(read(protocol, cast=cast)) == ({"severe_event": removed} if removed else {})


@pytest.mark.parametrize("modality", ["HAIC", "TACE_HAIC", "TARE", "TAI", "I125"])
def test_another_conversion_therapy_before_the_procedure_excludes(
    make_case, add_record, cast: Cast, protocol: StudyProtocol, modality: str
) -> None:
    patient = make_case("1")
    add_record(TransarterialSession, patient=patient, start_date=INDEX + timedelta(days=30), modality=modality)
    assert removed_by(read(protocol, cast=cast)) == {"other_conversion": 1}


BEFORE, BETWEEN, AFTER = (INDEX + timedelta(days=days) for days in (-120, 30, 120))


@pytest.mark.parametrize(
    ("model", "record", "removed"),
    [
        (SystemicAgent, {"agent_start_date": BEFORE, "line_no": 1, "agent_code": "LENVATINIB"}, "untreated"),
        (SystemicAgent, {"agent_start_date": INDEX, "line_no": 1, "agent_code": "LENVATINIB"}, ""),
        (Radiotherapy, {"start_date": BEFORE, "technique": "SBRT"}, "untreated"),
        (Radiotherapy, {"start_date": BETWEEN, "technique": "SBRT"}, "other_conversion"),
        (Radiotherapy, {"start_date": AFTER, "technique": "SBRT"}, ""),
        (Transplant, {"start_date": BEFORE}, "untreated"),
        (Transplant, {"start_date": BETWEEN}, "other_conversion"),
        (OtherTreatment, {"start_date": BEFORE, "treatment_type": "CELL"}, "untreated"),
        (OtherTreatment, {"start_date": BEFORE, "treatment_type": "TCM"}, "untreated"),
        (OtherTreatment, {"start_date": BEFORE, "treatment_type": "BSC"}, ""),
        (OtherTreatment, {"start_date": BETWEEN, "treatment_type": "TCM"}, ""),
        (Resection, {"start_date": BEFORE, "resection_margin": "R0"}, "untreated"),
    ],
)
def test_earlier_treatment_and_other_conversion_exclude_whatever_their_kind(
    make_case, add_record, cast: Cast, protocol: StudyProtocol, model: Any, record: dict[str, Any], removed: str
) -> None:
    add_record(model, patient=make_case("1"), **record)
    assert removed_by(read(protocol, cast=cast)) == ({removed: 1} if removed else {})
    assert missing_in(read(protocol, cast=cast)) == {}


def test_the_note_names_what_excludes_and_claims_nothing_else(protocol: StudyProtocol) -> None:
    assert protocol.note is not None
    assert "not recorded and excludes nobody" not in protocol.note.en
    assert "放疗尚未登记" not in protocol.note.zh
    assert {"radiotherapy", "systemic"} <= set(protocol.population.events["earlier_treatment"].records)
    assert "radiotherapy" in protocol.population.events["other_local_conversion"].records


def test_the_first_curative_procedure_makes_the_arm(make_case, cast: Cast, protocol: StudyProtocol) -> None:
    patient = make_case("1", arm="ablation")
    with center_scope([cast.center.pk], by=cast.data_manager, reason="a second procedure"):
        Resection.objects.create(
            patient=patient,
            center=cast.center,
            start_date=INDEX + timedelta(days=300),
            treatment_intent="CUR",
            resection_margin="R0",
        )
    assert read(protocol, cast=cast).frame.table["arm"].to_list() == ["Ablation"]


def test_times_run_from_the_first_tace(make_case, cast: Cast, protocol: StudyProtocol) -> None:
    make_case("1", progression_date=INDEX + timedelta(days=200), death_date=INDEX + timedelta(days=400))
    row = read(protocol, cast=cast).frame.table.iloc[0]
    assert (row["OS_time"], row["OS_event"]) == (pytest.approx(400 / 30.4375), 1)
    assert (row["PFS_time"], row["PFS_event"]) == (pytest.approx(200 / 30.4375), 1)


def test_covariates_are_those_of_the_baseline_assessment(make_case, cast: Cast, protocol: StudyProtocol) -> None:
    make_case("1", laboratory={"afp": 812.0}, whole={"tumor_number": 2, "max_diameter_cm": 11.0})
    row = read(protocol, cast=cast).frame.table.iloc[0]
    assert row["age_at_index"] == 57
    assert row["baseline.afp"] == 812
    assert row["baseline.bclc_stage"] == "B"
    assert row["baseline.whole_diameter_class"] == ">10"
    assert row["baseline.albi_grade"] == 1
    assert row["sex"] == 1


def test_waiting_for_the_arm_is_told_to_the_engine(make_case, cast: Cast, protocol: StudyProtocol) -> None:
    make_case("1")
    make_case("2", arm="ablation", curative_date=INDEX + timedelta(days=152))
    waits = read(protocol, cast=cast).frame.table["defining_months"].to_list()
    assert waits == [pytest.approx(90 / 30.4375), pytest.approx(152 / 30.4375)]


@pytest.mark.parametrize(
    ("agent", "day", "claims"),
    [
        ("LENVATINIB", 0, (1, 0)),
        ("BEVACIZUMAB", 100, (1, 0)),
        ("CAMRELIZUMAB", 200, (0, 1)),
        ("CAMRELIZUMAB", 201, (0, 0)),  # after progression
    ],
)
def test_systemic_therapy_counts_from_the_first_tace_to_progression(
    make_case, add_record, cast: Cast, protocol: StudyProtocol, agent: str, day: int, claims: tuple[int, int]
) -> None:
    patient = make_case("1", progression_date=INDEX + timedelta(days=200))
    start = INDEX + timedelta(days=day)
    add_record(SystemicAgent, patient=patient, line_no=1, agent_code=agent, agent_start_date=start)
    row = read(protocol, cast=cast).frame.table.iloc[0]
    assert (row["targeted.found"], row["immunotherapy.found"]) == claims
    late = [covariate.name for covariate in protocol.covariates if covariate.measured == "after"]
    assert {"targeted.found", "immunotherapy.found"} <= set(late)
    assert not {covariate.name for covariate in protocol.score_covariates} & set(late)


def test_responses_and_complications_are_values_of_the_frame(
    make_case, add_record, cast: Cast, protocol: StudyProtocol
) -> None:
    patient = make_case("1")
    make_case("2")
    scans(add_record, patient=patient, sum_viable_mm=0.0)
    done = INDEX + timedelta(days=90)
    for term, sir_class, days in (("Fever", "B", 0), ("Ascites", "C", 90), ("Death NOS", "F", 91), ("Nausea", "D", -1)):
        event = {**SEVERE, "ae_term": term, "ae_grade": "2", "ae_onset_date": done + timedelta(days=days)}
        add_record(AdverseEvent, patient=patient, **event, sir_class=sir_class)
    cohort = read(protocol, cast=cast)
    assert cohort.frame.table["TACE_RESPONSE_value"].to_list() == ["CR", None]
    assert cohort.frame.table["COMPLICATION_value"].to_list() == ["major", "none"]
    assert cohort.frame.adverse_events is not None
    assert cohort.frame.adverse_events.table["term"].to_list() == ["Nausea", "Fever", "Ascites"]  # up to day 90


def test_progression_outside_the_liver_has_its_own_time(
    make_case, add_record, cast: Cast, protocol: StudyProtocol
) -> None:
    patient = make_case("1", death_date=INDEX + timedelta(days=500))
    for day, types in ((200, ["INTRA_NEW"]), (300, ["INTRA_NEW", "EXTRA_GROW"]), (400, ["EXTRA_NEW"])):
        at = {"progression_date": INDEX + timedelta(days=day), "progression_type": types}
        add_record(ProgressionEvent, patient=patient, **at)
    row = read(protocol, cast=cast).frame.table.iloc[0]
    days = [row[f"{name}_time"] * 30.4375 for name in ("PFS", "EPFS", "PPS", "OS")]
    assert days == [pytest.approx(day) for day in (200, 300, 300, 500)]
    assert [row[f"{name}_event"] for name in ("PFS", "EPFS", "PPS", "OS")] == [1, 1, 1, 1]


def test_progression_of_no_type_is_told(make_case, cast: Cast, protocol: StudyProtocol) -> None:
    make_case("1", progression_date=INDEX + timedelta(days=200))
    assert [warning.code for warning in read(protocol, cast=cast).warnings] == ["progression_untyped"]


def test_a_center_outside_the_run_is_not_read(make_case, cast: Cast, protocol: StudyProtocol) -> None:
    here = make_case("1")
    make_case("2", center=cast.other_center)
    cohort = read_cohort(protocol, center_ids=[cast.center.pk])
    assert cohort.frame.rows == 1
    assert cohort.frame.table["id"].to_list() == [here.registry_id]


def test_reading_twice_gives_the_same_hash_and_a_changed_value_another(
    make_case, cast: Cast, protocol: StudyProtocol
) -> None:
    make_case("1")
    first, again = read(protocol, cast=cast), read(protocol, cast=cast)
    pd.testing.assert_frame_equal(first.frame.table, again.frame.table)
    assert first.frame.sha256 == again.frame.sha256
    make_case("2")
    assert read(protocol, cast=cast).frame.sha256 != first.frame.sha256


def test_an_empty_registry_has_an_empty_cohort(cast: Cast, protocol: StudyProtocol) -> None:
    cohort = read(protocol, cast=cast)
    assert cohort.frame.rows == 0
    assert cohort.frame.table.empty
