"""A date known to the month or the year alone is every day of it: a rule fires only if it holds on each of them.

The day stored with such a date is one of them, taken for the analysis.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, islice, product
from typing import Any

# Note [Partial dates]
# ~~~~~~~~~~~~~~~~~~~~
# A date known to the month is stored as its 15th, one known to the year as its July 1st, with the precision beside
# it: the database can sort and subtract, and the analysis has one documented convention. But a rule must not accuse a
# center of a contradiction that rests on our invented day. So a rule with dates fires only if it would fire on
# *every* day the date may be. Rules are almost always monotone in each date, hence the two ends are tried first and
# usually decide; of a single imprecise date the days between are tried where both ends fire. Of several, in one record
# or in many, the days of all together are far too many (two years are 133,590 pairs), so each is read as its first
# and its last day, and as those days inside it on which another date of the rows begins, ends or stands: there two
# dates meet, and a rule that is not monotone asks whether they do. Whatever the number of dates, no more than
# MOST_READINGS are tried for one finding.

PRECISION = "_precision"
MONTH, YEAR = "M", "Y"
MOST_READINGS = 400  # more than the days of a year, so that one date known to the year is read whole

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


def is_exact(row: Row, *, name: str) -> bool:
    """Whether a date is known to the day."""
    return row.get(f"{name}{PRECISION}") not in {MONTH, YEAR}


def vague_dates(row: Row, *, among: Iterable[str] | None = None) -> list[str]:
    """The variables of a row, or those of them named, that are dates known to the month or the year alone."""
    names = among if among is not None else [n.removesuffix(PRECISION) for n in row if n.endswith(PRECISION)]
    return [name for name in names if not is_exact(row, name=name) and isinstance(row.get(name), date)]


def may_be_one_day(one: Row, other: Row, *, name: str) -> bool:
    """Whether two records may mean the same day with this date: 2021 and May 2021 may, 2021 and May 2022 may not."""
    ends = [possible_days(row[name], precision=row.get(f"{name}{PRECISION}"), ends_only=True) for row in (one, other)]
    (first, last), (other_first, other_last) = ((days[0], days[-1]) for days in ends)
    return first <= other_last and other_first <= last


def readings(rows: Sequence[Row], *, among: Iterable[str] | None = None) -> Iterator[tuple[Row, ...]]:
    """The rows with the days that their imprecise dates may be, all rows at once. Note [Partial dates]."""
    names = list(among) if among is not None else None
    vague = [(place, name) for place, row in enumerate(rows) for name in vague_dates(row, among=names)]
    for days in islice(
        _ways([_choices(rows, place=place, name=name, vague=vague) for place, name in vague]), MOST_READINGS
    ):
        read = [dict(row) for row in rows]
        for (place, name), day in zip(vague, days, strict=True):
            read[place][name] = day
        yield tuple(read)


def _choices(rows: Sequence[Row], *, place: int, name: str, vague: Sequence[tuple[int, str]]) -> tuple[date, ...]:
    """The days that one date is read as, its ends first."""
    row = rows[place]
    precision = row[f"{name}{PRECISION}"]
    if len(vague) == 1:
        return possible_days(row[name], precision=precision)
    first, last = possible_days(row[name], precision=precision, ends_only=True)
    meet = {day for other in rows for day in _days_in(other) if first < day < last}
    return first, last, *sorted(meet)


def _days_in(row: Row) -> Iterator[date]:
    """On which a date of this row stands, begins or ends."""
    for name, value in row.items():
        if type(value) is date:  # a moment is another kind of thing
            yield from possible_days(value, precision=row.get(f"{name}{PRECISION}"), ends_only=True)


def _ways(choices: Sequence[tuple[date, ...]]) -> Iterator[tuple[date, ...]]:
    """All ends together first, then the days between; of too many dates every two at their ends, the others at their first."""
    if 2 ** len(choices) <= MOST_READINGS:
        yield from product(*(days[:2] for days in choices))
        between = (way for way in product(*choices) if not all(map(_is_end, way, choices)))
        yield from between
        return
    for pair in combinations(range(len(choices)), 2):
        for ends in product((0, 1), repeat=2):
            at = dict(zip(pair, ends, strict=True))
            yield tuple(days[at.get(place, 0)] for place, days in enumerate(choices))


def _is_end(day: date, days: tuple[date, ...]) -> bool:
    return day in days[:2]


def fires_on_other_days(fires: Callable[[Row], bool], *, row: Row, dates: Iterable[str]) -> bool:
    """Whether a rule that holds for a row would hold whatever its imprecise dates among these variables were."""
    names = list(dates)
    return not vague_dates(row, among=names) or all(fires(read) for (read,) in readings([row], among=names))
