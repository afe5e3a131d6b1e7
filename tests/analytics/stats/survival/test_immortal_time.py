from math import exp

import numpy as np
import pytest

from analytics.stats.bad_input import BadInput
from analytics.stats.survival.clone_censor_weight import clone_censor_weight, fit_clones
from analytics.stats.survival.cox import fit_cox, hazard_ratio
from analytics.stats.survival.immortal_time import fit_episodes, guaranteed_time, landmark, rezero, time_dependent
from tests.reference.outcome_data import table

JASA = table("jasa")
TIME, EVENT, TRANSPLANTED, ACT = JASA.time, JASA.event, JASA.arm, JASA.floats("act")


def test_the_transplants_of_stanford_look_good_only_until_the_wait_is_counted_fairly() -> None:
    naive = fit_cox(TIME, event=EVENT, X=TRANSPLANTED[:, None] * 1.0)
    assert exp(naive.coefficients[0]) == pytest.approx(0.26621665, abs=1e-8)
    fair = hazard_ratio(fit_episodes(time_dependent(TIME + 1, event=EVENT, focal=TRANSPLANTED, act=ACT + 1)))
    assert fair.hr == pytest.approx(1.13557727, abs=5e-9)
    assert fair.p == pytest.approx(0.67, abs=0.005)
    at_30 = landmark(TIME, event=EVENT, focal=TRANSPLANTED, act=ACT, at=30)
    assert (at_30.persons, int(at_30.focal.sum())) == (78, 35)
    assert exp(fit_episodes(at_30).coefficients[0]) == pytest.approx(0.91504587, abs=5e-9)


def small(*, act: list[float]) -> dict[str, np.ndarray]:
    focal = np.array([True, True, False, False])
    return {"event": np.array([True, True, True, False]), "focal": focal, "act": np.array(act)}


FOLLOWED = np.array([5.0, 9.0, 4.0, 7.0])


def test_the_guaranteed_time_counts_acts_before_time_zero_as_none() -> None:
    wait = guaranteed_time(np.array([-2.0, 4.0, 6.0, np.nan]), in_arm=np.array([True, True, True, True]))
    assert (wait.n, wait.late, wait.unknown, wait.median) == (4, 2, 1, 4.0)
    assert guaranteed_time(np.array([np.nan]), in_arm=np.array([True])).median is None


def test_a_new_zero_takes_the_wait_off_and_leaves_out_who_did_not_live_to_the_act() -> None:
    episodes = rezero(FOLLOWED, **small(act=[2, 10, np.nan, 7]))
    assert episodes.row.tolist() == [0, 2, 3]
    assert episodes.time.tolist() == [3, 4, 0]
    assert episodes.left_out == 1


def test_the_day_of_the_landmark_itself_counts_for_the_act_but_not_for_the_follow_up() -> None:
    episodes = landmark(FOLLOWED, **small(act=[4, 6, np.nan, np.nan]), at=4)
    assert episodes.row.tolist() == [0, 1, 3]
    assert episodes.focal.tolist() == [True, False, False]
    out = landmark(FOLLOWED, **small(act=[4, 6, 1, 5]), at=4, waiting="out")
    assert out.row.tolist() == [0]


def test_follow_up_is_split_at_the_act_and_no_person_or_event_is_lost() -> None:
    episodes = time_dependent(FOLLOWED, **small(act=[2, 9, np.nan, np.nan]))
    assert episodes.entry is not None
    assert sorted(zip(episodes.row.tolist(), episodes.time.tolist(), episodes.focal.tolist(), strict=True)) == [
        (0, 2.0, False), (0, 5.0, True), (1, 8.5, False), (1, 9.0, True), (2, 4.0, False), (3, 7.0, False),
    ]  # fmt: skip
    assert episodes.event.sum() == 3
    assert episodes.left_out == 0
    out = time_dependent(FOLLOWED, **small(act=[2, 3, 1, 8]), waiting="out")
    assert (sorted(out.row.tolist()), out.left_out) == ([0, 1, 2], 1)


def test_acts_at_time_zero_need_no_correction_of_those_who_live_beyond_it() -> None:
    act, time = np.zeros(TIME.size), TIME + 1
    plain = fit_cox(time, event=EVENT, X=TRANSPLANTED[:, None] * 1.0).coefficients
    for correct in (rezero, time_dependent):
        episodes = correct(time, event=EVENT, focal=TRANSPLANTED, act=act)
        assert episodes.persons == TIME.size
        assert fit_episodes(episodes).coefficients == pytest.approx(plain)


def test_the_first_day_may_be_day_0_or_day_1() -> None:
    from_0, from_1 = (time_dependent(TIME + day, event=EVENT, focal=TRANSPLANTED, act=ACT + day) for day in (0, 1))
    assert fit_episodes(from_0).coefficients == pytest.approx(fit_episodes(from_1).coefficients)


def simulated(seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """No effect of an act that only those who live to see it can have."""
    random = np.random.default_rng(seed)
    x = random.normal(size=400)
    death, wait = random.exponential(24, 400) * np.exp(-0.5 * x), 1 + random.exponential(4, 400)
    follow_up = random.uniform(20, 60, 400)
    time = np.minimum(death, follow_up)
    acts = (random.random(400) < 1 / (1 + np.exp(-0.7 * x))) & (wait < time)
    act = np.where(acts, wait, np.nan)
    return {"time": time, "event": death <= follow_up, "focal": acts, "act": act}, x[:, None]


@pytest.mark.slow
def test_clones_find_no_effect_where_there_is_none_and_the_naive_comparison_does() -> None:
    naive, fair = [], []
    for seed in range(30):
        columns, X = simulated(seed)
        time = columns.pop("time")
        naive.append(fit_cox(time, event=columns["event"], X=np.column_stack([columns["focal"], X])).coefficients[0])
        fair.append(fit_clones(clone_censor_weight(time, **columns, grace=6, X=X)).coefficients[0])
    assert np.mean(naive) < -0.2
    assert abs(np.mean(fair)) < 0.05


def test_a_clone_is_censored_once_and_no_death_counts_more_than_once_per_strategy() -> None:
    clones = clone_censor_weight(TIME, event=EVENT, focal=TRANSPLANTED, act=ACT, grace=60)
    for strategy in (True, False):
        of_strategy = clones.focal == strategy
        deaths = np.bincount(clones.row[of_strategy & clones.event], minlength=TIME.size)
        assert deaths.max() == 1
        assert (np.unique(clones.row[of_strategy]).size) == TIME.size
    assert (clones.weight >= 1 - 1e-12).all()


def test_impossible_grace_periods_and_infinite_acts_are_named() -> None:
    with pytest.raises(BadInput, match="grace period is 0"):
        clone_censor_weight(TIME, event=EVENT, focal=TRANSPLANTED, act=ACT, grace=0)
    with pytest.raises(BadInput, match="act: 1 values are infinite"):
        landmark(FOLLOWED, **small(act=[np.inf, 1, 1, 1]), at=2)
