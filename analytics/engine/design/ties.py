"""How far nearest-neighbor pairs depend on the choice among equal scores, which no one but the order of the data makes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.engine.design.adjustment import Nearest, Rows, nearest_start
from analytics.engine.design.score import Score
from analytics.messages import Message, Notice
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.matching.nearest import Pairs
from analytics.stats.matching.ties import TiedScores, break_ties_at_random, tied_scores
from analytics.stats.matching.weights import pair_weights

DRAWS, FEWEST_DRAWS = 200, 20
MOST_ROWS_DRAWN = 10_000_000  # in all draws together, about half a minute; a table of 50,000 rows still has 200 draws
TRIALS = 10  # enough to see whether the choice changes; how far the result does is a sensitivity analysis


@dataclass(frozen=True)
class Ties:
    """The scores that are tied within an arm; whether others are matched where the ties are broken at random."""

    scores: TiedScores
    decide_who: bool


def ties_of(rows: Rows, *, pairs: Pairs | None) -> Ties | None:
    """None where the protocol does not ask, or the method takes nobody in turn."""
    plan = rows.protocol.design
    if plan.method != "nearest" or not plan.tied_scores or pairs is None:
        return None
    start = nearest_start(rows)
    scores = tied_scores(start.distance, treated=start.served, rules=start.rules)
    ours = pair_weights(pairs, size=rows.focal.size)
    others = _drawn(start, draws=TRIALS if scores.tied else 0, protocol=rows.protocol)
    changes = any(not np.allclose(pair_weights(one, size=ours.size), ours) for one in others)
    return Ties(scores=scores, decide_who=changes)


def draws_for(size: int) -> int:
    """200, fewer for a table so large that its hazard ratio hardly depends on them.

    >>> draws_for(609), draws_for(100_000), draws_for(2_000_000)
    (200, 100, 20)
    """
    return max(FEWEST_DRAWS, min(DRAWS, MOST_ROWS_DRAWN // max(size, 1)))


def pairs_without_ties(rows: Rows) -> Iterator[Pairs]:
    """The matching with its ties broken at random, as often as `draws_for` says, by the seed of the protocol."""
    return _drawn(nearest_start(rows), draws=draws_for(rows.focal.size), protocol=rows.protocol)


def about_ties(ties: Ties | None) -> list[Notice]:
    if ties is None or not ties.decide_who:
        return []
    scores = ties.scores
    en = (
        f"{scores.tied} of {scores.n} patients ({scores.share:.1%}) have the same propensity score as another patient in their "
        f"arm ({scores.distinct} distinct scores). Which of them are matched depends on the order of the data; see the sensitivity "
        "analysis with tied scores in random order."
    )
    zh = (
        f"{scores.n} 人中有 {scores.tied} 人（{scores.share:.1%}）与同组其他患者评分相同（共 {scores.distinct} 个不同的评分）。"
        "评分相同者中谁被匹配取决于数据的排列顺序；请参考“相同评分随机排序”的敏感性分析。"
    )
    return [Notice("tied_scores", Message(en, zh), where="matching")]


def _drawn(start: Nearest, *, draws: int, protocol: AnalysisPlan) -> Iterator[Pairs]:
    return break_ties_at_random(
        start.distance, treated=start.served, rules=start.rules, draws=draws, seed=protocol.seed
    )


def rows_of(table: pd.DataFrame, *, score: Score | None, protocol: AnalysisPlan) -> Rows:
    """The rows of a design that is made already."""
    return Rows(
        table=table, focal=(table["arm"] == protocol.arms.focal.label).to_numpy(), score=score, protocol=protocol
    )
