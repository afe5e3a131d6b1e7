"""Tests of one covariate between two arms, by convention profile, each with its name."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special, stats

from analytics.stats.event_times import Floats, Integers

Profile = Literal["r", "gtsummary"]

MOST_TABLES = 2_000_000
MONTE_CARLO_TABLES = 99_999


@dataclass(frozen=True)
class TwoSampleTest:
    """Name, statistic and degrees of freedom as the named test has them (None where it has none), two-sided p.

    `why` says why there is no p (not_estimable)."""

    name: str
    statistic: float | None
    df: float | None
    p: float | None
    why: str | None = None


def compare_means(first: Floats, *, second: Floats) -> TwoSampleTest:
    """Welch's t test. Shapes (n,), no missing values. R: t.test(first, second)."""
    name = "Welch t"
    if min(first.size, second.size) < 2 or not (np.ptp(first) > 0 or np.ptp(second) > 0):
        return TwoSampleTest(name=name, statistic=None, df=None, p=None, why="not_estimable")
    shares = [float(np.var(values, ddof=1)) / values.size for values in (first, second)]
    statistic = float(first.mean() - second.mean()) / sum(shares) ** 0.5
    df = sum(shares) ** 2 / (shares[0] ** 2 / (first.size - 1) + shares[1] ** 2 / (second.size - 1))
    return TwoSampleTest(name=name, statistic=statistic, df=df, p=float(2 * stats.t.sf(abs(statistic), df)))


def compare_ranks(first: Floats, *, second: Floats) -> TwoSampleTest:
    """Wilcoxon's rank-sum test: exact below 50 a side without ties, else normal with ties and continuity correction.

    The statistic is W of the first sample. Shapes (n,), no missing values. R: wilcox.test(first, second).
    """
    name = "Wilcoxon rank-sum"
    if not (first.size and second.size) or np.ptp(np.concatenate([first, second])) == 0:
        return TwoSampleTest(name=name, statistic=None, df=None, p=None, why="not_estimable")
    both = np.concatenate([first, second])
    is_exact = max(first.size, second.size) < 50 and np.unique(both).size == both.size
    result = stats.mannwhitneyu(first, second, method="exact" if is_exact else "asymptotic", use_continuity=True)
    return TwoSampleTest(name=name, statistic=float(result.statistic), df=None, p=float(result.pvalue))


def compare_counts(table: Integers, *, profile: Profile = "r", seed: int = 1) -> TwoSampleTest:
    """Levels by arms, `table` (levels, 2) of counts; empty rows are left out.

    `r`: Pearson's chi-squared, with Yates' correction on 2 x 2 (chisq.test). `gtsummary`: Pearson's without correction, but
    Fisher's exact test where an expected count is below 5 (add_p).
    """
    table = table[table.sum(axis=1) > 0]
    if table.shape[0] < 2 or not table.sum(axis=0).all():
        return TwoSampleTest(name="chi-squared, Pearson", statistic=None, df=None, p=None, why="not_estimable")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    if profile == "gtsummary" and expected.min() < 5:
        return fisher(table, seed=seed)
    is_corrected = profile == "r" and table.shape == (2, 2)
    gap = np.abs(table - expected)
    if is_corrected:
        gap = gap - min(0.5, float(gap.min()))
    chi2, df = float((gap**2 / expected).sum()), table.shape[0] - 1
    name = "chi-squared, Yates" if is_corrected else "chi-squared, Pearson"
    return TwoSampleTest(name=name, statistic=chi2, df=float(df), p=float(stats.chi2.sf(chi2, df)))


def fisher(table: Integers, *, seed: int = 1) -> TwoSampleTest:
    """Fisher's exact test of a (levels, 2) table: every table of the same margins, p summed over those no likelier.

    Beyond 2,000,000 tables a Monte Carlo p from `seed` (named so), (1 + hits) / (1 + draws). R: fisher.test.
    """
    rows, first = table.sum(axis=1), int(table[:, 0].sum())
    observed = float(_log_choose(rows, table[:, 0]).sum())
    if np.prod(rows[:-1].astype(float) + 1) > MOST_TABLES:
        return _fisher_by_draws(rows, first=first, observed=observed, seed=seed)
    weights = np.exp(_log_weights(rows, first=first) - _log_choose(np.array([rows.sum()]), np.array([first]))[0])
    limit = np.exp(observed - _log_choose(np.array([rows.sum()]), np.array([first]))[0])
    p = float(weights[weights <= limit * (1 + 1e-7)].sum())
    return TwoSampleTest(name="Fisher exact", statistic=None, df=None, p=min(p, 1.0))


def _log_choose(total: Integers, chosen: Integers) -> Floats:
    return special.gammaln(total + 1.0) - special.gammaln(chosen + 1.0) - special.gammaln(total - chosen + 1.0)


def _log_weights(rows: Integers, *, first: int) -> Floats:
    """Log weight of every first column with the given margins, by growing it row by row."""
    used, weight = np.zeros(1, dtype=np.int64), np.zeros(1)
    for row in rows[:-1]:
        counts = np.arange(row + 1)
        used = (used[:, None] + counts).ravel()
        weight = (weight[:, None] + _log_choose(np.full(row + 1, row), counts)).ravel()
        fits = used <= first
        used, weight = used[fits], weight[fits]
    rest = first - used
    fits = rest <= rows[-1]
    return weight[fits] + _log_choose(np.full(int(fits.sum()), rows[-1]), rest[fits])


def _fisher_by_draws(rows: Integers, *, first: int, observed: float, seed: int) -> TwoSampleTest:
    draws = np.random.Generator(np.random.PCG64(seed)).multivariate_hypergeometric(
        rows, first, size=MONTE_CARLO_TABLES, method="marginals"
    )
    hits = int((_log_choose(rows, draws).sum(axis=1) <= observed + 1e-7).sum())
    p = (1 + hits) / (1 + MONTE_CARLO_TABLES)
    return TwoSampleTest(name="Fisher, Monte Carlo", statistic=None, df=None, p=p)
