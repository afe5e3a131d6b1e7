"""Differences of two proportions: the published examples, and R's own score limits put together by Newcombe's formulas."""

import numpy as np
import pytest

from analytics.stats.tests.paired_proportions import PairedCounts, mcnemar_test, paired_counts
from analytics.stats.tests.rate_differences import paired_difference, rate_difference
from analytics.stats.tests.weighted_rates import Weighted, compare_weighted, weighted_difference

# Newcombe, Statistics in Medicine 1998; 17: 873, Table II, method 10
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0)),
    ((10, 10, 0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("counts", "limits"), PUBLISHED)
def test_limits_of_independent_rates_are_those_that_newcombe_printed(
    counts: tuple[int, int, int, int], limits: tuple[float, float]
) -> None:
    first, n_first, second, n_second = counts
    found = rate_difference(first, n_first=n_first, second=second, n_second=n_second)
    assert (found.low, found.high) == pytest.approx(limits, abs=5e-5)
    assert found.value == pytest.approx(first / n_first - second / n_second)


# R: limits w of prop.test(x, n, correct = FALSE)$conf.int put together as in the paper; the first table is that of
# Bentur 2009 in Fagerland, Lydersen and Laake (Statistics in Medicine 2014), who print -0.507 to -0.026
BY_R = [
    ((1, 1, 7, 12), (-0.5069202266861, -0.0255591241649)),
    ((59, 6, 16, 80), (-0.11862119563871, -0.00462511393305)),
    ((14, 5, 0, 22), (0.011483241383, 0.226492684351)),
]


@pytest.mark.parametrize(("counts", "limits"), BY_R)
def test_limits_of_paired_rates_agree_with_r(counts: tuple[int, int, int, int], limits: tuple[float, float]) -> None:
    found = paired_difference(PairedCounts(*counts))
    assert (found.low, found.high) == pytest.approx(limits, rel=1e-10)


@pytest.mark.parametrize("counts", [(0, 0, 0, 9), (9, 0, 0, 0), (0, 9, 0, 0)])
def test_pairs_that_are_all_alike_have_limits_within_one(counts: tuple[int, int, int, int]) -> None:
    found = paired_difference(PairedCounts(*counts))
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


def test_without_anybody_on_one_side_there_is_no_difference() -> None:
    assert rate_difference(0, n_first=0, second=3, n_second=4).value is None
    assert paired_difference(PairedCounts(0, 0, 0, 0)).low is None


def test_pairs_are_counted_one_by_one_and_half_a_pair_not_at_all() -> None:
    focal = np.array([True, True, True, False, False, False, True])
    pair = np.array([3, 1, 2, 1, 3, 2, 9])
    success = np.array([True, False, True, True, False, True, True])
    assert paired_counts(success, focal=focal, pair=pair) == PairedCounts(1, 1, 1, 0)


def test_many_discordant_pairs_are_tested_by_the_corrected_chi_squared() -> None:
    found = mcnemar_test(PairedCounts(20, 30, 12, 40))
    assert (found.name, found.df) == ("McNemar, corrected", 1.0)
    assert found.statistic == pytest.approx(6.88095238095238)  # R: mcnemar.test(matrix(c(20, 12, 30, 40), 2))
    assert found.p == pytest.approx(0.00871191296237958)


def test_limits_of_weighted_rates_reach_zero_exactly_where_the_test_is_at_its_level() -> None:
    random = np.random.default_rng(4)
    rows = Weighted(random.random(200) < 0.4, random.random(200) < 0.5, random.uniform(0.2, 3, 200))
    test, z = compare_weighted(rows), 1.959963984540054
    found = weighted_difference(rows, level=0.95)
    assert None not in (test.statistic, found.value, found.low)
    error = float(found.value or 0) / float(test.statistic or 1)
    assert (found.low, found.high) == pytest.approx((found.value - z * error, found.value + z * error))  # type: ignore[operator]
