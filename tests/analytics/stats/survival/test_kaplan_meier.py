import numpy as np
import pytest

from analytics.stats.bad_input import BadInput
from analytics.stats.survival.kaplan_meier import (
    ConfidenceKind,
    Curve,
    kaplan_meier,
    median,
    median_follow_up,
    number_at_risk,
    rate_at,
)
from analytics.stats.survival.restricted_mean import contrast_means, restricted_mean
from tests.reference.frames import lung, numbers


def lung_curve(sex: int, *, kind: ConfidenceKind = "log") -> Curve:
    rows = lung()[lung()["sex"] == sex]
    return kaplan_meier(rows["time"].to_numpy(float), event=rows["event"].to_numpy(), kind=kind)


def make_curve(*times: float, events: str) -> Curve:
    return kaplan_meier(np.array(times), event=np.array([mark == "1" for mark in events], dtype=bool))


KINDS: list[ConfidenceKind] = ["log", "log-log", "plain"]


@pytest.mark.parametrize("kind", KINDS)
def test_medians_and_rates_with_their_limits_are_those_of_r(kind: ConfidenceKind) -> None:
    expected = numbers()["kaplan_meier"][kind.replace("-", "")]
    found_medians, rates, at_risk = [], [], []
    for sex in (1, 2):
        curve = lung_curve(sex, kind=kind)
        middle = median(curve)
        found_medians += [middle.value, middle.low, middle.high]
        rates += [rate_at(curve, time=day) for day in (100, 365.25, 800)]
        at_risk += [number_at_risk(curve, time=day) for day in (100, 365.25, 800)]
    assert found_medians == pytest.approx(expected["median"])
    assert [rate.survival for rate in rates] == pytest.approx(expected["survival"], rel=1e-9)
    assert [rate.low for rate in rates] == pytest.approx(expected["low"], rel=1e-9)
    assert [rate.high for rate in rates] == pytest.approx(expected["high"], rel=1e-9)
    assert at_risk == expected["at_risk"]


def test_follow_up_and_restricted_means_are_those_of_r() -> None:
    expected = numbers()
    for sex, follow_up, place in ((1, expected["follow_up"][0], 0), (2, expected["follow_up"][1], 2)):
        rows = lung()[lung()["sex"] == sex]
        assert median_follow_up(rows["time"].to_numpy(float), event=rows["event"].to_numpy()) == follow_up
        mean = restricted_mean(lung_curve(sex), horizon=730.5)
        assert [mean.mean, mean.se] == pytest.approx(expected["rmst"][place : place + 2], rel=1e-9)


def test_a_flat_piece_at_one_half_gives_its_middle() -> None:
    assert median(make_curve(1, 2, 5, 7, events="1101")).value == pytest.approx((2 + 7) / 2)


def test_a_curve_that_stays_at_one_half_gives_where_it_got_there() -> None:
    assert median(make_curve(1, 2, 5, 7, events="1100")).value == 2


def test_a_curve_above_one_half_has_no_median() -> None:
    assert median(make_curve(1, 2, 3, 4, events="0100")).value is None


def test_a_time_of_zero_is_at_risk_at_zero() -> None:
    curve = make_curve(0, 0, 3, events="101")
    assert number_at_risk(curve, time=0) == 3
    assert rate_at(curve, time=0).survival == pytest.approx(2 / 3)


def test_nothing_is_said_beyond_the_last_time() -> None:
    curve = make_curve(1, 2, 3, events="100")
    assert rate_at(curve, time=3).survival == pytest.approx(2 / 3)
    assert rate_at(curve, time=3.1).survival is None
    assert number_at_risk(curve, time=3.1) == 0


def test_where_everybody_has_died_there_is_no_limit() -> None:
    last = rate_at(make_curve(1, 2, events="11"), time=2)
    assert (last.survival, last.low, last.high) == (0.0, None, None)


def test_times_that_differ_by_rounding_are_tied() -> None:
    assert make_curve(21.428571, 21.42857099999, 30, events="111").time.size == 2


def test_an_empty_arm_has_an_empty_curve() -> None:
    curve = make_curve(events="")
    assert (curve.n, median(curve).value, rate_at(curve, time=1).survival) == (0, None, None)


def test_a_horizon_beyond_the_follow_up_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond the follow-up"):
        restricted_mean(make_curve(1, 2, events="10"), horizon=3)


def test_the_difference_of_restricted_means_has_the_root_sum_of_squares_as_error() -> None:
    first, second = (restricted_mean(lung_curve(sex), horizon=730.5) for sex in (2, 1))
    contrast = contrast_means(first, second=second)
    half_width = 1.959963984540054 * np.hypot(first.se, second.se)
    assert contrast.difference == pytest.approx(123.642, abs=1e-3)
    assert contrast.high - contrast.difference == pytest.approx(half_width)


def test_rows_of_weight_three_make_the_curve_of_rows_written_three_times() -> None:
    table = lung()
    time, event = table["time"].to_numpy(float), table["event"].to_numpy()
    thrice = np.repeat(np.arange(time.size), 3)
    weighted = kaplan_meier(time, event=event, weights=np.full(time.size, 3.0))
    written = kaplan_meier(time[thrice], event=event[thrice])
    assert weighted.survival == pytest.approx(written.survival)
    assert weighted.at_risk == pytest.approx(written.at_risk)
    assert (np.diff(weighted.survival) <= 0).all()
    alone = kaplan_meier(time, event=event, weights=np.ones(time.size))
    assert weighted.variance == pytest.approx(alone.variance)


def test_weights_that_are_not_above_zero_and_missing_times_are_named() -> None:
    with pytest.raises(BadInput, match="weights: 1 values are not above zero"):
        kaplan_meier(np.array([1.0, 2.0]), event=np.array([True, True]), weights=np.array([1.0, 0.0]))
    with pytest.raises(BadInput, match="time: 1 values are missing"):
        kaplan_meier(np.array([1.0, np.nan]), event=np.array([True, True]))
