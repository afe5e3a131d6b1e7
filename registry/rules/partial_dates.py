"""A date known to the month or the year alone is every day of it: a rule fires only if it holds on each of them.

The day stored with such a date is one of them, taken for the analysis.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

# Note [Partial dates]
# ~~~~~~~~~~~~~~~~~~~~
# A date known to the month is stored as its 15th, one known to the year as its July 1st, with the precision beside
# it: the database can sort and subtract, and the analysis has one documented convention. But a rule must not accuse a
# center of a contradiction that rests on our invented day. So a rule with dates fires only if it would fire on
# *every* day the date may be. Rules are almost always monotone in each date, hence the two ends are tried first and
# usually decide; the days between are tried only where both ends fire.

PRECISION = "_precision"
MONTH, YEAR = "M", "Y"

Row = Mapping[str, Any]


def possible_days(day: date, *, precision: str | None, ends_only: bool = False) -> tuple[date, ...]:
    """First and last day first, for what holds on both seldom fails between.

    >>> possible_days(date(2021, 2, 15), precision="M", ends_only=True)
    (datetime.date(2021, 2, 1), datetime.date(2021, 2, 28))
    """
    if precision == MONTH:
        first = day.replace(day=1)
        last = day.replace(day=monthrange(day.year, day.month)[1])
    elif precision == YEAR:
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    else:
        return (day,)
    inside = 0 if ends_only else (last - first).days - 1
    return first, last, *(first + timedelta(days=number) for number in range(1, inside + 1))


def vague_dates(row: Row, *, among: Iterable[str] | None = None) -> list[str]:
    """The variables of a row, or those of them named, that are dates known to the month or the year alone."""
    names = among if among is not None else [n.removesuffix(PRECISION) for n in row if n.endswith(PRECISION)]
    return [
        name for name in names if row.get(f"{name}{PRECISION}") in {MONTH, YEAR} and isinstance(row.get(name), date)
    ]


def readings(row: Row, *, among: Iterable[str] | None = None, ends_only: bool = False) -> Iterator[Row]:
    """The row with every day that its imprecise dates may be."""
    vague = vague_dates(row, among=among)
    days = [possible_days(row[name], precision=row[f"{name}{PRECISION}"], ends_only=ends_only) for name in vague]
    return ({**row, **dict(zip(vague, way, strict=True))} for way in product(*days))


def fires_on_other_days(fires: Callable[[Row], bool], *, row: Row, dates: Iterable[str]) -> bool:
    """Whether a rule that holds for a row would hold whatever its imprecise dates among these variables were."""
    vague = vague_dates(row, among=dates)
    return not vague or all(map(fires, readings(row, among=vague)))
