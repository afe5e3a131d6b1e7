"""Clone, censor, weight: everybody follows both strategies until they break one, and those who remain stand for the others."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.bad_input import require, require_finite, require_same_length
from analytics.stats.event_times import TOLERANCE, Booleans, Floats, Integers, index_times
from analytics.stats.propensity.score import fit_propensity
from analytics.stats.survival.cox import CoxFit, fit_cox
from analytics.stats.survival.immortal_time import Waiting, time_dependent


@dataclass(frozen=True)
class Clones:
    """Pieces of the follow-up of clones: `row` the person, whether its strategy is the focal one, at risk in (entry, time],
    event at its end, and the weight of the piece. `censored` clones per strategy (reference, focal) broke theirs."""

    row: Integers
    focal: Booleans
    entry: Floats
    time: Floats
    event: Booleans
    weight: Floats
    censored: tuple[int, int]


def clone_censor_weight(  # noqa: PLR0913  # the follow-up, the act and how it is waited for
    time: Floats,
    *,
    event: Booleans,
    focal: Booleans,
    act: Floats,
    grace: float,
    X: Floats | None = None,
    waiting: Waiting = "reference",
) -> Clones:
    """Clones of the strategies "the focal act within `grace`" and "the reference act within it, or no act where it needs none".

    Shapes (n,), `X` (n, p) the covariates on which breaking a strategy depends; `act` NaN where there was none (a reference
    arm without any act is followed by waiting). A clone is censored at the other arm's act, or at the end of the grace period
    where its own act has not come. Weights are 1 over the probability of not being censored before: product limit without
    `X`, else exp(-H) of a Cox model of the other act, and at the end of the grace period a logistic model of having acted.
    With `waiting` = `out`, for tables that hold nobody who left before an act (both arms are made by one), nobody is at risk
    before the own act, and the weight is 1 over the logistic probability of that arm's act within the grace period: what
    the clones would be, less the time in which nobody of such a table can die.
    Source: Hernan, BMJ 2018; Maringe et al., Int J Epidemiol 2020. R: survSplit of the clones, survfit or coxph of the
    censoring, coxph(Surv(entry, time, event) ~ focal, weights = weight, cluster = row).
    """
    require_same_length(time.size, event=event, focal=focal, act=act, X=X)
    require_finite(time=time, X=X)
    require(grace > 0, en=f"The grace period is {grace:g}; it must be above 0.", zh=f"宽限期为 {grace:g}；必须大于 0。")
    if waiting == "out":
        return _late_clones(time, event=event, focal=focal, act=act, grace=grace, X=X)
    waits = bool(np.isnan(act[~focal]).all())
    done = np.where(np.isnan(act), np.inf, np.maximum(act, 0.0))
    parts = []
    for strategy in (False, True):
        in_time = (focal == strategy) & (done <= grace + TOLERANCE)
        breaks = np.where((focal != strategy) & (done <= grace + TOLERANCE), done, np.inf)
        needs_act = strategy or not waits
        until = np.where(in_time, np.inf, np.minimum(breaks, grace if needs_act else np.inf))
        clone = _Clone(time=time, event=event, until=until, at_end=np.isinf(breaks) & needs_act, grace=grace)
        parts.append((strategy, *clone.pieces(X), int((until < time - TOLERANCE).sum())))
    return Clones(
        row=np.concatenate([row for _, row, *_ in parts]),
        focal=np.concatenate([np.full(row.size, strategy) for strategy, row, *_ in parts]),
        entry=np.concatenate([part[2] for part in parts]),
        time=np.concatenate([part[3] for part in parts]),
        event=np.concatenate([part[4] for part in parts]),
        weight=np.concatenate([part[5] for part in parts]),
        censored=(parts[0][6], parts[1][6]),
    )


def _late_clones(
    time: Floats, *, event: Booleans, focal: Booleans, act: Floats, grace: float, X: Floats | None
) -> Clones:
    episodes = time_dependent(time, event=event, focal=focal, act=act, waiting="out")
    in_time = np.nan_to_num(act, nan=0.0) <= grace + TOLERANCE
    kept = in_time[episodes.row]
    row, is_focal = episodes.row[kept], episodes.focal[kept]
    chance = np.stack([_chance((focal == strategy) & in_time, X=X) for strategy in (False, True)])
    entry = np.zeros(0) if episodes.entry is None else episodes.entry[kept]
    return Clones(
        row=row,
        focal=is_focal,
        entry=entry,
        time=episodes.time[kept],
        event=episodes.event[kept],
        weight=1 / np.maximum(chance[is_focal.astype(np.int64), row], TOLERANCE),
        censored=(int(time.size - (~is_focal).sum()), int(time.size - is_focal.sum())),
    )


def _chance(hits: Booleans, *, X: Floats | None) -> Floats:
    """The probability of each row, by a logistic model of `X`; the share where there is nothing to model."""
    if X is None or hits.all() or not hits.any():
        return np.full(hits.size, hits.mean())
    return fit_propensity(X, treated=hits, names=[str(column) for column in range(X.shape[1])]).probability


def fit_clones(clones: Clones) -> CoxFit:
    """The weighted Cox regression of the clones on their strategy alone, with errors by person."""
    return fit_cox(
        clones.time,
        event=clones.event,
        X=clones.focal.astype(float)[:, None],
        entry=clones.entry,
        weights=clones.weight,
        robust=True,
        clusters=clones.row,
    )


@dataclass(frozen=True)
class _Clone:
    """One strategy's clones: `until` when they break it (inf: never), `at_end` those who would only at the end of `grace`."""

    time: Floats
    event: Booleans
    until: Floats
    at_end: Booleans
    grace: float

    def pieces(self, X: Floats | None) -> tuple[Integers, Floats, Floats, Booleans, Floats]:
        """Row, entry, time, event and weight of each piece; weights change where somebody breaks the strategy."""
        stop = np.minimum(self.time, self.until)
        broken = (self.until < self.time - TOLERANCE) & ~self.at_end
        own_cuts, curves = _remaining(stop, broken=broken, X=X)
        cuts = np.union1d(own_cuts, [self.grace])
        place = np.searchsorted(own_cuts, cuts + TOLERANCE, side="right")
        remains = curves[:, np.append(0, place)]
        remains[:, 1:][:, cuts >= self.grace - TOLERANCE] *= self._kept_at_end(X)[:, None]
        beginning = min(float(self.time.min(initial=0.0)), 0.0) - 1.0
        lower, upper = np.append(beginning, cuts), np.append(cuts, np.inf)
        row, piece = np.nonzero(lower[None] < stop[:, None] - TOLERANCE)
        end = np.minimum(stop[row], upper[piece])
        died = (self.event & (self.until >= self.time - TOLERANCE))[row] & (stop[row] <= upper[piece])
        return row, lower[piece], end, died, 1 / np.maximum(remains[row, piece], TOLERANCE)

    def _kept_at_end(self, X: Floats | None) -> Floats:
        """The probability of keeping the strategy at the end of the grace period, for those still followed then."""
        breaks = self.at_end & (self.until <= self.grace + TOLERANCE)
        here = (self.time > self.grace + TOLERANCE) & (self.at_end | (self.until > self.grace + TOLERANCE))
        probability = np.ones(self.time.size)
        if not (here & breaks).any():
            return probability
        probability[here] = _chance(~breaks[here], X=None if X is None else X[here])
        return probability


def _remaining(stop: Floats, *, broken: Booleans, X: Floats | None) -> tuple[Floats, Floats]:
    """The times at which somebody breaks the strategy, and the probability of not having done so between them (n, cuts + 1)."""
    if not broken.any():
        return np.zeros(0), np.ones((stop.size, 1))
    values, index = index_times(stop)
    breaking = np.bincount(index[broken], minlength=values.size)
    used = breaking > 0
    if X is None:
        at_risk = np.bincount(index, minlength=values.size)[::-1].cumsum()[::-1]
        curve = np.cumprod(1 - breaking[used] / at_risk[used])
        return values[used], np.tile(np.append(1.0, curve), (stop.size, 1))
    fit = fit_cox(stop, event=broken, X=X, ties="breslow")
    relative = np.exp((X - X.mean(axis=0)) @ np.nan_to_num(fit.coefficients))
    weighted = np.bincount(index, weights=relative, minlength=values.size)[::-1].cumsum()[::-1]
    hazard = np.append(0.0, (breaking[used] / weighted[used]).cumsum())
    return values[used], np.exp(-relative[:, None] * hazard)
