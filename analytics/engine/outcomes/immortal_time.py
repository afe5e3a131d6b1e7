"""The arms compared from fair starts: at the act that makes the arm, at a landmark, with an arm that changes, by clones. Note [Immortal time]."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.engine.design.variables import build_variables
from analytics.engine.outcomes.risk_rows import CohortRows, Observed, numerator_arm, observe
from analytics.messages import Message, Notice
from analytics.protocol.plan import DEFINING, AnalysisPlan
from analytics.stats.bad_input import BadInput
from analytics.stats.event_times import TOLERANCE, Booleans, Floats, Integers
from analytics.stats.survival.clone_censor_weight import clone_censor_weight
from analytics.stats.survival.cox import HazardRatio, fit_cox, hazard_ratio
from analytics.stats.survival.immortal_time import Episodes, Waiting, landmark, rezero, time_dependent

MOST_PIECES = 5_000_000
IMPOSSIBLE = HazardRatio(hr=None, low=None, high=None, se=None, p=None, why="not_estimable")


@dataclass(frozen=True)
class FairRatio:
    """One way: its ratio, the persons (and of them in the focal arm) and events it rests on. `month` of a landmark."""

    ratio: HazardRatio
    n: int
    focal: int
    events: int
    month: float | None = None


@dataclass(frozen=True)
class FairStarts:
    """One endpoint in one cohort; None where the protocol does not ask for it."""

    naive: FairRatio
    rezero: FairRatio | None
    landmark: tuple[FairRatio, ...]
    time_dependent: FairRatio | None
    ccw: FairRatio | None


@dataclass(frozen=True)
class Waits:
    """Those with a known outcome and, where their arm is made by an act, a known act (NaN: the arm needs none)."""

    seen: Observed
    act: Floats
    waiting: Waiting
    left_out: int


def fair_starts(cohort: CohortRows, *, endpoint: str, protocol: AnalysisPlan) -> tuple[FairStarts | None, list[Notice]]:
    """None where the protocol asks for none, or knows no act that makes the arm."""
    plan = protocol.immortal_time
    if plan is None or DEFINING not in cohort.table:
        return None, []
    waits = waits_of(cohort, endpoint=endpoint, protocol=protocol)
    seen, notices = waits.seen, list(_about(waits, where=f"immortal_time.{endpoint}.{cohort.name}"))
    time, event, focal, act = seen.time, seen.event, seen.focal, waits.act
    from_act = of_clones = changing = None
    if plan.rezero:
        from_act = fit_fair(rezero(time, event=event, focal=focal, act=act), seen=seen, protocol=protocol)
    if plan.time_dependent:
        episodes = time_dependent(time, event=event, focal=focal, act=act, waiting=waits.waiting)
        changing = fit_fair(episodes, seen=seen, protocol=protocol)
    if plan.ccw is not None:
        of_clones, troubles = _by_clones(waits, cohort=cohort, grace=plan.ccw.grace_months, protocol=protocol)
        notices += troubles
    found = FairStarts(
        naive=fit_fair(_as_they_stand(seen), seen=seen, protocol=protocol),
        rezero=from_act,
        landmark=tuple(landmark_ratio(waits, month=month, protocol=protocol) for month in plan.landmark_months),
        time_dependent=changing,
        ccw=of_clones,
    )
    return found, notices


def waits_of(cohort: CohortRows, *, endpoint: str, protocol: AnalysisPlan) -> Waits:
    """An arm in which anybody has an act is made by it: its people without a known one are left out."""
    seen = observe(cohort, endpoint=endpoint, protocol=protocol)
    act = cohort.table[DEFINING].to_numpy(dtype=float)[seen.rows]
    made = {side: bool(np.isfinite(act[seen.focal == side]).any()) for side in (True, False)}
    lost = ~np.isfinite(act) & np.where(seen.focal, made[True], made[False])
    kept = np.flatnonzero(~lost)
    part = _at(seen, rows=kept)
    act = np.where(np.isfinite(act), act, np.nan)[kept]
    lived = not (act > part.time + TOLERANCE).any()
    waiting: Waiting = "out" if made[True] and made[False] and lived else "reference"
    return Waits(seen=part, act=act, waiting=waiting, left_out=int(lost.sum()))


def landmark_ratio(waits: Waits, *, month: float, protocol: AnalysisPlan) -> FairRatio:
    seen = waits.seen
    episodes = landmark(seen.time, event=seen.event, focal=seen.focal, act=waits.act, at=month, waiting=waits.waiting)
    return replace(fit_fair(episodes, seen=seen, protocol=protocol), month=month)


def fit_fair(episodes: Episodes, *, seen: Observed, protocol: AnalysisPlan) -> FairRatio:
    """The arm alone; model errors before matching, afterwards by pair, or by person where persons have weights."""
    focal = episodes.focal
    n, ours = episodes.persons, int(np.unique(episodes.row[focal]).size)
    events = int(episodes.event.sum())
    if not events or not focal.any() or focal.all():
        return FairRatio(replace(IMPOSSIBLE, why="no_events" if not events else "not_estimable"), n, ours, events)
    clusters: Integers | None = None
    if seen.models.robust:
        clusters = episodes.row if seen.pair is None else seen.pair[episodes.row]
    fit = fit_cox(
        episodes.time,
        event=episodes.event,
        X=numerator_arm(focal, protocol=protocol)[:, None],
        entry=episodes.entry,
        weights=None if seen.weights is None else seen.weights[episodes.row],
        ties=protocol.cox.ties,
        robust=clusters is not None,
        clusters=clusters,
    )
    return FairRatio(hazard_ratio(fit, level=protocol.conventions.level), n, ours, events)


def _as_they_stand(seen: Observed) -> Episodes:
    rows = np.arange(seen.time.size)
    return Episodes(row=rows, entry=None, time=seen.time, event=seen.event, focal=seen.focal, left_out=0)


def _by_clones(
    waits: Waits, *, cohort: CohortRows, grace: float, protocol: AnalysisPlan
) -> tuple[FairRatio, list[Notice]]:
    """Weighted by the covariates of the score (complete rows); refused where the pieces would not fit into memory."""
    seen, where = waits.seen, f"immortal_time.ccw.{cohort.name}"
    X = _covariates(cohort.table.iloc[seen.rows], protocol=protocol)
    whole = np.flatnonzero(~np.isnan(X).any(axis=1))
    seen, act, X = _at(seen, rows=whole), waits.act[whole], X[whole]
    acts = np.unique(np.round(act[np.nan_to_num(act, nan=-1.0) > 0], 9)).size
    if waits.waiting == "reference" and (pieces := 2 * seen.time.size * (acts + 1)) > MOST_PIECES:
        en = f"Clone-censor-weight would need about {pieces:,} intervals, more than the limit of {MOST_PIECES:,}. Round the times of the arm-defining event, or draw a sample."
        zh = f"克隆-删失-加权约需 {pieces:,} 个时间片段，超过上限 {MOST_PIECES:,}；请对行为时间取整或抽样。"
        return _nothing(seen), [Notice("too_many_clones", Message(en, zh), where=where)]
    try:
        clones = clone_censor_weight(
            seen.time,
            event=seen.event,
            focal=seen.focal,
            act=act,
            grace=grace,
            X=X if X.shape[1] else None,
            waiting=waits.waiting,
        )
    except BadInput as error:
        return _nothing(seen), [Notice("ccw_failed", error.message, where=where)]
    if not clones.event.any() or clones.focal.all() or not clones.focal.any():
        return _nothing(seen), []
    weights = clones.weight if seen.weights is None else clones.weight * seen.weights[clones.row]
    fit = fit_cox(
        clones.time,
        event=clones.event,
        X=numerator_arm(clones.focal, protocol=protocol)[:, None],
        entry=clones.entry,
        weights=weights,
        ties=protocol.cox.ties,
        robust=True,
        clusters=clones.row if seen.pair is None else seen.pair[clones.row],
    )
    ratio = hazard_ratio(fit, level=protocol.conventions.level)
    persons = int(np.unique(clones.row).size)
    ours = int(seen.focal[np.unique(clones.row)].sum())  # persons, of whom each has a clone in both arms
    return FairRatio(ratio, persons, ours, int(np.unique(clones.row[clones.event]).size)), []


def _covariates(table: pd.DataFrame, *, protocol: AnalysisPlan) -> Floats:
    variables = build_variables(table, covariates=protocol.score_covariates)
    columns = [column.values for variable in variables for column in variable.model_columns()]
    return np.column_stack([np.empty((len(table), 0)), *columns])


def _nothing(seen: Observed) -> FairRatio:
    return FairRatio(IMPOSSIBLE, n=seen.time.size, focal=int(seen.focal.sum()), events=int(seen.event.sum()))


def _at(seen: Observed, *, rows: Integers | Booleans) -> Observed:
    """Those persons alone, each once."""
    return Observed(
        rows=seen.rows[rows],
        time=seen.time[rows],
        cause=seen.cause[rows],
        focal=seen.focal[rows],
        pair=None if seen.pair is None else seen.pair[rows],
        stratum=None if seen.stratum is None else seen.stratum[rows],
        weights=None if seen.weights is None else seen.weights[rows],
        models=seen.models.at(rows),
        entry=None if seen.entry is None else seen.entry[rows],
    )


def _about(waits: Waits, *, where: str) -> Iterator[Notice]:
    if waits.left_out:
        en = f"Excluded from the analyses addressing immortal time bias, time of the arm-defining event unknown: {waits.left_out}."
        yield Notice(
            "act_unknown", Message(en, f"{waits.left_out} 人的分组确定时间未知，不计入永恒时间的校正分析。"), where
        )
    if late := int((waits.act > waits.seen.time + TOLERANCE).sum()):
        en = f"The arm-defining event is recorded after the end of follow-up for {late} patients; until then they count in the other arm. Check their dates."
        zh = f"{late} 人的分组行为记录在随访结束之后；此前计入另一组。请核对日期。"
        yield Notice("act_after_follow_up", Message(en, zh), where)
    if not np.isfinite(waits.act[~waits.seen.focal]).any():
        en = "The reference arm has no arm-defining event, so resetting time zero to that event in the other arm (re-zero) is biased against it."
        zh = "参照组没有自己的分组行为：将另一组从其行为起重新计时（re-zero）对其不公平。"
        yield Notice("rezero_not_fair", Message(en, zh), where)
