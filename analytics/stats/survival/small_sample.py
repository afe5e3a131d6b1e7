"""Robust errors of a Cox model that rest on few: each cluster's part is corrected for its own pull on the estimate."""

from dataclasses import replace

import numpy as np

from analytics.stats.event_times import Floats, Integers
from analytics.stats.survival.cox import CoxFit, score_residuals
from analytics.stats.survival.risk_sets import RiskSets, evaluate

STEP = 1e-4  # of a coefficient, for a column of standard deviation 1


def with_leverage(fit: CoxFit, *, sets: RiskSets, X: Floats, clusters: Integers | None = None) -> CoxFit:
    """The fit with the sandwich of Mancl and DeRouen (Biometrics 2001; of the Cox model Wang, Turner and Li, Biom J 2023).

    That is the sum over clusters (rows where there are none) of v v', v = V (I - O V)^-1 U: U (p,) a cluster's weighted score
    residual, O = -dU/d(coefficients) its share in the information, V the covariance of the model. A heavy cluster draws the
    estimate towards itself, so that its residual is too small; (I - O V)^-1 undoes that, much as leaving it out would.
    `fit` is of `X` (n, p) on `sets`, `clusters` (n,) are codes. The derivative is a central difference and takes the baseline
    hazard along, so that the error does not depend on which arm is coded 1 (CoxBcv::CoxBcv.md holds that hazard fixed). NaN
    where one cluster holds all there is to know. R: differences of residuals(coxph(init = b, iter.max = 0), "score").

    `df` are those of a chi-squared variable with the mean and spread of the variance found: 2 (sum of v^2)^2 / sum of v^4
    (Satterthwaite), about twice the number of those that carry it.
    """
    used = [j for j in range(X.shape[1]) if j not in fit.problems]
    if not used:
        return fit
    Z = X[sets.order][:, used].T
    Z = np.ascontiguousarray(Z - Z.mean(axis=1, keepdims=True))
    code = np.arange(sets.n) if clusters is None else np.unique(clusters, return_inverse=True)[1][sets.order]
    beta = fit.coefficients[used]

    def scores(coefficients: Floats) -> Floats:
        parts = score_residuals(sets, Z=Z, at=evaluate(sets, Z=Z, beta=coefficients))
        return np.stack([np.bincount(code, weights=row) for row in parts], axis=1)

    steps = np.diag(STEP / Z.std(axis=1))
    shares = [(scores(beta - step) - scores(beta + step)) / (2 * step.sum()) for step in steps]
    covariance = fit.covariance[np.ix_(used, used)]
    left = np.eye(len(used)) - np.stack(shares, axis=2) @ covariance
    parts = _solved(left, scores=scores(beta)) @ covariance
    robust, df = np.full_like(fit.covariance, np.nan), np.full(X.shape[1], np.nan)
    robust[np.ix_(used, used)] = parts.T @ parts
    with np.errstate(invalid="ignore"):  # where nobody pulls, there is no variance to speak of
        df[used] = 2 * (parts**2).sum(axis=0) ** 2 / (parts**4).sum(axis=0)
    return replace(fit, robust=robust, df=df, clusters=None if clusters is None else left.shape[0])


def _solved(left: Floats, *, scores: Floats) -> Floats:
    try:
        return np.linalg.solve(left, scores[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        return np.full_like(scores, np.nan)
