import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.stats.tests.proportions import exact_proportion, mcnemar
from analytics.stats.tests.two_sample import compare_counts
from tests.reference.frames import numbers

KNOWN = numbers()["proportions"]


def test_the_limits_of_a_proportion_are_those_of_r() -> None:
    found = []
    for successes, n, level in (
        (31, 55, 0.95),
        (18, 58, 0.95),
        (0, 12, 0.95),
        (12, 12, 0.95),
        (1, 1, 0.95),
        (3, 219, 0.9),
    ):
        proportion = exact_proportion(successes, n=n, level=level)
        assert proportion.rate == successes / n
        found += [proportion.low, proportion.high]
    assert found == pytest.approx(KNOWN["exact"], rel=1e-9)


@given(n=st.integers(1, 400), share=st.floats(0, 1))
def test_each_limit_leaves_exactly_its_tail(n: int, share: float) -> None:
    successes = round(share * n)
    found = exact_proportion(successes, n=n)
    assert found.low is not None
    assert found.high is not None
    if successes > 0:
        assert stats.binom.sf(successes - 1, n, found.low) == pytest.approx(0.025, rel=1e-6)
    if successes < n:
        assert stats.binom.cdf(successes, n, found.high) == pytest.approx(0.025, rel=1e-6)


def test_a_proportion_of_nobody_is_none() -> None:
    found = exact_proportion(0, n=0)
    assert (found.rate, found.low, found.high) == (None, None, None)


def test_below_25_discordant_pairs_the_test_is_the_exact_one_of_r() -> None:
    found = [mcnemar(b, c=c, pairs=60) for b, c in ((5, 14), (12, 12), (0, 6))]
    assert [test.p for test in found] == pytest.approx(KNOWN["mcnemar_exact"], rel=1e-9)
    assert {test.name for test in found} == {"McNemar, exact"}


def test_from_25_discordant_pairs_on_the_test_is_the_corrected_one_of_r() -> None:
    found = [mcnemar(b, c=c, pairs=100) for b, c in ((5, 20), (30, 18), (15, 15), (13, 14))]
    assert [test.p for test in found] == pytest.approx(KNOWN["mcnemar_corrected"], rel=1e-9)
    assert {test.name for test in found} == {"McNemar, corrected"}
    assert mcnemar(5, c=19, pairs=100).name == "McNemar, exact"


def test_without_a_discordant_pair_nothing_speaks_against_equality_and_without_a_pair_nothing_is_known() -> None:
    assert mcnemar(0, c=0, pairs=3).p == 1.0
    assert mcnemar(0, c=0, pairs=0).p is None


def test_two_rates_are_compared_as_r_does_in_both_profiles() -> None:
    response, rare = np.array([[31, 18], [24, 40]]), np.array([[4, 1], [30, 35]])
    found = [
        compare_counts(response, profile="r"), compare_counts(response, profile="gtsummary"),
        compare_counts(rare, profile="r"), compare_counts(rare, profile="gtsummary"),
    ]  # fmt: skip
    assert [test.p for test in found] == pytest.approx(KNOWN["two_by_two"], rel=1e-9)
    assert [test.name for test in found] == [
        "chi-squared, Yates", "chi-squared, Pearson", "chi-squared, Yates", "Fisher exact",
    ]  # fmt: skip
