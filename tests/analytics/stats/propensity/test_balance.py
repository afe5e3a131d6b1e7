import numpy as np
import pytest
from scipy import stats

from analytics.stats.propensity.balance import Sample, compare_arms, largest_distance
from tests.reference.frames import lalonde

TREATED = (lalonde()["treat"] == 1).to_numpy()
AGE = lalonde()["age"].to_numpy(float)
UNMATCHED = Sample(focal=AGE[TREATED], reference=AGE[~TREATED])
HALF = Sample(focal=AGE[TREATED][::2], reference=AGE[~TREATED][::3])


def test_each_convention_divides_by_its_own_standard_deviation() -> None:
    difference = HALF.focal.mean() - HALF.reference.mean()
    before = [np.var(values, ddof=1) for values in (UNMATCHED.focal, UNMATCHED.reference)]
    now = [np.var(values, ddof=1) for values in (HALF.focal, HALF.reference)]
    spreads = {"pooled": np.mean(before) ** 0.5, "matchit": before[0] ** 0.5, "tableone": np.mean(now) ** 0.5}
    for convention, spread in spreads.items():
        found = compare_arms(HALF, unmatched=UNMATCHED, convention=convention)  # type: ignore[arg-type]
        assert found.smd == pytest.approx(difference / spread)
        assert found.variance_ratio == pytest.approx(now[0] / now[1])


def test_a_binary_covariate_has_the_variance_of_its_proportion() -> None:
    arms = Sample(focal=np.array([1.0, 1, 1, 0]), reference=np.array([1.0, 0, 0, 0]))
    found = compare_arms(arms, is_binary=True)
    assert found.smd == pytest.approx(0.5 / (0.25 * 0.75) ** 0.5)
    assert (found.variance_ratio, found.ks) == (None, pytest.approx(0.5))


def test_the_largest_distance_is_that_of_kolmogorov_and_smirnov() -> None:
    assert largest_distance(UNMATCHED) == pytest.approx(stats.ks_2samp(UNMATCHED.focal, UNMATCHED.reference).statistic)


def test_missing_values_count_in_neither_arm() -> None:
    holes = Sample(focal=np.append(UNMATCHED.focal, np.nan), reference=np.append(np.nan, UNMATCHED.reference))
    assert compare_arms(holes) == compare_arms(UNMATCHED)


def test_a_constant_covariate_is_balanced_and_one_that_differs_without_spread_has_no_value() -> None:
    ones, twos = np.ones(3), np.full(3, 2.0)
    assert compare_arms(Sample(focal=ones, reference=ones)).smd == 0
    assert compare_arms(Sample(focal=ones, reference=twos)).smd is None


def test_an_empty_arm_has_no_balance() -> None:
    assert compare_arms(Sample(focal=np.array([]), reference=np.ones(2))).smd is None
