"""Cox regression of one factor from counts of its levels at each time: a Newton step does not depend on the number of rows."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.stats.bad_input import require_same_length
from analytics.stats.event_times import Booleans, Floats, Integers, index_times
from analytics.stats.survival.cox import CoxFit, Found, nothing_to_fit
from analytics.stats.survival.newton import independent_columns, inverse, maximize
from analytics.stats.survival.risk_sets import Ties


@dataclass(frozen=True)
class Clock:
    """Times ranked once for many models and samples: each row's place among the `size` distinct times, and its event."""

    index: Integers
    event: Booleans
    size: int


@dataclass(frozen=True)
class LevelCounts:
    """Rows at risk and deaths of each level (levels, moments) at each time somebody dies, of `n` rows."""

    at_risk: Floats
    died: Floats
    n: int

    @property
    def levels(self) -> int:
        return int(self.at_risk.shape[0])


def start_clock(time: Floats, *, event: Booleans) -> Clock:
    """Rank the times, shapes (n,)."""
    require_same_length(time.size, event=event)
    values, index = index_times(time)
    return Clock(index=index, event=event, size=values.size)


def count_levels(clock: Clock, *, code: Integers, levels: int, rows: Integers | None = None) -> LevelCounts:
    """Counts of the level `code` (n,) 0 ... levels - 1, of all rows or of those drawn (`rows`, with repetition)."""
    index, event, of_level = clock.index, clock.event, code
    if rows is not None:
        index, event, of_level = index[rows], event[rows], of_level[rows]
    cell = of_level * clock.size + index
    leaving = np.bincount(cell, minlength=levels * clock.size).reshape(levels, clock.size)
    died = np.bincount(cell[event], minlength=levels * clock.size).reshape(levels, clock.size)
    used = died.any(axis=0)
    at_risk = np.flip(np.flip(leaving, axis=1).cumsum(axis=1), axis=1)
    return LevelCounts(at_risk=at_risk[:, used].astype(float), died=died[:, used].astype(float), n=index.size)


def fit_levels(counts: LevelCounts, *, ties: Ties = "efron") -> CoxFit:
    """The model of the factor alone, every level against the first; coefficients (levels - 1,), model errors.

    The maximum of the same likelihood as `fit_cox` of the dummy columns. R: coxph(Surv(time, event) ~ factor(code)).
    """
    p, events = counts.levels - 1, int(counts.died.sum())
    if not events or not p:
        return nothing_to_fit(counts.n, p=p, events=events, why="not_estimable" if events else "no_events")
    sums = _Sums(counts, ties=ties)
    start = sums.look(np.zeros(p))
    kept = independent_columns(sums.information(start), total=float(events))
    if not kept:
        return nothing_to_fit(counts.n, p=p, events=events, why="not_estimable")

    def whole(beta: Floats) -> Floats:
        full = np.zeros(p)
        full[kept] = beta
        return full

    block = np.ix_(kept, kept)
    beta, at, infinite = maximize(
        start._replace(score=start.score[kept]),
        look=lambda b: (point := sums.look(whole(b)))._replace(score=point.score[kept]),
        curvature=lambda point: sums.information(point)[block],
    )
    model = inverse(sums.information(at)[block])
    found = Found(beta, kept=kept, infinite=infinite, model=model, sandwich=None, scale=np.ones(p))
    return found.on_all_columns(n=counts.n, events=events, log=(start.log, at.log))


class _Point(NamedTuple):
    """The likelihood at one vector: `risk` of each level up to a factor, `denominator` per death."""

    log: float
    score: Floats
    risk: Floats
    denominator: Floats


class _Sums:
    def __init__(self, counts: LevelCounts, *, ties: Ties) -> None:
        self.counts = counts
        count = counts.died.sum(axis=0).astype(np.int64)
        self.moment = np.repeat(np.arange(count.size), count)
        self.first = np.concatenate([[0], count.cumsum()[:-1]])
        place = np.arange(self.moment.size) - self.first[self.moment]
        self.fraction = place / count[self.moment] if ties == "efron" else np.zeros(place.size)
        self.total = counts.died.sum(axis=1)

    def look(self, beta: Floats) -> _Point:
        eta = np.append(0.0, beta)
        shift = eta.max()
        risk = np.exp(eta - shift)
        denominator = (risk @ self.counts.at_risk)[self.moment] - self.fraction * (risk @ self.counts.died)[self.moment]
        with np.errstate(divide="ignore", invalid="ignore"):  # a step too far; the caller halves it
            log = float(self.total @ (eta - shift) - np.log(denominator).sum())
            lost = self._times(1 / denominator, risk=risk)
        return _Point(log, (self.total - lost)[1:], risk, denominator)

    def information(self, at: _Point) -> Floats:
        once = self._times(1 / at.denominator, risk=at.risk)[1:]
        everyone, dying = (at.risk[:, None] * values for values in (self.counts.at_risk, self.counts.died))
        first, crossed, last = (self._over(self.fraction**power / at.denominator**2) for power in (0, 1, 2))
        mixed = (everyone * crossed) @ dying.T
        means = (everyone * first) @ everyone.T - mixed - mixed.T + (dying * last) @ dying.T
        return np.diag(once) - means[1:, 1:]

    def _times(self, per_death: Floats, *, risk: Floats) -> Floats:
        """Sum over deaths of each level's share of the risk set, times `per_death`."""
        at_risk = self.counts.at_risk @ self._over(per_death)
        return risk * (at_risk - self.counts.died @ self._over(per_death * self.fraction))

    def _over(self, values: Floats) -> Floats:
        return np.add.reduceat(values, self.first)
