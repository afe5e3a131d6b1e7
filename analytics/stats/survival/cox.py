"""Cox regression, vectorized: ties, weights, strata, late entry, model and robust (clustered) errors, infinite terms named."""

from dataclasses import dataclass, replace
from math import exp

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require_finite, require_same_length
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.survival.clusters import Clusters, fewest, outer_sums
from analytics.stats.survival.newton import independent_columns, inverse, maximize
from analytics.stats.survival.risk_sets import (
    Likelihood,
    RiskSets,
    Ties,
    build_risk_sets,
    evaluate,
    information,
    row_hazard,
)

LARGEST_EXPONENT = 700.0


@dataclass(frozen=True)
class CoxFit:
    """Coefficients (p,) in the order of the columns, NaN where a column could not be estimated.

    `problems` maps such a column to not_estimable (constant or a combination of earlier columns) or separation (the
    coefficient runs to infinity); `covariance` is of the model, `robust` the sandwich (None unless asked), `df` (p,) its degrees
    of freedom where it is corrected for small samples (None: normal)."""

    coefficients: Floats
    covariance: Floats
    robust: Floats | None
    problems: dict[int, str]
    log_likelihood: float
    log_likelihood_null: float
    n: int
    events: int
    clusters: int | None = None
    df: Floats | None = None


@dataclass(frozen=True)
class HazardRatio:
    """exp(coefficient) with Wald limits; `se` is of the logarithm. None with a reason where there is no finite value.

    `df` where limits and p are of Student's t."""

    hr: float | None
    low: float | None
    high: float | None
    se: float | None
    p: float | None
    why: str | None = None
    df: float | None = None


@dataclass(frozen=True)
class Found:
    """A maximum over the `kept` columns, in units of `scale` (all columns), some of them `infinite` (places in `kept`)."""

    beta: Floats
    kept: list[int]
    infinite: list[int]
    model: Floats
    sandwich: Floats | None
    scale: Floats

    def on_all_columns(self, *, n: int, events: int, log: tuple[float, float]) -> CoxFit:
        """NaN in the columns that were left out or are infinite; `log` is the likelihood at zero and at the maximum."""
        p = self.scale.size
        finite = [k for place, k in enumerate(self.kept) if place not in self.infinite]
        coefficients = np.full(p, np.nan)
        coefficients[self.kept] = self.beta / self.scale[self.kept]
        coefficients[[j for j in range(p) if j not in finite]] = np.nan
        missing = {j: "not_estimable" for j in range(p) if j not in self.kept}
        return CoxFit(
            coefficients=coefficients,
            covariance=self._square(self.model, finite=finite),
            robust=None if self.sandwich is None else self._square(self.sandwich, finite=finite),
            problems=missing | {self.kept[place]: "separation" for place in self.infinite},
            log_likelihood_null=log[0],
            log_likelihood=log[1],
            n=n,
            events=events,
        )

    def _square(self, matrix: Floats, *, finite: list[int]) -> Floats:
        full = np.full((self.scale.size, self.scale.size), np.nan)
        place = [self.kept.index(j) for j in finite]
        scale = self.scale[finite]
        full[np.ix_(finite, finite)] = matrix[np.ix_(place, place)] / np.outer(scale, scale)
        return full


def fit_cox(  # noqa: PLR0913  # the arguments of coxph
    time: Floats,
    *,
    event: Booleans,
    X: Floats,
    entry: Floats | None = None,
    weights: Floats | None = None,
    strata: Integers | None = None,
    ties: Ties = "efron",
    robust: bool = False,
    clusters: Clusters | None = None,
) -> CoxFit:
    """Maximize the partial likelihood by Newton-Raphson with step halving.

    `time`, `event`, `entry`, `weights`, `strata`, `clusters` have shape (n,), `X` (n, p), no missing values; `strata` and
    `clusters` are codes from 0, gaps allowed; a row is at risk in (entry, time], and counts `weights` times (above zero).
    `robust` asks for the sandwich D'D with D = weighted score residuals times the covariance, summed over `clusters` where
    given (Lin and Wei 1989; Efron residuals as Therneau and Grambsch 2000). Two clusterings, and
    members of several sets, as in `outer_sums`. Never raises on separation or collinearity: see `problems`.
    R: coxph(Surv(entry, time, event) ~ X + strata(strata), weights = weights, ties = ties, robust = TRUE, cluster = clusters).
    """
    require_same_length(time.size, event=event, X=X)
    if not event.any():
        return nothing_to_fit(X.shape[0], p=X.shape[1], events=0, why="no_events")
    sets = build_risk_sets(time, event=event, entry=entry, weights=weights, strata=strata, ties=ties)
    return fit_on_risk_sets(sets, X=X, robust=robust, clusters=clusters)


def fit_on_risk_sets(sets: RiskSets, *, X: Floats, robust: bool = False, clusters: Clusters | None = None) -> CoxFit:
    """`fit_cox` on rows that `build_risk_sets` has sorted already, for many models of one outcome; `X` in the rows' own order."""
    n, p = X.shape
    require_same_length(sets.n, X=X)
    require_finite(X=X)
    center, scale = X.mean(axis=0), column_spread(X)
    Z = np.ascontiguousarray(((X - center) / scale)[sets.order].T)
    start = evaluate(sets, Z=Z, beta=np.zeros(p))
    kept = independent_columns(information(sets, Z=Z, at=start), total=float(sets.death_weight.sum()))
    if not kept:
        return nothing_to_fit(n, p=p, events=sets.events, why="not_estimable")
    if len(kept) < p:
        Z = Z[kept]
        start = evaluate(sets, Z=Z, beta=np.zeros(len(kept)))
    beta, at, infinite = maximize(
        start,
        look=lambda beta: evaluate(sets, Z=Z, beta=beta),
        curvature=lambda point: information(sets, Z=Z, at=point),
    )
    model = inverse(information(sets, Z=Z, at=at))
    sandwich = _sandwich(sets, Z=Z, at=at, model=model, clusters=clusters) if robust else None
    found = Found(beta=beta, kept=kept, infinite=infinite, model=model, sandwich=sandwich, scale=scale)
    fit = found.on_all_columns(n=n, events=sets.events, log=(start.log, at.log))
    return fit if clusters is None else replace(fit, clusters=fewest(clusters))


def hazard_ratio(fit: CoxFit, *, column: int = 0, level: float = 0.95) -> HazardRatio:
    """The Wald summary of one column, with the robust error where the fit has one. R: summary(coxph)$conf.int.

    By the normal distribution, with a corrected error by Student's t."""
    if column in fit.problems:
        return HazardRatio(hr=None, low=None, high=None, se=None, p=None, why=fit.problems[column])
    variance = (fit.covariance if fit.robust is None else fit.robust)[column, column]
    beta, se = float(fit.coefficients[column]), float(np.sqrt(max(variance, 0.0)))
    df = None if fit.df is None else float(fit.df[column])
    reference = stats.norm() if df is None else stats.t(df)
    z = float(reference.ppf((1 + level) / 2))
    if not se > 0 or abs(beta) + z * se > LARGEST_EXPONENT:
        why = "infinite" if se > 0 else "not_estimable"
        return HazardRatio(hr=None, low=None, high=None, se=None, p=None, why=why)
    p = float(2 * reference.sf(abs(beta) / se))
    return HazardRatio(hr=exp(beta), low=exp(beta - z * se), high=exp(beta + z * se), se=se, p=p, df=df)


def nothing_to_fit(n: int, *, p: int, events: int, why: str) -> CoxFit:
    """A fit without coefficients, each with the same reason."""
    missing = np.full((p, p), np.nan)
    return CoxFit(
        coefficients=np.full(p, np.nan),
        covariance=missing,
        robust=None,
        problems=dict.fromkeys(range(p), why),
        log_likelihood=0.0,
        log_likelihood_null=0.0,
        n=n,
        events=events,
    )


def column_spread(X: Floats) -> Floats:
    """Standard deviation of each column, 1 for a constant one."""
    scale = X.std(axis=0)
    return np.where(scale > 0, scale, 1.0)


def _sandwich(sets: RiskSets, *, Z: Floats, at: Likelihood, model: Floats, clusters: Clusters | None) -> Floats:
    return cluster_sums(model @ score_residuals(sets, Z=Z, at=at), sets=sets, clusters=clusters)


def cluster_sums(influence: Floats, *, sets: RiskSets, clusters: Clusters | None) -> Floats:
    """`outer_sums` of what has one column per row of the risk sets, in their sorted order."""
    own = np.empty_like(influence)
    own[:, sets.order] = influence
    return outer_sums(own, clusters=clusters)


def score_residuals(sets: RiskSets, *, Z: Floats, at: Likelihood) -> Floats:
    """Each row's part in the score, times its weight (p, rows), in sorted order; they sum to the score.

    An event contributes x minus the average of its tied means; every row loses its covariate against the mean at each death
    it was at risk for. R: residuals(fit, "score", weighted = TRUE), here for Efron too."""
    weight = sets.death_weight / at.denominator**2
    first, crossed, last = (sets.over_deaths(weight * sets.fraction**power) for power in (0, 1, 2))
    means = sets.while_at_risk(at.everyone * first - at.dying * crossed)
    means -= sets.of_own_moment(at.everyone * crossed - at.dying * last)
    lost = (Z * row_hazard(sets, per_death=sets.death_weight / at.denominator) - means) * at.risk
    tied = sets.over_deaths(np.ones(sets.events))
    inverse = [sets.over_deaths(sets.fraction**power / at.denominator) / tied for power in (0, 1)]
    gained = (Z - sets.of_own_moment(at.everyone * inverse[0] - at.dying * inverse[1])) * sets.event
    return (gained if sets.weight is None else gained * sets.weight) - lost
