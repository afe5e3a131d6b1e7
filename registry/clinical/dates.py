"""Spans between dates, and which assessment counts as the baseline of a treatment."""

from collections.abc import Iterable
from datetime import date, timedelta

DAYS_PER_MONTH = 30.4375  # 365.25 / 12
BASELINE_WINDOW_DAYS = 28


def completed_years(since: date | None, *, on: date | None) -> int | None:
    """Whole calendar years completed, as an age is counted; negative where `on` is earlier. Born on 29 February: 1 March."""
    if since is None or on is None:
        return None
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def days_between(start: date | None, *, end: date | None) -> int | None:
    """Days from start to end, negative where the end is earlier."""
    return None if start is None or end is None else (end - start).days


def months_between(start: date | None, *, end: date | None) -> float | None:
    """Days / 30.4375, at full precision.

    >>> round(months_between(date(2020, 1, 1), end=date(2021, 1, 1)), 4)  # a leap year has 366 days
    12.0246
    """
    days = days_between(start, end=end)
    return None if days is None else days / DAYS_PER_MONTH


def in_baseline_window(assessed: date | None, *, index_date: date | None) -> bool | None:
    """Whether an assessment lies in the 28 days up to the index date, both ends included."""
    if assessed is None or index_date is None:
        return None
    return index_date - timedelta(days=BASELINE_WINDOW_DAYS) <= assessed <= index_date


def baseline_date(assessments: Iterable[date], *, index_date: date | None) -> date | None:
    """The last assessment in the baseline window; None where there is none."""
    return max((day for day in assessments if in_baseline_window(day, index_date=index_date)), default=None)
