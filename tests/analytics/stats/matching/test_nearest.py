import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.matching.nearest import Order, Pairs, Rules, caliper_width, match_nearest
from analytics.stats.matching.weights import pair_weights
from analytics.stats.propensity.balance import Sample, compare_arms
from analytics.stats.propensity.score import fit_propensity
from tests.reference.frames import SCORE_COLUMNS, golden_matching, lalonde, lalonde_score


def assert_good_match(pairs: Pairs, *, distance: np.ndarray, treated: np.ndarray) -> None:
    """What holds of any 1:1 match without replacement."""
    assert treated[pairs.treated].all()
    assert not treated[pairs.control].any()
    assert np.unique(pairs.treated).size == np.unique(pairs.control).size == pairs.count
    assert (np.diff(pairs.treated) > 0).all()
    if pairs.caliper_width is not None:
        assert (np.abs(distance[pairs.treated] - distance[pairs.control]) <= pairs.caliper_width).all()


def plain_match(distance: np.ndarray, *, treated: np.ndarray, caliper: float | None, order: Order) -> dict[int, int]:
    """The rule written out, one treated row after the other."""
    ranked = sorted(range(len(distance)), key=lambda row: distance[row])
    rows = [row for row in range(len(distance)) if treated[row]]
    if order != "data":
        rows.sort(key=lambda row: -distance[row] if order == "largest" else distance[row])
    free = {row for row in range(len(distance)) if not treated[row]}
    found = {}
    for row in rows:
        partner = walk(row, distance=distance, ranked=ranked, free=free, caliper=caliper)
        if partner is not None:
            found[row] = partner
            free.remove(partner)
    return found


def walk(row: int, *, distance: np.ndarray, ranked: list[int], free: set[int], caliper: float | None) -> int | None:
    """Left, right, left ... one sorted place a step, used ones too; each side stops at its first free control or beyond the
    caliper; the nearer wins, then the one reached in fewer steps, then the left."""
    own, reached, open_sides = ranked.index(row), [], [-1, 1]
    for steps in range(1, len(ranked) + 1):
        for side in tuple(open_sides):
            place = own + side * steps
            other = ranked[place] if 0 <= place < len(ranked) else None
            gap = np.inf if other is None else abs(distance[other] - distance[row])
            if other is None or (caliper is not None and gap > caliper):
                open_sides.remove(side)
            elif other in free:
                open_sides.remove(side)
                reached.append((gap, other))
    return min(reached, key=lambda one: one[0])[1] if reached else None  # the first reached where gaps are equal


def score_of(scale: str) -> tuple[np.ndarray, np.ndarray]:
    X, treated = lalonde_score()
    fit = fit_propensity(X, treated=treated, names=SCORE_COLUMNS)
    return (fit.probability if scale == "ps" else fit.logit), treated


def hash_of(pairs: Pairs, *, ids: np.ndarray) -> str:
    sets: dict[str, list[str]] = {}
    for a, b in zip(ids[pairs.treated], ids[pairs.control], strict=True):
        sets.setdefault(a, []).append(b)
    lines = sorted(f"{','.join([a, *partners])}\n".encode() for a, partners in sets.items())
    return hashlib.sha256(b"".join(lines)).hexdigest()[:16]


@pytest.mark.parametrize("case", golden_matching()["weighted"], ids=lambda case: case["sha256"])
def test_a_ratio_and_replacement_give_the_pairs_and_the_balance_of_matchit(case: dict[str, Any]) -> None:
    distance, treated = score_of("ps")
    width = caliper_width(distance, treated=treated, width=0.2)
    rules = Rules(caliper=width, ratio=case["ratio"], replace=case["replace"])
    pairs = match_nearest(distance, treated=treated, rules=rules)
    assert hash_of(pairs, ids=lalonde()["id"].to_numpy()) == case["sha256"]
    assert (pairs.count, pairs.controls) == (case["treated"], case["controls"])
    weights = pair_weights(pairs, size=distance.size)
    assert weights[~treated].sum() == pytest.approx(case["controls"])
    for values, after in zip(
        (distance, *(lalonde()[name].to_numpy(float) for name in ("age", "re74"))), case["smd_after"], strict=True
    ):
        unmatched = Sample(focal=values[treated], reference=values[~treated])
        matched = unmatched.weighted(focal=weights[treated], reference=weights[~treated])
        assert compare_arms(matched, unmatched=unmatched, convention="matchit").smd == pytest.approx(after, abs=5e-5)


@pytest.mark.parametrize("case", golden_matching()["cases"], ids=lambda case: f"{case['scale']}-{case['width']}")
def test_the_pairs_of_lalonde_are_those_of_matchit(case: dict[str, Any]) -> None:
    distance, treated = score_of(case["scale"])
    width = None
    if case["width"] is not None:
        width = caliper_width(distance, treated=treated, width=case["width"], unit=case["unit"])
    pairs = match_nearest(distance, treated=treated, rules=Rules(caliper=width))
    assert_good_match(pairs, distance=distance, treated=treated)
    ids = lalonde()["id"].to_numpy()
    assert hash_of(pairs, ids=ids) == case["sha256"]
    assert pairs.count == case["pairs"]
    for name, before, after in zip(
        ("distance", "age", "re74"), golden_matching()["smd_before"], case["smd_after"], strict=True
    ):
        values = score_of("ps")[0] if name == "distance" else lalonde()[name].to_numpy(float)
        if name == "distance" and case["scale"] == "logit":
            values = distance
        unmatched = Sample(focal=values[treated], reference=values[~treated])
        matched = Sample(focal=values[pairs.treated], reference=values[pairs.control])
        if not (name == "distance" and case["scale"] == "logit"):
            assert compare_arms(unmatched, convention="matchit").smd == pytest.approx(before, abs=5e-5)
        assert compare_arms(matched, unmatched=unmatched, convention="matchit").smd == pytest.approx(after, abs=5e-5)


def test_the_calipers_of_lalonde_are_those_of_matchit_and_of_austin() -> None:
    for scale in ("ps", "logit"):
        distance, treated = score_of(scale)
        for unit in ("sd", "sd_within_arm"):
            width = caliper_width(distance, treated=treated, width=1, unit=unit)
            assert width == pytest.approx(golden_matching()[unit][scale], abs=1e-6)
        assert caliper_width(distance, treated=treated, width=0.03, unit="raw") == 0.03


def test_a_spread_within_an_arm_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="two rows per arm"):
        caliper_width(np.arange(3.0), treated=np.array([True, False, False]), width=1, unit="sd_within_arm")


ORDERS: list[Order] = ["largest", "smallest", "data"]


@pytest.mark.parametrize("order", ORDERS)
def test_ties_go_as_the_rule_says_on_many_tie_laden_sets(order: Order) -> None:
    random = np.random.default_rng(20)
    for _ in range(400):
        size = int(random.integers(2, 40))
        distance = random.integers(0, random.integers(2, 12), size=size) / 4
        treated = random.random(size) < random.uniform(0.2, 0.7)
        caliper = None if random.random() < 0.3 else float(random.integers(0, 4)) / 4
        pairs = match_nearest(distance, treated=treated, rules=Rules(caliper=caliper, order=order))
        expected = plain_match(distance, treated=treated, caliper=caliper, order=order)
        assert dict(zip(pairs.treated.tolist(), pairs.control.tolist(), strict=True)) == expected
        assert_good_match(pairs, distance=distance, treated=treated)


def test_of_equal_controls_the_last_row_wins_on_the_left_and_the_first_on_the_right() -> None:
    treated = np.array([True, False, False])
    from_the_left = match_nearest(np.array([0.5, 0.4, 0.4]), treated=treated)
    from_the_right = match_nearest(np.array([0.5, 0.6, 0.6]), treated=treated)
    assert (from_the_left.control.tolist(), from_the_right.control.tolist()) == ([2], [1])


def test_at_equal_distance_fewer_steps_win_and_then_the_left() -> None:
    near_on_the_right = match_nearest(
        np.array([0.25, 0.5, 0.5, 0.75]), treated=np.array([False, True, True, False]), rules=Rules(order="smallest")
    )
    assert near_on_the_right.control.tolist() == [0, 3]
    second_first = match_nearest(
        np.array([0.25, 0.5, 0.5, 0.75]), treated=np.array([False, True, True, False]), rules=Rules(order="data")
    )
    assert second_first.control.tolist() == [0, 3]
    right_is_nearer = match_nearest(np.array([0.0, 0.5, 0.5, 1.0]), treated=np.array([False, False, True, False]))
    assert right_is_nearer.control.tolist() == [1]
    a_treated_between = match_nearest(np.array([0.0, 0.0, 0.5, 1.0]), treated=np.array([False, True, True, False]))
    assert a_treated_between.control.tolist() == [0, 3]


def test_the_caliper_is_inclusive() -> None:
    distance, treated = np.array([0.5, 0.25]), np.array([True, False])
    assert match_nearest(distance, treated=treated, rules=Rules(caliper=0.25)).count == 1
    assert match_nearest(distance, treated=treated, rules=Rules(caliper=0.2499)).count == 0


def test_a_random_order_is_the_same_for_the_same_seed_only() -> None:
    random = np.random.default_rng(2)
    distance, treated = random.random(200), random.random(200) < 0.5
    first, again, other = (
        match_nearest(distance, treated=treated, rules=Rules(order="random", seed=seed, caliper=0.05))
        for seed in (7, 7, 8)
    )
    assert first.control.tolist() == again.control.tolist()
    assert first.control.tolist() != other.control.tolist()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(2, 120), caliper=st.none() | st.floats(0, 2))
def test_without_ties_the_order_of_rows_does_not_matter(seed: int, size: int, caliper: float | None) -> None:
    random = np.random.default_rng(seed)
    distance, treated = random.normal(size=size), random.random(size) < 0.4
    shuffled = random.permutation(size)
    pairs = match_nearest(distance, treated=treated, rules=Rules(caliper=caliper))
    again = match_nearest(distance[shuffled], treated=treated[shuffled], rules=Rules(caliper=caliper))
    assert_good_match(pairs, distance=distance, treated=treated)
    assert set(zip(pairs.treated, pairs.control, strict=True)) == set(
        zip(shuffled[again.treated], shuffled[again.control], strict=True)
    )


@pytest.mark.parametrize("treated", [[], [True], [False], [True, True]])
def test_nobody_to_pair_with_gives_no_pairs(treated: list[bool]) -> None:
    pairs = match_nearest(np.arange(len(treated), dtype=float), treated=np.array(treated, dtype=bool))
    assert pairs.count == 0
