"""The outcome part of a comparison: curves, tests and hazard ratios per endpoint, before and after matching."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.design import Design
from analytics.messages import Notice
from analytics.outcome_notices import PairsSeen, about_outcome, about_pairs, about_ratio, about_weights
from analytics.protocol import AnalysisPlan, EndpointPlan
from analytics.regression import CoxTables, above_the_line, cox_tables
from analytics.response import ResponseResult, responses
from analytics.safety import SafetyRow, safety
from analytics.stats.cox import CoxFit, HazardRatio, fit_cox, hazard_ratio
from analytics.stats.event_times import TOLERANCE, Booleans, Floats, Integers
from analytics.stats.kaplan_meier import (
    Curve,
    Median,
    Rate,
    kaplan_meier,
    median,
    median_follow_up,
    number_at_risk,
    rate_at,
)
from analytics.stats.log_rank import LogRank, log_rank
from analytics.stats.proportional_hazards import ph_test
from analytics.stats.restricted_mean import (
    MeanContrast,
    RestrictedMean,
    contrast_means,
    is_within_follow_up,
    restricted_mean,
)


@dataclass(frozen=True)
class Observed:
    """Those of a cohort whose outcome is known: months, event, whether in the focal arm, pair (None before matching)."""

    rows: Integers
    time: Floats
    event: Booleans
    focal: Booleans
    pair: Integers | None


@dataclass(frozen=True)
class ArmSurvival:
    """One arm: its curve, median, rates by report month, median follow-up (reverse Kaplan-Meier, and crude)."""

    curve: Curve
    median: Median
    rates: dict[float, Rate]
    at_risk: dict[float, int]
    follow_up: float | None
    crude_follow_up: float | None


@dataclass(frozen=True)
class RestrictedMeans:
    """None with a reason where the horizon lies beyond the follow-up of an arm."""

    horizon: float | None
    arms: dict[str, RestrictedMean]
    contrast: MeanContrast | None
    why: str | None = None


@dataclass(frozen=True)
class EndpointResult:
    """One endpoint in one cohort; `pairs` is None before matching. `hazard_ratios` by method: naive and, when matched, cluster_pair (then the headline) and
    strata_pair; numerator and denominator as the protocol names them."""

    arms: dict[str, ArmSurvival]
    logrank: LogRank
    stratified: LogRank | None
    headline: str
    hazard_ratios: dict[str, HazardRatio]
    ph_chi2: float | None
    ph_p: float | None
    rmst: RestrictedMeans
    pairs: PairsSeen | None


@dataclass(frozen=True)
class Outcomes:
    """endpoint → cohort → result; of safety cohort → rows, empty where not asked for."""

    endpoints: dict[str, dict[str, EndpointResult]]
    cox: dict[str, dict[str, CoxTables]]
    responses: dict[str, dict[str, ResponseResult]]
    safety: dict[str, tuple[SafetyRow, ...]]
    notices: tuple[Notice, ...]


def outcomes(design: Design) -> Outcomes:
    """Every endpoint of the protocol in every cohort of the design; what cannot be estimated is None with a reason."""
    protocol = design.protocol
    endpoints: dict[str, dict[str, EndpointResult]] = {}
    cox: dict[str, dict[str, CoxTables]] = {}
    notices: list[Notice] = []
    for name, plan in protocol.survival_endpoints.items():
        endpoints[name], cox[name] = {}, {}
        for cohort, table in design.plain_cohorts.items():
            seen = observe(table, endpoint=name, protocol=protocol)
            result = endpoints[name][cohort] = _endpoint(seen, plan=plan, protocol=protocol)
            cox[name][cohort], troubles = cox_tables(
                table.iloc[seen.rows], seen=seen, protocol=protocol, where=f"cox.{name}.{cohort}"
            )
            notices += about_outcome(table, endpoint=name, rows=seen.rows, cohort=cohort)
            notices += about_pairs(result.pairs, endpoint=name, cohort=cohort)
            notices += about_ratio(result.hazard_ratios[result.headline], where=f"endpoints.{name}.{cohort}") + troubles
    answers, about_answers = responses(design.plain_cohorts, protocol=protocol)
    events, about_events = safety(design.frame, cohorts=design.plain_cohorts, protocol=protocol)
    notices += about_answers + about_events + about_weights(design.is_weighted)
    return Outcomes(endpoints=endpoints, cox=cox, responses=answers, safety=events, notices=tuple(notices))


def observe(table: pd.DataFrame, *, endpoint: str, protocol: AnalysisPlan) -> Observed:
    """Time and event of those with a known outcome; a negative time is unknown, a time of 0 stays."""
    time = table[f"{endpoint}_time"].to_numpy(dtype=float)
    event = table[f"{endpoint}_event"].to_numpy(dtype=float)
    rows = np.flatnonzero((time >= 0) & ~np.isnan(event))
    focal = (table["arm"] == protocol.arms.focal.label).to_numpy()
    pair = table["pair"].to_numpy()[rows] if "pair" in table else None
    return Observed(rows=rows, time=time[rows], event=event[rows] == 1, focal=focal[rows], pair=pair)


def _endpoint(seen: Observed, *, plan: EndpointPlan, protocol: AnalysisPlan) -> EndpointResult:
    arms = {
        protocol.arms.focal.label: _arm(seen, rows=seen.focal, plan=plan, protocol=protocol),
        protocol.arms.reference.label: _arm(seen, rows=~seen.focal, plan=plan, protocol=protocol),
    }
    stratified = None
    if seen.pair is not None:
        stratified = log_rank(seen.time, event=seen.event, arm=seen.focal, strata=seen.pair)
    fits = _fits(seen, protocol=protocol)
    chi2, p = _drift(fits["naive"], seen=seen, protocol=protocol)
    return EndpointResult(
        arms=arms,
        logrank=log_rank(seen.time, event=seen.event, arm=seen.focal),
        stratified=stratified,
        headline="naive" if seen.pair is None else "cluster_pair",
        hazard_ratios=_hazard_ratios(fits, seen=seen, level=protocol.conventions.level),
        ph_chi2=chi2,
        ph_p=p,
        rmst=_restricted_means(arms, tau=plan.tau, protocol=protocol),
        pairs=None if seen.pair is None else _pairs_seen(seen.pair),
    )


def _pairs_seen(pair: Integers) -> PairsSeen:
    members = np.unique(pair, return_counts=True)[1]
    return PairsSeen(complete=int((members == 2).sum()), broken=int((members == 1).sum()))


def _arm(seen: Observed, *, rows: Booleans, plan: EndpointPlan, protocol: AnalysisPlan) -> ArmSurvival:
    time, event = seen.time[rows], seen.event[rows]
    curve = kaplan_meier(time, event=event, kind=protocol.conventions.km_ci, level=protocol.conventions.level)
    return ArmSurvival(
        curve=curve,
        median=median(curve),
        rates={month: rate_at(curve, time=month) for month in plan.report_months},
        at_risk={month: number_at_risk(curve, time=month) for month in (0.0, *plan.report_months)},
        follow_up=median_follow_up(time, event=event),
        crude_follow_up=float(np.median(time)) if time.size else None,
    )


def _fits(seen: Observed, *, protocol: AnalysisPlan) -> dict[str, CoxFit]:
    """The arm alone, by method."""
    X, ties = above_the_line(seen.focal, protocol=protocol)[:, None], protocol.cox.ties
    if seen.pair is None:
        return {"naive": fit_cox(seen.time, event=seen.event, X=X, ties=ties)}
    clustered = fit_cox(seen.time, event=seen.event, X=X, ties=ties, robust=True, clusters=seen.pair)
    return {
        "naive": replace(clustered, robust=None, clusters=None),
        "cluster_pair": clustered,
        "strata_pair": fit_cox(seen.time, event=seen.event, X=X, ties=ties, strata=seen.pair),
    }


def _hazard_ratios(fits: dict[str, CoxFit], *, seen: Observed, level: float) -> dict[str, HazardRatio]:
    ratios = {method: hazard_ratio(fit, level=level) for method, fit in fits.items()}
    silent = any(not seen.event[rows].any() for rows in (seen.focal, ~seen.focal))
    if silent:  # an arm without a single event is why the ratio runs away
        return {m: replace(r, why="no_events") if r.why == "separation" else r for m, r in ratios.items()}
    return ratios


def _drift(fit: CoxFit, *, seen: Observed, protocol: AnalysisPlan) -> tuple[float | None, float | None]:
    """The score test of proportional hazards for the arm alone, with the model's information."""
    X, ties = above_the_line(seen.focal, protocol=protocol)[:, None], protocol.cox.ties
    scale = protocol.conventions.ph
    if scale == "log" and (seen.time <= 0).any():
        return None, None
    result = ph_test(fit, time=seen.time, event=seen.event, X=X, ties=ties, scale=scale)
    return result.chi2[0], result.p[0]


def _restricted_means(arms: dict[str, ArmSurvival], *, tau: float | None, protocol: AnalysisPlan) -> RestrictedMeans:
    """Focal against reference arm, up to the protocol's horizon or the smaller of the arms' largest times."""
    curves = {label: arm.curve for label, arm in arms.items()}
    if any(not curve.n for curve in curves.values()):
        return RestrictedMeans(horizon=tau, arms={}, contrast=None, why="not_estimable")
    horizon = min(curve.last_time for curve in curves.values()) if tau is None else tau
    if not all(is_within_follow_up(curve, horizon=horizon) for curve in curves.values()):
        return RestrictedMeans(horizon=horizon, arms={}, contrast=None, why="beyond_follow_up")
    if horizon <= TOLERANCE:
        return RestrictedMeans(horizon=horizon, arms={}, contrast=None, why="not_estimable")
    means = {label: restricted_mean(curve, horizon=horizon) for label, curve in curves.items()}
    focal, reference = means[protocol.arms.focal.label], means[protocol.arms.reference.label]
    contrast = contrast_means(focal, second=reference, level=protocol.conventions.level)
    return RestrictedMeans(horizon=horizon, arms=means, contrast=contrast)
