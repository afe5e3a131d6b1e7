"""Gray's test: does the cumulative incidence of one kind of event differ between arms?"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require_finite, require_same_length
from analytics.stats.event_times import Booleans, Floats, Integers, at_risk, count_at, index_times


@dataclass(frozen=True)
class GrayTest:
    """Chi-squared on `df` degrees of freedom; None with a reason where it cannot be had (no_events, not_estimable)."""

    chi2: float | None
    df: int
    p: float | None
    why: str | None = None


def gray_test(
    time: Floats,
    *,
    cause: Integers,
    group: Integers,
    of: int = 1,
    strata: Integers | None = None,
    rho: float = 0.0,
) -> GrayTest:
    """Compare subdistribution hazards of the cause `of` between groups, every time weighted (1 - F(t-))^rho.

    `time`, `cause` (0 censored, 1, 2, ... the kinds of event), `group`, `strata` (codes) have shape (n,). Rows that had
    another event stay in the risk set R = n (1 - F(t-)) / S(t-) of their group. Source: Gray, Ann Stat 1988.
    R: cmprsk::cuminc(time, cause, group, strata, rho)$Tests.
    """
    require_same_length(time.size, cause=cause, group=group, strata=strata)
    require_finite(time=time)
    codes, of_group = np.unique(group, return_inverse=True)
    df = max(codes.size - 1, 1)
    if not (cause == of).any():
        return GrayTest(chi2=None, df=df, p=None, why="no_events")
    if codes.size < 2:
        return GrayTest(chi2=None, df=df, p=None, why="not_estimable")
    stratum = np.zeros(time.size, dtype=np.int64) if strata is None else strata
    score, variance = np.zeros(codes.size), np.zeros((codes.size, codes.size))
    for code in np.unique(stratum):
        rows = stratum == code
        steps = _steps(time[rows], cause=cause[rows], of=of, group=of_group[rows], groups=codes.size)
        if steps is not None:
            part, spread = _score_and_variance(steps, rho=rho)
            score, variance = score + part, variance + spread
    block = variance[:-1, :-1]
    if np.linalg.matrix_rank(block) < codes.size - 1:
        return GrayTest(chi2=None, df=df, p=None, why="not_estimable")
    chi2 = float(score[:-1] @ np.linalg.solve(block, score[:-1]))
    return GrayTest(chi2=chi2, df=df, p=float(stats.chi2.sf(chi2, df)))


@dataclass(frozen=True)
class _Steps:
    """At each time with an event of any kind (last axis), per group (first axis): at risk, the events of interest and the
    others, all-event survival just before and just after, incidence just before; `is_left` marks groups still at risk."""

    risk: Floats
    own: Floats
    other: Floats
    survival_before: Floats
    survival_after: Floats
    incidence_before: Floats
    is_left: Booleans


def _steps(time: Floats, *, cause: Integers, of: int, group: Integers, groups: int) -> _Steps | None:
    if not (cause > 0).any():
        return None
    values, index = index_times(time)

    def counted(where: Booleans) -> Floats:
        return np.stack([count_at(index, size=values.size, where=where & (group == g)) for g in range(groups)])

    risk = np.stack([at_risk(row) for row in counted(np.ones(time.size, dtype=bool))])
    own, other = counted(cause == of), counted((cause > 0) & (cause != of))
    used = (own + other).sum(axis=0) > 0
    risk, own, other = risk[:, used], own[:, used], other[:, used]
    with np.errstate(divide="ignore", invalid="ignore"):
        kept: Floats = np.where(risk > 0, 1 - (own + other) / risk, 1.0)
        after = kept.cumprod(axis=1)
        before = np.concatenate([np.ones((groups, 1)), after[:, :-1]], axis=1)
        gained = np.where(risk > 0, before * own / risk, 0.0)
    incidence = np.concatenate([np.zeros((groups, 1)), gained.cumsum(axis=1)[:, :-1]], axis=1)
    return _Steps(risk, own, other, before, after, incidence, risk > 0)


def _score_and_variance(steps: _Steps, *, rho: float) -> tuple[Floats, Floats]:
    """The score of every group and its covariance (Gray's eq. 3.3 and following): martingale variances of each group's two
    kinds of event, times what each group's score owes them, the incidence common to all groups taken as estimated."""
    left, before, after = steps.is_left, steps.survival_before, steps.survival_after
    events = steps.own.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        h = np.where(left, steps.risk / before, 0.0)
        total, extended = h.sum(axis=0), h * (1 - steps.incidence_before)
        common = np.cumsum(events / total)
        common_before = np.concatenate([[0.0], common[:-1]])
        weight = (1 - common_before) ** rho
        score = (weight * (steps.own - events * extended / extended.sum(axis=0))).sum(axis=1)
        a = weight * (np.eye(h.shape[0])[:, :, None] * h[:, None] - h[:, None] * h[None] / total)
        c = np.cumsum(a * events / (total * (1 - common_before)), axis=2)
        ratio = np.where(after > 0, (1 - common) / after, 0.0)
        tied = np.where(events > 1, 1 - (events - 1) / (total * before - 1), 1.0)
        own_spread = np.where(left & (events > 0), tied * before * events / (total * steps.risk), 0.0)
        many = np.where(steps.other > 1, 1 - (steps.other - 1) / (steps.risk - 1), 1.0)
        is_used = (steps.other > 0) & (after > 0)
        other_spread = np.where(is_used, many * before**2 * steps.other / steps.risk**2, 0.0)
    drift = 1 - ratio
    parts = ((a - drift * c, drift, own_spread), (ratio * c, -ratio, other_spread))
    last = c[:, :, -1]
    variance = np.zeros((h.shape[0], h.shape[0]))
    for owed, slope, spread in parts:
        whole = owed + slope * last[:, :, None]
        variance += np.einsum("ikt,jkt,kt->ij", whole, whole, spread)
    return score, variance
