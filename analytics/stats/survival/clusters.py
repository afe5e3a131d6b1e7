"""Sums of outer products over clusters, the middle of every robust error: by set, by person, or by both."""

import numpy as np

from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching.weights import Members

# Note [Shared controls]
# ~~~~~~~~~~~~~~~~~~~~~~
# Under matching with replacement a control stands in several sets. Two rows of one person are dependent, and two
# persons of one set are dependent, so neither clustering by set nor by person alone gives valid errors. With two
# clusterings the sum over sets plus the sum over persons counts what both share twice, hence "less their crossing"
# (Cameron, Gelbach and Miller 2011). MatchIt's users reach the same number with vcovCL(cluster = ~ subclass + id).
# `Members` is the form in which a person stays one row of the model and is split over its sets in proportion to its
# weights; the sum over entries is then the crossing.

Clusters = Integers | tuple[Integers, Integers] | Members


def outer_sums(parts: Floats, *, clusters: Clusters | None) -> Floats:
    """Sum of u u' over clusters (p, p), u the sum of one cluster's columns of `parts` (p, n).

    Without clusters each row is one. Two clusterings: both sums less that of their crossing (Cameron, Gelbach and Miller
    2011). `Members`, where a person may stand in several sets: the person's part belongs to its sets in proportion to its
    weights there; the sum over sets and that over persons, less that over entries. R: vcovCL(fit, cluster = ~ subclass + id).

    >>> outer_sums(np.array([[1.0, 2.0, 3.0]]), clusters=np.array([0, 0, 1])).tolist()
    [[18.0]]
    """
    if clusters is None:
        return np.asarray(parts @ parts.T)
    if isinstance(clusters, Members):
        total = np.bincount(clusters.row, weights=clusters.weight, minlength=parts.shape[1])
        entries = parts[:, clusters.row] * (clusters.weight / total[clusters.row])
        return _sums(entries, code=clusters.group) + _sums(entries, code=clusters.row) - entries @ entries.T
    if not isinstance(clusters, tuple):
        return _sums(parts, code=clusters)
    first, second = (np.unique(code, return_inverse=True)[1] for code in clusters)
    both = np.unique(first * (second.max() + 1) + second, return_inverse=True)[1]
    return _sums(parts, code=first) + _sums(parts, code=second) - _sums(parts, code=both)


def fewest(clusters: Clusters) -> int:
    """How many clusters there are, of two clusterings those of the coarser one, of members the sets."""
    if isinstance(clusters, Members):
        return int(np.unique(clusters.group).size)
    codes = clusters if isinstance(clusters, tuple) else (clusters,)
    return min(int(np.unique(code).size) for code in codes)


def clusters_at(clusters: Clusters | None, *, rows: Booleans | Integers) -> Clusters | None:
    """Those of some of the rows, none of them twice."""
    if clusters is None:
        return None
    if isinstance(clusters, tuple):
        return clusters[0][rows], clusters[1][rows]
    return members_at(clusters, rows=rows) if isinstance(clusters, Members) else clusters[rows]


def members_at(members: Members, *, rows: Booleans | Integers) -> Members:
    """The entries of some persons, in the places these have among the `rows`."""
    chosen = np.flatnonzero(rows) if rows.dtype == bool else rows
    place = np.full(int(max(members.row.max(initial=-1), chosen.max(initial=-1))) + 1, -1, dtype=np.int64)
    place[chosen] = np.arange(chosen.size)
    found = place[members.row]
    kept = found >= 0
    return Members(row=found[kept], group=members.group[kept], weight=members.weight[kept])


def _sums(parts: Floats, *, code: Integers) -> Floats:
    sums: Floats = np.stack([np.bincount(code, weights=row) for row in parts])
    return np.asarray(sums @ sums.T)
