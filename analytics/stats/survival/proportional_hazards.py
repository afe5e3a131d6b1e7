"""The score test of proportional hazards: does a coefficient drift with time?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require
from analytics.stats.event_times import TOLERANCE, Booleans, Floats, Integers, count_at, index_times
from analytics.stats.survival.cox import CoxFit
from analytics.stats.survival.kaplan_meier import kaplan_meier
from analytics.stats.survival.risk_sets import (
    Likelihood,
    RiskSets,
    Ties,
    build_risk_sets,
    evaluate,
    information,
    mean_at_deaths,
)

TimeScale = Literal["km", "rank", "identity", "log"]


@dataclass(frozen=True)
class ProportionalHazards:
    """Chi-squared and p per column (None where it was not estimated), and over all columns together."""

    chi2: tuple[float | None, ...]
    p: tuple[float | None, ...]
    global_chi2: float | None
    global_p: float | None
    df: int


def ph_test(  # noqa: PLR0913  # what the model was fitted to, and the scale
    fit: CoxFit,
    *,
    time: Floats,
    event: Booleans,
    X: Floats,
    entry: Floats | None = None,
    weights: Floats | None = None,
    strata: Integers | None = None,
    ties: Ties = "efron",
    scale: TimeScale = "km",
) -> ProportionalHazards:
    """Exact score test of adding x g(t) to the model, with the model's information (not the robust one).

    Shapes as in `fit_cox`. g(t) is 1 minus the left-continuous Kaplan-Meier of the whole sample (`km`, unweighted as in R), the
    rank of the time among all times, the time itself or its logarithm; BadInput for the logarithm where somebody dies at 0.
    Source: Grambsch and Therneau 1994 in the exact form of survival >= 3.0. R: cox.zph(fit, transform = scale).
    """
    used = [j for j in range(X.shape[1]) if j not in fit.problems]
    if not used or not event.any():
        nothing = (None,) * X.shape[1]
        return ProportionalHazards(chi2=nothing, p=nothing, global_chi2=None, global_p=None, df=0)
    sets = build_risk_sets(time, event=event, entry=entry, weights=weights, strata=strata, ties=ties)
    spread = X[:, used].std(axis=0)
    Z = np.ascontiguousarray(((X[:, used] - X[:, used].mean(axis=0)) / spread)[sets.order].T)
    at = evaluate(sets, Z=Z, beta=fit.coefficients[used] * spread)
    drift = _time_function(sets, time=time, event=event, entry=entry, scale=scale)
    drift = drift - drift[sets.death_moment].mean()
    score = drift_score(sets, Z=Z, at=at) @ drift
    blocks = [information(sets, Z=Z, at=at, drift=drift**power) for power in (0, 1, 2)]
    explained = blocks[1] @ np.linalg.lstsq(blocks[0], blocks[1], rcond=None)[0]
    variance = blocks[2] - explained
    own = np.diag(variance)  # of one column's drift score once all coefficients of the model are fitted
    alone = np.full(X.shape[1], np.nan)
    alone[used] = np.divide(score**2, own, out=np.full(len(used), np.nan), where=own > 0)
    together = float(score @ np.linalg.lstsq(variance, score, rcond=None)[0])
    return ProportionalHazards(
        chi2=_known(alone),
        p=_known(stats.chi2.sf(alone, 1)),
        global_chi2=together,
        global_p=float(stats.chi2.sf(together, len(used))),
        df=len(used),
    )


def drift_score(sets: RiskSets, *, Z: Floats, at: Likelihood) -> Floats:
    """What each moment adds to the score (p, moments): the covariates of those who die less the mean of those at risk."""
    gained = Z.take(sets.death_row, axis=1)
    if sets.weight is not None:
        gained = gained * sets.weight[sets.death_row]
    return sets.over_deaths(gained - mean_at_deaths(sets, at=at) * sets.death_weight)


def _known(values: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in values)


def _time_function(sets: RiskSets, *, time: Floats, event: Booleans, entry: Floats | None, scale: TimeScale) -> Floats:
    """g at each moment of the risk sets."""
    at = sets.moment_time
    if scale == "identity":
        return at
    if scale == "log":
        en, zh = "The logarithm of time requires all event times to be above 0.", "对数时间要求所有死亡时间均大于 0。"
        require(bool((at > 0).all()), en=en, zh=zh)
        return np.log(at)
    if scale == "rank":
        values, index = index_times(time)
        return _mean_rank(index, size=values.size)[np.searchsorted(values, at)]
    curve = kaplan_meier(time, event=event, entry=entry)
    before = np.concatenate([[1.0], curve.survival[:-1]])
    return 1 - before[np.searchsorted(curve.time * (1 + TOLERANCE), at)]


def _mean_rank(index: Integers, *, size: int) -> Floats:
    count = count_at(index, size=size)
    return count.cumsum() - (count - 1) / 2


@dataclass(frozen=True)
class ScaledResiduals:
    """Of each death its time, its place `x` on the scale of time, and `residual` (deaths, p): what its covariates say of each
    coefficient at that time. `variance` (p, p) is that of one residual."""

    time: Floats
    x: Floats
    residual: Floats
    variance: Floats


@dataclass(frozen=True)
class Smooth:
    """A coefficient over the scale of time, with limits of two standard errors."""

    x: Floats
    estimate: Floats
    low: Floats
    high: Floats


def scaled_residuals(  # noqa: PLR0913  # what the model was fitted to, and the scale
    fit: CoxFit,
    *,
    time: Floats,
    event: Booleans,
    X: Floats,
    entry: Floats | None = None,
    weights: Floats | None = None,
    ties: Ties = "efron",
    scale: TimeScale = "km",
) -> ScaledResiduals | None:
    """Schoenfeld residuals times the inverse of the mean information of a death, plus the coefficient.

    Shapes and g(t) as in `ph_test`; None where a column was not estimated. Deaths are in the order of time.
    Source: Grambsch and Therneau 1994. R: cox.zph(fit, transform = scale), its x, time, y and var.
    """
    if fit.problems or not event.any():
        return None
    sets = build_risk_sets(time, event=event, entry=entry, weights=weights, ties=ties)
    middle = X.mean(axis=0)
    Z = np.ascontiguousarray((X - middle)[sets.order].T)
    at = evaluate(sets, Z=Z, beta=fit.coefficients)
    count = np.diff(sets.first_death, append=sets.events)
    mean = (sets.over_deaths(mean_at_deaths(sets, at=at)) / count)[:, sets.death_moment]
    raw = Z.take(sets.death_row, axis=1) - mean
    variance = np.linalg.inv(information(sets, Z=Z, at=at) / sets.events)
    drift = _time_function(sets, time=time, event=event, entry=entry, scale=scale)
    return ScaledResiduals(
        time=sets.moment_time[sets.death_moment],
        x=drift[sets.death_moment],
        residual=raw.T @ variance + fit.coefficients,
        variance=variance,
    )


def smooth_residuals(found: ScaledResiduals, *, column: int, df: int = 4, points: int = 40) -> Smooth | None:
    """A natural cubic spline through the residuals of a column; None where they lie at too few times.

    R: plot.cox.zph(x, df = 4, nsmo = 40), whose knots are quantiles of the times and of the points together.
    """
    x = found.x
    if np.unique(x).size < df:
        return None
    at = np.linspace(x.min(), x.max(), points)
    both = np.concatenate([at, x])
    knots = np.quantile(both, np.linspace(0, 1, df))
    basis = _natural_spline(both, knots=knots)
    on_grid, on_deaths = basis[:points], basis[points:]
    solved, _, rank, _ = np.linalg.lstsq(on_deaths, found.residual[:, column], rcond=None)
    if rank < df:
        return None
    estimate = on_grid @ solved
    spread = ((on_grid @ np.linalg.inv(on_deaths.T @ on_deaths)) * on_grid).sum(axis=1)
    reach = 2 * np.sqrt(found.variance[column, column] * spread)
    return Smooth(x=at, estimate=estimate, low=estimate - reach, high=estimate + reach)


def _natural_spline(x: Floats, *, knots: Floats) -> Floats:
    """A basis (n, knots) of the cubic splines that are straight beyond the outer knots."""
    span = knots[-1] - knots[0]
    scaled, k = (x - knots[0]) / span, (knots - knots[0]) / span

    def bend(place: int) -> Floats:
        above = np.maximum(scaled - k[place], 0.0) ** 3 - np.maximum(scaled - k[-1], 0.0) ** 3
        return np.asarray(above / (k[-1] - k[place]))

    last = bend(k.size - 2)
    return np.column_stack([np.ones(x.size), scaled, *(bend(place) - last for place in range(k.size - 2))])
