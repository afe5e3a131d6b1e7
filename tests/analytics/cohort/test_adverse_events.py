"""Adverse events of a study: from which day to which, of what kind, by which version of CTCAE."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from analytics.cohort.reader import Cohort, read_cohort
from analytics.engine.comparison import compare
from analytics.protocol.errors import validate_plan
from analytics.protocol.library import protocol_text
from analytics.protocol.population import StudyProtocol, StudySafety, read_study_protocol
from analytics.result.comparison import result_object
from registry.models import AdverseEvent, Patient
from tests.analytics.conftest import INDEX
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

CURATIVE = INDEX + timedelta(days=90)


@pytest.fixture
def add_event(add_record):
    """One adverse event of a patient, grade 2 by version 4.03 unless said otherwise."""

    def add(patient: Patient, day: date, *, term: str = "Fever", **more: Any) -> AdverseEvent:
        values = {"ctcae_version": "4.03", "ae_grade": "2", **more}
        return add_record(AdverseEvent, patient=patient, ae_onset_date=day, ae_term=term, **values)

    return add


def plan(**safety: Any) -> StudyProtocol:
    """an-2025's patients and arms, with this `safety` and no covariates."""
    study = read_study_protocol(protocol_text("an-2025"))
    asked = validate_plan(StudySafety, content=safety)
    design = study.design.model_copy(update={"method": "none"})
    changes = {"safety": asked, "covariates": (), "design": design, "endpoints": {"OS": study.endpoints["OS"]}}
    population = study.population.model_copy(update={"eligibility": ()})
    return study.model_copy(update=changes | {"population": population, "cox": type(study.cox)()})


def read(cast: Cast, **safety: Any) -> Cohort:
    return read_cohort(plan(**safety), center_ids=[cast.center.pk])


def terms(cohort: Cohort) -> list[str]:
    """Those within the time at risk, by term."""
    assert cohort.frame.adverse_events is not None
    table = cohort.frame.adverse_events.table
    return sorted(table.loc[table["start_months"] >= 0, "term"])


def told(cohort: Cohort) -> dict[str, str]:
    return {notice.code: notice.message.en for notice in cohort.warnings if notice.where == "safety"}


def exposure_days(cohort: Cohort) -> list[int]:
    return [round(months * 30.4375) for months in cohort.frame.table["exposure_months"]]


def test_events_count_from_the_event_named_in_since_and_so_does_the_time_at_risk(make_case, add_event, cast) -> None:
    patient = make_case("1", last_contact=CURATIVE + timedelta(days=400))
    add_event(patient, INDEX + timedelta(days=3), term="Fever")
    add_event(patient, CURATIVE, term="Pain")
    add_event(patient, CURATIVE + timedelta(days=5), term="Ascites")
    assert terms(read(cast, ctcae=["4.03"])) == ["Ascites", "Fever", "Pain"]
    since = read(cast, ctcae=["4.03"], since="curative")
    assert terms(since) == ["Ascites", "Pain"]
    assert exposure_days(read(cast, ctcae=["4.03"])) == [490]
    assert exposure_days(since) == [400]


def test_the_time_at_risk_ends_with_its_days_or_with_the_event_named_in_until(make_case, add_event, cast) -> None:
    patient = make_case("1", last_contact=CURATIVE + timedelta(days=400))
    add_event(patient, CURATIVE, term="Pain")
    add_event(patient, CURATIVE + timedelta(days=1), term="Fever")
    add_event(patient, CURATIVE + timedelta(days=30), term="Ascites")
    add_event(patient, CURATIVE + timedelta(days=31), term="Nausea")
    month = read(cast, since="curative", within_days=30)
    assert terms(month) == ["Ascites", "Fever", "Pain"]
    assert told(month)["adverse_event_after_risk"].endswith("were excluded: 1.")
    assert exposure_days(month) == [30]
    before = read(cast, until="curative")
    assert terms(before) == ["Pain"]
    assert exposure_days(before) == [90]


def test_who_never_had_the_event_named_in_since_is_not_at_risk(make_case, add_event, cast) -> None:
    """Time zero of this study is the curative procedure of one arm and missing for nobody; `progression` is of one only."""
    progressed = make_case("1", progression_date=CURATIVE + timedelta(days=50))
    other = make_case("2", arm="ablation")
    for patient in (progressed, other):
        add_event(patient, CURATIVE + timedelta(days=60))
    cohort = read(cast, since="progression")
    assert terms(cohort) == ["Fever"]
    assert told(cohort)["never_at_risk"].endswith("excluded from the safety analysis: 1.")
    safety = result_object(compare(cohort.frame, protocol=plan(since="progression")))["safety"]["unmatched"][0]
    assert {label: arm["n"] for label, arm in safety["arms"].items()} == {"Resection": 1, "Ablation": 0}
    assert pd.isna(cohort.frame.table.set_index("arm").loc["Ablation", "exposure_months"])


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        ({"serious": True}, ["Pain"]),
        ({"immune_related": True}, ["Hepatitis"]),
        ({"related_to": ["tat"]}, ["Fever", "Pain"]),
        ({"related_to": ["ici", "tat"]}, ["Fever", "Hepatitis", "Pain"]),
        ({"related_to": ["ici", "tat"], "serious": True}, ["Pain"]),
        ({"terms": ["fever", " PAIN"]}, ["Fever", "Pain"]),
    ],
)
def test_events_are_narrowed_by_their_kind(make_case, add_event, cast, asked, counted) -> None:
    patient, day = make_case("1"), CURATIVE + timedelta(days=1)
    no = {"serious": "0", "immune_related": "0", "related_tat": "1", "related_ici": "1"}
    add_event(patient, day, term="Fever", **(no | {"related_tat": "3"}))
    add_event(patient, day, term="Pain", **(no | {"related_tat": "5", "serious": "1"}))
    add_event(patient, day, term="Hepatitis", **(no | {"related_ici": "4", "immune_related": "1"}))
    add_event(patient, day, term="Nausea", **(no | {"related_tat": "2"}))
    cohort = read(cast, ctcae=["4.03"], **asked)
    assert terms(cohort) == counted
    assert "adverse_event_undecided" not in told(cohort)


def test_an_event_whose_kind_is_not_recorded_is_left_out_and_counted(make_case, add_event, cast) -> None:
    patient, day = make_case("1"), CURATIVE + timedelta(days=1)
    add_event(patient, day, term="Fever", related_tat="3")
    add_event(patient, day, term="Pain")
    add_event(patient, day, term="Nausea", related_tat="1", related_ici="3")
    cohort = read(cast, related_to=["tat", "ici"])
    assert terms(cohort) == ["Fever", "Nausea"]
    assert told(cohort)["adverse_event_undecided"].endswith("not recorded were excluded: 1.")


def test_no_p_is_given_where_all_events_of_an_arm_are_of_another_version(make_case, add_event, cast) -> None:
    """ST03 printed 19/527 v 0/2986, P < 0.0001: every event of one arm had been graded by another version and left out."""
    for number in range(6):
        add_event(make_case(f"1{number}"), CURATIVE + timedelta(days=1), ctcae_version="5.0")
        add_event(make_case(f"2{number}", arm="ablation"), CURATIVE + timedelta(days=1), ctcae_version="4.03")
    comparison = compare(read(cast, ctcae=["5.0"]).frame, protocol=plan(ctcae=["5.0"]))
    for row in result_object(comparison)["safety"]["unmatched"]:
        assert (row["test"]["p"], row["test"]["why"]["p"]) == (None, "other_version")
    (message,) = [notice.message for notice in comparison.warnings if notice.code == "versions_not_compared"]
    assert message.en == (
        "No P values are given for adverse events: every event of Ablation (6) is graded with a CTCAE version other than 5.0."
    )


def test_versions_are_never_mixed_in_one_comparison_and_four_is_read_as_its_correction(
    make_case, add_event, cast
) -> None:
    for number, version in enumerate(["4.0", "4.03", "4.03"]):
        add_event(make_case(f"1{number}"), CURATIVE, ctcae_version=version)
        make_case(f"2{number}", arm="ablation")
    same = compare(read(cast).frame, protocol=plan())
    assert result_object(same)["safety"]["unmatched"][0]["test"]["p"] is not None
    add_event(make_case("29", arm="ablation"), CURATIVE, ctcae_version="5.0")
    mixed = compare(read(cast).frame, protocol=plan())
    assert result_object(mixed)["safety"]["unmatched"][0]["test"]["why"]["p"] == "several_versions"
    assert "(4.03, 5.0)" in next(n.message.en for n in mixed.warnings if n.code == "versions_not_compared")
