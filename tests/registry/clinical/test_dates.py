from datetime import date, timedelta

import pytest

from registry.clinical.dates import baseline_date, completed_years, days_between, in_baseline_window, months_between

INDEX = date(2020, 3, 1)


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(1960, 5, 4), date(2020, 5, 3), 59),
        (date(1960, 5, 4), date(2020, 5, 4), 60),
        (date(1960, 2, 29), date(2021, 2, 28), 60),
        (date(1960, 2, 29), date(2021, 3, 1), 61),
        (date(2020, 5, 4), date(2020, 5, 3), -1),
    ],
)
def test_years_are_completed_on_the_birthday(birth: date, on: date, years: int) -> None:
    assert completed_years(birth, on=on) == years


def test_a_month_is_a_twelfth_of_365_and_a_quarter_days() -> None:
    assert months_between(INDEX, end=INDEX + timedelta(days=1461)) == 48.0
    assert months_between(INDEX, end=INDEX) == 0.0


def test_a_missing_date_gives_no_span() -> None:
    assert completed_years(None, on=INDEX) is None
    assert days_between(INDEX, end=None) is None
    assert months_between(None, end=INDEX) is None
    assert in_baseline_window(None, index_date=INDEX) is None


@pytest.mark.parametrize(("days_before", "inside"), [(-1, False), (0, True), (28, True), (29, False)])
def test_the_baseline_window_is_28_days_with_both_ends(days_before: int, inside: bool) -> None:
    assert in_baseline_window(INDEX - timedelta(days=days_before), index_date=INDEX) is inside


def test_the_baseline_is_the_last_assessment_of_the_window() -> None:
    days = [INDEX - timedelta(days=before) for before in (40, 20, 3, -2)]
    assert baseline_date(days, index_date=INDEX) == INDEX - timedelta(days=3)
    assert baseline_date(days[:1], index_date=INDEX) is None
    assert baseline_date(days, index_date=None) is None
