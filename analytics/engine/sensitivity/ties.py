"""The pairs made again with ties of the score broken at random: how far the hazard ratio rests on the order of the data."""

from collections.abc import Iterator, Sequence

import numpy as np

from analytics.engine.design.ties import pairs_without_ties, rows_of
from analytics.engine.outcomes.bootstrap import FollowUp
from analytics.engine.sensitivity.base import NONE, Base, SensitivityRow, Spread
from analytics.stats.event_times import Floats
from analytics.stats.matching.weights import pair_weights
from analytics.stats.survival.cox import HazardRatio

TIED_SCORES = "tied_scores"


def ties_at_random(base: Base) -> Iterator[SensitivityRow]:
    """Median, 2.5th and 97.5th percentile and range of the hazard ratios; nothing where no tie decides a pair."""
    matching, table = base.design.matching, base.design.unmatched
    if matching is None or matching.ties is None or not matching.ties.decide_who:
        return
    rows = rows_of(table, score=base.design.score, protocol=base.protocol)
    weights = [pair_weights(pairs, size=len(table)) for pairs in pairs_without_ties(rows)]
    everyone = np.arange(len(table))
    focal, reference = (
        round(float(np.mean([(w > 0)[arm].sum() for w in weights]))) for arm in (rows.focal, ~rows.focal)
    )
    for name in base.protocol.survival_endpoints:
        follow_up = FollowUp(table, endpoint=name, protocol=base.protocol)
        found = [follow_up.log_ratio(everyone, weights=one) for one in weights]
        known = np.exp([value for value in found if value is not None])
        yield _row(known, draws=len(weights), name=name, counts=(focal, reference))


def _row(known: Floats, *, draws: int, name: str, counts: Sequence[int]) -> SensitivityRow:
    settings = {"n": draws}
    focal, reference = counts
    if not known.size:
        return SensitivityRow(TIED_SCORES, settings, name, focal, reference, ratio=NONE)
    low, middle, high = (float(value) for value in np.percentile(known, [2.5, 50, 97.5]))
    spread = Spread(draws, failed=draws - known.size, smallest=float(known.min()), largest=float(known.max()))
    ratio = HazardRatio(hr=middle, low=low, high=high, se=None, p=None)
    return SensitivityRow(TIED_SCORES, settings, name, focal, reference, ratio=ratio, spread=spread)
