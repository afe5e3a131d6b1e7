import numpy as np
import pytest

from analytics.stats.bad_input import BadInput
from analytics.stats.resampling.bootstrap import bootstrap, draw_arms, draw_pairs, draw_rows, leave_one_out
from analytics.stats.tests.e_value import e_value


def test_the_seed_decides_what_is_drawn() -> None:
    assert (draw_rows(50, samples=3, seed=1) == draw_rows(50, samples=3, seed=1)).all()
    assert (draw_rows(50, samples=3, seed=1) != draw_rows(50, samples=3, seed=2)).any()


def test_drawing_by_arm_keeps_the_size_of_each() -> None:
    arm = np.array([True, False, False, True, False])
    drawn = draw_arms(arm, samples=20, seed=1)
    assert (arm[drawn].sum(axis=1) == 2).all()
    assert drawn.shape == (20, 5)


def test_pairs_are_drawn_whole_and_a_pair_drawn_twice_is_two() -> None:
    pair = np.array([7, 3, 3, 7, 5])
    for rows, new in draw_pairs(pair, samples=30, seed=1):
        assert np.unique(new).size == 3
        for code in np.unique(new):
            members = rows[new == code]
            assert sorted(members) == np.flatnonzero(pair == pair[members[0]]).tolist()


def test_the_error_of_a_mean_is_found_and_failures_are_counted() -> None:
    values = np.random.default_rng(1).normal(size=200)
    samples = list(draw_rows(200, samples=400, seed=3))
    found = bootstrap(lambda rows: None if rows[0] < 20 else float(values[rows].mean()), samples=samples)
    assert found.failed == sum(1 for rows in samples if rows[0] < 20)
    assert found.se == pytest.approx(values.std() / 200**0.5, rel=0.15)
    assert found.low is not None
    assert found.high is not None
    assert found.low < values.mean() < found.high


def test_without_estimates_there_is_a_reason() -> None:
    assert bootstrap(lambda _: None, samples=range(5)).why == "not_estimable"
    with pytest.raises(BadInput, match="at least 2 samples"):
        draw_rows(10, samples=1, seed=1)


def test_each_center_is_left_out_once() -> None:
    centers = ["B", "A", "B"]
    assert {name: rows.tolist() for name, rows in leave_one_out(centers)} == {
        "A": [True, False, True],
        "B": [False, True, False],
    }


@pytest.mark.parametrize(("share", "point", "limit"), [(0.1, 2.66, 1.67), (0.4, 2.16, 1.51)])
def test_the_e_values_are_the_published_ones(share: float, point: float, limit: float) -> None:
    found = e_value(0.61, low=0.44, high=0.84, event_share=share)
    assert (round(found.point, 2), round(found.limit, 2)) == (point, limit)


def test_an_interval_that_holds_one_needs_no_confounder_and_the_direction_does_not_matter() -> None:
    assert e_value(0.9, low=0.7, high=1.1, event_share=0.1).limit == 1
    turned = e_value(1 / 0.61, low=1 / 0.84, high=1 / 0.44, event_share=0.1)
    assert turned.point == pytest.approx(e_value(0.61, low=0.44, high=0.84, event_share=0.1).point)
    with pytest.raises(BadInput, match="must be above 0"):
        e_value(0.5, low=0.6, high=0.9, event_share=0.1)
