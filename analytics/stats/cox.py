"""Cox regression, vectorized: Efron and Breslow ties, strata, model and robust (clustered) errors, infinite terms named."""

from dataclasses import dataclass
from math import exp

import numpy as np
from scipy import stats

from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.risk_sets import Likelihood, RiskSets, Ties, build_risk_sets, evaluate, information, row_hazard

LOG_LIKELIHOOD_TOLERANCE = 1e-9
INFINITE_STEP = LOG_LIKELIHOOD_TOLERANCE**0.5
COLLINEAR = 1e-9
MOST_STEPS = 30
LARGEST_EXPONENT = 700.0
SMALLEST_RISK_SET = 1e-140  # its square is still a number


@dataclass(frozen=True)
class CoxFit:
    """Coefficients (p,) in the order of the columns, NaN where a column could not be estimated.

    `problems` maps such a column to not_estimable (constant or a combination of earlier columns) or separation (the
    coefficient runs to infinity); `covariance` is of the model, `robust` the sandwich (None unless asked)."""

    coefficients: Floats
    covariance: Floats
    robust: Floats | None
    problems: dict[int, str]
    log_likelihood: float
    log_likelihood_null: float
    n: int
    events: int
    clusters: int | None = None


@dataclass(frozen=True)
class HazardRatio:
    """exp(coefficient) with Wald limits; `se` is of the logarithm. None with a reason where there is no finite value."""

    hr: float | None
    low: float | None
    high: float | None
    se: float | None
    p: float | None
    why: str | None = None


def fit_cox(
    time: Floats,
    *,
    event: Booleans,
    X: Floats,
    strata: Integers | None = None,
    ties: Ties = "efron",
    robust: bool = False,
    clusters: Integers | None = None,
) -> CoxFit:
    """Maximize the partial likelihood by Newton-Raphson with step halving.

    `time`, `event`, `strata`, `clusters` have shape (n,), `X` (n, p), no missing values; `strata` and `clusters` are codes
    from 0, gaps allowed. `robust` asks for the sandwich D'D with D = score residuals times the covariance, summed over
    `clusters` where given (Lin and Wei 1989; Efron residuals as Therneau and Grambsch 2000). Never raises on separation or
    collinearity: see `problems`. R: coxph(Surv(time, event) ~ X + strata(strata), ties = ties, robust = TRUE, cluster = clusters).
    """
    if not event.any():
        return _nothing_to_fit(X.shape[0], p=X.shape[1], events=0, why="no_events")
    sets = build_risk_sets(time, event=event, strata=strata, ties=ties)
    return fit_on_risk_sets(sets, X=X, robust=robust, clusters=clusters)


def fit_on_risk_sets(sets: RiskSets, *, X: Floats, robust: bool = False, clusters: Integers | None = None) -> CoxFit:
    """`fit_cox` on rows that `build_risk_sets` has sorted already, for many models of one outcome; `X` in the rows' own order."""
    n, p = X.shape
    center, scale = X.mean(axis=0), _spread(X)
    Z = ((X - center) / scale)[sets.order]
    start = evaluate(sets, X=Z, beta=np.zeros(p))
    kept = _independent(Z, sets=sets, at=start)
    if not kept:
        return _nothing_to_fit(n, p=p, events=sets.death_block.size, why="not_estimable")
    problems = {j: "not_estimable" for j in range(p) if j not in kept}
    null = start if len(kept) == p else evaluate(sets, X=Z[:, kept], beta=np.zeros(len(kept)))
    beta, at, infinite = _maximize(sets, Z=Z[:, kept], start=null)
    problems |= {kept[j]: "separation" for j in infinite}
    model, sandwich = _covariances(sets, Z=Z[:, kept], at=at, clusters=clusters if robust else None, robust=robust)
    finite = np.array([j not in problems for j in kept], dtype=bool)
    return CoxFit(
        coefficients=_spread_out(beta / scale[kept], kept=kept, size=p, finite=finite),
        covariance=_spread_out_square(model, kept=kept, scale=scale, finite=finite),
        robust=None if sandwich is None else _spread_out_square(sandwich, kept=kept, scale=scale, finite=finite),
        problems=problems,
        log_likelihood=at.log,
        log_likelihood_null=null.log,
        n=n,
        events=sets.death_block.size,
        clusters=None if clusters is None else int(np.count_nonzero(np.bincount(clusters))),
    )


def hazard_ratio(fit: CoxFit, *, column: int = 0, level: float = 0.95) -> HazardRatio:
    """The Wald summary of one column, with the robust error where the fit has one. R: summary(coxph)$conf.int."""
    if column in fit.problems:
        return HazardRatio(hr=None, low=None, high=None, se=None, p=None, why=fit.problems[column])
    variance = (fit.covariance if fit.robust is None else fit.robust)[column, column]
    beta, se = float(fit.coefficients[column]), float(np.sqrt(max(variance, 0.0)))
    z = float(stats.norm.ppf((1 + level) / 2))
    if not se > 0 or abs(beta) + z * se > LARGEST_EXPONENT:
        why = "infinite" if se > 0 else "not_estimable"
        return HazardRatio(hr=None, low=None, high=None, se=None, p=None, why=why)
    p = float(2 * stats.norm.sf(abs(beta) / se))
    return HazardRatio(hr=exp(beta), low=exp(beta - z * se), high=exp(beta + z * se), se=se, p=p)


def _nothing_to_fit(n: int, *, p: int, events: int, why: str) -> CoxFit:
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


def _spread(X: Floats) -> Floats:
    scale = X.std(axis=0)
    return np.where(scale > 0, scale, 1.0)


def _independent(Z: Floats, *, sets: RiskSets, at: Likelihood) -> list[int]:
    """Columns that carry information beyond the ones before them, judged where the likelihood looks: in the risk sets.

    A sequential Cholesky pivot on the information at zero (`at`), as R's coxph marks columns it sets to NA."""
    matrix = information(sets, X=Z, at=at)
    kept: list[int] = []
    for j in range(Z.shape[1]):
        own = matrix[j, j]
        if not own > COLLINEAR * sets.death_block.size:
            continue
        explained = 0.0
        if kept:
            cross = matrix[kept, j]
            explained = float(cross @ np.linalg.solve(matrix[np.ix_(kept, kept)], cross))
        if own - explained > COLLINEAR * own:
            kept.append(j)
    return kept


def _maximize(sets: RiskSets, *, Z: Floats, start: Likelihood) -> tuple[Floats, Likelihood, list[int]]:
    """Newton with halving to R's tolerance, then the last digits; columns whose step will not shrink are infinite."""
    beta: Floats = np.zeros(Z.shape[1])
    at = start
    for _ in range(MOST_STEPS):
        step = _newton_step(sets, Z=Z, at=at)
        if step is None:
            break
        proposed, there = _halved(sets, Z=Z, beta=beta, step=step, at=at)
        converged = abs(there.log - at.log) <= LOG_LIKELIHOOD_TOLERANCE * abs(there.log)
        beta, at = proposed, there
        if converged:
            break
    step = _newton_step(sets, Z=Z, at=at)
    if step is None:
        return beta, at, list(range(beta.size))
    infinite = [int(j) for j in np.flatnonzero(np.abs(step) > INFINITE_STEP * (1 + np.abs(beta)))]
    if not infinite:
        beta, at = _halved(sets, Z=Z, beta=beta, step=step, at=at)
    return beta, at, infinite


def _newton_step(sets: RiskSets, *, Z: Floats, at: Likelihood) -> Floats | None:
    try:
        step = np.linalg.solve(information(sets, X=Z, at=at), at.score)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() else None


def _halved(sets: RiskSets, *, Z: Floats, beta: Floats, step: Floats, at: Likelihood) -> tuple[Floats, Likelihood]:
    for _ in range(20):
        there = evaluate(sets, X=Z, beta=beta + step)
        is_computable = np.isfinite(there.log) and there.denominator.min() > SMALLEST_RISK_SET
        if is_computable and there.log >= at.log - 1e-10 * abs(at.log):
            return beta + step, there
        step = step / 2
    return beta, at


def _covariances(
    sets: RiskSets, *, Z: Floats, at: Likelihood, clusters: Integers | None, robust: bool
) -> tuple[Floats, Floats | None]:
    try:
        model = np.linalg.inv(information(sets, X=Z, at=at))
    except np.linalg.LinAlgError:
        model = np.full((Z.shape[1], Z.shape[1]), np.nan)
    if not robust:
        return model, None
    influence = score_residuals(sets, X=Z, at=at) @ model
    if clusters is not None:
        code = clusters[sets.order]
        influence = np.stack([np.bincount(code, weights=column) for column in influence.T], axis=1)
    return model, influence.T @ influence


def score_residuals(sets: RiskSets, *, X: Floats, at: Likelihood) -> Floats:
    """Each row's part in the score (n, p), in sorted order; they sum to the score. R: residuals(fit, "score") for Efron.

    An event contributes x minus the average of its tied means; every row loses its covariate against the mean at each death
    it was at risk for."""
    inverse = 1 / at.denominator
    deaths = np.maximum(sets.deaths_at(np.ones(inverse.size)), 1)
    own_mean = (sets.deaths_at(at.mean) / deaths[:, None])[sets.block]
    lost = X * row_hazard(sets, per_death=inverse)[:, None] - row_hazard(sets, per_death=at.mean * inverse[:, None])
    return (X - own_mean) * sets.event[:, None] - lost * at.risk[:, None]


def _spread_out(values: Floats, *, kept: list[int], size: int, finite: Booleans) -> Floats:
    full = np.full(size, np.nan)
    full[kept] = np.where(finite, values, np.nan)
    return full


def _spread_out_square(matrix: Floats, *, kept: list[int], scale: Floats, finite: Booleans) -> Floats:
    full = np.full((scale.size, scale.size), np.nan)
    values = matrix / np.outer(scale[kept], scale[kept])
    full[np.ix_(kept, kept)] = np.where(np.outer(finite, finite), values, np.nan)
    return full
