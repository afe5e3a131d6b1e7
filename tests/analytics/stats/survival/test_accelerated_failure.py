from math import exp, log

import numpy as np
import pytest

from analytics.stats.bad_input import BadInput
from analytics.stats.survival.accelerated_failure import weibull_effect
from tests.reference.outcome_data import table

# Weeks of remission on 6-MP and on placebo (Freireich et al., Blood 1963).
MP = ([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], [1] * 9 + [0] * 12)
PLACEBO = ([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [1] * 21)
WEEKS, RELAPSED = np.array(MP[0] + PLACEBO[0], dtype=float), np.array(MP[1] + PLACEBO[1]) > 0
TREATED = np.repeat([1.0, 0.0], 21)


def test_the_leukemia_trial_gives_the_figures_of_the_textbook() -> None:
    """Kleinbaum and Klein, Survival Analysis, chapter 7: coefficient 1.267 (.311), hazard -1.731 (.413), shape 1.366."""
    found = weibull_effect(WEEKS, event=RELAPSED, arm=TREATED)
    assert found.time_ratio.ratio is not None
    assert found.hazard_ratio.hr is not None
    assert (round(log(found.time_ratio.ratio), 3), round(found.time_ratio.se or 0, 3)) == (1.267, 0.311)
    assert (round(log(found.hazard_ratio.hr), 3), round(found.hazard_ratio.se or 0, 3)) == (-1.731, 0.413)
    assert round(found.shape or 0, 3) == 1.366


def test_the_unit_of_time_and_the_names_of_the_arms_change_nothing_but_the_direction() -> None:
    weeks = weibull_effect(WEEKS, event=RELAPSED, arm=TREATED)
    years = weibull_effect(WEEKS / 52.18, event=RELAPSED, arm=TREATED)
    swapped = weibull_effect(WEEKS, event=RELAPSED, arm=1 - TREATED)
    assert weeks.time_ratio.ratio is not None
    assert weeks.time_ratio.low is not None
    assert years.time_ratio.ratio == pytest.approx(weeks.time_ratio.ratio, rel=1e-5)
    assert years.hazard_ratio.p == pytest.approx(weeks.hazard_ratio.p, rel=1e-4)
    assert swapped.time_ratio.ratio == pytest.approx(1 / weeks.time_ratio.ratio, rel=1e-5)
    assert swapped.time_ratio.high == pytest.approx(1 / weeks.time_ratio.low, rel=1e-5)


def test_the_hazard_ratio_is_the_time_ratio_to_the_power_of_minus_the_shape() -> None:
    found = weibull_effect(WEEKS, event=RELAPSED, arm=TREATED)
    assert found.time_ratio.ratio is not None
    assert found.shape is not None
    assert found.hazard_ratio.hr == pytest.approx(found.time_ratio.ratio**-found.shape)


def test_a_weight_of_two_is_the_row_twice_in_estimate_and_in_the_robust_error_of_the_pair_of_copies() -> None:
    t = table("lung")
    arm, person = t.floats("arm"), np.arange(t.time.size)
    once = weibull_effect(t.time, event=t.event, arm=arm, weights=np.full(t.time.size, 2.0), robust=True)
    twice = weibull_effect(
        np.tile(t.time, 2),
        event=np.tile(t.event, 2),
        arm=np.tile(arm, 2),
        robust=True,
        clusters=np.tile(person, 2),
    )
    assert once.time_ratio.ratio == pytest.approx(twice.time_ratio.ratio, rel=1e-6)
    assert once.time_ratio.se == pytest.approx(twice.time_ratio.se, rel=1e-6)


def test_limits_are_those_of_wald() -> None:
    found = weibull_effect(WEEKS, event=RELAPSED, arm=TREATED, level=0.9).time_ratio
    assert found.ratio is not None
    assert found.low == pytest.approx(exp(log(found.ratio) - 1.6448536 * (found.se or 0)))


@pytest.mark.parametrize(("dead", "why"), [("nobody", "no_events"), ("the treated", "separation")])
def test_an_arm_without_an_event_has_no_ratio_and_says_why(dead: str, why: str) -> None:
    event = (TREATED > 0) & RELAPSED if dead == "the treated" else np.zeros(42, dtype=bool)
    found = weibull_effect(WEEKS, event=event, arm=TREATED)
    assert (found.time_ratio.ratio, found.time_ratio.why, found.hazard_ratio.why) == (None, why, why)


def test_a_time_of_zero_is_refused() -> None:
    with pytest.raises(BadInput):
        weibull_effect(np.append(WEEKS[:-1], 0), event=RELAPSED, arm=TREATED)
