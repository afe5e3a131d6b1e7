"""Time to an event from dates, per patient: the registry's endpoint definitions, in months."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

import pandas as pd

DAYS_PER_MONTH = 30.4375
SAME_DAY_EVENT_DAYS = 0.5  # an event on the day of time zero happened after it
EVENT, COMPETING = 1.0, 2.0

DeathIs = Literal["event", "competing", "censored"]


class Reason(StrEnum):
    """Why a patient has no time for an endpoint."""

    NO_TIME_ZERO = "NO_TIME_ZERO"
    EVENT_BEFORE_T0 = "EVENT_BEFORE_T0"
    EVENT_DATE_UNKNOWN = "EVENT_DATE_UNKNOWN"
    NO_FOLLOW_UP = "NO_FOLLOW_UP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of one row per patient, equally indexed. `died` is true also where the date of death is not known.

    `stop` ends follow-up by the protocol (a new treatment of the tumor); None where nothing does."""

    time_zero: pd.Series
    death: pd.Series
    died: pd.Series
    last_contact: pd.Series
    stop: pd.Series | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`months` and `event` (1 the event, 2 death where it competes, 0) are missing together, and `reason` then says why."""

    months: pd.Series
    event: pd.Series
    reason: pd.Series


def overall_survival(dates: Dates, *, cutoff: pd.Timestamp) -> Outcome:
    """Death from any cause. Censored at the last contact alive, at the latest at the cut-off."""
    return _outcome(dates, event_date=dates.death, undated=dates.died & dates.death.isna(), cutoff=cutoff)


def counted_from(dates: Dates, *, start: pd.Series) -> Dates:
    """Time counted from a fact on or after time zero, such as the first progression; others have no such time."""
    return replace(dates, time_zero=start.where(start >= dates.time_zero))


def time_to(dates: Dates, *, event_date: pd.Series, death: DeathIs, cutoff: pd.Timestamp) -> Outcome:
    """The event, or death where it comes first: an event as well, one that competes, or the end of follow-up.

    Serves every endpoint but survival. A new treatment of the tumor does not censor, unless `stop` says so."""
    if death == "censored":
        end = dates.last_contact.where(dates.death.isna(), dates.death)
        nobody = pd.Series(data=False, index=dates.time_zero.index)
        return _outcome(replace(dates, last_contact=end), event_date=event_date, undated=nobody, cutoff=cutoff)
    comes_first = event_date <= dates.death.fillna(pd.Timestamp.max)
    first = event_date.where(comes_first, dates.death)
    undated = dates.died & dates.death.isna() & event_date.isna()
    found = _outcome(dates, event_date=first, undated=undated, cutoff=cutoff)
    if death == "event":
        return found
    return replace(found, event=found.event.mask((found.event == EVENT) & ~comes_first, COMPETING))


def censored_when_last_seen(dates: Dates, *, scan: pd.Series) -> Dates:
    """Follow-up without an event ends at the last scan; without any scan after it, at time zero."""
    return replace(dates, last_contact=scan.where(scan >= dates.time_zero, dates.time_zero))


def without_late_findings(
    event_date: pd.Series, *, scan_before: pd.Series, time_zero: pd.Series, most_days: int
) -> tuple[pd.Series, pd.Series]:
    """Event dates that follow the scan before them (or time zero) within `most_days`; others are none: scans were missed.

    The second series is true for those taken out, who are to be censored at that scan."""
    seen = scan_before.where(scan_before >= time_zero, time_zero)
    is_late = (event_date - seen).dt.days > most_days
    return event_date.mask(is_late), is_late


def _outcome(dates: Dates, *, event_date: pd.Series, undated: pd.Series, cutoff: pd.Timestamp) -> Outcome:
    last_contact = dates.last_contact
    if dates.stop is not None:
        stopped = event_date > dates.stop
        last_contact = last_contact.mask(stopped | (last_contact > dates.stop), dates.stop)
        event_date = event_date.mask(stopped)
    happened = event_date <= cutoff
    alive_until = last_contact.mask(event_date > cutoff, cutoff)
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
