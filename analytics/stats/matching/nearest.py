"""Nearest-neighbor matching with MatchIt's search and its way with ties.

What may be asked for is in `Rules`; `match_nearest` is the only function to call. Beside it: `one_dimension` searches along one
distance, `multivariate` in the space of several covariates, `order` says who is served when (Note [MatchIt's order among ties]),
`weights` turns pairs into weights and clusters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching.multivariate import Cloud
from analytics.stats.matching.one_dimension import Line
from analytics.stats.matching.order import Pool, serve_all_at_once, serve_by_gap, serve_in_rounds
from analytics.stats.matching.pool import Ground, Limit

Order = Literal["largest", "smallest", "data", "closest", "farthest", "random"]
CaliperUnit = Literal["sd", "sd_within_arm", "raw"]


@dataclass(frozen=True)
class Rules:
    """How pairs are made; the default is 1:1 without replacement, the largest score first.

    `caliper` is absolute and inclusive. `exact` (n,) are numbers of strata: partners share one. `coordinates` (n, p): pair on
    the Euclidean distance of these, Mahalanobis of what they were made from (`mahalanobis_coordinates`), the caliper still
    on the score. `limits` are calipers on covariates. `kept` (n,) is False for rows that were discarded. `random` draws the
    order by PCG64 from `seed`."""

    caliper: float | None = None
    order: Order = "largest"
    seed: int = 1
    ratio: int = 1
    replace: bool = False
    exact: Integers | None = None
    coordinates: Floats | None = None
    limits: tuple[Limit, ...] = ()
    kept: Booleans | None = None


@dataclass(frozen=True)
class Pairs:
    """Row numbers of partners, `treated[i]` with `control[i]`, ordered by treated row, then in the order they were found.

    With a ratio a treated row comes once per partner, with replacement a control once per treated row it serves."""

    treated: Integers
    control: Integers
    caliper_width: float | None

    @property
    def count(self) -> int:
        """Treated rows with at least one partner."""
        return int(np.unique(self.treated).size)

    @property
    def controls(self) -> int:
        """Distinct controls."""
        return int(np.unique(self.control).size)

    @property
    def has_own_controls(self) -> bool:
        """Whether no control serves twice."""
        return self.controls == self.control.size

    @property
    def is_one_to_one(self) -> bool:
        return self.count == self.controls == self.treated.size


def caliper_width(distance: Floats, *, treated: Booleans, width: float, unit: CaliperUnit = "sd") -> float:
    """The caliper as an absolute distance, in the unit of `distance` (n,).

    `sd`: width times the n - 1 standard deviation over both arms together (MatchIt). `sd_within_arm`: width times
    sqrt((s1^2 + s0^2) / 2) (Austin, Pharmaceutical Statistics 2011); ValueError where an arm has a single row. `raw`: width
    itself (std.caliper = FALSE). Rows that were discarded must not be among those given.

    >>> caliper_width(np.array([0.0, 2.0]), treated=np.array([True, False]), width=0.5, unit="raw")
    0.5
    """
    if unit == "raw":
        return width
    if unit == "sd":
        return width * float(np.std(distance, ddof=1))
    if min(treated.sum(), (~treated).sum()) < 2:
        raise ValueError("a standard deviation within each arm requires two rows per arm")
    within = (np.var(distance[treated], ddof=1) + np.var(distance[~treated], ddof=1)) / 2
    return width * float(np.sqrt(within))


def match_nearest(distance: Floats, *, treated: Booleans, rules: Rules | None = None) -> Pairs:
    """Give each treated row, in the order of the rules, the nearest control still free and allowed.

    `distance` (n,) is the score on its scale, no missing values; `treated` (n,) marks the arm that is served (the focal arm,
    for the effect in the others the reference arm). A ratio is served in rounds: everyone gets a first partner before anyone
    a second, and who got none in a round is out. With replacement controls are never used up.

    All rows are sorted by distance, stable in data order; treated rows with equal distance are served in data order. At equal
    distance to both sides the control fewer sorted positions away wins, then the left one; later rounds count from the
    partners already found. `closest` and `farthest` serve whoever has the smallest or largest gap at the time. With
    `coordinates` the one met last wins among equals. Cost n log n without coordinates (union-find), else treated times controls
    within the caliper. ValueError for an order by score where there is none to order by is the caller's to avoid.
    R: MatchIt::matchit(method = "nearest"), version 4.7.2.

    >>> pairs = match_nearest(np.array([0.5, 0.4, 0.9]), treated=np.array([True, False, False]))
    >>> pairs.control.tolist()
    [1]
    """
    rules = rules or Rules()
    ground = _ground(distance, treated=treated, rules=rules)
    pool: Pool = Line(ground) if rules.coordinates is None else Cloud(ground, coordinates=rules.coordinates)
    queue = _queue(distance, rows=np.flatnonzero(treated & ground.kept), rules=rules).tolist()
    ratio = min(rules.ratio, int(ground.free.sum()))
    if rules.replace:
        found = serve_all_at_once(pool, queue=queue, ratio=ratio)
    elif rules.order in ("closest", "farthest"):
        found = serve_by_gap(pool, queue=queue, ratio=ratio, farthest=rules.order == "farthest")
    else:
        found = serve_in_rounds(pool, queue=queue, ratio=ratio)
    return _pairs(found, caliper=rules.caliper)


def _ground(distance: Floats, *, treated: Booleans, rules: Rules) -> Ground:
    kept = np.ones(distance.size, dtype=bool) if rules.kept is None else rules.kept
    strata = np.zeros(distance.size, dtype=np.int64) if rules.exact is None else rules.exact
    reach = float("inf") if rules.caliper is None else rules.caliper
    return Ground(distance=distance, treated=treated, kept=kept, strata=strata, reach=reach, limits=rules.limits)


def _queue(distance: Floats, *, rows: Integers, rules: Rules) -> Integers:
    """With replacement the order is without effect."""
    if rules.replace or rules.order in ("data", "closest", "farthest"):
        return rows
    if rules.order == "random":
        return np.random.Generator(np.random.PCG64(rules.seed)).permutation(rows)
    sign = -1.0 if rules.order == "largest" else 1.0
    return rows[np.argsort(sign * distance[rows], kind="stable")]


def _pairs(found: Sequence[tuple[int, int]], *, caliper: float | None) -> Pairs:
    edges = np.array(found, dtype=np.int64).reshape(-1, 2)
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    return Pairs(treated=edges[:, 0], control=edges[:, 1], caliper_width=caliper)
