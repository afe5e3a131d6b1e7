"""Restricted mean survival time: the area under the Kaplan-Meier curve up to a horizon."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require
from analytics.stats.event_times import TOLERANCE, Booleans, Floats, index_entries
from analytics.stats.survival.kaplan_meier import Curve, jackknife, kaplan_meier


@dataclass(frozen=True)
class RestrictedMean:
    """Area and its standard error, in the unit of the times."""

    mean: float
    se: float


@dataclass(frozen=True)
class MeanContrast:
    """First minus second arm with its limits, and the first over the second; `p` tests the difference (Wald).

    There is no ratio where an arm's mean is 0, because all of it had the event at once."""

    difference: float
    low: float
    high: float
    p: float | None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None


def is_within_follow_up(curve: Curve, *, horizon: float) -> bool:
    """Whether the curve is known up to the horizon: followed that long, or down at zero before."""
    if not curve.time.size:
        return False
    return horizon <= curve.last_time * (1 + TOLERANCE) or bool(curve.survival[-1] <= 0)


def default_horizon(curves: Sequence[Curve]) -> float:
    """The end of the shortest curve, or of the longest where the shortest is down at zero and so known from there on.

    In the unit of the curves, each with at least one time. R: the default tau of survRM2::rmst2.
    """
    shortest = min(curves, key=lambda curve: curve.last_time)
    if shortest.survival[-1] <= 0:
        return max(curve.last_time for curve in curves)
    return shortest.last_time


def restricted_mean(curve: Curve, *, horizon: float) -> RestrictedMean:
    """Integral of S from 0 to the horizon, with Greenwood's variance sum of area(t, horizon)^2 d / (n (n - d)).

    The horizon is in the unit of the curve and must lie within its follow-up (BadInput otherwise).
    R: print(survfit(...), rmean = horizon); survRM2::rmst2 gives the same mean and error.
    """
    en, zh = (
        f"The horizon {horizon:g} is beyond the follow-up of the curve.",
        f"截止时间 {horizon:g} 超出曲线的随访范围。",
    )
    require(is_within_follow_up(curve, horizon=horizon), en=en, zh=zh)
    inside = curve.time < horizon
    edges = np.concatenate([[0.0], curve.time[inside], [horizon]])
    height = np.concatenate([[1.0], curve.survival[inside]])
    pieces = np.diff(edges) * height
    area_after = pieces[::-1].cumsum()[::-1][1:]
    died, risk = curve.died[inside], curve.at_risk[inside]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where((died > 0) & (risk > died), died / (risk * (risk - died)), 0.0)
    return RestrictedMean(mean=float(pieces.sum()), se=sqrt(float((area_after**2 * terms).sum())))


def restricted_mean_weighted(
    time: Floats, *, event: Booleans, weights: Floats, horizon: float, entry: Floats | None = None
) -> RestrictedMean:
    """`restricted_mean` of weighted rows, shapes (n,), with the infinitesimal jackknife's error.

    A row's part is minus the integral of S times its part in -log S. BadInput where the horizon lies beyond the follow-up.
    R: fit <- survfit(Surv(entry, time, event) ~ 1, weights = weights); sqrt(sum(residuals(fit, times = horizon, type = "rmst",
    weighted = TRUE)^2)).
    """
    curve = kaplan_meier(time, event=event, weights=weights, entry=entry)
    mean = restricted_mean(curve, horizon=horizon).mean
    _, index, entered = index_entries(time, entry=entry)
    parts = jackknife(index, event=event, weights=weights, died=curve.died, risk=curve.at_risk, entered=entered)
    edges = np.minimum(np.concatenate([[0.0], curve.time, [max(horizon, curve.last_time)]]), horizon)
    width = np.diff(edges)
    survival, before = np.append(1.0, curve.survival), np.append(0.0, parts.before)
    area, drift = np.append(0.0, (width * survival).cumsum()), np.append(0.0, (width * survival * before).cumsum())
    lived = area[index + 1] - area[entered + 1]
    influence = drift[index + 1] - drift[entered + 1] - parts.entry * lived - parts.own * (area[-1] - area[index + 1])
    return RestrictedMean(mean=mean, se=sqrt(float(((weights * influence) ** 2).sum())))


def contrast_means(first: RestrictedMean, *, second: RestrictedMean, level: float = 0.95) -> MeanContrast:
    """Difference (normal limits) and ratio (limits on the logarithm, delta method) of two independent restricted means.

    R: survRM2::rmst2(...)$unadjusted.result.
    """
    z = float(stats.norm.ppf((1 + level) / 2))
    difference, error = first.mean - second.mean, sqrt(first.se**2 + second.se**2)
    contrast = MeanContrast(
        difference=difference,
        low=difference - z * error,
        high=difference + z * error,
        p=float(2 * stats.norm.sf(abs(difference) / error)) if error > 0 else None,
    )
    if not (first.mean and second.mean):
        return contrast
    ratio = first.mean / second.mean
    spread = z * sqrt((first.se / first.mean) ** 2 + (second.se / second.mean) ** 2)
    return replace(contrast, ratio=ratio, ratio_low=ratio * exp(-spread), ratio_high=ratio * exp(spread))
