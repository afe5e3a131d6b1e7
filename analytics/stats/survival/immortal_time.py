"""Fair starts for arms that are known only after time zero: the time their people could not die, and four ways around it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.stats.bad_input import require, require_finite, require_same_length
from analytics.stats.event_times import TOLERANCE, Booleans, Floats, Integers, index_times
from analytics.stats.survival.cox import CoxFit, fit_cox
from analytics.stats.survival.risk_sets import Ties

Waiting = Literal["reference", "out"]


@dataclass(frozen=True)
class GuaranteedTime:
    """Of one arm: persons, how many of them came into it only after time zero, the median wait (None where unknown for all)."""

    n: int
    late: int
    unknown: int
    median: float | None


@dataclass(frozen=True)
class Episodes:
    """Follow-up cut to where a person belongs to an arm: `row` in the table, at risk until `time`, event at its end, arm.

    `entry` says from when (None: everybody from the start); `left_out` counts the persons without an episode."""

    row: Integers
    entry: Floats | None
    time: Floats
    event: Booleans
    focal: Booleans
    left_out: int

    @property
    def persons(self) -> int:
        return int(np.unique(self.row).size)


def guaranteed_time(act: Floats, *, in_arm: Booleans) -> GuaranteedTime:
    """How long the people of an arm could not die: from time zero to the act that makes the arm, 0 where it came before.

    `act` (n,) in any unit, NaN where unknown or where there is none."""
    require_same_length(act.size, in_arm=in_arm)
    known = act[in_arm & ~np.isnan(act)]
    return GuaranteedTime(
        n=int(in_arm.sum()),
        late=int((known > 0).sum()),
        unknown=int(in_arm.sum()) - known.size,
        median=float(np.median(np.maximum(known, 0.0))) if known.size else None,
    )


def rezero(time: Floats, *, event: Booleans, focal: Booleans, act: Floats) -> Episodes:
    """Count everybody's time from the act that makes the arm; whoever has none (NaN) keeps time zero.

    Shapes (n,). An act before time zero counts as at time zero. Those who leave before their act are left out.
    Fair only where each arm has an act: an arm without one keeps its early deaths, which the other cannot have.
    """
    _check(time, event=event, focal=focal, act=act)
    start = np.maximum(np.nan_to_num(act, nan=0.0), 0.0)
    rows = np.flatnonzero(time >= start - TOLERANCE)
    return Episodes(
        row=rows,
        entry=None,
        time=np.maximum(time[rows] - start[rows], 0.0),
        event=event[rows],
        focal=focal[rows],
        left_out=time.size - rows.size,
    )


def landmark(
    time: Floats, *, event: Booleans, focal: Booleans, act: Floats, at: float, waiting: Waiting = "reference"
) -> Episodes:
    """Those followed beyond the landmark, in the arm they are in on that day (inclusive); time counts from the landmark.

    `waiting` says where those stand whose act is yet to come: in the `reference` arm (which then needs no act), or in
    neither (`out`). Source: Anderson, Cain and Gelber, J Clin Oncol 1983.
    """
    _check(time, event=event, focal=focal, act=act)
    done = np.nan_to_num(act, nan=np.inf) <= at + TOLERANCE
    belongs = done | (waiting == "reference") | (np.isnan(act) & ~focal)
    rows = np.flatnonzero((time > at + TOLERANCE) & belongs)
    return Episodes(
        row=rows,
        entry=None,
        time=time[rows] - at,
        event=event[rows],
        focal=(focal & done)[rows],
        left_out=time.size - rows.size,
    )


def time_dependent(
    time: Floats, *, event: Booleans, focal: Booleans, act: Floats, waiting: Waiting = "reference"
) -> Episodes:
    """Everybody's follow-up split at the act: before it in the `reference` arm, or (`out`) not at risk, after it in the own arm.

    A person belongs to the own arm after the moment of the act, at that moment (also at time zero) not yet; but an act on the
    very day of leaving is taken half the smallest step before it. Both as the `heart` data of R's survival have it.
    Fit with `fit_cox(episodes.time, entry=episodes.entry, ...)`, clustered by `row`. R: tmerge, coxph(Surv(start, stop, event) ~ arm).
    """
    _check(time, event=event, focal=focal, act=act)
    beginning = min(float(time.min(initial=0.0)), 0.0) - 1.0
    steps = np.diff(index_times(np.concatenate([time, act[~np.isnan(act)]]))[0])
    half = float(steps.min()) / 2 if steps.size else 0.5
    late = np.nan_to_num(act, nan=-1.0) >= 0
    switch = np.where(late, np.minimum(act, time - half), beginning)
    own = np.flatnonzero(~late | (act <= time + TOLERANCE))
    before = np.flatnonzero(late) if waiting == "reference" else np.zeros(0, dtype=np.int64)
    stays = act[before] > time[before] + TOLERANCE
    stop = np.where(stays, time[before], switch[before])
    first = stop > beginning
    before, stays, stop = before[first], stays[first], stop[first]
    rows = np.concatenate([before, own])
    return Episodes(
        row=rows,
        entry=np.concatenate([np.full(before.size, beginning), switch[own]]),
        time=np.concatenate([stop, time[own]]),
        event=np.concatenate([event[before] & stays, event[own]]),
        focal=np.concatenate([np.zeros(before.size, dtype=bool), focal[own]]),
        left_out=time.size - int(np.unique(rows).size),
    )


def fit_episodes(episodes: Episodes, *, ties: Ties = "efron", robust: bool = False) -> CoxFit:
    """Cox regression of the episodes on being in the focal arm alone, with errors by person where `robust`."""
    return fit_cox(
        episodes.time,
        event=episodes.event,
        X=episodes.focal.astype(float)[:, None],
        entry=episodes.entry,
        ties=ties,
        robust=robust,
        clusters=episodes.row if robust else None,
    )


def _check(time: Floats, *, event: Booleans, focal: Booleans, act: Floats) -> None:
    require_same_length(time.size, event=event, focal=focal, act=act)
    require_finite(time=time)
    infinite = int(np.isinf(act).sum())
    en, zh = (
        f"act: {infinite} values are infinite. Use a missing value where there was no event.",
        f"act：{infinite} 个值为无穷大；没有时请留空。",
    )
    require(infinite == 0, en=en, zh=zh)
