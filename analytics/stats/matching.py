"""1:1 nearest-neighbor matching without replacement, with MatchIt's search and its way with ties."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.stats.event_times import Booleans, Floats, Integers

Order = Literal["largest", "smallest", "data", "random"]
CaliperUnit = Literal["sd", "sd_within_arm", "raw"]


@dataclass(frozen=True)
class Pairs:
    """Row numbers of the matched, ordered by treated row; `treated[i]` and `control[i]` are a pair."""

    treated: Integers
    control: Integers
    caliper_width: float | None

    @property
    def count(self) -> int:
        return int(self.treated.size)


def caliper_width(distance: Floats, *, treated: Booleans, width: float, unit: CaliperUnit = "sd") -> float:
    """The caliper as an absolute distance, in the unit of `distance` (n,).

    `sd`: width times the n - 1 standard deviation over both arms together (MatchIt). `sd_within_arm`: width times
    sqrt((s1^2 + s0^2) / 2) (Austin, Pharmaceutical Statistics 2011); ValueError where an arm has a single row. `raw`: width
    itself (std.caliper = FALSE).

    >>> caliper_width(np.array([0.0, 2.0]), treated=np.array([True, False]), width=0.5, unit="raw")
    0.5
    """
    if unit == "raw":
        return width
    if unit == "sd":
        return width * float(np.std(distance, ddof=1))
    if min(treated.sum(), (~treated).sum()) < 2:
        raise ValueError("a standard deviation within each arm needs two rows in each")
    within = (np.var(distance[treated], ddof=1) + np.var(distance[~treated], ddof=1)) / 2
    return width * float(np.sqrt(within))


def match_nearest(
    distance: Floats, *, treated: Booleans, caliper: float | None = None, order: Order = "largest", seed: int = 1
) -> Pairs:
    """Pair each treated row, in `order`, with the nearest control still free and within `caliper` (absolute, inclusive).

    `distance` (n,) is the score on its scale, no missing values. All rows are sorted by it, stable in data order; treated rows
    with equal scores go in data order. At equal distance to both sides the control fewer sorted positions away wins, then the
    left one. `random` draws the order by PCG64 from `seed`. Cost n log n: the next free control on each side is found by
    union-find. R: MatchIt::matchit(method = "nearest", replace = FALSE, m.order = order, caliper = ...), version 4.7.2.

    >>> pairs = match_nearest(np.array([0.5, 0.4, 0.9]), treated=np.array([True, False, False]))
    >>> pairs.control.tolist()
    [1]
    """
    ranked = np.argsort(distance, kind="stable")
    position = np.empty_like(ranked)
    position[ranked] = np.arange(ranked.size)
    queue = _queue(distance, treated=treated, order=order, seed=seed)
    reach = float("inf") if caliper is None else caliper
    found = _search(
        distance[ranked].tolist(), free=(~treated[ranked]).tolist(), queue=position[queue].tolist(), reach=reach
    )
    control = np.array(found, dtype=np.int64)
    matched = control >= 0
    rows, partners = queue[matched], ranked[control[matched]]
    by_row = np.argsort(rows)
    return Pairs(treated=rows[by_row], control=partners[by_row], caliper_width=caliper)


def _queue(distance: Floats, *, treated: Booleans, order: Order, seed: int) -> Integers:
    rows = np.flatnonzero(treated)
    if order == "data":
        return rows
    if order == "random":
        return np.random.Generator(np.random.PCG64(seed)).permutation(rows)
    sign = -1.0 if order == "largest" else 1.0
    return rows[np.argsort(sign * distance[rows], kind="stable")]


def _search(score: list[float], *, free: list[bool], queue: list[int], reach: float) -> list[int]:
    """For each sorted position in the queue the position of its control, or -1.

    `left[i]` leads to the nearest free control at or before i, `right[i]` at or after it; 0 and the last are sentinels."""
    size = len(score)
    left = [0] + [i if is_free else i - 1 for i, is_free in enumerate(free, start=1)]
    right = [i if is_free else i + 1 for i, is_free in enumerate(free, start=1)]
    right = [1, *right, size + 1]
    found = []
    for place in queue:
        at, own = place + 1, score[place]
        before, after = _lead(left, start=at), _lead(right, start=at)
        down = own - score[before - 1] if before >= 1 else float("inf")
        up = score[after - 1] - own if after <= size else float("inf")
        is_left = down < up or (down == up and at - before <= after - at)
        chosen, gap = (before, down) if is_left else (after, up)
        if not 1 <= chosen <= size or gap > reach:
            found.append(-1)
            continue
        left[chosen], right[chosen] = chosen - 1, chosen + 1
        found.append(chosen - 1)
    return found


def _lead(parent: list[int], *, start: int) -> int:
    """Follow the pointers to their end, halving the path on the way."""
    while parent[start] != start:
        parent[start] = parent[parent[start]]
        start = parent[start]
    return start
