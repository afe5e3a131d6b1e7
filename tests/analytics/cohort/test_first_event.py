"""Which progression is the event: the first after what time is counted from, whatever happened before."""

from datetime import date, timedelta
from typing import Any

import pytest

from analytics.cohort.reader import Cohort, read_cohort
from analytics.protocol.endpoints.plans import StudyEndpoint
from analytics.protocol.events import EventRule
from analytics.protocol.library import protocol_text
from analytics.protocol.population import Population, StudyProtocol, read_study_protocol
from registry.models import ProgressionEvent
from tests.analytics.conftest import INDEX
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

FIRST_PROGRESSION = INDEX + timedelta(days=100)
KINDS = ("PFS", "TTP", "EPFS", "PPS")


def study(*, time_zero: str, events: str | None = None) -> StudyProtocol:
    """Everybody of an-2025 with the four endpoints of progression, counted from the event of this name."""
    plain = read_study_protocol(protocol_text("an-2025"))
    known = plain.population.events
    option = {} if events is None else {"events": events}
    progression = EventRule(records=("progression",), which="first", after="index")
    changes: dict[str, Any] = {
        "population": Population(events={**known, "first_progression": progression}, eligibility=()),
        "time_zero": time_zero,
        "endpoints": {kind: StudyEndpoint(kind=kind, **option) for kind in KINDS},
        "safety": None,
        "covariates": (),
    }
    return plain.model_copy(update=changes)


def seen(*days: date, add_record: Any, patient: Any) -> None:
    for day in days:
        add_record(ProgressionEvent, patient=patient, progression_date=day, progression_type=["EXTRA_NEW"])


def days_to_event(cohort: Cohort) -> dict[str, float]:
    row = cohort.frame.table.iloc[0]
    return {kind: round(row[f"{kind}_time"] * 30.4375, 1) for kind in KINDS if row[f"{kind}_event"] == 1}


def told(cohort: Cohort) -> dict[str, str]:
    return {notice.where: notice.message.en for notice in cohort.warnings if notice.code == "earlier_events"}


def test_after_a_first_progression_that_is_time_zero_the_second_one_counts(make_case, add_record, cast: Cast) -> None:
    """An 2023 (ST18): time zero is the first progression on HAIC; the second comes 150 days later, death after 300."""
    patient = make_case("1", death_date=FIRST_PROGRESSION + timedelta(days=300))
    second = FIRST_PROGRESSION + timedelta(days=150)
    seen(FIRST_PROGRESSION, second, add_record=add_record, patient=patient)
    cohort = read_cohort(study(time_zero="first_progression"), center_ids=[cast.center.pk])
    assert days_to_event(cohort) == {"PFS": 150, "TTP": 150, "EPFS": 150, "PPS": 150}
    assert told(cohort)["endpoints.PFS"] == (
        "Progressions on or before the day from which PFS is counted, not taken for its event: 1."
    )
    assert {f"endpoints.{kind}" for kind in KINDS} == set(told(cohort))


def test_without_a_second_progression_nobody_has_the_event(make_case, add_record, cast: Cast) -> None:
    patient = make_case("1", last_contact=FIRST_PROGRESSION + timedelta(days=300))
    seen(FIRST_PROGRESSION, add_record=add_record, patient=patient)
    row = read_cohort(study(time_zero="first_progression"), center_ids=[cast.center.pk]).frame.table.iloc[0]
    assert (row["PFS_time"] * 30.4375, row["PFS_event"]) == (pytest.approx(300), 0)


def test_a_progression_long_before_time_zero_takes_nobody_out(make_case, add_record, cast: Cast) -> None:
    """Any second line, as after failure of TACE (ST20): a progression 200 days before time zero is not its event."""
    patient = make_case("1", death_date=INDEX + timedelta(days=1065))
    seen(INDEX - timedelta(days=200), INDEX + timedelta(days=387), add_record=add_record, patient=patient)
    cohort = read_cohort(study(time_zero="index"), center_ids=[cast.center.pk])
    assert days_to_event(cohort) == {"PFS": 387, "TTP": 387, "EPFS": 387, "PPS": 678}
    assert set(told(cohort)) == {f"endpoints.{kind}" for kind in KINDS}


def test_the_old_reading_is_asked_for_by_name(make_case, add_record, cast: Cast) -> None:
    patient = make_case("1", death_date=INDEX + timedelta(days=1065))
    seen(INDEX - timedelta(days=200), INDEX + timedelta(days=387), add_record=add_record, patient=patient)
    cohort = read_cohort(study(time_zero="index", events="ever"), center_ids=[cast.center.pk])
    assert cohort.frame.table[[f"{kind}_time" for kind in KINDS]].isna().all().all()
    assert told(cohort) == {}


def test_where_nothing_came_before_nothing_is_told(make_case, cast: Cast) -> None:
    make_case("1", progression_date=INDEX + timedelta(days=200))
    assert told(read_cohort(study(time_zero="index"), center_ids=[cast.center.pk])) == {}
