import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.stats.tests.baseline import summarize_continuous, summarize_level
from analytics.stats.tests.two_sample import compare_counts, compare_means, compare_ranks, fisher
from tests.reference.frames import lalonde, numbers

TABLE = lalonde()
TREATED = (TABLE["treat"] == 1).to_numpy()
AGE = TABLE["age"].to_numpy(float)
FEW = np.array([[3, 1], [2, 8], [4, 4]])


def counts(name: str) -> np.ndarray:
    return pd.crosstab(TABLE[name], TABLE["treat"]).to_numpy()


def test_means_are_compared_as_r_does() -> None:
    test = compare_means(AGE[TREATED], second=AGE[~TREATED])
    assert [test.statistic, test.df, test.p] == pytest.approx(numbers()["tests"]["welch"], rel=1e-9)


def test_ranks_are_compared_as_r_does_with_ties_and_exactly() -> None:
    test = compare_ranks(AGE[TREATED], second=AGE[~TREATED])
    assert [test.statistic, test.p] == pytest.approx(numbers()["tests"]["wilcoxon"], rel=1e-9)
    exact = compare_ranks(np.array([1.0, 2, 5]), second=np.array([3.0, 4, 7, 8]))
    assert exact.p == pytest.approx(numbers()["tests"]["wilcoxon_exact"][0])


def test_counts_are_compared_as_r_does() -> None:
    yates = compare_counts(counts("married"))
    assert yates.name == "chi-squared, Yates"
    assert [yates.statistic, yates.p] == pytest.approx(numbers()["tests"]["yates"], rel=1e-9)
    race = compare_counts(counts("race"))
    assert (race.name, race.statistic) == ("chi-squared, Pearson", pytest.approx(numbers()["tests"]["race"][0]))


def test_the_gtsummary_profile_corrects_nothing_and_turns_to_fisher_for_few() -> None:
    plain = compare_counts(counts("married"), profile="gtsummary")
    assert plain.name == "chi-squared, Pearson"
    assert plain.statistic == pytest.approx(stats.chi2_contingency(counts("married"), correction=False).statistic)
    few = compare_counts(FEW, profile="gtsummary")
    assert (few.name, few.p) == ("Fisher exact", pytest.approx(numbers()["tests"]["race"][1]))


def test_fisher_beyond_enumeration_is_seeded_and_near_the_exact_value() -> None:
    large = np.array([[40, 30], [35, 45], [50, 41], [20, 33], [31, 28]])
    first, again = fisher(large, seed=3), fisher(large, seed=3)
    assert (first.name, first.p) == ("Fisher, Monte Carlo", again.p)
    assert first.p == pytest.approx(compare_counts(large).p, abs=0.02)


def test_what_cannot_be_tested_says_so() -> None:
    ones = np.ones(3)
    for test in (
        compare_means(ones, second=ones),
        compare_ranks(ones, second=ones),
        compare_ranks(ones, second=np.array([])),
        compare_counts(np.array([[3, 4], [0, 0]])),
        compare_counts(np.array([[3, 0], [2, 0]])),
    ):
        assert (test.p, test.why) == (None, "not_estimable")


def test_quantiles_are_of_the_named_type() -> None:
    age, earned = summarize_continuous(AGE), summarize_continuous(TABLE["re75"].to_numpy(float), quantile=6)
    assert [age.q1, age.median, age.q3] == pytest.approx(numbers()["quantiles"]["type7"])
    assert [earned.q1, earned.median, earned.q3] == pytest.approx(numbers()["quantiles"]["type6"])


def test_a_level_is_counted_among_those_with_a_value() -> None:
    found = summarize_level(np.array([True, False, False]), is_missing=np.array([False, False, True]))
    assert (found.n, found.missing, found.count, found.percent) == (3, 1, 1, 50.0)


def test_an_arm_without_values_has_counts_only() -> None:
    found = summarize_continuous(np.array([np.nan, np.nan]))
    assert (found.n, found.missing, found.mean, found.sd) == (2, 2, None, None)
    assert summarize_level(np.array([False]), is_missing=np.array([True])).percent is None


def test_a_table_of_many_arms_is_enumerated_and_a_huge_one_drawn_with_a_seed() -> None:
    """R: fisher.test(table); of the huge one with simulate.p.value = TRUE, B = 2e5."""
    table = np.array([[3, 2, 5], [1, 8, 0], [4, 1, 6]])
    assert fisher(table).p == pytest.approx(0.00266391617791)
    huge = np.arange(1, 21).reshape(4, 5) * 6
    drawn = fisher(huge, seed=3)
    assert drawn.name == "Fisher, Monte Carlo"
    assert drawn.p == fisher(huge, seed=3).p
    assert drawn.p == pytest.approx(0.327, abs=0.01)


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ([[20, 30], [25, 25]], "chi-squared, Pearson"),
        ([[3, 30], [5, 12]], "chi-squared, Yates"),
        ([[1, 9], [4, 8]], "Fisher exact"),
        ([[0, 50], [1, 60]], "Fisher exact"),
        ([[9, 12], [8, 9], [7, 10]], "chi-squared, Pearson"),
        ([[1, 2], [2, 2], [20, 30]], "Fisher exact"),
    ],
)
def test_spss_tables_are_tested_as_papers_do(table: list[list[int]], name: str) -> None:
    assert compare_counts(np.array(table), profile="spss").name == name


def test_spss_uses_students_test_where_the_variances_may_be_equal() -> None:
    random = np.random.default_rng(1)
    first, second = random.normal(size=40), random.normal(size=50)
    assert compare_means(first, second=second, profile="spss").name == "Student t"
    assert compare_means(first * 9, second=second, profile="spss").name == "Welch t"
    assert compare_ranks(first, second=second, profile="spss").name == "Mann-Whitney, asymptotic"
    assert compare_means(first[:1], second=second, profile="spss").why == "not_estimable"


@pytest.mark.parametrize(
    ("table", "few"), [([[2, 0], [30, 34]], True), ([[7, 0], [25, 27]], True), ([[12, 20], [30, 14]], False)]
)
def test_a_chi_squared_test_that_r_warns_of_says_so(table: list[list[int]], few: bool) -> None:
    """chisq.test: "Chi-squared approximation may be incorrect" where an expected count is below 5."""
    assert compare_counts(np.array(table)).few_expected is few
    assert compare_counts(np.array(table), profile="gtsummary").few_expected is False
