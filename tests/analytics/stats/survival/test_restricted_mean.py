"""The horizon where the protocol gives none, and contrasts at the edges."""

import numpy as np
import pytest

from analytics.stats.survival.kaplan_meier import kaplan_meier
from analytics.stats.survival.restricted_mean import (
    contrast_means,
    default_horizon,
    is_within_follow_up,
    restricted_mean,
)


@pytest.mark.parametrize(
    ("short", "long", "horizon"),
    [
        ([1, 1], [1, 1], 9.0),
        ([1, 1], [1, 0], 9.0),
        ([1, 0], [1, 1], 5.0),
        ([1, 0], [1, 0], 5.0),
    ],
    ids=["both end in an event", "the shorter ends in an event", "the longer ends in an event", "both end censored"],
)
def test_the_horizon_is_that_of_survrm2(short: list[int], long: list[int], horizon: float) -> None:
    """survRM2::rmst2, its four cases of the last observation of each arm."""
    curves = [
        kaplan_meier(np.array([2.0, 5.0]), event=np.array(short, bool)),
        kaplan_meier(np.array([3.0, 9.0]), event=np.array(long, bool)),
    ]
    assert default_horizon(curves) == default_horizon(curves[::-1]) == horizon
    assert all(is_within_follow_up(curve, horizon=horizon) for curve in curves)


def test_beyond_its_last_event_an_arm_adds_nothing() -> None:
    curve = kaplan_meier(np.array([2.0, 5.0]), event=np.array([True, True]))
    assert restricted_mean(curve, horizon=9.0) == restricted_mean(curve, horizon=5.0)


def test_an_arm_that_dies_at_once_has_no_ratio() -> None:
    at_once = kaplan_meier(np.array([0.0, 0.0]), event=np.array([True, True]))
    other = kaplan_meier(np.array([2.0, 5.0]), event=np.array([True, False]))
    means = [restricted_mean(curve, horizon=5.0) for curve in (other, at_once)]
    found = contrast_means(means[0], second=means[1])
    assert found.difference == pytest.approx(means[0].mean)
    assert (found.ratio, found.ratio_low, found.ratio_high) == (None, None, None)
