"""Thirteen trials of BCG against tuberculosis, whose heterogeneity every textbook prints (R: metafor, dat.bcg, method DL)."""

import numpy as np
import pytest

from analytics.stats.bad_input import BadInput
from analytics.stats.tests.heterogeneity import heterogeneity

# Vaccinated with and without tuberculosis, then those not vaccinated (Colditz et al., JAMA 1994)
BCG = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ],
    dtype=float,
)


def test_the_trials_of_bcg_differ_as_metafor_prints() -> None:
    ill, well, other_ill, other_well = BCG.T
    estimates = np.log(ill / (ill + well)) - np.log(other_ill / (other_ill + other_well))
    se = np.sqrt(1 / ill - 1 / (ill + well) + 1 / other_ill - 1 / (other_ill + other_well))
    found = heterogeneity(estimates, se=se)
    assert (round(found.q, 4), found.df, found.p < 1e-4) == (152.2330, 12, True)
    assert (round(found.tau2, 4), round(100 * found.i2, 2)) == (0.3088, 92.12)
    assert [round(value, 4) for value in (found.mean, found.se, found.low, found.high)] == [
        -0.7141,
        0.1787,
        -1.0644,
        -0.3638,
    ]


def test_equal_estimates_have_no_heterogeneity() -> None:
    found = heterogeneity(np.array([0.2, 0.2, 0.2]), se=np.array([0.1, 0.2, 0.3]))
    assert (round(found.q, 12), found.i2, found.tau2) == (0.0, 0.0, 0.0)
    assert found.mean == pytest.approx(0.2)


def test_two_estimates_by_hand() -> None:
    """Weights 4 and 4, mean .5, Q = 2, df 1: tau2 = 1 / (8 - 32 / 8) = .25, I2 = 1 / 2."""
    found = heterogeneity(np.array([0.0, 1.0]), se=np.array([0.5, 0.5]))
    assert (found.q, found.df, found.i2, found.tau2, found.mean) == (2.0, 1, 0.5, 0.25, 0.5)


def test_one_estimate_is_refused() -> None:
    with pytest.raises(BadInput):
        heterogeneity(np.array([0.1]), se=np.array([0.2]))
