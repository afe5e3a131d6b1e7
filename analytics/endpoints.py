"""Time to an event from dates, per patient: the registry's endpoint definitions, in months."""

from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

DAYS_PER_MONTH = 30.4375
SAME_DAY_EVENT_DAYS = 0.5  # an event on the day of time zero happened after it


class Reason(StrEnum):
    """Why a patient has no time for an endpoint."""

    NO_TIME_ZERO = "NO_TIME_ZERO"
    EVENT_BEFORE_T0 = "EVENT_BEFORE_T0"
    EVENT_DATE_UNKNOWN = "EVENT_DATE_UNKNOWN"
    NO_FOLLOW_UP = "NO_FOLLOW_UP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of one row per patient, equally indexed. `died` is true also where the date of death is not known."""

    time_zero: pd.Series
    progression: pd.Series
    death: pd.Series
    died: pd.Series
    last_contact: pd.Series
    extrahepatic: pd.Series  # first progression outside the liver


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`months` and `event` (1, 0) are missing together, and `reason` then says why."""

    months: pd.Series
    event: pd.Series
    reason: pd.Series


def overall_survival(dates: Dates, *, cutoff: pd.Timestamp) -> Outcome:
    """Death from any cause. Censored at the last contact alive, at the latest at the cut-off."""
    return _outcome(dates, event_date=dates.death, undated=dates.died & dates.death.isna(), cutoff=cutoff)


def progression_free_survival(dates: Dates, *, cutoff: pd.Timestamp, is_death_an_event: bool) -> Outcome:
    """The earlier of first progression and death; without either censored at the last contact.

    Where death is no event it ends follow-up. A new treatment of the tumor does not censor.
    """
    if not is_death_an_event:
        end = dates.last_contact.where(dates.death.isna(), dates.death)
        nobody = pd.Series(data=False, index=dates.time_zero.index)
        return _outcome(replace(dates, last_contact=end), event_date=dates.progression, undated=nobody, cutoff=cutoff)
    first = dates.progression.where(dates.progression <= dates.death.fillna(pd.Timestamp.max), dates.death)
    undated = dates.died & dates.death.isna() & dates.progression.isna()
    return _outcome(dates, event_date=first, undated=undated, cutoff=cutoff)


def extrahepatic_progression_free_survival(dates: Dates, *, cutoff: pd.Timestamp, is_death_an_event: bool) -> Outcome:
    """As progression-free survival, but progression within the liver neither is an event nor ends follow-up."""
    outside = replace(dates, progression=dates.extrahepatic)
    return progression_free_survival(outside, cutoff=cutoff, is_death_an_event=is_death_an_event)


def survival_after_progression(dates: Dates, *, cutoff: pd.Timestamp) -> Outcome:
    """Death from any cause, counted from the first progression after time zero; others have no such time."""
    is_after = dates.progression >= dates.time_zero
    return overall_survival(replace(dates, time_zero=dates.progression.where(is_after)), cutoff=cutoff)


def _outcome(dates: Dates, *, event_date: pd.Series, undated: pd.Series, cutoff: pd.Timestamp) -> Outcome:
    happened = event_date <= cutoff
    alive_until = dates.last_contact.mask(event_date > cutoff, cutoff)
    censoring = alive_until.mask(alive_until > cutoff, cutoff)
    days = (event_date.where(happened, censoring) - dates.time_zero).dt.days.astype(float)
    days = days.where(~(happened & (days == 0)), SAME_DAY_EVENT_DAYS)
    reason = pd.Series(None, index=days.index, dtype=object)
    unusable = {
        Reason.NO_FOLLOW_UP: days.isna() | (days < 0),
        Reason.EVENT_DATE_UNKNOWN: undated,
        Reason.EVENT_BEFORE_T0: event_date < dates.time_zero,
        Reason.NO_TIME_ZERO: dates.time_zero.isna() | (dates.time_zero > cutoff),
    }
    for why, where in unusable.items():  # the later one explains better
        reason = reason.mask(where, why.value)
    fit = reason.isna()
    return Outcome(months=(days / DAYS_PER_MONTH).where(fit), event=happened.astype(float).where(fit), reason=reason)
