"""Cumulative incidence where another event can come first: Aalen and Johansen's curve with its limits."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require_finite, require_positive, require_same_length
from analytics.stats.event_times import TOLERANCE, Floats, Integers, at_risk, count_at, index_times
from analytics.stats.survival.kaplan_meier import ConfidenceKind, Rate, jackknife, limits


@dataclass(frozen=True)
class Incidence:
    """The probability of having had one kind of event by each distinct time (arrays of one length; NaN where no limit)."""

    n: int
    events: int
    time: Floats
    incidence: Floats
    low: Floats
    high: Floats
    variance: Floats


def cumulative_incidence(
    time: Floats,
    *,
    cause: Integers,
    of: int = 1,
    weights: Floats | None = None,
    kind: ConfidenceKind = "log",
    level: float = 0.95,
) -> Incidence:
    """F(t) = sum of S(s-) d(s) / n(s) over s <= t, S the curve of all events, d those of the cause `of`.

    `time`, `cause` (0 censored, 1, 2, ... the kinds of event), `weights` (above zero) have shape (n,). Variance by the
    infinitesimal jackknife, limits as those of `kaplan_meier` with F for S; none where F is 0.
    Source: Aalen and Johansen, Scand J Stat 1978. R: survfit(Surv(time, factor(cause)) ~ 1, weights = weights, conf.type = kind).

    >>> cumulative_incidence(np.array([1.0, 2.0]), cause=np.array([2, 1])).incidence.tolist()
    [0.0, 0.5]
    """
    require_same_length(time.size, cause=cause, weights=weights)
    require_finite(time=time)
    require_positive(weights=weights)
    share = np.ones(time.size) if weights is None else weights
    values, index = index_times(time)
    risk = at_risk(count_at(index, size=values.size, weights=share))
    died = count_at(index, size=values.size, where=cause > 0, weights=share)
    own = count_at(index, size=values.size, where=cause == of, weights=share)
    survival = np.cumprod(np.where(died >= risk, 0.0, 1 - died / np.maximum(risk, TOLERANCE)))
    before = np.concatenate([[1.0], survival[:-1]])[: values.size]
    incidence = np.cumsum(before * own / risk)
    parts = jackknife(index, event=cause > 0, weights=share, died=died, risk=risk)
    drift = np.concatenate([[0.0], parts.before[:-1]])[: values.size]
    followed = np.cumsum(before * own / risk * (drift - 1 / risk))
    fixed = followed[index] + np.where(cause == of, before[index] / risk[index], 0.0) + parts.own * incidence[index]
    variance = _jackknife_variance(index, fixed=fixed, slope=parts.own, share=share, incidence=incidence)
    everyone = np.bincount(index, weights=share**2, minlength=values.size)
    variance = variance + np.maximum(everyone.sum() - everyone.cumsum(), 0.0) * followed**2
    low, high = _limits(incidence, variance=variance, kind=kind, level=level)
    return Incidence(
        n=int(time.size),
        events=int((cause == of).sum()),
        time=values,
        incidence=incidence,
        low=low,
        high=high,
        variance=variance,
    )


def incidence_at(curve: Incidence, *, time: float) -> Rate:
    """F and its limits at one time; all None after the last time followed. R: summary(survfit(...), times = time)."""
    if not curve.time.size or time > curve.time[-1] * (1 + TOLERANCE):
        return Rate(survival=None, low=None, high=None)
    step = int(np.searchsorted(curve.time, time * (1 + TOLERANCE), side="right")) - 1
    if step < 0:
        return Rate(survival=0.0, low=None, high=None)
    low, high = (float(values[step]) for values in (curve.low, curve.high))
    return Rate(
        survival=float(curve.incidence[step]),
        low=None if np.isnan(low) else low,
        high=None if np.isnan(high) else high,
    )


def _jackknife_variance(index: Integers, *, fixed: Floats, slope: Floats, share: Floats, incidence: Floats) -> Floats:
    """Sum over those gone by t of (weight (fixed - slope F(t)))^2: what F owes to each who has left before."""
    size = incidence.size
    sums = [
        np.cumsum(np.bincount(index, weights=share**2 * part, minlength=size))
        for part in (fixed**2, fixed * slope, slope**2)
    ]
    return np.maximum(sums[0] - 2 * incidence * sums[1] + incidence**2 * sums[2], 0.0)


def _limits(incidence: Floats, *, variance: Floats, kind: ConfidenceKind, level: float) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(incidence > 0, variance / incidence**2, 0.0)
    return limits(incidence, variance=relative, kind=kind, z=float(stats.norm.ppf((1 + level) / 2)))
