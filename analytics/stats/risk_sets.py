"""Who is at risk when somebody dies: the sums over risk sets that every Cox computation needs, without a loop."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from analytics.stats.event_times import Booleans, Floats, Integers, index_times

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True)
class RiskSets:
    """Rows sorted by stratum, then time. A block is one time of one stratum; `death_row`, `death_block` and `fraction` have
    one entry per death: its row, its block, and Efron's share of the tied deaths already gone (0 throughout for Breslow).
    `first_death` is the first death of each block that has one."""

    order: Integers
    event: Booleans
    block: Integers
    block_start: Integers
    block_time: Floats
    stratum_first_block: Integers
    next_stratum_block: Integers
    death_row: Integers
    death_block: Integers
    first_death: Integers
    fraction: Floats

    def after(self, values: Floats) -> Floats:
        """Sums over the rows at or after each block within its stratum; `values` has one entry (or row) per row."""
        sums = np.add.reduceat(values, self.block_start, axis=0)[::-1].cumsum(axis=0)[::-1]
        if not self.is_stratified:
            return sums
        return sums - np.concatenate([sums, np.zeros_like(sums[:1])])[self.next_stratum_block]

    def up_to(self, values: Floats) -> Floats:
        """Running sums over the blocks up to and with each one, within its stratum; `values` has one entry per block."""
        sums = values.cumsum(axis=0)
        if not self.is_stratified:
            return sums
        return sums - np.concatenate([np.zeros_like(sums[:1]), sums])[self.stratum_first_block]

    def deaths_at(self, values: Floats) -> Floats:
        """Sums over the deaths of each block; `values` has one entry (or row) per death, in the order of the rows."""
        sums = np.zeros((self.block_start.size, *values.shape[1:]))
        sums[self.death_block[self.first_death]] = np.add.reduceat(values, self.first_death, axis=0)
        return sums

    @property
    def is_stratified(self) -> bool:
        return bool(self.stratum_first_block[-1] > 0)


def build_risk_sets(time: Floats, *, event: Booleans, strata: Integers | None = None, ties: Ties = "efron") -> RiskSets:
    """Sort once, reuse for every step and model. Shapes (n,), n > 0, at least one event; `strata` are integer codes."""
    values, index = index_times(time)
    stratum = np.zeros(time.size, dtype=np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    cell = stratum * values.size + index
    order = np.argsort(cell, kind="stable")
    is_first = np.diff(cell[order], prepend=-1) > 0
    start, block = np.flatnonzero(is_first), np.cumsum(is_first) - 1
    cells = cell[order][start]
    of_stratum = cells // values.size
    died = event[order]
    death_row = np.flatnonzero(died)
    death_block = block[death_row]
    return RiskSets(
        order=order,
        event=died,
        block=block,
        block_start=start,
        block_time=values[cells % values.size],
        stratum_first_block=np.searchsorted(of_stratum, of_stratum, side="left"),
        next_stratum_block=np.searchsorted(of_stratum, of_stratum, side="right"),
        death_row=death_row,
        death_block=death_block,
        first_death=np.flatnonzero(np.diff(death_block, prepend=-1)),
        fraction=_fractions(death_block) if ties == "efron" else np.zeros(death_block.size),
    )


def _fractions(death_block: Integers) -> Floats:
    """0, 1/d, 2/d, ... within each block of d tied deaths."""
    first = np.searchsorted(death_block, death_block, side="left")
    count = np.searchsorted(death_block, death_block, side="right") - first
    return (np.arange(death_block.size) - first) / count


class Likelihood(NamedTuple):
    """The partial likelihood at one coefficient vector, and the parts its derivatives are made of.

    `risk` (n,) is exp(eta) up to a common factor, `denominator` (deaths,) the weighted risk set, `mean` (deaths, p) the
    weighted covariate mean of it."""

    log: float
    risk: Floats
    denominator: Floats
    mean: Floats
    score: Floats


def evaluate(sets: RiskSets, *, X: Floats, beta: Floats) -> Likelihood:
    """Log partial likelihood and score at `beta` (p,) for `X` (n, p) in sorted order."""
    eta = X @ beta
    shift = eta.max()
    risk = np.exp(eta - shift)
    weighted = X * risk[:, None]
    dead, block = sets.death_row, sets.death_block
    tied_risk, tied_weighted = sets.deaths_at(risk[dead]), sets.deaths_at(weighted.take(dead, axis=0))
    denominator = sets.after(risk)[block] - sets.fraction * tied_risk[block]
    with np.errstate(divide="ignore", invalid="ignore"):  # a step too far empties a risk set; the caller halves it
        mean = (sets.after(weighted)[block] - sets.fraction[:, None] * tied_weighted[block]) / denominator[:, None]
        log = float((eta[dead] - shift).sum() - np.log(denominator).sum())
    score = (X.take(dead, axis=0) - mean).sum(axis=0)
    return Likelihood(log=log, risk=risk, denominator=denominator, mean=mean, score=score)


def information(sets: RiskSets, *, X: Floats, at: Likelihood, weights: Floats | None = None) -> Floats:
    """Observed information (p, p), the sum over deaths of the covariate covariance in the risk set, each death weighted."""
    weight = np.ones(at.denominator.size) if weights is None else weights
    rows = row_hazard(sets, per_death=weight / at.denominator)
    weighted = X * (at.risk * rows)[:, None]
    return X.T @ weighted - at.mean.T @ (at.mean * weight[:, None])


def row_hazard(sets: RiskSets, *, per_death: Floats) -> Floats:
    """For each row, the sum of `per_death` over the deaths it was at risk for (Efron: less its own share of the ties)."""
    total = sets.up_to(sets.deaths_at(per_death))[sets.block]
    own = sets.deaths_at((per_death.T * sets.fraction).T)[sets.block]
    return total - (own.T * sets.event).T
