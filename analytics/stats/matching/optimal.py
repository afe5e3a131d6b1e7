"""1:1 matching with the smallest total distance, as an assignment problem."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching.nearest import Pairs

MOST_ROWS = 5_000  # of an arm: a matrix of 25 million distances, 200 MB


class TooManyRowsError(ValueError):
    """An arm has more rows than an assignment can be solved for in memory."""


def match_optimally(
    coordinates: Floats, *, treated: Booleans, exact: Integers | None = None, kept: Booleans | None = None
) -> Pairs:
    """As many pairs as the smaller arm (of each stratum `exact`) allows, with the smallest sum of distances.

    `coordinates` (n,) is a score, or (n, p) points whose Euclidean distance counts. Which of several equally good matchings comes
    out is not defined, its total distance is. No caliper. TooManyRowsError where an arm of a stratum exceeds MOST_ROWS.
    Jonker-Volgenant (scipy.optimize.linear_sum_assignment). R: MatchIt::matchit(method = "optimal").

    >>> match_optimally(np.array([1.0, 2.0, 0.0, 1.1]), treated=np.array([True, True, False, False])).control.tolist()
    [2, 3]
    """
    kept = np.ones(treated.size, dtype=bool) if kept is None else kept
    strata = np.zeros(treated.size, dtype=np.int64) if exact is None else exact
    points = coordinates.reshape(treated.size, -1)
    ours, theirs = [], []
    for stratum in np.unique(strata[kept]):
        rows, others = (np.flatnonzero(arm & kept & (strata == stratum)) for arm in (treated, ~treated))
        if max(rows.size, others.size) > MOST_ROWS:
            raise TooManyRowsError(f"{max(rows.size, others.size)} rows in an arm; the limit is {MOST_ROWS}")
        first, second = linear_sum_assignment(_distances(points[rows], others=points[others]))
        ours.append(rows[first])
        theirs.append(others[second])
    row = np.concatenate([np.empty(0, dtype=np.int64), *ours])
    order = np.argsort(row, kind="stable")
    return Pairs(treated=row[order], control=np.concatenate([row[:0], *theirs])[order], caliper_width=None)


def total_distance(pairs: Pairs, *, coordinates: Floats) -> float:
    """Sum of the distances of all pairs, in the unit of `coordinates`."""
    points = coordinates.reshape(coordinates.shape[0], -1)
    return float(np.sqrt(((points[pairs.treated] - points[pairs.control]) ** 2).sum(axis=1)).sum())


def _distances(points: Floats, *, others: Floats) -> Floats:
    squares = np.zeros((points.shape[0], others.shape[0]))
    for one, other in zip(points.T, others.T, strict=True):
        squares += (one[:, None] - other[None, :]) ** 2
    return np.sqrt(squares)
