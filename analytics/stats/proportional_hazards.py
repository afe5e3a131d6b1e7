"""The score test of proportional hazards: does a coefficient drift with time?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from analytics.stats.cox import CoxFit
from analytics.stats.event_times import Booleans, Floats, Integers, count_at, index_times
from analytics.stats.kaplan_meier import kaplan_meier
from analytics.stats.risk_sets import RiskSets, Ties, build_risk_sets, evaluate, information

TimeScale = Literal["km", "rank", "identity", "log"]


@dataclass(frozen=True)
class ProportionalHazards:
    """Chi-squared and p per column (None where it was not estimated), and over all columns together."""

    chi2: tuple[float | None, ...]
    p: tuple[float | None, ...]
    global_chi2: float | None
    global_p: float | None
    df: int


def ph_test(
    fit: CoxFit,
    *,
    time: Floats,
    event: Booleans,
    X: Floats,
    strata: Integers | None = None,
    ties: Ties = "efron",
    scale: TimeScale = "km",
) -> ProportionalHazards:
    """Exact score test of adding x g(t) to the model, with the model's information (not the robust one).

    Shapes as in `fit_cox`. g(t) is 1 minus the left-continuous Kaplan-Meier of the whole sample (`km`), the rank of the
    time among all times, the time itself or its logarithm. Source: Grambsch and Therneau 1994 in the exact form of survival >= 3.0.
    R: cox.zph(fit, transform = scale).
    """
    used = [j for j in range(X.shape[1]) if j not in fit.problems]
    if not used or not event.any():
        nothing = (None,) * X.shape[1]
        return ProportionalHazards(chi2=nothing, p=nothing, global_chi2=None, global_p=None, df=0)
    sets = build_risk_sets(time, event=event, strata=strata, ties=ties)
    Z = (X[:, used] - X[:, used].mean(axis=0))[sets.order]
    at = evaluate(sets, X=Z, beta=fit.coefficients[used])
    drift = _time_function(sets, time=time, event=event, scale=scale)
    drift = drift - drift.mean()
    score = ((Z[sets.death_row] - at.mean) * drift[:, None]).sum(axis=0)
    blocks = [information(sets, X=Z, at=at, weights=weight) for weight in (np.ones_like(drift), drift, drift**2)]
    variance = blocks[2] - blocks[1] @ np.linalg.solve(blocks[0], blocks[1])
    chi2: list[float | None] = [None] * X.shape[1]
    for place, j in enumerate(used):
        own = _own_variance(blocks, j=place)
        chi2[j] = float(score[place] ** 2 / own) if own > 0 else None
    together = float(score @ np.linalg.lstsq(variance, score, rcond=None)[0])
    return ProportionalHazards(
        chi2=tuple(chi2),
        p=tuple(None if value is None else float(stats.chi2.sf(value, 1)) for value in chi2),
        global_chi2=together,
        global_p=float(stats.chi2.sf(together, len(used))),
        df=len(used),
    )


def _own_variance(blocks: list[Floats], *, j: int) -> float:
    """Variance of one column's drift score once all coefficients of the model are fitted."""
    cross = blocks[1][:, j]
    return float(blocks[2][j, j] - cross @ np.linalg.solve(blocks[0], cross))


def _time_function(sets: RiskSets, *, time: Floats, event: Booleans, scale: TimeScale) -> Floats:
    """g at each death, in the order of the risk sets."""
    at_death = sets.block_time[sets.death_block]
    if scale == "identity":
        return at_death
    if scale == "log":
        return np.log(at_death)
    if scale == "rank":
        values, index = index_times(time)
        return _mean_rank(index, size=values.size)[np.searchsorted(values, at_death)]
    curve = kaplan_meier(time, event=event)
    before = np.concatenate([[1.0], curve.survival[:-1]])
    return 1 - before[np.searchsorted(curve.time, at_death)]


def _mean_rank(index: Integers, *, size: int) -> Floats:
    count = count_at(index, size=size)
    return count.cumsum() - (count - 1) / 2
