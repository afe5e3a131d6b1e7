"""Who is at risk when somebody dies: the sums over risk sets that every Cox computation needs, without a loop."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from analytics.stats.bad_input import require, require_finite, require_positive, require_same_length
from analytics.stats.event_times import Booleans, Floats, Integers, index_times

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True)
class RiskSets:
    """Rows sorted by stratum, then time, and the moments of one stratum at which somebody dies, in the same order.

    A row is at risk at the moments `since` <= k < `until`. `starts` is the first row of each moment's own rows; rows with
    `since` > 0 (a later stratum, or a late entry) are taken off again through `late_rows`, grouped by `late_starts` into
    `late_moments`. One entry per death, by moment: `death_row`, `fraction` (Efron's share of the tied deaths already gone,
    0 throughout for Breslow) and `death_weight` (the mean weight of the deaths of its moment); `first_death` per moment."""

    n: int
    order: Integers
    event: Booleans
    weight: Floats | None
    since: Integers
    until: Integers
    starts: Integers
    late_rows: Integers
    late_starts: Integers
    late_moments: Integers
    death_row: Integers
    death_moment: Integers
    first_death: Integers
    fraction: Floats
    death_weight: Floats
    moment_time: Floats

    @property
    def moments(self) -> int:
        return self.moment_time.size

    @property
    def events(self) -> int:
        return self.death_row.size

    def at_risk(self, values: Floats) -> Floats:
        """Sums over the rows at risk at each moment; `values` has shape (rows,) or (p, rows)."""
        own = np.add.reduceat(values, self.starts, axis=-1)
        if self.late_rows.size:
            late = np.add.reduceat(values.take(self.late_rows, axis=-1), self.late_starts, axis=-1)
            own[..., self.late_moments] -= late
        return np.flip(np.flip(own, axis=-1).cumsum(axis=-1), axis=-1)

    def over_deaths(self, values: Floats) -> Floats:
        """Sums over the deaths of each moment; `values` has one entry per death in its last axis."""
        return np.add.reduceat(values, self.first_death, axis=-1)

    def while_at_risk(self, values: Floats) -> Floats:
        """For each row the sum over the moments it was at risk at; `values` has one entry per moment in its last axis."""
        start = np.zeros((*values.shape[:-1], 1))
        sums = np.concatenate([start, values.cumsum(axis=-1)], axis=-1)
        found = sums.take(self.until, axis=-1)
        return found - sums.take(self.since, axis=-1) if self.late_rows.size else found

    def of_own_moment(self, values: Floats) -> Floats:
        """For each row what stands at the moment of its own death, 0 for those who do not die."""
        found = np.zeros((*values.shape[:-1], self.order.size))
        found[..., self.death_row] = values[..., self.death_moment]
        return found


def build_risk_sets(
    time: Floats,
    *,
    event: Booleans,
    entry: Floats | None = None,
    weights: Floats | None = None,
    strata: Integers | None = None,
    ties: Ties = "efron",
) -> RiskSets:
    """Sort once, reuse for every step and model. Shapes (n,), n > 0, at least one event.

    `strata` are integer codes; `weights` are case weights above zero; a row is at risk in (entry, time], from the start where
    no `entry` is given. BadInput for missing values, weights of zero or below, an entry not before its time.
    R: Surv(entry, time, event) with weights and strata(strata).
    """
    _check(time, event=event, entry=entry, weights=weights, strata=strata)
    both, index = index_times(time if entry is None else np.concatenate([time, entry]))
    stratum = np.zeros(time.size, dtype=np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    cell = stratum * both.size + index[: time.size]
    order = np.argsort(cell, kind="stable")
    cell, stratum, died = cell[order], stratum[order], event[order]
    death_row = np.flatnonzero(died)
    moment_cell, first_death, death_moment = np.unique(cell[death_row], return_index=True, return_inverse=True)
    until = np.searchsorted(moment_cell, cell, side="right")
    since = np.searchsorted(moment_cell, stratum * both.size, side="left")
    if entry is not None:
        entered = stratum * both.size + index[time.size :][order]
        since = np.searchsorted(moment_cell, entered, side="right")
    late_rows = np.flatnonzero((since > 0) & (until > 0))
    late_rows = late_rows[np.argsort(since[late_rows], kind="stable")]
    late, late_starts = np.unique(since[late_rows], return_index=True)
    weight = None if weights is None else weights[order].astype(float)
    return RiskSets(
        n=time.size,
        order=order,
        event=died,
        weight=weight,
        since=since,
        until=until,
        starts=np.searchsorted(until, np.arange(1, moment_cell.size + 1), side="left"),
        late_rows=late_rows,
        late_starts=late_starts,
        late_moments=late - 1,
        death_row=death_row,
        death_moment=death_moment,
        first_death=first_death,
        fraction=_fractions(death_moment, first=first_death) if ties == "efron" else np.zeros(death_row.size),
        death_weight=_mean_weight(weight, death_row=death_row, first=first_death, moment=death_moment),
        moment_time=both[moment_cell % both.size],
    )


def _check(
    time: Floats, *, event: Booleans, entry: Floats | None, weights: Floats | None, strata: Integers | None
) -> None:
    require_same_length(time.size, event=event, entry=entry, weights=weights, strata=strata)
    require_finite(time=time, entry=entry)
    require_positive(weights=weights)
    require(bool(event.any()), en="There are no events to analyze.", zh="没有任何事件可供分析。")
    if entry is not None:
        late = int((entry >= time).sum())
        en = f"{late} rows have an entry time at or after their exit time. Exclude them or correct the entry time."
        require(late == 0, en=en, zh=f"{late} 行的进入时间不早于离开时间；请排除或更正。")


def _fractions(moment: Integers, *, first: Integers) -> Floats:
    """0, 1/d, 2/d, ... within each moment of d tied deaths."""
    count = np.diff(first, append=moment.size)
    return (np.arange(moment.size) - first[moment]) / count[moment]


def _mean_weight(weight: Floats | None, *, death_row: Integers, first: Integers, moment: Integers) -> Floats:
    if weight is None:
        return np.ones(death_row.size)
    total = np.add.reduceat(weight[death_row], first)
    return (total / np.diff(first, append=death_row.size))[moment]


class Likelihood(NamedTuple):
    """The partial likelihood at one coefficient vector, and the parts its derivatives are made of.

    `risk` (rows,) is weight times exp(eta) up to a common factor, `denominator` (deaths,) the weighted risk set,
    `everyone` and `dying` (p, moments) the weighted covariate sums over those at risk and over those who die then."""

    log: float
    risk: Floats
    denominator: Floats
    everyone: Floats
    dying: Floats
    score: Floats


def evaluate(sets: RiskSets, *, Z: Floats, beta: Floats) -> Likelihood:
    """Log partial likelihood and score at `beta` (p,) for the covariates `Z` (p, rows) in sorted order."""
    eta = beta @ Z
    shift = eta.max()
    risk = np.exp(eta - shift) if sets.weight is None else sets.weight * np.exp(eta - shift)
    dead, moment = sets.death_row, sets.death_moment
    dying_now = Z.take(dead, axis=1)
    everyone, dying = sets.at_risk(Z * risk), sets.over_deaths(dying_now * risk[dead])
    denominator = sets.at_risk(risk)[moment] - sets.fraction * sets.over_deaths(risk[dead])[moment]
    own = None if sets.weight is None else sets.weight[dead]
    with np.errstate(divide="ignore", invalid="ignore"):  # a step too far empties a risk set; the caller halves it
        per_death = sets.death_weight / denominator
        gained = eta[dead] - shift
        log = float((gained if own is None else gained * own).sum() - (sets.death_weight * np.log(denominator)).sum())
        lost = everyone @ sets.over_deaths(per_death) - dying @ sets.over_deaths(per_death * sets.fraction)
    score = (dying_now if own is None else dying_now * own).sum(axis=1) - lost
    return Likelihood(log=log, risk=risk, denominator=denominator, everyone=everyone, dying=dying, score=score)


def information(sets: RiskSets, *, Z: Floats, at: Likelihood, drift: Floats | None = None) -> Floats:
    """Observed information (p, p): the sum over deaths of the covariate covariance in the risk set.

    `drift` (moments,) multiplies what each moment adds."""
    weight = sets.death_weight if drift is None else sets.death_weight * drift[sets.death_moment]
    once, twice = weight / at.denominator, weight / at.denominator**2
    first, crossed, last = (sets.over_deaths(twice * sets.fraction**power) for power in (0, 1, 2))
    spread = (Z * (at.risk * row_hazard(sets, per_death=once))) @ Z.T
    mixed = (at.everyone * crossed) @ at.dying.T
    return spread - (at.everyone * first) @ at.everyone.T + mixed + mixed.T - (at.dying * last) @ at.dying.T


def mean_at_deaths(sets: RiskSets, *, at: Likelihood) -> Floats:
    """The weighted covariate mean of the risk set at each death (p, deaths)."""
    gone = sets.fraction * at.dying[:, sets.death_moment]
    return (at.everyone[:, sets.death_moment] - gone) / at.denominator


def row_hazard(sets: RiskSets, *, per_death: Floats) -> Floats:
    """For each row the sum of `per_death` (last axis) over the deaths it was at risk for, less Efron's share of its own tie."""
    own = sets.of_own_moment(sets.over_deaths(per_death * sets.fraction))
    return sets.while_at_risk(sets.over_deaths(per_death)) - own
