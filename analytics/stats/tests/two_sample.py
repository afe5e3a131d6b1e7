"""Tests of one covariate between two arms, by convention profile, each with its name."""

from typing import Literal

import numpy as np
from scipy import stats

from analytics.stats.event_times import Floats, Integers
from analytics.stats.tests.exact_tables import TwoSampleTest, fisher

__all__ = ["Profile", "TwoSampleTest", "compare_counts", "compare_means", "compare_ranks", "fisher"]

Profile = Literal["r", "gtsummary", "spss"]

FEW_PERSONS = 40
FEW_EXPECTED = 5
LEVENE = 0.05


def compare_means(first: Floats, *, second: Floats, profile: Profile = "r") -> TwoSampleTest:
    """Welch's t test; `spss`: Student's where Levene's test of the means (p >= .05) lets the variances be equal.

    Shapes (n,), no missing values. R: t.test(first, second, var.equal = ...).
    """
    if profile == "spss" and _has_equal_variances(first, second=second):
        return _student(first, second=second)
    name = "Welch t"
    if min(first.size, second.size) < 2 or not (np.ptp(first) > 0 or np.ptp(second) > 0):
        return TwoSampleTest(name=name, statistic=None, df=None, p=None, why="not_estimable")
    shares = [float(np.var(values, ddof=1)) / values.size for values in (first, second)]
    statistic = float(first.mean() - second.mean()) / sum(shares) ** 0.5
    df = sum(shares) ** 2 / (shares[0] ** 2 / (first.size - 1) + shares[1] ** 2 / (second.size - 1))
    return TwoSampleTest(name=name, statistic=statistic, df=df, p=float(2 * stats.t.sf(abs(statistic), df)))


def _has_equal_variances(first: Floats, *, second: Floats) -> bool:
    if min(first.size, second.size) < 2 or not (np.ptp(first) > 0 and np.ptp(second) > 0):
        return False
    return bool(stats.levene(first, second, center="mean").pvalue >= LEVENE)


def _student(first: Floats, *, second: Floats) -> TwoSampleTest:
    df = first.size + second.size - 2
    pooled = sum(float(((values - values.mean()) ** 2).sum()) for values in (first, second)) / df
    statistic = float(first.mean() - second.mean()) / (pooled * (1 / first.size + 1 / second.size)) ** 0.5
    return TwoSampleTest(
        name="Student t", statistic=statistic, df=float(df), p=float(2 * stats.t.sf(abs(statistic), df))
    )


def compare_ranks(first: Floats, *, second: Floats, profile: Profile = "r") -> TwoSampleTest:
    """Wilcoxon's rank-sum test: exact below 50 a side without ties, else normal with ties and continuity correction.

    `spss`: always normal, without correction (its asymptotic p). The statistic is W of the first sample. Shapes (n,), no
    missing values. R: wilcox.test(first, second), with exact = FALSE, correct = FALSE for spss.
    """
    name = "Mann-Whitney, asymptotic" if profile == "spss" else "Wilcoxon rank-sum"
    if not (first.size and second.size) or np.ptp(np.concatenate([first, second])) == 0:
        return TwoSampleTest(name=name, statistic=None, df=None, p=None, why="not_estimable")
    both = np.concatenate([first, second])
    is_exact = profile != "spss" and max(first.size, second.size) < 50 and np.unique(both).size == both.size
    result = stats.mannwhitneyu(
        first, second, method="exact" if is_exact else "asymptotic", use_continuity=profile != "spss"
    )
    return TwoSampleTest(name=name, statistic=float(result.statistic), df=None, p=float(result.pvalue))


def compare_counts(table: Integers, *, profile: Profile = "r", seed: int = 1) -> TwoSampleTest:
    """Levels by arms, `table` (levels, arms) of counts; empty rows are left out.

    `r`: Pearson's chi-squared, with Yates' correction on 2 x 2 (chisq.test). `gtsummary`: Pearson's without correction, but
    Fisher's exact test where an expected count is below 5 (add_p). `spss`, after Cochran (Biometrics 1954) as papers apply it:
    2 x 2 of at least 40 Pearson's, corrected where an expected count is below 5; Fisher's where one is below 1 or there are
    fewer than 40; larger tables Pearson's, Fisher's where a count is expected below 1, or more than a fifth below 5.
    `few_expected` of a chi-squared test is where R warns that it "may be incorrect".
    """
    table = table[table.sum(axis=1) > 0]
    if min(table.shape) < 2 or not table.sum(axis=0).all():
        return TwoSampleTest(name="chi-squared, Pearson", statistic=None, df=None, p=None, why="not_estimable")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    kind = _kind(expected, profile=profile)
    if kind == "exact":
        return fisher(table, seed=seed)
    gap = np.abs(table - expected)
    if kind == "corrected":
        gap = gap - min(0.5, float(gap.min()))
    chi2, df = float((gap**2 / expected).sum()), (table.shape[0] - 1) * (table.shape[1] - 1)
    name = "chi-squared, Yates" if kind == "corrected" else "chi-squared, Pearson"
    p, few = float(stats.chi2.sf(chi2, df)), float(expected.min()) < FEW_EXPECTED
    return TwoSampleTest(name=name, statistic=chi2, df=float(df), p=p, few_expected=few)


def _kind(expected: Floats, *, profile: Profile) -> Literal["pearson", "corrected", "exact"]:
    is_fourfold, least = expected.shape == (2, 2), float(expected.min())
    if profile == "r":
        return "corrected" if is_fourfold else "pearson"
    if profile == "gtsummary":
        return "exact" if least < 5 else "pearson"
    if is_fourfold:
        if least < 1 or expected.sum() < FEW_PERSONS:
            return "exact"
        return "corrected" if least < 5 else "pearson"
    return "exact" if least < 1 or float((expected < 5).mean()) > 0.2 else "pearson"
