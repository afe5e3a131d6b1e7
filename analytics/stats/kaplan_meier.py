"""The Kaplan-Meier curve with its limits, median, rates, numbers at risk and reverse Kaplan-Meier follow-up."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from analytics.stats.event_times import TOLERANCE, Booleans, Floats, at_risk, count_at, index_times

ConfidenceKind = Literal["log", "log-log", "plain"]


@dataclass(frozen=True)
class Curve:
    """One arm's curve on its distinct times (all arrays of one length; NaN where a limit does not exist)."""

    n: int
    events: int
    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    died: Floats
    censored: Floats
    variance: Floats

    @property
    def last_time(self) -> float:
        return float(self.time[-1]) if self.time.size else float("nan")


@dataclass(frozen=True)
class Median:
    """The median and its limits in the unit of the times; None where the curve does not come down to one half."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Rate:
    """Survival at a time with its limits; None beyond the last time followed, or where a limit does not exist."""

    survival: float | None
    low: float | None
    high: float | None


def kaplan_meier(time: Floats, *, event: Booleans, kind: ConfidenceKind = "log", level: float = 0.95) -> Curve:
    """Product-limit estimate S(t) = prod (1 - d/n) with Greenwood's variance.

    `time` and `event` have shape (n,), no missing values; a time of 0 stays at risk at 0. `variance` is Greenwood's sum
    d / (n (n - d)), the variance of log S. Limits: `log` S exp(+-z se), capped at 1; `log-log` S^exp(+-z se / log S);
    `plain` S +- z S se, within 0 and 1. Where S is 0 there is no limit for any kind, as in R.
    R: survival::survfit(Surv(time, event) ~ 1, conf.type = kind).

    >>> kaplan_meier(np.array([1.0, 2.0]), event=np.array([True, True])).survival.tolist()
    [0.5, 0.0]
    """
    values, index = index_times(time)
    leaving = count_at(index, size=values.size)
    died = count_at(index, size=values.size, where=event)
    risk = at_risk(leaving)
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(1 - died / risk)
        variance = np.cumsum(np.where(died > 0, died / (risk * (risk - died)), 0.0))
    low, high = _limits(survival, variance=variance, kind=kind, z=float(stats.norm.ppf((1 + level) / 2)))
    return Curve(
        n=int(time.size),
        events=int(event.sum()),
        time=values,
        survival=survival,
        low=low,
        high=high,
        at_risk=risk,
        died=died,
        censored=leaving - died,
        variance=variance,
    )


def _limits(survival: Floats, *, variance: Floats, kind: ConfidenceKind, z: float) -> tuple[Floats, Floats]:
    error = np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if kind == "log":
            low, high = survival * np.exp(-z * error), np.minimum(survival * np.exp(z * error), 1.0)
        elif kind == "plain":
            low = np.maximum(survival - z * survival * error, 0.0)
            high = np.minimum(survival + z * survival * error, 1.0)
        else:
            spread = z * error / np.log(survival)
            low, high = survival ** np.exp(-spread), survival ** np.exp(spread)
    low, high = np.where(survival >= 1, 1.0, low), np.where(survival >= 1, 1.0, high)
    return np.where(survival <= 0, np.nan, low), np.where(survival <= 0, np.nan, high)


def median(curve: Curve) -> Median:
    """First time with S <= 1/2; where S stays at exactly 1/2, the middle of that flat piece. Limits: the same of the limits.

    In the unit of the curve's times. R: the median and its limits printed by survival::survfit.

    >>> median(kaplan_meier(np.array([1.0, 2.0]), event=np.array([True, True]))).value
    1.5
    """
    return Median(
        value=_crossing(curve.survival, time=curve.time),
        low=_crossing(curve.low, time=curve.time),
        high=_crossing(curve.high, time=curve.time),
    )


def _crossing(height: Floats, *, time: Floats) -> float | None:
    below = np.flatnonzero(height < 0.5 + TOLERANCE)  # a missing limit compares false
    if not below.size:
        return None
    height, time = height[below], time[below]
    lower = np.flatnonzero(height < height[0])
    if abs(height[0] - 0.5) < TOLERANCE and lower.size:
        return float((time[0] + time[lower[0]]) / 2)
    return float(time[0])


def rate_at(curve: Curve, *, time: float) -> Rate:
    """S and its limits at one time; all None after the last time of the arm (also when the last one was an event).

    R: summary(survfit(...), times = time), which leaves such times out.
    """
    if not curve.time.size or time > curve.last_time * (1 + TOLERANCE):
        return Rate(survival=None, low=None, high=None)
    step = int(np.searchsorted(curve.time, time * (1 + TOLERANCE), side="right")) - 1
    if step < 0:
        return Rate(survival=1.0, low=1.0, high=1.0)
    low, high = float(curve.low[step]), float(curve.high[step])
    return Rate(
        survival=float(curve.survival[step]),
        low=None if np.isnan(low) else low,
        high=None if np.isnan(high) else high,
    )


def number_at_risk(curve: Curve, *, time: float) -> int:
    """Persons with T >= time, those leaving at that very time included."""
    step = int(np.searchsorted(curve.time, time * (1 - TOLERANCE), side="left"))
    return int(curve.at_risk[step]) if step < curve.time.size else 0


def median_follow_up(time: Floats, *, event: Booleans) -> float | None:
    """Median follow-up by reverse Kaplan-Meier: censoring is the event, an event is censored there.

    Source: Schemper and Smith, Controlled Clinical Trials 1996. R: survfit(Surv(time, 1 - event) ~ 1). None if not reached.
    """
    return median(kaplan_meier(time, event=~event)).value
