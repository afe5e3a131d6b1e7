"""Fine and Gray's regression: what moves the cumulative incidence of one kind of event where another can come first."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.stats.bad_input import require_finite, require_positive, require_same_length
from analytics.stats.event_times import Booleans, Floats, Integers, at_risk, count_at, index_times
from analytics.stats.survival.clusters import Clusters, outer_sums
from analytics.stats.survival.cox import CoxFit, Found, column_spread, nothing_to_fit
from analytics.stats.survival.newton import independent_columns, inverse, maximize


def fit_fine_gray(
    time: Floats,
    *,
    cause: Integers,
    X: Floats,
    of: int = 1,
    weights: Floats | None = None,
    clusters: Clusters | None = None,
) -> CoxFit:
    """Maximize the partial likelihood of the subdistribution hazard of the cause `of` (Breslow ties).

    `time`, `cause` (0 censored, 1, 2, ... the kinds of event), `weights` (above zero), `clusters` (codes, or members of sets) have shape (n,),
    `X` (n, p). A row that had another event stays at risk with weight G(t-) / G(T-), G the Kaplan-Meier of censoring;
    at a time of 0 G itself, not its value before, as crr takes it.
    `robust` is the sandwich with the part that estimating G adds, summed over `clusters` where given; `covariance` the
    inverse information. Linear in n, by sums before and after each time. Source: Fine and Gray, JASA 1999; clusters as
    Zhou, Fine, Latouche and Labopin, Biostatistics 2012. R: cmprsk::crr(time, cause, X, failcode = of, cencode = 0).
    """
    n, p = X.shape
    require_same_length(time.size, cause=cause, X=X, weights=weights)
    require_finite(time=time, X=X)
    require_positive(weights=weights)
    if not (cause == of).any():
        return nothing_to_fit(n, p=p, events=0, why="no_events")
    scale = column_spread(X)
    Z = ((X - X.mean(axis=0)) / scale).T
    share = np.ones(n) if weights is None else weights
    sets = _subdistribution(time, cause=cause, of=of, share=share)
    start = sets.look(Z, beta=np.zeros(p))
    kept = independent_columns(sets.information(Z, at=start), total=float(share[cause == of].sum()))
    if not kept:
        return nothing_to_fit(n, p=p, events=int((cause == of).sum()), why="not_estimable")
    Z = np.ascontiguousarray(Z[kept])
    start = sets.look(Z, beta=np.zeros(len(kept)))
    beta, at, infinite = maximize(
        start, look=lambda beta: sets.look(Z, beta=beta), curvature=lambda point: sets.information(Z, at=point)
    )
    model = inverse(sets.information(Z, at=at))
    influence = model @ (sets.gained(Z, at=at) + sets.through_censoring(Z, at=at)) * share
    sandwich = outer_sums(influence, clusters=clusters)
    found = Found(beta, kept=kept, infinite=infinite, model=model, sandwich=sandwich, scale=scale)
    return found.on_all_columns(n=n, events=int((cause == of).sum()), log=(start.log, at.log))


class _Point(NamedTuple):
    """The likelihood at one coefficient vector: `risk` exp(eta) up to a factor (n,), the weighted sums over those at risk at
    each time (`denominator` where somebody has the event, else 1) and the mean covariates there (p, times)."""

    log: float
    score: Floats
    risk: Floats
    denominator: Floats
    mean: Floats


@dataclass(frozen=True)
class _Subdistribution:
    """Rows on their distinct times: `died` the weighted events of interest, `free` G(t-) of censoring, `at_risk` persons
    (all per time); `is_own`, `stays` (another event) and `is_censored` per row."""

    index: Integers
    share: Floats
    is_own: Booleans
    stays: Booleans
    is_censored: Booleans
    died: Floats
    free: Floats
    at_risk: Floats

    def over_risk(self, values: Floats) -> Floats:
        """Sums over those at risk at each time; `values` has rows in its last axis."""
        everyone = np.flip(np.flip(self._at(values), axis=-1).cumsum(axis=-1), axis=-1)
        return everyone + self.free * self._earlier(values)

    def while_at_risk(self, values: Floats) -> Floats:
        """For each row the sum over the times it is at risk at; `values` has times in its last axis."""
        up_to = values.cumsum(axis=-1)
        later = _from_here(values * self.free) - values * self.free
        return up_to.take(self.index, axis=-1) + np.where(
            self.stays, later.take(self.index, axis=-1) / self.free[self.index], 0.0
        )

    def look(self, Z: Floats, *, beta: Floats) -> _Point:
        eta = beta @ Z
        shift = eta.max()
        risk = np.exp(eta - shift)
        weighted = risk * self.share
        has_event = self.died > 0
        denominator = np.where(has_event, self.over_risk(weighted), 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):  # a step too far empties a risk set; the caller halves it
            mean = np.where(has_event, self.over_risk(Z * weighted) / denominator, 0.0)
            own = self.share * self.is_own
            log = float((own * (eta - shift)).sum() - (self.died * np.log(denominator)).sum())
        return _Point(log, Z @ own - mean @ self.died, risk, denominator, mean)

    def information(self, Z: Floats, *, at: _Point) -> Floats:
        hazard = self.while_at_risk(self.died / at.denominator)
        return (Z * (at.risk * self.share * hazard)) @ Z.T - (at.mean * self.died) @ at.mean.T

    def gained(self, Z: Floats, *, at: _Point) -> Floats:
        """Each row's part in the score (p, n), G taken as known."""
        jump = self.died / at.denominator
        lost = (Z * self.while_at_risk(jump) - self.while_at_risk(at.mean * jump)) * at.risk
        return (Z - at.mean[:, self.index]) * self.is_own - lost

    def through_censoring(self, Z: Floats, *, at: _Point) -> Floats:
        """What each row adds by having helped to estimate G (p, n): psi in the paper."""
        weighted = at.risk * self.share
        jump = self.died * self.free / at.denominator
        owed = self._earlier(Z * weighted) * _from_here(jump) - self._earlier(weighted) * _from_here(at.mean * jump)
        censored = np.bincount(self.index, weights=self.share * self.is_censored, minlength=self.died.size)
        drift = (owed * censored / self.at_risk**2).cumsum(axis=-1)
        return (owed / self.at_risk)[:, self.index] * self.is_censored - drift[:, self.index]

    def _at(self, values: Floats) -> Floats:
        size = self.died.size
        rows = np.atleast_2d(values)
        sums: Floats = np.stack([np.bincount(self.index, weights=row, minlength=size) for row in rows])
        return sums if values.ndim > 1 else sums[0]

    def _earlier(self, values: Floats) -> Floats:
        """Sums over those who had another event before each time, each over G at its own time."""
        sums = self._at(np.where(self.stays, values / self.free[self.index], 0.0)).cumsum(axis=-1)
        return np.concatenate([np.zeros((*sums.shape[:-1], 1)), sums[..., :-1]], axis=-1)


def _subdistribution(time: Floats, *, cause: Integers, of: int, share: Floats) -> _Subdistribution:
    values, index = index_times(time)
    risk = at_risk(count_at(index, size=values.size, weights=share))
    censored = count_at(index, size=values.size, where=cause == 0, weights=share)
    still_free = np.cumprod(1 - censored / risk)
    free = np.concatenate([[1.0], still_free[:-1]])[: values.size]
    if values[0] == 0 and still_free[0] > 0:  # crr steps back from a time by a share of it, which from 0 leads nowhere
        free[0] = still_free[0]
    return _Subdistribution(
        index=index,
        share=share,
        is_own=cause == of,
        stays=(cause > 0) & (cause != of),
        is_censored=cause == 0,
        died=count_at(index, size=values.size, where=cause == of, weights=share),
        free=free,
        at_risk=risk,
    )


def _from_here(values: Floats) -> Floats:
    """Sums over each time and all later ones."""
    return np.flip(np.flip(values, axis=-1).cumsum(axis=-1), axis=-1)
