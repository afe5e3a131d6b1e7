"""What every search for partners starts from: who is there, and which pairs are out of the question."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.event_times import Booleans, Floats, Integers


@dataclass(frozen=True)
class Limit:
    """A caliper on a covariate: partners differ in `values` (n,) by at most `width`, in the unit of the values."""

    values: Floats
    width: float


@dataclass(frozen=True)
class Ground:
    """All rows (n,): distance, arm, not discarded, stratum; how far apart partners may be (inf: no caliper), and limits."""

    distance: Floats
    treated: Booleans
    kept: Booleans
    strata: Integers
    reach: float
    limits: tuple[Limit, ...]

    @property
    def free(self) -> Booleans:
        return ~self.treated & self.kept

    def fits(self, row: int, *, others: Integers) -> Booleans:
        """Which of the other rows lie within every limit on covariates."""
        verdict = np.ones(others.size, dtype=bool)
        for limit in self.limits:
            verdict &= np.abs(limit.values[row] - limit.values[others]) <= limit.width
        return verdict


def neighbors_in_stratum(strata: Integers, *, ranked: Integers) -> tuple[Integers, Integers]:
    """For each sorted position 1..n the last position before it and the first after it in its stratum; 0 and n + 1 are none.

    `ranked` (n,) are row numbers in sorted order. Both results have shape (n + 2,), their ends unused."""
    size = ranked.size
    if not size or (strata == strata[0]).all():
        places = np.arange(size + 2)
        return np.maximum(places - 1, 0), np.minimum(places + 1, size + 1)
    by_stratum = np.argsort(strata[ranked], kind="stable")
    at, of = by_stratum + 1, strata[ranked][by_stratum]
    before, after = np.zeros(size + 2, dtype=np.int64), np.full(size + 2, size + 1, dtype=np.int64)
    same = of[1:] == of[:-1]
    before[at[1:][same]] = at[:-1][same]
    after[at[:-1][same]] = at[1:][same]
    return before, after
