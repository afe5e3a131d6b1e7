"""Every kind of record that the registry keeps can be an event of a protocol, dated and with its variables."""

from datetime import timedelta
from typing import Any

import pytest

from analytics.cohort.reader import Cohort, read_cohort
from analytics.protocol.conditions import Comparison
from analytics.protocol.endpoints.plans import StudyEndpoint
from analytics.protocol.events import EventRule, Text
from analytics.protocol.library import protocol_text
from analytics.protocol.population import Criterion, Population, StudyProtocol, read_study_protocol
from registry.models import (
    AblationLesion,
    AblationSession,
    ImagingAssessment,
    LesionMeasurement,
    OtherTreatment,
    Patient,
    Radiotherapy,
    TransarterialAgent,
    TransarterialSession,
    Transplant,
)
from tests.analytics.conftest import INDEX
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

DAY = INDEX + timedelta(days=40)


@pytest.fixture
def case(make_case, add_record) -> Patient:
    """A patient with one record of every kind that protocols could not reach before, all on one day."""
    patient = make_case("1")
    add_record(Radiotherapy, patient=patient, start_date=DAY, technique="SBRT", total_dose_gy=50.0)
    add_record(Transplant, patient=patient, start_date=DAY, donor_type="DDLT")
    add_record(OtherTreatment, patient=patient, start_date=DAY, treatment_type="TCM")
    session = add_record(TransarterialSession, patient=patient, start_date=DAY, modality="HAIC")
    add_record(TransarterialAgent, patient=patient, session=session, agent_code="CISPLATIN", dose_mg=80.0)
    imaging = add_record(
        ImagingAssessment, patient=patient, imaging_date=DAY, imaging_modality="CT", imaging_role="RESP"
    )
    add_record(LesionMeasurement, patient=patient, imaging=imaging, lesion_no=1, viable_mm=22.0)
    ablation = add_record(AblationSession, patient=patient, start_date=DAY, ablation_modality="RFA")
    add_record(AblationLesion, patient=patient, ablation=ablation, lesion_no=1, size_cm=1.5)
    return patient


REACHED: list[tuple[str, str, Any]] = [
    ("radiotherapy", "technique", "SBRT"),
    ("radiotherapy", "total_dose_gy", 50),
    ("transplant", "donor_type", "DDLT"),
    ("other_treatment", "treatment_type", "TCM"),
    ("arterial_agent", "agent_code", "CISPLATIN"),
    ("arterial_agent", "dose_mg", 80),
    ("arterial_agent", "modality", "HAIC"),  # of its session
    ("lesion", "viable_mm", 22),
    ("ablated_lesion", "size_cm", 1.5),
    ("ablated_lesion", "ablation_modality", "RFA"),  # of its ablation
]


@pytest.mark.parametrize(("noun", "variable", "value"), REACHED)
def test_a_protocol_reaches_the_record_its_day_and_its_variables(
    case: Patient, cast: Cast, noun: str, variable: str, value: Any
) -> None:
    assert case.registry_id in kept(noun, variable=variable, value=value, cast=cast)
    other = "another" if isinstance(value, str) else value + 1
    assert kept(noun, variable=variable, value=other, cast=cast) == []


def kept(noun: str, *, variable: str, value: Any, cast: Cast) -> list[str]:
    wanted = [
        Comparison(variable=f"found.{variable}", operator="eq", value=value),
        Comparison(variable="found.date", operator="eq", value=DAY),
    ]
    rows = tuple(Criterion(id=part.variable, text=Text(en="", zh=""), keep=part) for part in wanted)
    rule = EventRule(records=(noun,))
    return read(protocol({"found": rule}, rows=rows), cast=cast).frame.table["id"].to_list()


def protocol(events: dict[str, EventRule], *, rows: tuple[Criterion, ...] = ()) -> StudyProtocol:
    """Everybody with a TACE, in one arm; only what these events ask for is read."""
    study = read_study_protocol(protocol_text("an-2025"))
    known = {name: study.population.events[name] for name in ("index", "downstaging", "curative")}
    changes = {
        "population": Population(events={**known, **events}, eligibility=rows),
        "endpoints": {"OS": StudyEndpoint(kind="OS")},
        "safety": None,
        "covariates": (),
    }
    return study.model_copy(update=changes)


def read(study: StudyProtocol, *, cast: Cast) -> Cohort:
    return read_cohort(study, center_ids=[cast.center.pk])


def test_a_treatment_is_a_contact_whether_or_not_the_protocol_asks_for_its_kind(
    make_case, add_record, cast: Cast
) -> None:
    patient = make_case("1", last_contact=INDEX + timedelta(days=100))
    treated = INDEX + timedelta(days=900)
    add_record(Radiotherapy, patient=patient, start_date=treated, technique="SBRT")
    for events in ({}, {"radiotherapy": EventRule(records=("radiotherapy",))}):
        row = read(protocol(events), cast=cast).frame.table.iloc[0]
        assert row["OS_time"] == pytest.approx(900 / 30.4375)


def test_what_a_protocol_asks_for_makes_no_difference_to_what_it_finds(case: Patient, cast: Cast) -> None:
    lean = read(protocol({}), cast=cast).frame
    names = ("arterial_agent", "lesion", "ablated_lesion", "haic_course", "combination", "adverse_event", "imaging")
    full = read(protocol({name: EventRule(records=(name,)) for name in names}), cast=cast).frame
    assert lean.table.to_dict() == full.table.to_dict()
