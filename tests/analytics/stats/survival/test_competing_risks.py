import numpy as np
import pytest

from analytics.stats.bad_input import BadInput
from analytics.stats.survival.competing_risks import cumulative_incidence, incidence_at
from analytics.stats.survival.cox import hazard_ratio
from analytics.stats.survival.fine_gray import fit_fine_gray
from analytics.stats.survival.gray import gray_test
from analytics.stats.survival.kaplan_meier import kaplan_meier
from tests.reference.outcome_data import table

PBC = table("pbc")
TIME, CAUSE, ARM = PBC.time, PBC.codes("cause"), PBC.codes("arm")
RANDOM = np.random.default_rng(5)


def test_death_against_transplant_in_pbc_has_the_published_figures() -> None:
    assert gray_test(TIME, cause=CAUSE, group=ARM).chi2 == pytest.approx(0.066593735, abs=5e-10)
    fit = fit_fine_gray(TIME, cause=CAUSE, X=PBC.X[:, :3])
    assert fit.coefficients == pytest.approx([-0.03855638, 0.04431615, 0.14606151], abs=5e-9)
    assert hazard_ratio(fit).se == pytest.approx(0.18522431, abs=5e-9)


def test_the_curves_rise_and_share_the_whole_with_those_free_of_any_event() -> None:
    curves = [cumulative_incidence(TIME, cause=CAUSE, of=of) for of in (1, 2)]
    free = kaplan_meier(TIME, event=CAUSE > 0).survival
    assert all((np.diff(curve.incidence) >= 0).all() for curve in curves)
    assert curves[0].incidence + curves[1].incidence + free == pytest.approx(np.ones(free.size))


def test_without_another_event_it_is_one_minus_kaplan_meier_with_its_error() -> None:
    event = CAUSE == 1
    curve, survival = cumulative_incidence(TIME, cause=event.astype(int)), kaplan_meier(TIME, event=event)
    assert curve.incidence == pytest.approx(1 - survival.survival)
    inside = survival.survival > 0
    weighted = kaplan_meier(TIME, event=event, weights=np.ones(TIME.size))
    assert curve.variance[inside] == pytest.approx((weighted.variance * weighted.survival**2)[inside])


def test_rows_counted_twice_are_rows_of_weight_two() -> None:
    twice = np.repeat(np.arange(TIME.size), 2)
    whole = fit_fine_gray(TIME[twice], cause=CAUSE[twice], X=PBC.X[twice], clusters=twice)
    weighted = fit_fine_gray(TIME, cause=CAUSE, X=PBC.X, weights=np.full(TIME.size, 2.0))
    assert weighted.coefficients == pytest.approx(whole.coefficients)
    assert weighted.robust == pytest.approx(whole.robust)


def test_the_order_of_rows_and_the_unit_of_time_do_not_matter() -> None:
    order = RANDOM.permutation(TIME.size)
    fit = fit_fine_gray(TIME, cause=CAUSE, X=PBC.X)
    again = fit_fine_gray(TIME[order] / 30.4375, cause=CAUSE[order], X=PBC.X[order])
    assert again.coefficients == pytest.approx(fit.coefficients)
    assert again.robust == pytest.approx(fit.robust)
    chi2 = gray_test(TIME[order] / 30.4375, cause=CAUSE[order], group=ARM[order]).chi2
    assert chi2 == pytest.approx(gray_test(TIME, cause=CAUSE, group=ARM).chi2)


def test_an_incidence_of_nothing_has_no_limits_and_none_is_known_beyond_the_follow_up() -> None:
    curve = cumulative_incidence(np.array([1.0, 2.0, 3.0]), cause=np.array([2, 1, 0]))
    first, before, beyond = (incidence_at(curve, time=time) for time in (1.0, 0.5, 3.5))
    assert (first.survival, first.low, first.high) == (0.0, None, None)
    assert (before.survival, beyond.survival) == (0.0, None)


def test_what_cannot_be_tested_says_why() -> None:
    nothing = np.zeros(4, dtype=int)
    time, group = np.arange(1.0, 5), np.array([0, 0, 1, 1])
    assert gray_test(time, cause=nothing, group=group).why == "no_events"
    assert gray_test(time, cause=nothing + 1, group=nothing).why == "not_estimable"
    assert fit_fine_gray(time, cause=nothing, X=group[:, None] * 1.0).problems == {0: "no_events"}
    assert fit_fine_gray(time, cause=nothing + 1, X=np.ones((4, 1))).problems == {0: "not_estimable"}
    parted = fit_fine_gray(
        np.arange(1.0, 9), cause=np.array([1, 1, 1, 1, 0, 0, 0, 2]), X=np.repeat([[1.0], [0]], 4, axis=0)
    )
    assert parted.problems == {0: "separation"}


def test_nobody_at_all_is_an_empty_curve() -> None:
    empty = np.array([])
    assert cumulative_incidence(empty, cause=empty.astype(int)).incidence.size == 0
    assert gray_test(empty, cause=empty.astype(int), group=empty.astype(int)).why == "no_events"


def test_a_missing_time_is_named() -> None:
    with pytest.raises(BadInput, match="time: 1 values are missing"):
        cumulative_incidence(np.array([1.0, np.nan]), cause=np.array([1, 0]))
