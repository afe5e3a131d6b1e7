"""Successes within matched pairs: which of the two alone had one, and how far the two proportions differ."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.event_times import Booleans, Integers
from analytics.stats.tests.exact_tables import TwoSampleTest
from analytics.stats.tests.proportions import FEW_DISCORDANT, mcnemar


@dataclass(frozen=True)
class PairedCounts:
    """Pairs by who had a success: both, the focal one only, the reference only, neither."""

    both: int
    only_focal: int
    only_reference: int
    neither: int

    @property
    def pairs(self) -> int:
        return self.both + self.only_focal + self.only_reference + self.neither


def paired_counts(success: Booleans, *, focal: Booleans, pair: Integers) -> PairedCounts:
    """All of shape (n,); pairs of which one is not among the rows are left out. Each has one person of either arm."""
    shared, ours, theirs = np.intersect1d(pair[focal], pair[~focal], return_indices=True)
    first, second = success[focal][ours], success[~focal][theirs]
    both, only_first = int((first & second).sum()), int((first & ~second).sum())
    only_second = int((~first & second).sum())
    return PairedCounts(both, only_first, only_second, neither=int(shared.size) - both - only_first - only_second)


def mcnemar_test(counts: PairedCounts) -> TwoSampleTest:
    """McNemar's test as a test of two samples: the statistic is the corrected chi-squared, None where p is exact. Without a discordant
    pair there is nothing to test."""
    b, c = counts.only_focal, counts.only_reference
    found = mcnemar(b, c=c, pairs=counts.pairs)
    if b + c == 0:
        return TwoSampleTest(name=found.name, statistic=None, df=None, p=None, why="not_estimable")
    if b + c < FEW_DISCORDANT:
        return TwoSampleTest(name=found.name, statistic=None, df=None, p=found.p)
    return TwoSampleTest(name=found.name, statistic=max(abs(b - c) - 1, 0) ** 2 / (b + c), df=1.0, p=found.p)
