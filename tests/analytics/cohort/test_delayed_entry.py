"""Patients of a study who are at risk only from an event on: what the frame says of them, and the refusals."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from analytics.cohort.reader import read_cohort
from analytics.errors import ProtocolError
from analytics.exports.dataset import patients_data
from analytics.exports.table_protocol import table_protocol
from analytics.flat.protocol import TableProtocol
from analytics.protocol.design import Design
from analytics.protocol.endpoints.plans import StudyEndpoint
from analytics.protocol.errors import validate_plan
from analytics.protocol.events import EventRule
from analytics.protocol.library import protocol_text
from analytics.protocol.outcomes import CoxPlan
from analytics.protocol.population import Population, StudyProtocol, read_study_protocol
from analytics.protocol.text import parse_protocol
from analytics.report.methods import protocol_sections
from registry.models import ProgressionEvent
from tests.analytics.conftest import INDEX
from tests.conftest import Cast


def study() -> StudyProtocol:
    """Everybody of an-2025, at risk from the first progression on."""
    plain = read_study_protocol(protocol_text("an-2025"))
    progression = EventRule(records=("progression",), which="first", after="index")
    changes: dict[str, Any] = {
        "population": Population(events={**plain.population.events, "seen_first": progression}, eligibility=()),
        "time_zero": "index",
        "entry": "seen_first",
        "immortal_time": None,
        "endpoints": {kind: StudyEndpoint(kind=kind) for kind in ("OS", "PPS")},
        "safety": None,
        "covariates": (),
        "cox": CoxPlan(),
        "design": Design(method="none"),
        "subgroups": (),
        "sensitivity": (),
    }
    return plain.model_copy(update=changes)


@pytest.mark.django_db
def test_the_frame_says_when_a_patient_came_under_observation(make_case, add_record, cast: Cast) -> None:
    """From time zero for survival, and from the progression for survival after it, of which it is the day itself."""
    seen = make_case("1", death_date=INDEX + timedelta(days=400))
    add_record(
        ProgressionEvent, patient=seen, progression_date=INDEX + timedelta(days=100), progression_type=["EXTRA_NEW"]
    )
    make_case("2", death_date=INDEX + timedelta(days=400))
    table = read_cohort(study(), center_ids=[cast.center.pk]).frame.table
    assert (table["entry_months"] * 30.4375).to_list() == [pytest.approx(100), pytest.approx(np.nan, nan_ok=True)]
    assert table["PPS_entry"].to_list() == [0.0, pytest.approx(np.nan, nan_ok=True)]
    assert "OS_entry" not in table


@pytest.mark.django_db
def test_the_exported_table_says_it_too(make_case, add_record, cast: Cast) -> None:
    seen = make_case("1", death_date=INDEX + timedelta(days=400))
    add_record(
        ProgressionEvent, patient=seen, progression_date=INDEX + timedelta(days=100), progression_type=["EXTRA_NEW"]
    )
    protocol = study()
    frame = read_cohort(protocol, center_ids=[cast.center.pk]).frame
    data = patients_data(frame, protocol=protocol)
    content = parse_protocol(table_protocol(protocol, frame=frame, data=data, events=None))
    exported = validate_plan(TableProtocol, content=content)
    assert exported.table.entry == "entry_months"
    assert [plan.entry for plan in exported.endpoints.values()] == [None, "pps_entry"]


def test_the_sentences_of_the_study_say_from_when_patients_are_at_risk() -> None:
    sentences = [one for section in protocol_sections(study()) for one in section.sentences]
    assert "Patients count as at risk from: first progression (delayed entry)." in sentences


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"entry": "referral"}, "entry names referral, which is not an event"),
        ({"entry": "curative", "immortal_time": {"rezero": True}}, "not available with delayed entry"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(changes: dict[str, Any], words: str) -> None:
    content = read_study_protocol(protocol_text("an-2025")).model_dump(mode="json", by_alias=True, exclude_unset=True)
    with pytest.raises(ProtocolError, match=words):
        validate_plan(StudyProtocol, content=content | changes)
