import numpy as np
import pytest

from analytics.stats.survival.log_rank import log_rank
from tests.reference.frames import lung, numbers

TABLE = lung()
TIME, EVENT, FEMALE = TABLE["time"].to_numpy(float), TABLE["event"].to_numpy(), (TABLE["sex"] == 2).to_numpy()


def test_the_log_rank_test_is_that_of_r() -> None:
    result = log_rank(TIME, event=EVENT, arm=FEMALE)
    assert [result.chi2, result.p] == pytest.approx(numbers()["log_rank"][:2], rel=1e-9)


def test_the_stratified_log_rank_test_is_that_of_r() -> None:
    result = log_rank(TIME, event=EVENT, arm=FEMALE, strata=TABLE["site"].to_numpy())
    assert result.chi2 == pytest.approx(numbers()["log_rank"][2], rel=1e-9)


def test_the_other_arm_gives_the_same_test() -> None:
    ours, theirs = (log_rank(TIME, event=EVENT, arm=arm) for arm in (FEMALE, ~FEMALE))
    assert ours.chi2 == pytest.approx(theirs.chi2)


def test_without_events_there_is_no_test() -> None:
    result = log_rank(TIME, event=np.zeros_like(EVENT), arm=FEMALE)
    assert (result.chi2, result.p) == (None, None)


def test_within_pairs_it_counts_who_fails_first() -> None:
    """Of three pairs with a first failure, two are the arm's: (2 - 1.5)^2 / (3 / 4)."""
    time = np.array([1.0, 2, 3, 4, 6, 5])
    arm = np.array([True, False] * 3)
    result = log_rank(time, event=np.ones(6, dtype=bool), arm=arm, strata=np.array([0, 0, 1, 1, 2, 2]))
    assert result.chi2 == pytest.approx(0.25 / 0.75)
