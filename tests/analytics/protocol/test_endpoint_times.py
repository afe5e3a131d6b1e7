"""Each case is one patient, worked by hand: months are days / 30.4375."""

from typing import Any

import pandas as pd
import pytest

from analytics.protocol.endpoint_times import (
    DAYS_PER_MONTH,
    Dates,
    DeathIs,
    Outcome,
    Reason,
    counted_from,
    overall_survival,
    time_to,
)

CUTOFF = pd.Timestamp("2023-08-31")


def one(value: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime([value]))


def dates(
    *,
    time_zero: str | None = "2020-01-01",
    death: str | None = None,
    died: bool | None = None,
    last_contact: str | None = "2023-06-01",
) -> Dates:
    return Dates(
        time_zero=one(time_zero),
        death=one(death),
        died=pd.Series([death is not None if died is None else died]),
        last_contact=one(last_contact),
    )


def days_and_event(outcome: Outcome) -> tuple[float, float]:
    assert outcome.reason.isna().all()
    return round(outcome.months[0] * DAYS_PER_MONTH, 6), outcome.event[0]


def test_a_death_is_an_event_on_its_day() -> None:
    assert days_and_event(overall_survival(dates(death="2020-03-01"), cutoff=CUTOFF)) == (60, 1)


def test_the_living_are_censored_at_their_last_contact() -> None:
    assert days_and_event(overall_survival(dates(last_contact="2020-01-31"), cutoff=CUTOFF)) == (30, 0)


def test_a_contact_after_the_cut_off_censors_at_the_cut_off() -> None:
    assert days_and_event(
        overall_survival(dates(time_zero="2023-08-01", last_contact="2024-01-01"), cutoff=CUTOFF)
    ) == (30, 0)


def test_a_death_after_the_cut_off_is_censored_at_the_cut_off() -> None:
    late = dates(time_zero="2023-08-01", death="2023-09-15", last_contact="2023-08-10")
    assert days_and_event(overall_survival(late, cutoff=CUTOFF)) == (30, 0)


def test_a_death_on_the_cut_off_counts() -> None:
    assert days_and_event(overall_survival(dates(time_zero="2023-08-01", death="2023-08-31"), cutoff=CUTOFF)) == (30, 1)


def test_a_death_on_the_day_of_time_zero_takes_half_a_day() -> None:
    assert days_and_event(overall_survival(dates(death="2020-01-01"), cutoff=CUTOFF)) == (0.5, 1)


def until(event: str | None, *, death_is: DeathIs = "event", **given: Any) -> Outcome:
    """Time to a dated event of one patient, or to death."""
    return time_to(dates(**given), event_date=one(event), death=death_is, cutoff=CUTOFF)


def test_progression_before_death_ends_progression_free_survival() -> None:
    assert days_and_event(until("2020-02-01", death="2020-03-01")) == (31, 1)


def test_death_without_progression_ends_progression_free_survival() -> None:
    assert days_and_event(until(None, death="2020-03-01")) == (60, 1)


def test_death_may_end_follow_up_instead() -> None:
    ended = until(None, death_is="censored", death="2020-03-01", last_contact="2020-02-10")
    assert days_and_event(ended) == (60, 0)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"death": "2019-12-31"}, Reason.EVENT_BEFORE_T0),
        ({"died": True}, Reason.EVENT_DATE_UNKNOWN),
        ({"last_contact": None}, Reason.NO_FOLLOW_UP),
        ({"last_contact": "2019-06-01"}, Reason.NO_FOLLOW_UP),
        ({"time_zero": None}, Reason.NO_TIME_ZERO),
        ({"time_zero": "2023-09-01"}, Reason.NO_TIME_ZERO),
    ],
)
def test_what_has_no_time_says_why(given: dict, reason: Reason) -> None:
    outcome = overall_survival(dates(**given), cutoff=CUTOFF)
    assert outcome.months.isna().all()
    assert outcome.event.isna().all()
    assert list(outcome.reason) == [reason]


def test_progression_before_time_zero_is_no_progression_time() -> None:
    assert list(until("2019-12-01").reason) == [Reason.EVENT_BEFORE_T0]


def test_an_event_before_death_is_the_event_and_without_one_the_last_contact_censors() -> None:
    assert days_and_event(until("2020-03-01", death="2020-04-01")) == (60, 1)
    assert days_and_event(until(None, last_contact="2020-04-01")) == (91, 0)


def test_death_may_compete_with_the_event() -> None:
    assert days_and_event(until(None, death_is="competing", death="2020-03-01")) == (60, 2)
    assert days_and_event(until("2020-02-01", death_is="competing", death="2020-03-01")) == (31, 1)


def test_survival_after_progression_is_counted_from_it() -> None:
    died = counted_from(dates(death="2020-03-01"), start=one("2020-02-01"))
    assert days_and_event(overall_survival(died, cutoff=CUTOFF)) == (29, 1)
    alive = counted_from(dates(last_contact="2020-02-11"), start=one("2020-02-01"))
    assert days_and_event(overall_survival(alive, cutoff=CUTOFF)) == (10, 0)


@pytest.mark.parametrize("progression", [None, "2019-12-31"])
def test_without_progression_after_time_zero_there_is_no_survival_after_it(progression: str | None) -> None:
    outcome = overall_survival(counted_from(dates(death="2020-03-01"), start=one(progression)), cutoff=CUTOFF)
    assert list(outcome.reason) == [Reason.NO_TIME_ZERO]
