"""What the tables of an arm that is entered late must be for their truth to be true."""

import numpy as np
import pytest
from scipy import stats

from bench.immortal import analyses
from bench.immortal_trial import SETTINGS, Late, Setting, simulate_late

SIZE = 20_000


@pytest.fixture(scope="module")
def large() -> dict[Setting, Late]:
    return {setting: simulate_late(1, setting=setting, size=SIZE) for setting in SETTINGS}


def test_a_seed_gives_one_table() -> None:
    first, again, other = (simulate_late(seed, setting="one act") for seed in (3, 3, 4))
    assert np.array_equal(first.time, again.time)
    assert not np.array_equal(first.time, other.time)


@pytest.mark.parametrize("setting", SETTINGS)
def test_nobody_acts_after_they_left(setting: Setting, large: dict[Setting, Late]) -> None:
    late = large[setting]
    acted = ~np.isnan(late.act)
    assert (late.act[acted] < late.time[acted]).all()
    assert acted[late.focal].all()


def test_of_one_act_the_reference_arm_has_none_and_everybody_is_in_the_table(large: dict[Setting, Late]) -> None:
    late = large["one act"]
    assert late.time.size == SIZE
    assert np.isnan(late.act[~late.focal]).all()


def test_of_two_acts_everybody_in_the_table_has_one_the_focal_arm_later(large: dict[Setting, Late]) -> None:
    late = large["two acts"]
    assert late.time.size < SIZE
    assert np.median(late.act[late.focal]) > 3 * np.median(late.act[~late.focal])


def test_the_arm_tells_nothing_of_a_death_after_both_acts(large: dict[Setting, Late]) -> None:
    """Among those who acted by a day and are followed beyond it."""
    late, day = large["two acts"], 365
    alike = (late.act <= day) & (late.time > day)
    found = stats.mannwhitneyu(late.time[alike & late.focal], late.time[alike & ~late.focal])
    assert found.pvalue > 0.001


def test_the_naive_ratio_is_fooled_and_the_fair_ones_are_not() -> None:
    found = [analyses(seed, setting="two acts") for seed in range(1, 21)]
    means = {name: float(np.mean([np.log(one[name].hr or np.nan) for one in found])) for name in found[0]}
    assert means["naive"] < -0.15
    assert max(abs(mean) for name, mean in means.items() if name != "naive") < 0.15
    assert abs(means["time-dependent arm"]) < 0.1
