"""From records in the real database to the frame of an-2025: each row of the flow removes exactly its patient."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from analytics.cohort import Cohort, read_cohort
from analytics.library import protocol_text
from analytics.population import StudyProtocol, read_study_protocol
from registry.models import Resection
from registry.scope import center_scope
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
    ("downstaged", {"viable": {"max_diameter_cm": 5.1}}),
    ("curative", {"arm": "none"}),
    ("curative", {"curative": {"treatment_intent": "PALL"}}),
    ("curative", {"curative_date": INDEX + timedelta(days=30)}),
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
    ("beyond_milan", {"whole": {"macrovascular_invasion": "UNK"}, "baseline": {"bclc_stage": "B"}}),
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


def test_an_unknown_other_malignancy_stays(make_case, cast: Cast, protocol: StudyProtocol) -> None:
    make_case("1", other_malignancy="UNK")
    assert len(read(protocol, cast=cast).frame.table) == 1


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


def test_waiting_for_the_arm_is_warned_of_with_its_length(make_case, cast: Cast, protocol: StudyProtocol) -> None:
    make_case("1")
    make_case("2", arm="ablation", curative_date=INDEX + timedelta(days=152))
    (warning,) = read(protocol, cast=cast).warnings
    assert warning.code == "immortal_time"
    assert "Resection 3.0 months" in warning.message.en
    assert "Ablation 5.0 months" in warning.message.en


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
