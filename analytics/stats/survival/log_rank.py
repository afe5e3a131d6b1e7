"""The log-rank test of two or more arms: plain, stratified (for instance by pair), Harrington-Fleming, or by case weights."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require_finite, require_same_length
from analytics.stats.event_times import Booleans, Floats, Integers, index_entries
from analytics.stats.survival.clusters import Clusters
from analytics.stats.survival.cox import cluster_sums, score_residuals
from analytics.stats.survival.risk_sets import build_risk_sets, evaluate


@dataclass(frozen=True)
class LogRank:
    """Chi-squared on `df` degrees of freedom; None where there is no event or nobody to compare it with.

    `observed` and `expected` count the events of the first arm (of two: the rows with `arm`)."""

    chi2: float | None
    df: int
    p: float | None
    observed: float
    expected: float


def log_rank(
    time: Floats,
    *,
    event: Booleans,
    arm: Booleans,
    entry: Floats | None = None,
    strata: Integers | None = None,
    rho: float = 0.0,
) -> LogRank:
    """Mantel's test of two arms: (O - E)^2 / V, summed over event times, and over strata where given.

    `time`, `event`, `arm`, `strata` have shape (n,), no missing values; `strata` are integer codes. V is hypergeometric,
    E (1 - n1/n) (n - d) / (n - 1). Each event time counts S(t-)^rho, S the Kaplan-Meier of everybody in the stratum
    (Harrington and Fleming, Biometrika 1982): 0 the log-rank test, 1 Peto and Peto's Wilcoxon.
    With `entry` (n,) a row is at risk in (entry, time].
    R: survival::survdiff(Surv(time, event) ~ arm + strata(strata), rho = rho); where rows enter late and no times are tied
    coxph(Surv(entry, time, event) ~ arm + strata(strata))$score.
    """
    group = (~arm).astype(np.int64)
    return log_rank_of_groups(time, event=event, group=group, entry=entry, strata=strata, rho=rho)


def log_rank_of_groups(
    time: Floats,
    *,
    event: Booleans,
    group: Integers,
    entry: Floats | None = None,
    strata: Integers | None = None,
    rho: float = 0.0,
) -> LogRank:
    """The test of k arms on k - 1 degrees of freedom; `group` are codes 0 ... k - 1, shape (n,). See `log_rank`."""
    require_same_length(time.size, event=event, group=group, entry=entry, strata=strata)
    require_finite(time=time, entry=entry)
    values, index, entered = index_entries(time, entry=entry)
    stratum = np.zeros(time.size, dtype=np.int64) if strata is None else strata
    cell, place = np.unique(stratum * max(values.size, 1) + index, return_inverse=True)
    stratum_of_cell = cell // max(values.size, 1)
    groups = np.unique(group)
    late = _late_cells(entered, stratum=stratum, cell=cell, times=values.size)
    risks = np.stack(
        [
            _at_risk(place[group == g], size=cell.size, stratum=stratum_of_cell)
            - _at_risk(late[(group == g) & (late >= 0)], size=cell.size, stratum=stratum_of_cell)
            for g in groups
        ]
        or [cell]
    )
    died = np.bincount(place[event], minlength=cell.size)
    risk = risks.sum(axis=0)
    weight = _weight(died, risk=risk, stratum=stratum_of_cell, rho=rho)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = risks / risk
        spread = np.where(risk > 1, weight**2 * died * (risk - died) / (risk - 1), 0.0)
    expected = share @ (weight * died)
    observed = np.array([weight[place[event & (group == g)]].sum() for g in groups])
    variance = np.diag(share @ spread) - (share * spread) @ share.T
    return _quadratic(observed, expected=expected, variance=variance)


def log_rank_weighted(  # noqa: PLR0913  # those of coxph
    time: Floats,
    *,
    event: Booleans,
    group: Integers,
    weights: Floats,
    entry: Floats | None = None,
    strata: Integers | None = None,
    clusters: Clusters | None = None,
) -> LogRank:
    """The log-rank test of weighted rows: the weighted O - E against its robust variance, summed over `clusters` where given.

    `group` are codes, `weights` case weights above zero, shapes (n,). U' (sum of u u')^-1 U with u the weighted score
    residuals at no effect. R: coxph(Surv(entry, time, event) ~ factor(group), weights = weights, ties = "breslow", robust = TRUE)$rscore.
    """
    groups = np.unique(group)
    df = max(groups.size - 1, 0)
    if not event.any() or not df:
        return LogRank(chi2=None, df=max(df, 1), p=None, observed=float(event.sum()), expected=float(event.sum()))
    sets = build_risk_sets(time, event=event, entry=entry, weights=weights, strata=strata, ties="breslow")
    Z = np.stack([(group == g)[sets.order].astype(float) for g in groups])
    at = evaluate(sets, Z=Z, beta=np.zeros(groups.size))
    observed = (Z * sets.event * weights[sets.order]).sum(axis=1)
    influence = score_residuals(sets, Z=Z, at=at)
    variance = cluster_sums(influence, sets=sets, clusters=clusters)
    return _quadratic(observed, expected=observed - at.score, variance=variance)


def _quadratic(observed: Floats, *, expected: Floats, variance: Floats) -> LogRank:
    """(O - E)' V^-1 (O - E) over all arms but the last, those nobody expects events of left out."""
    first = (float(observed[0]), float(expected[0])) if observed.size else (0.0, 0.0)
    used = np.flatnonzero(np.diag(variance) > 0)[:-1]
    df = max(observed.size - 1, 1)
    if not used.size:
        return LogRank(chi2=None, df=df, p=None, observed=first[0], expected=first[1])
    gap, block = (observed - expected)[used], variance[np.ix_(used, used)]
    chi2 = float(gap @ np.linalg.lstsq(block, gap, rcond=None)[0])
    return LogRank(
        chi2=chi2, df=used.size, p=float(stats.chi2.sf(chi2, used.size)), observed=first[0], expected=first[1]
    )


def _weight(died: Integers, *, risk: Integers, stratum: Integers, rho: float) -> Floats:
    """S(t-)^rho in each cell, S the product limit within its stratum."""
    if rho == 0:
        return np.ones(died.size)
    survival = np.empty(died.size)
    for code in np.unique(stratum):
        cells = stratum == code
        survival[cells] = np.concatenate([[1.0], np.cumprod(1 - died[cells] / risk[cells])[:-1]])
    return survival**rho


def _late_cells(entered: Integers, *, stratum: Integers, cell: Integers, times: int) -> Integers:
    """For each row the last cell of its stratum at or before its entry, up to which it is not at risk; -1 where there is none."""
    found = np.searchsorted(cell, stratum * max(times, 1) + entered, side="right") - 1
    own = (entered >= 0) & (found >= 0)
    own &= cell[np.maximum(found, 0)] // max(times, 1) == stratum if cell.size else own
    return np.where(own, found, -1)


def _at_risk(place: Integers, *, size: int, stratum: Integers) -> Integers:
    """Rows at or after each cell within its stratum, from the cell each row stands in (cells by stratum, then time)."""
    after = np.bincount(place, minlength=size)[::-1].cumsum()[::-1]
    following = np.searchsorted(stratum, stratum, side="right")
    return after - np.append(after, 0)[following]
