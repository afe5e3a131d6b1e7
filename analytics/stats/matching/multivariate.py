"""The nearest free control in the space of several covariates, inside the caliper of the score."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching.pool import Ground

Extended = NDArray[np.floating[Any]]

SINGULAR = 1e-8  # determinant, and share of the largest singular value, at which R gives up inverting
EXTENDED = (
    np.longdouble
)  # sums as R takes them: rows at mirrored distances must not differ in a last bit that R does not see
ROUNDING = 1e-9
ALONG = 1 - 1e-12  # correlation at which a coordinate is a covariate in other units


class Cloud:
    """The controls of each stratum, sorted by score so that the caliper cuts out a window.

    Among equally near ones the one met last wins, on a walk left, right, left ... along the leading coordinate: the first, or the
    one that a limit is put on."""

    def __init__(self, ground: Ground, *, coordinates: Floats) -> None:
        self.ground, self.coordinates = ground, coordinates
        self.free = ground.free.copy()
        leading = coordinates[:, _leading(ground, coordinates=coordinates)]
        self.place = np.empty(leading.size, dtype=np.int64)
        self.controls: dict[int, Integers] = {}
        for stratum in np.unique(ground.strata):
            rows = np.flatnonzero(ground.strata == stratum)
            self.place[rows[np.argsort(leading[rows], kind="stable")]] = np.arange(rows.size)
            ours = rows[self.free[rows]]
            self.controls[int(stratum)] = ours[np.argsort(ground.distance[ours], kind="stable")]
        self.sorted_scores = {stratum: ground.distance[rows] for stratum, rows in self.controls.items()}

    def nearest(self, row: int, *, met: Sequence[int] = ()) -> tuple[int, float] | None:  # noqa: ARG002  # one way to ask either pool
        """The best free control of a treated row and its squared distance; controls it has met are not free any more."""
        rows, gaps = self._candidates(row)
        if not rows.size:
            return None
        equals = rows[gaps == gaps.min()]
        return int(equals[np.argmax(self._meeting(row, others=equals))]), float(gaps.min())

    def several(self, row: int, *, count: int) -> list[int]:
        rows, gaps = self._candidates(row)
        return [int(one) for one in rows[np.lexsort((-self._meeting(row, others=rows), gaps))[:count]]]

    def take(self, control: int) -> None:
        self.free[control] = False

    def is_free(self, control: int) -> bool:
        return bool(self.free[control])

    def _candidates(self, row: int) -> tuple[Integers, Floats]:
        """Free controls within every bound, and their squared distances, summed in the order of the coordinates."""
        stratum = int(self.ground.strata[row])
        rows = self.controls[stratum]
        own, reach = self.ground.distance[row], self.ground.reach
        if np.isfinite(reach):
            slack = reach + ROUNDING * (abs(own) + reach)
            scores = self.sorted_scores[stratum]
            rows = rows[np.searchsorted(scores, own - slack) : np.searchsorted(scores, own + slack, side="right")]
            rows = rows[np.abs(own - self.ground.distance[rows]) <= reach]
        rows = rows[self.free[rows]]
        rows = rows[self.ground.fits(row, others=rows)]
        gaps = np.zeros(rows.size)
        for column in self.coordinates.T:
            gaps += (column[row] - column[rows]) ** 2
        return rows, gaps

    def _meeting(self, row: int, *, others: Integers) -> Integers:
        """When each of the others is met: more steps later, at equal steps the right one after the left."""
        steps = self.place[others] - self.place[row]
        return 2 * np.abs(steps) + (steps > 0)


def mahalanobis_coordinates(X: Floats, *, treated: Booleans, kept: Booleans | None = None) -> Floats:
    """Columns whose Euclidean distance is the Mahalanobis distance of the rows of `X` (n, p), by the covariance within arms.

    The covariance is pooled over both arms (n - 2) among the rows `kept`; columns without spread are left out, and what earlier
    columns determine is bridged by a generalized inverse. R: MatchIt::mahalanobis_dist.

    >>> X = np.array([[0.0], [2.0], [0.0], [2.0]])
    >>> mahalanobis_coordinates(X, treated=np.array([True, True, False, False])).ravel().round(3).tolist()
    [-0.707, 0.707, -0.707, 0.707]
    """
    rows = np.ones(X.shape[0], dtype=bool) if kept is None else kept
    varied = np.ptp(X, axis=0) > np.sqrt(np.finfo(float).eps)
    if not varied.any():
        return X[:, :1].astype(float)
    Z = X[:, varied] - _precise(X[:, varied].astype(EXTENDED).mean(axis=0))
    Z = Z / np.sqrt(_precise((Z**2).astype(EXTENDED).sum(axis=0)) / (Z.shape[0] - 1))
    root = _root(_within_arms(Z[rows], treated=treated[rows]))
    found = np.zeros_like(Z)
    for column, weights in zip(Z.T, root.T, strict=True):
        found += column[:, None] * weights
    return found


def _precise(values: Extended) -> Floats:
    return values.astype(float)


def _centered(Z: Floats) -> Floats:
    mean = Z.astype(EXTENDED).mean(axis=0)
    return Z - _precise(mean + (Z - mean).mean(axis=0))


def _within_arms(Z: Floats, *, treated: Booleans) -> Floats:
    residuals = np.empty_like(Z)
    for arm in (treated, ~treated):
        residuals[arm] = _centered(Z[arm])
    size, deviations = Z.shape[0], residuals - residuals.astype(EXTENDED).mean(axis=0)
    return _precise(deviations.T @ deviations / (size - 1)) * (size - 1) / (size - 2)


def _root(covariance: Floats) -> Floats:
    """R with R'R = inverse of the covariance; the columns with the most information come first, as LAPACK's pivoted Cholesky."""
    inverse = _generalized_inverse(covariance)
    if np.linalg.det(covariance) > SINGULAR:
        inverse = np.linalg.solve(covariance, np.eye(covariance.shape[0]))
    factor, pivot, rank, _ = lapack.dpstrf(inverse, lower=0, tol=-1.0)
    factor = np.triu(factor)
    factor[rank:] = 0.0
    return factor[:, np.argsort(pivot)]


def _generalized_inverse(covariance: Floats) -> Floats:
    return np.linalg.pinv(covariance, rcond=SINGULAR, hermitian=True)


def _leading(ground: Ground, *, coordinates: Floats) -> int:
    """The column that a limit is put on, in whatever unit, else the first."""
    for column, values in enumerate(coordinates.T):
        for limit in ground.limits:
            if np.ptp(values) > 0 < np.ptp(limit.values) and np.corrcoef(values, limit.values)[0, 1] > ALONG:
                return column
    return 0
