"""What holds of curves, tests and models whatever the data: any later start, any unit, any order of the rows."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.event_times import Floats, Integers
from analytics.stats.survival.competing_risks import cumulative_incidence
from analytics.stats.survival.cox import fit_cox
from analytics.stats.survival.fine_gray import fit_fine_gray
from analytics.stats.survival.gray import gray_test
from analytics.stats.survival.kaplan_meier import kaplan_meier, median
from analytics.stats.survival.log_rank import log_rank
from analytics.stats.survival.risk_sets import Ties


class Cohort(NamedTuple):
    time: Floats
    cause: Integers
    arm: Integers
    weight: Floats


@st.composite
def cohorts(draw: st.DrawFn) -> Cohort:
    """Tied times, both arms and both kinds of event."""
    size = draw(st.integers(12, 60))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    cause = random.integers(0, 3, size)
    cause[:8], arm = [0, 1, 1, 2, 0, 1, 1, 2], random.integers(0, 2, size)
    arm[:8] = [0, 0, 0, 0, 1, 1, 1, 1]
    return Cohort(random.integers(1, 20, size).astype(float), cause, arm, random.uniform(0.5, 2, size))


def numbers(cohort: Cohort, *, ties: Ties) -> list[float]:
    time, cause, arm, weight = cohort
    event, X = cause == 1, arm[:, None].astype(float)
    plain = fit_cox(time, event=event, X=X, ties=ties, robust=True)
    weighted = fit_cox(time, event=event, X=X, weights=weight, ties=ties, robust=True)
    of_cause = fit_fine_gray(time, cause=cause, X=X)
    found = [log_rank(time, event=event, arm=arm == 1).chi2, gray_test(time, cause=cause, group=arm).chi2]
    for fit in (plain, weighted, of_cause):
        assert fit.robust is not None
        found += [fit.coefficients[0], fit.covariance[0, 0], fit.robust[0, 0]]
    return [np.nan if value is None else float(value) for value in found]


@settings(max_examples=60, deadline=None)
@given(cohort=cohorts(), later=st.integers(1, 500), unit=st.sampled_from([1 / 30.4375, 7.0, 365.25]))
def test_a_later_start_another_unit_and_another_order_change_no_test_and_no_ratio(
    cohort: Cohort, later: int, unit: float
) -> None:
    shuffled = np.random.default_rng(later).permutation(cohort.time.size)
    moved = Cohort(
        (cohort.time + later)[shuffled], cohort.cause[shuffled], cohort.arm[shuffled], cohort.weight[shuffled]
    )
    for ties in ("efron", "breslow"):
        expected = pytest.approx(numbers(cohort, ties=ties), rel=1e-6, abs=1e-9, nan_ok=True)
        assert numbers(moved, ties=ties) == expected
        assert numbers(cohort._replace(time=cohort.time * unit), ties=ties) == expected


@settings(max_examples=60, deadline=None)
@given(cohort=cohorts(), later=st.integers(1, 500))
def test_curves_fall_incidences_rise_and_together_they_are_everybody(cohort: Cohort, later: int) -> None:
    curve = kaplan_meier(cohort.time, event=cohort.cause > 0, weights=cohort.weight)
    assert (np.diff(curve.survival) <= 1e-12).all()
    assert ((curve.survival >= -1e-12) & (curve.survival <= 1)).all()
    kinds = [cumulative_incidence(cohort.time, cause=cohort.cause, of=of, weights=cohort.weight) for of in (1, 2)]
    assert all((np.diff(kind.incidence) >= -1e-12).all() for kind in kinds)
    assert sum(kind.incidence[-1] for kind in kinds) + curve.survival[-1] == pytest.approx(1, abs=1e-9)
    moved = kaplan_meier(cohort.time + later, event=cohort.cause > 0, weights=cohort.weight)
    assert moved.survival == pytest.approx(curve.survival, abs=1e-12)
    before, after = median(curve).value, median(moved).value
    assert (before is None) == (after is None)
    assert before is None or after == pytest.approx(before + later)


@settings(max_examples=60, deadline=None)
@given(cohort=cohorts())
def test_the_arms_exchanged_give_the_inverse_ratio_with_the_same_error(cohort: Cohort) -> None:
    time, cause, arm, weight = cohort
    fits = [
        fit_cox(time, event=cause == 1, X=side[:, None].astype(float), weights=weight, robust=True)
        for side in (arm, 1 - arm)
    ]
    assert fits[1].coefficients == pytest.approx(-fits[0].coefficients, rel=1e-8, abs=1e-10, nan_ok=True)
    assert fits[1].robust == pytest.approx(fits[0].robust, rel=1e-8, nan_ok=True)
