"""The hazard ratio period by period, for arms whose hazards are not proportional."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analytics.stats.bad_input import require
from analytics.stats.event_times import Booleans, Floats
from analytics.stats.survival.clusters import Clusters, clusters_at
from analytics.stats.survival.cox import HazardRatio, fit_cox, hazard_ratio
from analytics.stats.survival.risk_sets import Ties


@dataclass(frozen=True)
class PeriodRatio:
    """The ratio among those still followed after `start`, with events up to `end` (inclusive; infinite for the last period)."""

    start: float
    end: float
    n: int
    events: int
    ratio: HazardRatio


def period_ratios(  # noqa: PLR0913  # those of a fit, and the cuts
    time: Floats,
    *,
    event: Booleans,
    arm: Floats,
    cuts: Sequence[float],
    entry: Floats | None = None,
    ties: Ties = "efron",
    weights: Floats | None = None,
    clusters: Clusters | None = None,
    level: float = 0.95,
) -> tuple[PeriodRatio, ...]:
    """Cox on the arm (0 or 1) alone within (0, c1], (c1, c2], ..., (ck, inf); errors by `clusters`, robust where weighted.

    Shapes (n,). Each period starts from those followed beyond its start, who differ by arm in what they survived.
    R: coxph on survSplit(..., cut = cuts), one episode at a time.
    """
    ascending = all(first < second for first, second in pairwise(cuts))
    en = "The cut points between periods must be above 0 and in ascending order."
    require(ascending and all(cut > 0 for cut in cuts), en=en, zh="时期分界点必须大于 0 且递增。")
    edges = [-np.inf, *cuts, np.inf]
    found = []
    for start, end in pairwise(edges):
        rows = (time > start) if entry is None else (time > start) & (entry < end)
        happened = event[rows] & (time[rows] <= end)
        fit = fit_cox(
            np.minimum(time[rows], end),
            event=happened,
            X=arm[rows, None],
            entry=None if entry is None else entry[rows],
            ties=ties,
            weights=None if weights is None else weights[rows],
            robust=weights is not None or clusters is not None,
            clusters=clusters_at(clusters, rows=rows),
        )
        ratio = hazard_ratio(fit, level=level)
        found.append(PeriodRatio(max(start, 0.0), end, n=int(rows.sum()), events=int(happened.sum()), ratio=ratio))
    return tuple(found)
