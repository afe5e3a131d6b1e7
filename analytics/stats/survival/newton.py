"""Newton's method for a log likelihood, with step halving; coefficients that run to infinity are named."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np

from analytics.stats.event_times import Floats

LOG_LIKELIHOOD_TOLERANCE = 1e-9
INFINITE_STEP = LOG_LIKELIHOOD_TOLERANCE**0.5
COLLINEAR = 1e-9
MOST_STEPS = 30
MOST_HALVINGS = 20
SMALLEST_RISK_SET = 1e-140  # its square is still a number


class Point(Protocol):
    """A log likelihood at one coefficient vector, its score (p,) and the risk sets' sums, which must not vanish."""

    @property
    def log(self) -> float: ...
    @property
    def score(self) -> Floats: ...
    @property
    def denominator(self) -> Floats: ...


P = TypeVar("P", bound=Point)


def maximize(start: P, *, look: Callable[[Floats], P], curvature: Callable[[P], Floats]) -> tuple[Floats, P, list[int]]:
    """From zero to R's tolerance, then the last digits: coefficients (p,), the point there, and the columns that are infinite.

    `start` is `look` at zero; `curvature` the information (p, p) at a point. A column is infinite where its last step is still
    larger than the root of the tolerance. R: coxph.control(eps = 1e-09), its warning "coefficient may be infinite".
    """
    beta: Floats = np.zeros(start.score.size)
    at = start
    for _ in range(MOST_STEPS):
        step = _step(at, curvature=curvature)
        if step is None:
            break
        proposed, there = _halved(beta, step=step, at=at, look=look)
        converged = abs(there.log - at.log) <= LOG_LIKELIHOOD_TOLERANCE * abs(there.log)
        beta, at = proposed, there
        if converged:
            break
    step = _step(at, curvature=curvature)
    if step is None:
        return beta, at, list(range(beta.size))
    infinite = [int(j) for j in np.flatnonzero(np.abs(step) > INFINITE_STEP * (1 + np.abs(beta)))]
    if not infinite:
        beta, at = _halved(beta, step=step, at=at, look=look)
    return beta, at, infinite


def independent_columns(matrix: Floats, *, total: float) -> list[int]:
    """Columns of an information matrix that carry something beyond the ones before them, `total` the weight of all events.

    A sequential Cholesky pivot, as R's coxph marks the columns it sets to NA."""
    kept: list[int] = []
    for j in range(matrix.shape[0]):
        own = matrix[j, j]
        if not own > COLLINEAR * total:
            continue
        explained = 0.0
        if kept:
            cross = matrix[kept, j]
            explained = float(cross @ np.linalg.solve(matrix[np.ix_(kept, kept)], cross))
        if own - explained > COLLINEAR * own:
            kept.append(j)
    return kept


def inverse(matrix: Floats) -> Floats:
    """The inverse, NaN throughout where there is none."""
    try:
        return np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return np.full(matrix.shape, np.nan)


def _step(at: P, *, curvature: Callable[[P], Floats]) -> Floats | None:
    try:
        step = np.linalg.solve(curvature(at), at.score)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() else None


def _halved(beta: Floats, *, step: Floats, at: P, look: Callable[[Floats], P]) -> tuple[Floats, P]:
    for _ in range(MOST_HALVINGS):
        there = look(beta + step)
        is_computable = np.isfinite(there.log) and there.denominator.min() > SMALLEST_RISK_SET
        if is_computable and there.log >= at.log - 1e-10 * abs(at.log):
            return beta + step, there
        step = step / 2
    return beta, at
