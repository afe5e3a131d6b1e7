"""The log-rank test of two arms, plain or stratified (for instance by matched pair)."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.event_times import Booleans, Floats, Integers, index_times


@dataclass(frozen=True)
class LogRank:
    """Chi-squared on `df` degrees of freedom; None where there is no event or nobody to compare it with."""

    chi2: float | None
    df: int
    p: float | None
    observed: float
    expected: float


def log_rank(time: Floats, *, event: Booleans, arm: Booleans, strata: Integers | None = None) -> LogRank:
    """Mantel's test: (O - E)^2 / V, summed over event times, and over strata where given.

    `time`, `event`, `arm`, `strata` have shape (n,), no missing values; `strata` are codes 0 ... k - 1. `observed` and
    `expected` count the events of the rows with `arm`. V is hypergeometric, E (1 - n1/n) (n - d) / (n - 1).
    R: survival::survdiff(Surv(time, event) ~ arm + strata(strata)).
    """
    values, index = index_times(time)
    stratum = np.zeros(time.size, dtype=np.int64) if strata is None else strata
    cell, place = np.unique(stratum * max(values.size, 1) + index, return_inverse=True)
    stratum_of_cell = cell // max(values.size, 1)
    risk = _at_risk(place, size=cell.size, stratum=stratum_of_cell)
    risk_in_arm = _at_risk(place[arm], size=cell.size, stratum=stratum_of_cell)
    died = np.bincount(place[event], minlength=cell.size)
    share = risk_in_arm / risk
    expected = died * share
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(risk > 1, expected * (1 - share) * (risk - died) / (risk - 1), 0.0).sum()
    observed, total = float((event & arm).sum()), float(expected.sum())
    if not variance > 0:
        return LogRank(chi2=None, df=1, p=None, observed=observed, expected=total)
    chi2 = float((observed - total) ** 2 / variance)
    return LogRank(chi2=chi2, df=1, p=float(stats.chi2.sf(chi2, 1)), observed=observed, expected=total)


def _at_risk(place: Integers, *, size: int, stratum: Integers) -> Integers:
    """Rows at or after each cell within its stratum, from the cell each row stands in (cells by stratum, then time)."""
    after = np.bincount(place, minlength=size)[::-1].cumsum()[::-1]
    following = np.searchsorted(stratum, stratum, side="right")
    return after - np.append(after, 0)[following]
