"""Exact tests of contingency tables: every table of the same margins, or seeded draws where there are too many."""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from analytics.stats.event_times import Floats, Integers

MOST_TABLES = 2_000_000
MONTE_CARLO_TABLES = 99_999
EQUALLY_LIKELY = 1e-7  # R's relative tolerance


@dataclass(frozen=True)
class TwoSampleTest:
    """Name, statistic and degrees of freedom as the named test has them (None where it has none), two-sided p.

    `why` says why there is no p (not_estimable). With `few_expected` a chi-squared p is a rough one: a count below 5 is expected."""

    name: str
    statistic: float | None
    df: float | None
    p: float | None
    why: str | None = None
    few_expected: bool = False


def fisher(table: Integers, *, seed: int = 1) -> TwoSampleTest:
    """Fisher's exact test (Freeman and Halton's) of any (levels, arms) table: p summed over the tables of the same margins that are no likelier.

    Beyond 2,000,000 tables a Monte Carlo p from `seed` (named so), (1 + hits) / (1 + draws). R: fisher.test.
    """
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return TwoSampleTest(name="Fisher exact", statistic=None, df=None, p=None, why="not_estimable")
    observed = -float(special.gammaln(table + 1.0).sum())
    logs = _all_tables(table.sum(axis=1), columns=table.sum(axis=0))
    if logs is None:
        return _by_draws(table, observed=observed, seed=seed)
    weights = np.exp(logs - logs.max())
    likely = weights <= np.exp(observed - logs.max()) * (1 + EQUALLY_LIKELY)
    return TwoSampleTest(
        name="Fisher exact", statistic=None, df=None, p=min(float(weights[likely].sum() / weights.sum()), 1.0)
    )


def _all_tables(rows: Integers, *, columns: Integers) -> Floats | None:
    """Log weight, minus the log factorials of the cells, of every table with these margins, grown cell by cell; None if too many."""
    left, weight = rows[None, :].copy(), np.zeros(1)
    for total in columns[:-1]:
        rest = np.full(left.shape[0], total)
        for place in range(rows.size):
            others = left[:, place + 1 :].sum(axis=1)
            least, most = np.maximum(rest - others, 0), np.minimum(rest, left[:, place])
            choices = most - least + 1
            if choices.sum() > MOST_TABLES:
                return None
            parent = np.repeat(np.arange(choices.size), choices)
            cell = np.arange(parent.size) - np.repeat(choices.cumsum() - choices, choices) + least[parent]
            left, weight, rest = left[parent], weight[parent] - special.gammaln(cell + 1.0), rest[parent] - cell
            left[:, place] -= cell
    return weight - special.gammaln(left + 1.0).sum(axis=1)


def _by_draws(table: Integers, *, observed: float, seed: int) -> TwoSampleTest:
    margins = stats.random_table(table.sum(axis=1), table.sum(axis=0))
    draws = margins.rvs(size=MONTE_CARLO_TABLES, random_state=np.random.Generator(np.random.PCG64(seed)))
    logs = -special.gammaln(draws + 1.0).sum(axis=(1, 2))
    p = (1 + int((logs <= observed + EQUALLY_LIKELY).sum())) / (1 + MONTE_CARLO_TABLES)
    return TwoSampleTest(name="Fisher, Monte Carlo", statistic=None, df=None, p=p)
