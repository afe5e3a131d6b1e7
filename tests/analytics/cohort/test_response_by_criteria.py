"""Responses from stored scans by the criteria that a protocol names: as derived of lists of lesions, or as entered."""

from datetime import timedelta
from typing import Any

import pytest

from analytics.cohort.reader import Cohort, read_cohort
from analytics.protocol.endpoints.plans import StudyEndpoint, StudyResponse
from analytics.protocol.library import protocol_text
from analytics.protocol.population import Population, StudyProtocol, read_study_protocol
from registry.models import Assessment, ImagingAssessment, LesionMeasurement, ProgressionEvent, TumorBurden
from tests.analytics.conftest import INDEX
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def study(**endpoints: dict[str, Any]) -> StudyProtocol:
    plain = read_study_protocol(protocol_text("an-2025"))
    plans = {
        name: (StudyResponse if plan.get("type") == "binary" else StudyEndpoint).model_validate(plan)
        for name, plan in endpoints.items()
    }
    population = Population(events=plain.population.events, eligibility=())
    return plain.model_copy(update={"population": population, "endpoints": plans, "safety": None, "covariates": ()})


def best(criteria: str = "mRECIST", **more: Any) -> dict[str, Any]:
    return {"type": "binary", "kind": "BEST_RESPONSE", "success": ["CR", "PR"], "criteria": criteria, **more}


def read(protocol: StudyProtocol, *, cast: Cast) -> Cohort:
    return read_cohort(protocol, center_ids=[cast.center.pk])


def told(cohort: Cohort) -> dict[str, str]:
    return {notice.code: notice.message.en for notice in cohort.warnings}


@pytest.fixture
def add_scan(add_record):
    def add(patient: Any, *, day: int, lesions: tuple[dict[str, Any], ...] = (), **variables: Any) -> None:
        role = "BASE" if day < 0 else "RESP"
        known = {"imaging_modality": "CT", "imaging_role": role, "non_target_response": "NA", "new_lesion": "NO"}
        on = {"imaging_date": INDEX + timedelta(days=day)}
        scan = add_record(ImagingAssessment, patient=patient, **{**known, **on, **variables})
        for number, lesion in enumerate(lesions, start=1):
            measured = {"lesion_no": number, "organ": "LIVER", "is_target": "1", "is_new": "0", **lesion}
            add_record(LesionMeasurement, patient=patient, imaging=scan, **measured)

    return add


def liver(mm: float, **more: Any) -> dict[str, Any]:
    return {"whole_mm": mm, "viable_mm": mm, "enhancement": "FULL", **more}


NODE = {"organ": "NODE", "enhancement": None}
GONE = {"whole_mm": 0.0, "viable_mm": 0.0, "enhancement": "NONE"}


@pytest.mark.parametrize(
    ("before", "after", "response"),
    [
        ((liver(50), liver(40)), (liver(50), liver(15)), "SD"),
        ((liver(50), liver(40)), (liver(20), liver(10)), "PR"),
        ((liver(50), liver(40)), (liver(40),), "NE"),  # one of the targets was not measured
        ((liver(50),), (liver(20), liver(25, is_target="0", is_new="1")), "PD"),  # new in the list, though the box says no
        ((liver(50), liver(20) | NODE | {"short_axis_mm": 20.0}), (GONE, liver(8) | NODE | {"short_axis_mm": 8.0}), "CR"),
        ((liver(50), liver(50, organ="PVTT")), (liver(50), liver(20, organ="PVTT")), "SD"),  # a thrombus is no target
    ],
)  # fmt: skip
def test_the_list_of_lesions_decides_as_it_does_for_the_form(
    make_case, add_scan, cast: Cast, before: Any, after: Any, response: str
) -> None:
    patient = make_case("1")
    add_scan(patient, day=-3, lesions=before)
    add_scan(patient, day=60, lesions=after)
    assert read(study(ORR=best()), cast=cast).frame.table["ORR_value"].to_list() == [response]


def test_entered_responses_stand_beside_the_derived_ones_and_the_protocol_says_which_count(
    make_case, add_scan, cast: Cast
) -> None:
    patient = make_case("1")
    add_scan(patient, day=-3, sum_viable_mm=100.0)
    add_scan(patient, day=60, sum_viable_mm=60.0, response_mrecist="CR")
    derived, entered = read(study(ORR=best()), cast=cast), read(study(ORR=best(response="entered")), cast=cast)
    assert (derived.frame.table["ORR_value"][0], entered.frame.table["ORR_value"][0]) == ("PR", "CR")
    assert told(derived)["responses_differ"].endswith("the derived ones, which counted: 1.")
    assert told(entered)["responses_differ"].endswith("the derived ones and counted: 1.")


def test_criteria_differ_on_one_course(make_case, add_scan, cast: Cast) -> None:
    """Necrosis without shrinkage: CR by mRECIST, SD by RECIST 1.1, CR by RECICL."""
    patient = make_case("1")
    add_scan(patient, day=-3, sum_viable_mm=60.0, sum_whole_mm=60.0)
    more = {"max_viable_diameter_mm": 0.0, "necrosis_pct": 100}
    add_scan(patient, day=60, sum_viable_mm=0.0, sum_whole_mm=58.0, **more)
    endpoints = {name: best(name) for name in ("mRECIST", "RECIST11", "RECICL", "iRECIST")}
    row = read(study(**endpoints), cast=cast).frame.table.iloc[0]
    found = {name: row[f"{name}_value"] for name in endpoints}
    assert found == {"mRECIST": "CR", "RECIST11": "SD", "RECICL": "CR", "iRECIST": "SD"}


def test_pseudoprogression_is_progression_by_mrecist_and_none_by_irecist(make_case, add_scan, cast: Cast) -> None:
    """Growth on day 42 that later shrinks below the baseline; true progression on day 200, confirmed on day 240."""
    patient = make_case("1")
    sums = {-3: 50.0, 42: 65.0, 77: 30.0, 200: 60.0, 240: 80.0}
    for day, mm in sums.items():
        add_scan(patient, day=day, sum_viable_mm=mm, sum_whole_mm=mm)
    plans = {
        "MODIFIED": {"kind": "PFS", "progression": "scans"},
        "SUSPECTED": {"kind": "PFS", "progression": "scans", "criteria": "iRECIST"},
        "IMMUNE": {"kind": "PFS", "progression": "scans", "criteria": "iRECIST", "confirmed": True},
    }
    row = read(study(**plans), cast=cast).frame.table.iloc[0]
    assert {name: round(row[f"{name}_time"] * 30.4375) for name in plans} == {
        "MODIFIED": 42,
        "SUSPECTED": 42,
        "IMMUNE": 200,
    }


def test_a_record_made_by_other_criteria_is_told(make_case, add_record, cast: Cast) -> None:
    patient = make_case("1", last_contact=INDEX + timedelta(days=900))
    for day, criteria in ((100, "MRECIST"), (200, None), (300, "RECIST11")):
        on = {"progression_date": INDEX + timedelta(days=day), "progression_criteria": criteria}
        add_record(ProgressionEvent, patient=patient, **on)
    cohort = read(study(PFS={"kind": "PFS", "criteria": "RECIST11"}), cast=cast)
    assert cohort.frame.table["PFS_time"][0] == pytest.approx(300 / 30.4375)
    assert told(cohort)["progression_by_other_criteria"].endswith("or by none, not counted: 2.")


def test_invasion_that_may_have_been_there_before_is_no_event_and_is_told(make_case, add_record, cast: Cast) -> None:
    for local_id, baseline in (("1", "UNK"), ("2", "0")):
        patient = make_case(local_id, whole={"macrovascular_invasion": baseline})
        day = INDEX + timedelta(days=300)
        later = add_record(Assessment, patient=patient, assessment_date=day, assessment_type="FU")
        burden = {"diameter_basis": "WHOLE", "macrovascular_invasion": "1"}
        add_record(TumorBurden, patient=patient, assessment=later, **burden)
    cohort = read(study(TTUP={"kind": "TTUP"}), cast=cast)
    assert cohort.frame.table["TTUP_event"].to_list() == [0, 1]
    assert told(cohort)["baseline_unknown"].endswith("in patients: 1.")
