from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.matching.multivariate import mahalanobis_coordinates
from analytics.stats.matching.nearest import Order, Pairs, Rules, match_nearest
from analytics.stats.matching.optimal import TooManyRowsError, match_optimally, total_distance
from analytics.stats.matching.pool import Limit
from analytics.stats.matching.weights import pair_members, pair_weights
from analytics.stats.propensity.common_support import within_support
from analytics.stats.propensity.strata import match_coarsened, strata_weights, subclassify

ORDERS: tuple[Order, ...] = ("largest", "smallest", "data", "closest", "farthest", "random")


@st.composite
def samples(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, Rules]:
    """Scores with or without ties, arms, and rules of every kind."""
    random = np.random.default_rng(draw(st.integers(0, 100_000)))
    size = draw(st.integers(4, 60))
    score = random.normal(size=size) if draw(st.booleans()) else random.integers(0, 9, size) / 8
    coordinates, treated = random.normal(size=(size, 2)), random.random(size) < 0.4
    rules = Rules(
        caliper=draw(st.none() | st.sampled_from([0.0, 0.125, 0.5])),
        order=draw(st.sampled_from(ORDERS)),
        ratio=draw(st.integers(1, 3)),
        replace=draw(st.booleans()),
        exact=random.integers(0, 3, size) if draw(st.booleans()) else None,
        coordinates=coordinates if draw(st.booleans()) else None,
        limits=(Limit(values=coordinates[:, 0], width=0.7),) if draw(st.booleans()) else (),
        kept=random.random(size) < 0.9 if draw(st.booleans()) else None,
    )
    return score, treated, rules


def allowed(score: np.ndarray, *, treated: np.ndarray, rules: Rules) -> np.ndarray:
    """Which pairs (n, n) no rule forbids."""
    fits = treated[:, None] & ~treated
    fits &= np.abs(score[:, None] - score) <= (np.inf if rules.caliper is None else rules.caliper)
    if rules.exact is not None:
        fits &= rules.exact[:, None] == rules.exact
    if rules.kept is not None:
        fits &= rules.kept[:, None] & rules.kept
    for limit in rules.limits:
        fits &= np.abs(limit.values[:, None] - limit.values) <= limit.width
    return fits


@settings(max_examples=120, deadline=None)
@given(sample=samples())
def test_every_pair_is_allowed_and_nobody_is_left_who_could_have_one(
    sample: tuple[np.ndarray, np.ndarray, Rules],
) -> None:
    score, treated, rules = sample
    pairs = match_nearest(score, treated=treated, rules=rules)
    fits = allowed(score, treated=treated, rules=rules)
    assert fits[pairs.treated, pairs.control].all()
    partners = np.bincount(pairs.treated, minlength=score.size)
    assert partners.max(initial=0) <= rules.ratio
    if rules.replace:
        assert (partners == np.minimum(fits.sum(axis=1), rules.ratio)).all()
    else:
        assert pairs.has_own_controls
        free = np.setdiff1d(np.arange(score.size), pairs.control)
        assert not fits[np.ix_(partners == 0, free)].any()


@settings(max_examples=80, deadline=None)
@given(sample=samples())
def test_the_order_of_rows_does_not_matter_where_nothing_ties(sample: tuple[np.ndarray, np.ndarray, Rules]) -> None:
    score, treated, rules = sample
    if np.unique(score).size < score.size or rules.order in ("data", "random"):
        return
    moved = np.random.default_rng(1).permutation(score.size)
    again = match_nearest(
        score[moved],
        treated=treated[moved],
        rules=Rules(
            caliper=rules.caliper,
            order=rules.order,
            ratio=rules.ratio,
            replace=rules.replace,
            exact=None if rules.exact is None else rules.exact[moved],
            coordinates=None if rules.coordinates is None else rules.coordinates[moved],
            limits=tuple(Limit(values=limit.values[moved], width=limit.width) for limit in rules.limits),
            kept=None if rules.kept is None else rules.kept[moved],
        ),
    )
    pairs = match_nearest(score, treated=treated, rules=rules)
    assert edges(pairs) == {(int(moved[a]), int(moved[b])) for a, b in edges(again)}


def edges(pairs: Pairs) -> set[tuple[int, int]]:
    return set(zip(pairs.treated.tolist(), pairs.control.tolist(), strict=True))


@settings(max_examples=80, deadline=None)
@given(sample=samples())
def test_weights_of_pairs_sum_to_the_matched_of_each_arm(sample: tuple[np.ndarray, np.ndarray, Rules]) -> None:
    score, treated, rules = sample
    pairs = match_nearest(score, treated=treated, rules=rules)
    weights, members = pair_weights(pairs, size=score.size), pair_members(pairs)
    assert weights[treated].sum() == pytest.approx(pairs.count)
    assert weights[~treated].sum() == pytest.approx(pairs.controls)
    assert (weights > 0).sum() == pairs.count + pairs.controls
    assert np.unique(members.group).size == pairs.count
    assert weights == pytest.approx(np.bincount(members.row, weights=members.weight, minlength=score.size))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(12, 80), classes=st.integers(2, 4))
def test_strata_hold_both_arms_and_their_weights_sum(seed: int, size: int, classes: int) -> None:
    random = np.random.default_rng(seed)
    treated = np.arange(size) % 3 == 0
    by_score = subclassify(random.integers(0, 30, size) / 10, treated=treated, classes=classes)
    by_class = match_coarsened([random.integers(0, 4, size), random.integers(0, 2, size)], treated=treated)
    for strata in (by_score, by_class):
        for stratum in np.unique(strata[strata > 0]):
            assert treated[strata == stratum].any()
            assert not treated[strata == stratum].all()
        for estimand in ("ATT", "ATC"):
            weights = strata_weights(strata, treated=treated, estimand=estimand)  # type: ignore[arg-type]
            assert ((weights > 0) == (strata > 0)).all()
            for arm in (treated, ~treated):
                assert weights[arm].sum() == pytest.approx((arm & (strata > 0)).sum())
    assert (by_score > 0).all()


def test_an_arm_with_fewer_persons_than_subclasses_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer rows"):
        subclassify(np.array([0, 1, 0.1, 0.5, 0.9]), treated=np.array([True, True, False, False, False]), classes=3)


def least_total(score: np.ndarray, *, treated: np.ndarray) -> float:
    """On a line the best assignment keeps the order of both arms: by dynamic programming over sorted scores."""
    ours, theirs = np.sort(score[treated]), np.sort(score[~treated])
    if ours.size > theirs.size:
        ours, theirs = theirs, ours
    best = np.zeros(theirs.size + 1)
    for value in ours:
        paired = best[:-1] + np.abs(value - theirs)
        best = np.concatenate([[np.inf], np.minimum.accumulate(paired)])
    return float(best[-1])


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(2, 60))
def test_optimal_pairs_have_the_smallest_total_distance(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    score, treated = random.integers(0, 40, size) / 8, random.random(size) < 0.5
    pairs = match_optimally(score, treated=treated)
    assert pairs.count == pairs.controls == min(treated.sum(), (~treated).sum())
    assert total_distance(pairs, coordinates=score) == pytest.approx(least_total(score, treated=treated))
    if pairs.count:
        nearest = match_nearest(score, treated=treated)
        assert total_distance(pairs, coordinates=score) <= total_distance(nearest, coordinates=score) + 1e-12


def test_optimal_pairs_on_covariates_are_the_best_of_all_assignments() -> None:
    random = np.random.default_rng(6)
    points, treated = random.normal(size=(11, 3)), np.arange(11) < 5
    pairs = match_optimally(points, treated=treated)
    distance = np.sqrt(((points[:5, None] - points[5:]) ** 2).sum(axis=2))
    best = min(sum(distance[row, other] for row, other in enumerate(chosen)) for chosen in permutations(range(6), 5))
    assert total_distance(pairs, coordinates=points) == pytest.approx(best)


def test_optimal_pairs_stay_within_their_stratum_and_leave_out_the_discarded() -> None:
    random = np.random.default_rng(7)
    score, treated, strata = random.random(60), random.random(60) < 0.4, random.integers(0, 3, 60)
    kept = random.random(60) < 0.9
    pairs = match_optimally(score, treated=treated, exact=strata, kept=kept)
    assert (strata[pairs.treated] == strata[pairs.control]).all()
    assert kept[pairs.treated].all()
    assert kept[pairs.control].all()


def test_an_assignment_too_large_for_the_memory_is_refused() -> None:
    treated = np.arange(5_002) == 0
    with pytest.raises(TooManyRowsError, match="5001 rows"):
        match_optimally(np.zeros(5_002), treated=treated)


def test_coordinates_give_the_distance_of_mahalanobis_in_any_unit() -> None:
    random = np.random.default_rng(8)
    X, treated = random.normal(size=(50, 3)) @ random.normal(size=(3, 3)), np.arange(50) % 2 == 0
    residuals = np.where(treated[:, None], X - X[treated].mean(axis=0), X - X[~treated].mean(axis=0))
    inverse = np.linalg.inv(residuals.T @ residuals / 48)
    Z = mahalanobis_coordinates(X, treated=treated)
    scaled = mahalanobis_coordinates(X * [1, 1000, 0.01] + 5, treated=treated)
    for a, b in ((0, 1), (3, 17), (20, 44)):
        expected = (X[a] - X[b]) @ inverse @ (X[a] - X[b])
        assert ((Z[a] - Z[b]) ** 2).sum() == pytest.approx(expected)
        assert ((scaled[a] - scaled[b]) ** 2).sum() == pytest.approx(expected)


def test_a_column_that_others_determine_and_one_without_spread_change_no_distance() -> None:
    random = np.random.default_rng(9)
    X, treated = random.normal(size=(40, 2)), np.arange(40) < 15
    Z = mahalanobis_coordinates(X, treated=treated)
    more = mahalanobis_coordinates(np.column_stack([X, X.sum(axis=1), np.ones(40)]), treated=treated)
    apart = ((Z[:, None] - Z) ** 2).sum(axis=2)
    assert ((more[:, None] - more) ** 2).sum(axis=2) == pytest.approx(apart, abs=1e-8)
    assert mahalanobis_coordinates(np.ones((40, 2)), treated=treated).shape == (40, 1)


def test_whoever_lies_outside_the_range_of_the_other_arm_is_discarded_by_arm() -> None:
    score, treated = np.array([0.1, 0.3, 0.5, 0.2, 0.4, 0.9]), np.array([True, True, True, False, False, False])
    assert within_support(score, treated=treated, discard="treated").tolist() == [False, True, True, True, True, True]
    assert within_support(score, treated=treated, discard="control").tolist() == [True, True, True, True, True, False]
    assert within_support(score, treated=treated, discard="both").tolist() == [False, True, True, True, True, False]
    assert within_support(score, treated=treated, discard="none").all()
