"""Each case is one patient, worked by hand: months are days / 30.4375."""

import pandas as pd
import pytest

from analytics.protocol.endpoint_times import (
    DAYS_PER_MONTH,
    Dates,
    Outcome,
    Reason,
    extrahepatic_progression_free_survival,
    overall_survival,
    progression_free_survival,
    survival_after_progression,
)

CUTOFF = pd.Timestamp("2023-08-31")


def dates(
    *,
    time_zero: str | None = "2020-01-01",
    progression: str | None = None,
    extrahepatic: str | None = None,
    death: str | None = None,
    died: bool | None = None,
    last_contact: str | None = "2023-06-01",
) -> Dates:
    def one(value: str | None) -> pd.Series:
        return pd.Series(pd.to_datetime([value]))

    return Dates(
        time_zero=one(time_zero),
        progression=one(progression),
        extrahepatic=one(extrahepatic),
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


def test_progression_before_death_ends_progression_free_survival() -> None:
    both = dates(progression="2020-02-01", death="2020-03-01")
    assert days_and_event(progression_free_survival(both, cutoff=CUTOFF, is_death_an_event=True)) == (31, 1)


def test_death_without_progression_ends_progression_free_survival() -> None:
    died = dates(death="2020-03-01")
    assert days_and_event(progression_free_survival(died, cutoff=CUTOFF, is_death_an_event=True)) == (60, 1)


def test_death_may_end_follow_up_instead() -> None:
    died = dates(death="2020-03-01", last_contact="2020-02-10")
    assert days_and_event(progression_free_survival(died, cutoff=CUTOFF, is_death_an_event=False)) == (60, 0)


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
    early = dates(progression="2019-12-01")
    assert list(progression_free_survival(early, cutoff=CUTOFF, is_death_an_event=True).reason) == [
        Reason.EVENT_BEFORE_T0
    ]


def test_progression_within_the_liver_ends_no_extrahepatic_follow_up() -> None:
    both = dates(progression="2020-02-01", extrahepatic="2020-03-01", death="2020-04-01")
    assert days_and_event(extrahepatic_progression_free_survival(both, cutoff=CUTOFF, is_death_an_event=True)) == (
        60,
        1,
    )
    inside = dates(progression="2020-02-01", last_contact="2020-04-01")
    assert days_and_event(extrahepatic_progression_free_survival(inside, cutoff=CUTOFF, is_death_an_event=True)) == (
        91,
        0,
    )


def test_death_may_be_no_event_of_extrahepatic_progression() -> None:
    died = dates(progression="2020-02-01", death="2020-03-01")
    assert days_and_event(extrahepatic_progression_free_survival(died, cutoff=CUTOFF, is_death_an_event=False)) == (
        60,
        0,
    )


def test_survival_after_progression_is_counted_from_it() -> None:
    died = dates(progression="2020-02-01", death="2020-03-01")
    assert days_and_event(survival_after_progression(died, cutoff=CUTOFF)) == (29, 1)
    alive = dates(progression="2020-02-01", last_contact="2020-02-11")
    assert days_and_event(survival_after_progression(alive, cutoff=CUTOFF)) == (10, 0)


@pytest.mark.parametrize("progression", [None, "2019-12-31"])
def test_without_progression_after_time_zero_there_is_no_survival_after_it(progression: str | None) -> None:
    outcome = survival_after_progression(dates(progression=progression, death="2020-03-01"), cutoff=CUTOFF)
    assert list(outcome.reason) == [Reason.NO_TIME_ZERO]
