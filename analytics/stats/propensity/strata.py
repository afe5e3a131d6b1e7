"""Strata in which both arms are compared: coarsened exact matching and subclasses of the score, and the weights of both."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from analytics.stats.event_times import Booleans, Floats, Integers

Effect = Literal["ATT", "ATC"]
OUTSIDE = 0


def sturges_cuts(values: Floats) -> Floats:
    """Inner bounds of ceiling(log2 n + 1) classes of equal width over `values` (n,). R: grDevices::nclass.Sturges.

    >>> sturges_cuts(np.array([0.0, 1.0, 2.0, 4.0])).round(3).tolist()
    [1.333, 2.667]
    """
    classes = int(np.ceil(np.log2(values.size) + 1))
    return np.linspace(values.min(), values.max(), classes + 1)[1:-1]


def coarsen(values: Floats, *, cuts: Floats) -> Integers:
    """The class of each value; a value on a cut belongs above it. R: findInterval(values, c(-Inf, cuts, Inf))."""
    return np.searchsorted(np.unique(cuts), values, side="right")


def match_coarsened(columns: Sequence[Integers], *, treated: Booleans) -> Integers:
    """Strata (n,) of equal classes in every column, numbered from 1 as they first appear; 0 where an arm is missing in one.

    Iacus, King and Porro, Political Analysis 2012. R: MatchIt::matchit(method = "cem").

    >>> match_coarsened([np.array([5, 7, 5])], treated=np.array([True, True, False])).tolist()
    [1, 0, 1]
    """
    _, first, of_row = np.unique(np.column_stack(columns), axis=0, return_index=True, return_inverse=True)
    of_row = of_row.reshape(-1)
    counts = [np.bincount(of_row[rows], minlength=first.size) for rows in (treated, ~treated)]
    shared = np.flatnonzero((counts[0] > 0) & (counts[1] > 0))
    number = np.zeros(first.size, dtype=np.int64)
    number[shared[np.argsort(first[shared])]] = np.arange(1, shared.size + 1)
    return number[of_row]


def subclassify(distance: Floats, *, treated: Booleans, classes: int, kept: Booleans | None = None) -> Integers:
    """Subclasses (n,) of the score, 1 the lowest, 0 for rows not `kept`.

    The bounds are quantiles (type 7) of the distance of the `treated`, the arm whose effect is asked for. A class without one
    of the arms takes the nearest row of that arm from its neighbors. Equal bounds give fewer classes. ValueError where an
    arm has fewer rows than there are classes. R: MatchIt::matchit(method = "subclass").

    >>> subclassify(np.array([1.0, 2.0, 1.5, 1.7]), treated=np.array([True, True, False, False]), classes=2).tolist()
    [1, 2, 1, 2]
    """
    kept = np.ones(distance.size, dtype=bool) if kept is None else kept
    bounds = np.quantile(distance[treated], np.linspace(0, 1, classes + 1))
    place = np.clip(np.searchsorted(bounds, distance[kept], side="right"), 1, classes)
    _, place = np.unique(place, return_inverse=True)
    for arm in (treated[kept], ~treated[kept]):
        rows = np.flatnonzero(arm)
        if rows.size <= place.max():
            raise ValueError("an arm has fewer rows than subclasses")
        place[rows] = _filled(place[rows], score=distance[kept][rows], classes=int(place.max()) + 1)
    strata = np.full(distance.size, OUTSIDE, dtype=np.int64)
    strata[kept] = place + 1
    return strata


def strata_weights(strata: Integers, *, treated: Booleans, estimand: Effect = "ATT") -> Floats:
    """Weights (n,) that give the other arm the strata of the treated (ATT) or the treated those of the others (ATC).

    The arm that is the measure weighs 1; the other m1 / m0 of its stratum, scaled to mean 1 over those in a stratum. 0 outside.
    """
    inside, base = strata != OUTSIDE, treated if estimand == "ATT" else ~treated
    measure, other = inside & base, inside & ~base
    size = int(strata.max(initial=0)) + 1
    share = np.bincount(strata[measure], minlength=size) / np.maximum(np.bincount(strata[other], minlength=size), 1)
    weights = np.where(measure, 1.0, np.where(other, share[strata], 0.0))
    weights[other] *= other.sum() / max(weights[other].sum(), np.finfo(float).tiny)
    return weights


def _filled(place: Integers, *, score: Floats, classes: int) -> Integers:
    """One arm's classes, each with at least one row: the first empty one takes the nearest row of the side that can spare."""
    place = place.copy()
    while (counts := np.bincount(place, minlength=classes)).min() == 0:
        empty = int(np.argmin(counts > 0))
        below = _takes_from_below(counts, empty=empty)
        donors = np.flatnonzero(counts)
        donor = donors[donors < empty][-1] if below else donors[donors > empty][0]
        rows = np.flatnonzero(place == donor)
        values = score[rows] if below else -score[rows]
        place[rows[np.flatnonzero(values == values.max())[-1]]] = empty
    return place


def _takes_from_below(counts: Integers, *, empty: int) -> bool:
    if empty in (0, counts.size - 1):
        return empty > 0
    rich = np.flatnonzero(counts > 1)
    return bool(((counts[rich] - 1) / (rich - empty)).sum() <= 0)
