"""The Kaplan-Meier curve with its limits, median, rates, numbers at risk and reverse Kaplan-Meier follow-up."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require_finite, require_positive, require_same_length
from analytics.stats.event_times import TOLERANCE, Booleans, Floats, Integers, at_risk, count_at, index_entries

SMALLEST_SHARE = 1e-12  # of a weighted risk set: below it rounding alone is left
# Pocock, Clayton and Altman, Lancet 2002: a curve is to end where few are left, 10 to 20 % of the arm; ours with 10 persons at least
FEWEST_AT_RISK, FEWEST_SHARE = 10, 0.1

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


def kaplan_meier(
    time: Floats,
    *,
    event: Booleans,
    weights: Floats | None = None,
    entry: Floats | None = None,
    kind: ConfidenceKind = "log",
    level: float = 0.95,
) -> Curve:
    """Product-limit estimate S(t) = prod (1 - d/n) with Greenwood's variance, or the robust one where rows are weighted.

    `time`, `event`, `weights`, `entry` have shape (n,), no missing values, weights above zero; a time of 0 stays at risk at 0.
    With `entry` a row is at risk in (entry, time] (left truncation), from the start where it is 0 or below; the times of the
    curve are then those of entries as well.
    `variance` is that of log S: Greenwood's sum d / (n (n - d)); with weights the infinitesimal jackknife, and at risk, died
    and censored are sums of weights. Limits: `log` S exp(+-z se), capped at 1; `log-log` S^exp(+-z se / log S); `plain`
    S +- z S se, within 0 and 1. Where S is 0 there is no limit for any kind, as in R.
    R: survival::survfit(Surv(entry, time, event) ~ 1, weights = weights, robust = TRUE, conf.type = kind).

    >>> kaplan_meier(np.array([1.0, 2.0]), event=np.array([True, True])).survival.tolist()
    [0.5, 0.0]
    """
    require_same_length(time.size, event=event, weights=weights, entry=entry)
    require_finite(time=time, entry=entry)
    require_positive(weights=weights)
    values, index, entered = index_entries(time, entry=entry)
    leaving = count_at(index, size=values.size, weights=weights)
    died = count_at(index, size=values.size, where=event, weights=weights)
    is_late = entered >= 0
    late = None if weights is None else weights[is_late]
    risk = at_risk(leaving, entering=count_at(entered[is_late], size=values.size, weights=late))
    with np.errstate(divide="ignore", invalid="ignore"):
        everybody = (died > 0) & (died >= risk * (1 - SMALLEST_SHARE))
        kept: Floats = np.where(everybody, 0.0, 1 - np.where(died > 0, died / risk, 0.0))
        survival = kept.cumprod()
        left = np.where(everybody, 0.0, risk - died)
        variance = np.cumsum(np.where(died > 0, died / (risk * left), 0.0))
    if weights is not None:
        variance = jackknife(index, event=event, weights=weights, died=died, risk=risk, entered=entered).variance
    low, high = limits(survival, variance=variance, kind=kind, z=float(stats.norm.ppf((1 + level) / 2)))
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


@dataclass(frozen=True)
class Jackknife:
    """What log S at each time owes to each row: minus `before` (times,) less its value at `entry` (n,) while the row is followed,
    its `own` (n,) after.

    `variance` (times,) is the sum over rows of the squared weighted parts."""

    before: Floats
    own: Floats
    entry: Floats
    variance: Floats


def jackknife(
    index: Integers, *, event: Booleans, weights: Floats, died: Floats, risk: Floats, entered: Integers | None = None
) -> Jackknife:
    """Infinitesimal jackknife of -log S: d(-log S(t)) / dw = 1{died by t} / (n - d) - sum over times followed of d / (n (n - d)).

    `index` and `weights` (n,) give each row's time and weight, `entered` that of its entry (-1 from the start), `died` and `risk`
    (times,) the weighted sums. A time at which all who are left die adds nothing: the curve is at 0 from there.
    R: survfit(..., robust = TRUE, influence = TRUE).
    """
    left = risk - died
    with np.errstate(divide="ignore", invalid="ignore"):
        before = np.cumsum(np.where((died > 0) & (left > SMALLEST_SHARE * risk), died / (risk * left), 0.0))
        jump = np.where((died > 0) & (left > SMALLEST_SHARE * risk), 1 / left, 0.0)
    start = np.zeros(index.size) if entered is None else np.append(before, 0.0)[entered]
    own = np.where(event, jump[index], 0.0) - (before[index] - start)
    gone = np.cumsum(np.bincount(index, weights=(weights * own) ** 2, minlength=risk.size))
    square, cross, rest = (
        _followed(weights**2 * start**power, index=index, entered=entered, size=risk.size) for power in range(3)
    )
    followed = np.maximum(square * before**2 - 2 * cross * before + rest, 0.0)
    return Jackknife(before=before, own=own, entry=start, variance=gone + followed)


def _followed(values: Floats, *, index: Integers, entered: Integers | None, size: int) -> Floats:
    """Sums over the rows that have come by each time and leave later."""
    left = np.bincount(index, weights=values, minlength=size).cumsum()
    if entered is None:
        return np.maximum(values.sum() - left, 0.0)
    late = entered >= 0
    come = values[~late].sum() + np.bincount(entered[late], weights=values[late], minlength=size).cumsum()
    return np.maximum(come - left, 0.0)


def limits(survival: Floats, *, variance: Floats, kind: ConfidenceKind, z: float) -> tuple[Floats, Floats]:
    """Limits of a probability at each time from the variance of its logarithm; see `kaplan_meier` for the kinds."""
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
    """Persons with T >= time, those leaving at that very time included; of weighted rows the rounded sum of weights."""
    step = int(np.searchsorted(curve.time, time * (1 - TOLERANCE), side="left"))
    return round(float(curve.at_risk[step])) if step < curve.time.size else 0


def fewest_at_risk(n: int) -> float:
    """Persons of an arm of `n` who must be at risk for its curve to be drawn and its median not to be marked.

    >>> fewest_at_risk(149), fewest_at_risk(50)
    (14.9, 10)
    """
    return max(FEWEST_AT_RISK, round(FEWEST_SHARE * n, 9))


def median_follow_up(
    time: Floats, *, event: Booleans, weights: Floats | None = None, entry: Floats | None = None
) -> float | None:
    """Median follow-up by reverse Kaplan-Meier: censoring is the event, an event is censored there.

    Source: Schemper and Smith, Controlled Clinical Trials 1996. R: survfit(Surv(time, 1 - event) ~ 1). None if not reached.
    """
    return median(kaplan_meier(time, event=~event, weights=weights, entry=entry)).value
