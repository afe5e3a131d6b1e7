"""Cohorts in which the arm changes nothing, but one arm is entered later than the other: a pure function from seed to arrays.

`one act`: everybody is followed from time zero; those who are bound for the focal act and live to it make the focal arm, all others
the reference arm, which needs no act. `two acts`: each arm is made by an act of its own, the focal one later, and the
table holds only those who lived to theirs. Whether and when somebody is bound for an act is independent of their prognosis.
The hazard depends on the covariates of the demo's people alone and is constant in time.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.stats.event_times import Booleans, Floats
from demo.cohort.core import population
from demo.cohort.follow_up import draw_contact_days, draw_days_to_cutoff
from demo.cohort.margins import ARM_COUNTS, ARMS

Setting = Literal["one act", "two acts"]
SETTINGS: tuple[Setting, Setting] = ("one act", "two acts")

MEDIAN_WAIT_DAYS = {"focal": 210, "reference": 60}
SPREAD_OF_WAIT = 0.5  # standard deviation of the logarithm
ROUNDED_TO_DAYS = 7
DAILY_HAZARD = 1 / 1100  # of a person of average prognosis
BOUND_FOR_FOCAL = ARM_COUNTS["resection"] / sum(ARM_COUNTS.values())


@dataclass(frozen=True)
class Late:
    """One table, n rows, in days from time zero: follow-up, whether it ends in death, arm, and the act that makes the arm (NaN
    where there is none)."""

    time: Floats
    event: Booleans
    focal: Booleans
    act: Floats


def simulate_late(seed: int, *, setting: Setting, size: int = sum(ARM_COUNTS.values())) -> Late:
    """`size` people are drawn; of two acts those who die or leave before their own are not in the table."""
    random = np.random.default_rng([seed, SETTINGS.index(setting)])
    arms = np.array([population(arm).prognosis for arm in ARMS])
    prognosis = arms[(random.random(size) < 0.5).astype(int), random.integers(arms.shape[1], size=size)]
    death = np.ceil(random.exponential(1 / DAILY_HAZARD, size) / np.exp(prognosis))
    cutoff = draw_days_to_cutoff(size, random=random)
    contact = draw_contact_days(cutoff, curative_days=np.zeros(size, dtype=int), random=random)
    bound = random.random(size) < BOUND_FOR_FOCAL
    wait = np.where(bound, MEDIAN_WAIT_DAYS["focal"], MEDIAN_WAIT_DAYS["reference"]) * np.exp(
        random.normal(0, SPREAD_OF_WAIT, size)
    )
    act = np.maximum(ROUNDED_TO_DAYS * np.round(wait / ROUNDED_TO_DAYS), ROUNDED_TO_DAYS)
    time, event = np.minimum(death, contact).astype(float), death <= contact
    lived = act < time
    if setting == "two acts":
        return Late(time=time[lived], event=event[lived], focal=bound[lived], act=act[lived])
    focal = bound & lived
    return Late(time=time, event=event, focal=focal, act=np.where(focal, act, np.nan))
