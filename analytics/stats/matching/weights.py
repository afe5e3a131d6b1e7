"""Pairs → weights and clusters, as balance, curves and Cox models use them. Note [Shared controls]."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.event_times import Floats, Integers
from analytics.stats.matching.nearest import Pairs


@dataclass(frozen=True)
class Members:
    """One entry per person and set it belongs to: row number, set (0, 1, ... by treated row), and weight within the cohort.

    Without replacement every person has one entry, and `row` is all the matched. With replacement a control has one per treated
    row it serves; its weights sum to its weight as a person. Robust errors cluster by set, with replacement by person also."""

    row: Integers
    group: Integers
    weight: Floats


def pair_weights(pairs: Pairs, *, size: int) -> Floats:
    """Weights (size,): 1 for the treated, for a control the sum over its treated of 1 / (controls of that treated).

    Those of the controls are scaled to mean 1 over the matched ones; 0 for the unmatched. R: MatchIt's weights.

    >>> pairs = Pairs(treated=np.array([0, 0, 1]), control=np.array([2, 3, 2]), caliper_width=None)
    >>> pair_weights(pairs, size=5).round(3).tolist()
    [1.0, 1.0, 1.5, 0.5, 0.0]
    """
    weights = np.zeros(size)
    members = pair_members(pairs)
    np.add.at(weights, members.row, members.weight)
    return weights


def pair_members(pairs: Pairs) -> Members:
    """The sets of the pairs: each treated row with its controls, the treated first."""
    rows, group, partners = np.unique(pairs.treated, return_inverse=True, return_counts=True)
    share = 1.0 / partners[group]
    scale = pairs.controls / share.sum() if share.size else 1.0
    row = np.concatenate([rows, pairs.control])
    groups = np.concatenate([np.arange(rows.size), group])
    weight = np.concatenate([np.ones(rows.size), share * scale])
    order = np.argsort(groups, kind="stable")
    return Members(row=row[order], group=groups[order], weight=weight[order])
