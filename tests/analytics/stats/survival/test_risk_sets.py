import numpy as np
import pytest

from analytics.stats.bad_input import BadInput
from analytics.stats.survival.cox import fit_cox
from analytics.stats.survival.level_counts import count_levels, fit_levels, start_clock
from analytics.stats.survival.log_rank import log_rank, log_rank_of_groups, log_rank_weighted
from analytics.stats.survival.risk_sets import Ties
from tests.reference.outcome_data import table

LUNG = table("lung")
TIME, EVENT, X = LUNG.time, LUNG.event, LUNG.X


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_splitting_follow_up_changes_nothing(ties: Ties) -> None:
    cut = 200.0
    late = cut < TIME
    time = np.concatenate([np.minimum(TIME, cut), TIME[late]])
    event = np.concatenate([EVENT & ~late, EVENT[late]])
    entry = np.concatenate([np.full(TIME.size, -1.0), np.full(int(late.sum()), cut)])
    person = np.concatenate([np.arange(TIME.size), np.flatnonzero(late)])
    whole = fit_cox(TIME, event=EVENT, X=X, ties=ties, robust=True)
    split = fit_cox(time, event=event, X=X[person], entry=entry, ties=ties, robust=True, clusters=person)
    assert split.coefficients == pytest.approx(whole.coefficients, rel=1e-9)
    assert split.covariance == pytest.approx(whole.covariance, rel=1e-8)
    assert split.robust == pytest.approx(whole.robust, rel=1e-8)


def test_a_row_of_weight_two_is_the_row_twice_with_breslow() -> None:
    twice = np.repeat(np.arange(TIME.size), 2)
    whole = fit_cox(TIME[twice], event=EVENT[twice], X=X[twice], ties="breslow", robust=True, clusters=twice)
    weighted = fit_cox(TIME, event=EVENT, X=X, weights=np.full(TIME.size, 2.0), ties="breslow", robust=True)
    assert weighted.coefficients == pytest.approx(whole.coefficients, rel=1e-9)
    assert weighted.covariance == pytest.approx(whole.covariance, rel=1e-8)
    assert weighted.robust == pytest.approx(whole.robust, rel=1e-8)


def test_one_clustering_given_twice_is_one_clustering() -> None:
    code = LUNG.codes("cluster")
    once = fit_cox(TIME, event=EVENT, X=X, robust=True, clusters=code)
    twice = fit_cox(TIME, event=EVENT, X=X, robust=True, clusters=(code, code))
    assert twice.robust == pytest.approx(once.robust)
    assert twice.clusters == once.clusters


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"weights": np.zeros(3)}, "weights: 3 values are not above zero"),
        ({"weights": np.array([1.0, np.nan, 1.0])}, "weights: 1 values are not above zero"),
        ({"weights": np.ones(2)}, "weights has 2 rows, but there are 3 times"),
        ({"entry": np.array([0.0, 2.0, 0.0])}, "1 rows have an entry time at or after their exit time"),
        ({"X": np.array([[0.0], [np.nan], [1.0]])}, "X: 1 values are missing or infinite"),
        ({"X": np.ones((4, 1))}, "X has 4 rows, but there are 3 times"),
    ],
)
def test_what_cannot_be_fitted_is_named(arguments: dict, said: str) -> None:
    usual = {"event": np.ones(3, dtype=bool), "X": np.array([[0.0], [1], [0]])}
    with pytest.raises(BadInput, match=said) as caught:
        fit_cox(np.array([1.0, 2.0, 3.0]), **(usual | arguments))
    assert caught.value.message.zh


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_a_factor_fitted_from_counts_is_the_factor_fitted_from_rows(ties: Ties) -> None:
    code = LUNG.codes("group")
    counted = fit_levels(count_levels(start_clock(TIME, event=EVENT), code=code, levels=3), ties=ties)
    dummies = np.stack([code == 1, code == 2], axis=1) * 1.0
    fitted = fit_cox(TIME, event=EVENT, X=dummies, ties=ties)
    assert counted.coefficients == pytest.approx(fitted.coefficients, rel=1e-10)
    assert counted.covariance == pytest.approx(fitted.covariance, rel=1e-9)
    assert counted.log_likelihood == pytest.approx(fitted.log_likelihood, rel=1e-12)


def test_counts_of_drawn_rows_are_those_of_the_drawn_table() -> None:
    rows = np.random.default_rng(2).integers(0, TIME.size, TIME.size)
    clock, code = start_clock(TIME, event=EVENT), LUNG.codes("arm")
    drawn = fit_levels(count_levels(clock, code=code, levels=2, rows=rows))
    assert drawn.coefficients == pytest.approx(fit_cox(TIME[rows], event=EVENT[rows], X=X[rows, :1]).coefficients)


def test_a_level_nobody_has_and_a_level_without_events_are_named() -> None:
    time, code = np.arange(1.0, 9), np.array([0, 0, 1, 1, 3, 3, 0, 1])
    event = np.array([True, True, True, True, False, False, True, False])
    fit = fit_levels(count_levels(start_clock(time, event=event), code=code, levels=4))
    assert fit.problems == {1: "not_estimable", 2: "separation"}
    assert np.isfinite(fit.coefficients[0])
    silent = fit_levels(count_levels(start_clock(time, event=event & False), code=code, levels=4))
    assert set(silent.problems.values()) == {"no_events"}


def test_two_arms_are_groups_and_equal_weights_are_none() -> None:
    arms = log_rank(TIME, event=EVENT, arm=LUNG.arm)
    groups = log_rank_of_groups(TIME, event=EVENT, group=LUNG.codes("arm"))
    assert groups.chi2 == pytest.approx(arms.chi2)
    assert arms.observed - arms.expected == pytest.approx(-(groups.observed - groups.expected))
    weighted = [
        log_rank_weighted(TIME, event=EVENT, group=LUNG.codes("arm"), weights=np.full(TIME.size, w)) for w in (1.0, 3.0)
    ]
    assert weighted[1].chi2 == pytest.approx(weighted[0].chi2)
    assert log_rank_of_groups(TIME[:0], event=EVENT[:0], group=LUNG.codes("arm")[:0]).chi2 is None
