import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.matching.nearest import Order, Pairs, Rules, match_nearest
from analytics.stats.matching.pool import Limit
from analytics.stats.matching.ties import break_ties_at_random, tied_scores
from tests.analytics.stats.matching.test_nearest import assert_good_match

ORDERS: list[Order] = ["largest", "smallest", "data", "closest", "farthest", "random"]


def cohort(*, n: int, levels: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    treated = random.random(n) < 0.4
    treated[:2] = True, False
    return random.integers(0, levels, n) / levels, treated


def edges(pairs: Pairs) -> list[tuple[int, int]]:
    return list(zip(pairs.treated.tolist(), pairs.control.tolist(), strict=True))


def test_scores_are_tied_within_an_arm_alone_and_rounding_tells_none_apart() -> None:
    distance = np.array([0.1 + 0.2, 0.3, 0.5, 0.5, 0.7])
    treated = np.array([True, True, True, False, False])
    found = tied_scores(distance, treated=treated)
    assert (found.n, found.tied, found.distinct, found.share) == (5, 2, 3, 0.4)


def test_rows_that_are_discarded_or_differ_in_what_they_are_matched_on_are_not_tied() -> None:
    distance, treated = np.full(4, 0.5), np.array([True, True, False, False])
    kept = np.array([True, False, True, True])
    assert tied_scores(distance, treated=treated, rules=Rules(kept=kept)).tied == 2
    apart = Rules(coordinates=np.array([[0.0], [1.0], [0.0], [0.0]]))
    assert tied_scores(distance, treated=treated, rules=apart).tied == 2


@pytest.mark.parametrize("order", ORDERS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), levels=st.integers(2, 12))
def test_every_draw_is_a_match_by_the_same_rules(order: Order, seed: int, levels: int) -> None:
    distance, treated = cohort(n=40, levels=levels, seed=seed)
    rules = Rules(caliper=0.2, order=order)
    for pairs in break_ties_at_random(distance, treated=treated, rules=rules, draws=3, seed=seed):
        assert_good_match(pairs, distance=distance, treated=treated)


def test_without_ties_nothing_changes() -> None:
    random = np.random.default_rng(4)
    distance, treated = random.random(60), random.random(60) < 0.4
    rules = Rules(caliper=0.1)
    expected = edges(match_nearest(distance, treated=treated, rules=rules))
    for pairs in break_ties_at_random(distance, treated=treated, rules=rules, draws=5, seed=1):
        assert edges(pairs) == expected


def test_each_of_equal_controls_is_taken_as_often() -> None:
    distance, treated = np.full(5, 0.5), np.array([True, False, False, False, False])
    draws = break_ties_at_random(distance, treated=treated, rules=Rules(), draws=4000, seed=7)
    counts = np.bincount([int(pairs.control[0]) for pairs in draws], minlength=5)
    assert counts[0] == 0
    assert np.abs(counts[1:] - 1000).max() < 120  # 4 standard deviations


def test_the_seed_gives_the_same_draws() -> None:
    distance, treated = cohort(n=50, levels=4, seed=2)
    first, again, other = (
        [edges(pairs) for pairs in break_ties_at_random(distance, treated=treated, rules=Rules(), draws=4, seed=seed)]
        for seed in (3, 3, 4)
    )
    assert first == again != other


def test_strata_and_calipers_on_covariates_go_with_their_rows() -> None:
    distance, treated = cohort(n=80, levels=3, seed=9)
    strata, age = np.arange(80) % 4, np.arange(80.0)
    rules = Rules(exact=strata, limits=(Limit(values=age, width=20.0),))
    for pairs in break_ties_at_random(distance, treated=treated, rules=rules, draws=5, seed=1):
        assert pairs.count > 5
        assert (strata[pairs.treated] == strata[pairs.control]).all()
        assert (np.abs(age[pairs.treated] - age[pairs.control]) <= 20).all()
