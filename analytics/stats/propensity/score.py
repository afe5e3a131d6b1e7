"""The propensity score: unpenalized logistic regression, one score per distinct row, troubles named by column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import special, stats

from analytics.stats.event_times import Booleans, Floats, Integers

DEVIANCE_TOLERANCE = 1e-8
MOST_STEPS = 25
COLLINEAR = 1e-9
START_WEIGHT = 0.1875  # mu (1 - mu) at 3/4 and at 1/4
MIX, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
HUGE_ERROR = 50.0  # standard error of the log odds over the range of a column: only separation goes there


@dataclass(frozen=True)
class Term:
    """One coefficient of the score model on the scale of its column; None where it was dropped or runs to infinity."""

    name: str
    estimate: float | None
    se: float | None
    why: str | None = None


@dataclass(frozen=True)
class Propensity:
    """Scores (n,) as probability and as logit, and the model behind them.

    `constant` and `collinear` name columns left out, `separated` those by which the arms can be told apart for certain."""

    probability: Floats
    logit: Floats
    terms: tuple[Term, ...]
    constant: tuple[str, ...]
    collinear: tuple[str, ...]
    separated: tuple[str, ...]
    has_converged: bool
    auc: float | None


class _Model(NamedTuple):
    """The fit on centered and scaled columns."""

    beta: Floats
    covariance: Floats
    center: Floats
    scale: Floats
    kept: list[int]

    @property
    def errors(self) -> Floats:
        """Standard errors of the slopes on the scale of the columns."""
        return np.sqrt(np.maximum(np.diag(self.covariance)[1:], 0)) / self.scale


def fit_propensity(X: Floats, *, treated: Booleans, names: Sequence[str]) -> Propensity:
    """Maximum-likelihood logistic regression of `treated` (n,) on `X` (n, p) and an intercept, by IRLS.

    Starts at (y + 1/2) / 2 and stops when |change of deviance| / (|deviance| + 0.1) < 1e-8 or after 25 steps, as R's glm
    does. Constant columns and combinations of earlier columns are left out and named. Equal rows get bit-equal scores.
    Both arms must be present and nothing missing (ValueError). R: glm(treated ~ X, family = binomial).

    >>> fit_propensity(np.array([[0.0], [0.0], [1.0], [1.0]]), treated=np.array([0, 1, 0, 1], bool), names=["x"]).auc
    0.5
    """
    if treated.all() or not treated.any() or not np.isfinite(X).all():
        raise ValueError("a propensity score requires both arms and complete covariates")
    kept, constant, collinear = _usable(X)
    center, scale = X[:, kept].mean(axis=0), X[:, kept].std(axis=0)
    rows, of_row = _distinct((X[:, kept] - center) / scale)
    design = np.column_stack([np.ones(rows.shape[0]), rows])
    counts = np.bincount(of_row, minlength=rows.shape[0]).astype(float)
    hits = np.bincount(of_row[treated], minlength=rows.shape[0]).astype(float)
    beta, covariance, has_converged = _iterate(design, hits=hits, counts=counts)
    model = _Model(beta=beta, covariance=covariance, center=center, scale=scale, kept=kept)
    infinite = [j for j, error in zip(kept, model.errors, strict=True) if not error * np.ptp(X[:, j]) < HUGE_ERROR]
    culprits = [j for j in infinite if _parts_the_arms(X[:, j], treated=treated)] or infinite
    eta = design @ beta
    return Propensity(
        probability=special.expit(eta)[of_row],
        logit=eta[of_row],
        terms=_terms(model, names=names, infinite=infinite),
        constant=tuple(names[j] for j in constant),
        collinear=tuple(names[j] for j in collinear),
        separated=tuple(names[j] for j in culprits),
        has_converged=has_converged,
        auc=area_under_curve(eta[of_row], treated=treated),
    )


def area_under_curve(score: Floats, *, treated: Booleans) -> float:
    """Probability that a treated row scores above an untreated one, ties counting one half (Mann-Whitney)."""
    ranks = stats.rankdata(score)
    count = int(treated.sum())
    others = treated.size - count
    return float((ranks[treated].sum() - count * (count + 1) / 2) / (count * others))


def _distinct(Z: Floats) -> tuple[Floats, Integers]:
    """The different rows, by where they first occur, and the place of each row (n,) among them.

    Sorted by a hash of their bits, which costs a fraction of sorting the rows; two rows of one hash are sorted after all."""
    bits = np.ascontiguousarray(Z + 0.0).view(np.uint64)  # -0 is 0
    code = np.zeros(Z.shape[0], dtype=np.uint64)
    for column in bits.T:
        code = (code ^ column ^ (column >> SHIFT)) * MIX
        code ^= code >> SHIFT
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    if not np.array_equal(Z[first][place], Z):
        rows, of_row = np.unique(Z, axis=0, return_inverse=True)
        return rows, of_row.reshape(-1)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return Z[first[order]], rank[place.reshape(-1)]


def _usable(X: Floats) -> tuple[list[int], list[int], list[int]]:
    """Columns to keep, constant ones, and those that earlier ones determine (sequential pivots, as R marks NA)."""
    varies = X.max(axis=0) > X.min(axis=0)
    constant = [int(j) for j in np.flatnonzero(~varies)]
    candidates = [int(j) for j in np.flatnonzero(varies)]
    Z = X[:, candidates] - X[:, candidates].mean(axis=0)
    Z = Z / np.sqrt((Z**2).sum(axis=0))
    gram = Z.T @ Z
    kept: list[int] = []
    for j in range(len(candidates)):
        explained = float(gram[kept, j] @ np.linalg.solve(gram[np.ix_(kept, kept)], gram[kept, j])) if kept else 0.0
        if 1 - explained > COLLINEAR:
            kept.append(j)
    chosen = [candidates[j] for j in kept]
    return chosen, constant, [j for j in candidates if j not in chosen]


def _iterate(design: Floats, *, hits: Floats, counts: Floats) -> tuple[Floats, Floats, bool]:
    """IRLS on grouped rows from the start of its single rows: mu = 3/4 for a hit and 1/4 for a miss.

    Returns the coefficients, their covariance (of the weights of the last step, as R prints it), and convergence."""
    misses = counts - hits
    weight, working = counts * START_WEIGHT, (hits - misses) * START_WEIGHT * (np.log(3.0) + 0.25 / START_WEIGHT)
    deviance = -2 * float(counts.sum()) * np.log(0.75)
    beta, covariance = np.zeros(design.shape[1]), np.full((design.shape[1],) * 2, np.inf)
    for _ in range(MOST_STEPS):
        matrix = design.T @ (design * weight[:, None])
        try:
            covariance = np.linalg.inv(matrix)
        except np.linalg.LinAlgError:
            return beta, covariance, False
        beta = np.linalg.solve(matrix, design.T @ working)
        eta = design @ beta
        previous = deviance
        deviance = 2 * float(hits @ np.logaddexp(0, -eta) + misses @ np.logaddexp(0, eta))
        if abs(deviance - previous) / (abs(deviance) + 0.1) < DEVIANCE_TOLERANCE:
            return beta, covariance, True
        mu = special.expit(eta)
        weight = counts * mu * (1 - mu)
        working = weight * eta + hits - counts * mu
    return beta, covariance, False


def _parts_the_arms(column: Floats, *, treated: Booleans) -> bool:
    ours, theirs = column[treated], column[~treated]
    return bool(ours.min() > theirs.max() or theirs.min() > ours.max())


def _terms(model: "_Model", *, names: Sequence[str], infinite: Sequence[int]) -> tuple[Term, ...]:
    """Coefficients back on the scale of the columns, the intercept first."""
    slopes = model.beta[1:] / model.scale
    back = np.concatenate([[1.0], -model.center / model.scale])
    error = float(np.sqrt(max(back @ model.covariance @ back, 0.0)))
    terms = [Term(name="(Intercept)", estimate=float(model.beta @ back), se=error)]
    if infinite:
        terms = [Term(name="(Intercept)", estimate=None, se=None, why="separation")]
    for j, name in enumerate(names):
        if j not in model.kept:
            terms.append(Term(name=name, estimate=None, se=None, why="not_estimable"))
        elif j in infinite:
            terms.append(Term(name=name, estimate=None, se=None, why="separation"))
        else:
            place = model.kept.index(j)
            terms.append(Term(name=name, estimate=float(slopes[place]), se=float(model.errors[place])))
    return tuple(terms)
