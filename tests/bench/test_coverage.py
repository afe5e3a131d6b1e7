from math import exp

import numpy as np
import pytest

from analytics.stats.survival.cox import HazardRatio
from bench.coverage.__main__ import Row, judge
from bench.coverage.cases import CASES, Case, Estimate, estimates
from demo.cohort.truth import Marginal

CASE: Case = ("no effect", "PFS", "siptw", "robust")


def row(*, error_shown: float, bias: float = 0.0, warned: bool = False) -> Row:
    """2,000 cohorts whose log hazard ratios spread by .2 around the truth and `bias`."""
    logs = np.random.default_rng(1).normal(bias, 0.2, 2000)
    found = [
        Estimate(
            HazardRatio(
                hr=exp(log),
                low=exp(log - 1.96 * error_shown),
                high=exp(log + 1.96 * error_shown),
                se=error_shown,
                p=0.5,
            ),
            effective_events=30.0,
            is_warned=warned,
        )
        for log in logs
    ]
    return judge(CASE, found=found, truth=Marginal(hr=1.0, log_error=0.0))


def test_an_honest_error_meets_the_bars() -> None:
    honest = row(error_shown=0.2)
    assert honest.verdict == "met"
    assert honest.coverage == pytest.approx(0.95, abs=0.015)
    assert honest.rejection == pytest.approx(1 - honest.coverage)


@pytest.mark.parametrize(("error", "bias"), [(0.17, 0.0), (0.3, 0.0), (0.2, 0.05)])
def test_an_error_too_small_or_too_large_and_a_bias_miss_them(error: float, bias: float) -> None:
    assert row(error_shown=error, bias=bias).verdict == "missed"
    assert row(error_shown=error, bias=bias, warned=True).verdict == "missed, warned"


def test_a_cohort_without_a_finite_ratio_covers_nothing() -> None:
    none = Estimate(HazardRatio(None, None, None, None, None, why="no_events"), effective_events=0, is_warned=False)
    some = [Estimate(HazardRatio(1.0, 0.5, 2.0, 0.35, 1.0), effective_events=9, is_warned=False)] * 9
    found = judge(CASE, found=[none, *some], truth=Marginal(hr=1.0, log_error=0.0))
    assert (found.not_estimable, found.coverage, found.rejection) == (1, 0.9, 0.0)


def test_a_seed_gives_every_case_and_corrected_errors_are_wider_around_the_same_ratio() -> None:
    found = dict(zip(CASES, estimates(1), strict=True))
    for (scenario, endpoint, design, errors), one in found.items():
        if errors == "corrected":
            robust = found[scenario, endpoint, design, "robust"].ratio
            assert one.ratio.hr == robust.hr
            assert (one.ratio.se or 0) > (robust.se or 0)
