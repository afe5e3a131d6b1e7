"""The outcome part of a comparison: curves, tests and hazard ratios per endpoint, in every cohort of the design."""

from dataclasses import dataclass, field, replace

import numpy as np

from analytics.engine.design.design import Design
from analytics.engine.outcomes.centers import CenterRatios, center_ratios
from analytics.engine.outcomes.competing_risks import CompetingRisks, competing_risks
from analytics.engine.outcomes.constant_rates import about_constant_rates
from analytics.engine.outcomes.histories import Told, told
from analytics.engine.outcomes.notices import (
    PairsSeen,
    about_competing_entry,
    about_drift,
    about_effective_events,
    about_entry,
    about_follow_up,
    about_gray,
    about_outcome,
    about_pairs,
    about_ratio,
    start_of,
)
from analytics.engine.outcomes.regression import CoxTables, cox_tables
from analytics.engine.outcomes.response import ResponseResult, responses
from analytics.engine.outcomes.risk_rows import CohortRows, Observed, cohort_rows, numerator_arm, observe
from analytics.engine.outcomes.safety import SafetyRow, safety
from analytics.engine.outcomes.subgroups import SubgroupRow, subgroup_rows
from analytics.messages import Notice
from analytics.protocol.plan import AnalysisPlan, EndpointPlan
from analytics.stats.event_times import TOLERANCE, Booleans, Integers
from analytics.stats.survival.cox import CoxFit, HazardRatio, hazard_ratio
from analytics.stats.survival.kaplan_meier import (
    Curve,
    Median,
    Rate,
    fewest_at_risk,
    kaplan_meier,
    median,
    median_follow_up,
    number_at_risk,
    rate_at,
)
from analytics.stats.survival.log_rank import LogRank, log_rank, log_rank_weighted
from analytics.stats.survival.period_ratios import PeriodRatio, period_ratios
from analytics.stats.survival.proportional_hazards import ScaledResiduals, ph_test, scaled_residuals
from analytics.stats.survival.restricted_mean import (
    MeanContrast,
    RestrictedMean,
    contrast_means,
    default_horizon,
    is_within_follow_up,
    restricted_mean,
    restricted_mean_weighted,
)

NAIVE, BY_PAIR, WITHIN_PAIR, ROBUST, WITHIN_STRATUM, CORRECTED = (
    "naive",
    "cluster_pair",
    "strata_pair",
    "robust",
    "strata_stratum",
    "corrected",
)
REJECTED = 0.05


@dataclass(frozen=True)
class ArmSurvival:
    """One arm: its curve, median, rates by report month, median follow-up (reverse Kaplan-Meier, and crude)."""

    curve: Curve
    median: Median
    rates: dict[float, Rate]
    at_risk: dict[float, int]
    follow_up: float | None
    crude_follow_up: float | None

    @property
    def median_at_risk(self) -> int | None:
        """Persons at risk at the median."""
        return None if self.median.value is None else number_at_risk(self.curve, time=self.median.value)

    @property
    def median_on_few(self) -> bool:
        """Whether so few are at risk at the median that the curve is not drawn so far."""
        left = self.median_at_risk
        return left is not None and left < fewest_at_risk(self.curve.n)


@dataclass(frozen=True)
class RestrictedMeans:
    """None with a reason where the horizon lies beyond the follow-up of an arm."""

    horizon: float | None
    arms: dict[str, RestrictedMean]
    contrast: MeanContrast | None
    why: str | None = None


@dataclass(frozen=True)
class EndpointResult:
    """One endpoint in one cohort; `pairs` is None where the design makes none.

    `hazard_ratios` by method, numerator and denominator as the protocol names them: naive; in pairs cluster_pair (then the
    headline) and strata_pair; by weights or strata robust (then the headline), and strata_stratum; beside either corrected, the
    headline where the protocol says so. `periods` are there where the hazards are not proportional, `competing` where another
    event can come first."""

    arms: dict[str, ArmSurvival]
    logrank: LogRank
    stratified: LogRank | None
    headline: str
    hazard_ratios: dict[str, HazardRatio]
    ph_chi2: float | None
    ph_p: float | None
    rmst: RestrictedMeans
    pairs: PairsSeen | None
    periods: tuple[PeriodRatio, ...]
    competing: CompetingRisks | None
    is_weighted: bool
    residuals: ScaledResiduals | None = None


@dataclass(frozen=True)
class Outcomes:
    """endpoint → cohort → result; of safety cohort → rows, empty where not asked for. `centers` is of the cohort of the design,
    `told` what the registry tells beside, None of a table."""

    endpoints: dict[str, dict[str, EndpointResult]]
    cox: dict[str, dict[str, CoxTables]]
    subgroups: dict[str, dict[str, tuple[SubgroupRow, ...]]]
    responses: dict[str, dict[str, ResponseResult]]
    safety: dict[str, tuple[SafetyRow, ...]]
    notices: tuple[Notice, ...]
    centers: dict[str, CenterRatios] = field(default_factory=dict)
    told: Told | None = None


def outcomes(design: Design) -> Outcomes:
    """Every endpoint of the protocol in every cohort of the design; what cannot be estimated is None with a reason."""
    protocol, cohorts = design.protocol, cohort_rows(design)
    found = Outcomes(endpoints={}, cox={}, subgroups={}, responses={}, safety={}, notices=())
    notices: list[Notice] = []
    for name, plan in protocol.survival_endpoints.items():
        found.endpoints[name], found.cox[name], found.subgroups[name] = {}, {}, {}
        for cohort, members in cohorts.items():
            seen = observe(members, endpoint=name, protocol=protocol)
            result = found.endpoints[name][cohort] = endpoint_result(seen, plan=plan, protocol=protocol)
            table = members.table.iloc[seen.rows]
            found.cox[name][cohort], troubles = cox_tables(
                table, seen=seen.models, protocol=protocol, where=f"cox.{name}.{cohort}"
            )
            found.subgroups[name][cohort] = subgroup_rows(table, seen=seen, protocol=protocol)
            if cohort == list(cohorts)[-1] and (ratios := center_ratios(table, seen=seen, protocol=protocol)):
                found.centers[name] = ratios
            notices += _about(members, name=name, plan=plan, seen=seen, result=result) + troubles
    answers, about_answers = responses(cohorts, protocol=protocol)
    events, about_events = safety(design.frame, cohorts=cohorts, protocol=protocol)
    return replace(
        found,
        responses=answers,
        safety=events,
        told=told(design, cohorts=cohorts),
        subgroups={name: of for name, of in found.subgroups.items() if protocol.subgroups},
        notices=(*notices, *about_constant_rates(answers, protocol=protocol), *about_answers, *about_events),
    )


def _about(
    cohort: CohortRows, *, name: str, plan: EndpointPlan, seen: Observed, result: EndpointResult
) -> list[Notice]:
    where = f"endpoints.{name}.{cohort.name}"
    return [
        *about_competing_entry(plan, seen=seen, where=where),
        *about_entry(cohort.table, endpoint=name, seen=seen, where=where),
        *about_outcome(cohort.table, endpoint=name, rows=seen.rows, cohort=cohort.name, start=start_of(plan)),
        *about_pairs(result.pairs, endpoint=name, cohort=cohort.name),
        *about_follow_up(cohort.table, endpoint=name, seen=seen, where=where),
        *about_ratio(result.hazard_ratios[result.headline], events=int(seen.event.sum()), where=where),
        *(about_effective_events(seen, where=where) if cohort.is_weighted else ()),
        *(about_gray(seen, where=f"{where}.gray") if result.competing is not None else ()),
        *about_drift(result.ph_p if result.periods else None, where=where),
    ]


def endpoint_result(seen: Observed, *, plan: EndpointPlan, protocol: AnalysisPlan) -> EndpointResult:
    """Everything of one endpoint in one cohort."""
    arms = {
        protocol.arms.focal.label: describe_arm(seen, rows=seen.focal, plan=plan, protocol=protocol),
        protocol.arms.reference.label: describe_arm(seen, rows=~seen.focal, plan=plan, protocol=protocol),
    }
    fits = arm_fits(seen, protocol=protocol)
    chi2, p = _drift(fits[NAIVE], seen=seen, protocol=protocol)
    ratios = _hazard_ratios(fits, seen=seen, level=protocol.conventions.level)
    chosen = headline(fits, protocol=protocol)
    drifts = p is not None and p < REJECTED
    return EndpointResult(
        arms=arms,
        logrank=_log_rank(seen),
        stratified=_stratified(seen),
        headline=chosen,
        hazard_ratios=ratios,
        ph_chi2=chi2,
        ph_p=p,
        rmst=_restricted_means(arms, seen=seen, tau=plan.tau, protocol=protocol),
        pairs=None if seen.pair is None else _pairs_seen(seen.pair),
        periods=_periods(seen, plan=plan, protocol=protocol) if drifts else (),
        competing=competing_risks(seen, plan=plan, protocol=protocol, cause_specific=ratios[chosen]),
        is_weighted=seen.weights is not None,
        residuals=_residuals(fits[NAIVE], seen=seen, protocol=protocol),
    )


def headline(fits: dict[str, CoxFit], *, protocol: AnalysisPlan) -> str:
    asked = (CORRECTED,) if protocol.cox.errors == "corrected" else ()
    return next(method for method in (*asked, BY_PAIR, ROBUST, NAIVE) if method in fits)


def arm_ratio(seen: Observed, *, protocol: AnalysisPlan) -> HazardRatio:
    """The headline alone: the arm's hazard ratio as the design wants it."""
    fit = seen.models.fit(numerator_arm(seen.models.focal, protocol=protocol)[:, None], ties=protocol.cox.ties)
    return _hazard_ratios({NAIVE: fit}, seen=seen, level=protocol.conventions.level)[NAIVE]


def arm_fits(seen: Observed, *, protocol: AnalysisPlan) -> dict[str, CoxFit]:
    """The arm alone, by method."""
    models, ties = replace(seen.models, corrected=False), protocol.cox.ties
    X = numerator_arm(models.focal, protocol=protocol)[:, None]
    fit = models.fit(X, ties=ties)
    if not models.robust:
        return {NAIVE: fit}
    by = ROBUST if models.clusters is None and models.members is None else BY_PAIR
    fits = {NAIVE: replace(fit, robust=None, clusters=None), by: fit}
    sets, method = (seen.pair, WITHIN_PAIR) if seen.pair is not None else (seen.stratum, WITHIN_STRATUM)
    if sets is not None:
        plain = replace(models, weights=None, clusters=None, members=None, robust=False)
        fits[method] = plain.fit(X, ties=ties, strata=sets)
    if models.members is None:
        fits[CORRECTED] = replace(models, corrected=True).fit(X, ties=ties)
    return fits


def _pairs_seen(pair: Integers) -> PairsSeen:
    members = np.unique(pair, return_counts=True)[1]
    return PairsSeen(complete=int((members >= 2).sum()), broken=int((members == 1).sum()))


def describe_arm(seen: Observed, *, rows: Booleans, plan: EndpointPlan, protocol: AnalysisPlan) -> ArmSurvival:
    """The persons of `seen` in `rows`."""
    time, event = seen.time[rows], seen.event[rows]
    weights, entry = (None if of is None else of[rows] for of in (seen.weights, seen.entry))
    conventions = protocol.conventions
    curve = kaplan_meier(
        time, event=event, weights=weights, entry=entry, kind=conventions.km_ci, level=conventions.level
    )
    return ArmSurvival(
        curve=curve,
        median=median(curve),
        rates={month: rate_at(curve, time=month) for month in plan.report_months},
        at_risk={month: number_at_risk(curve, time=month) for month in (0.0, *plan.report_months)},
        follow_up=median_follow_up(time, event=event, weights=weights, entry=entry),
        crude_follow_up=float(np.median(time)) if time.size else None,
    )


def _log_rank(seen: Observed) -> LogRank:
    if seen.weights is None:
        return log_rank(seen.time, event=seen.event, arm=seen.focal, entry=seen.entry)
    group = (~seen.focal).astype(np.int64)
    return log_rank_weighted(
        seen.time, event=seen.event, group=group, weights=seen.weights, entry=seen.entry, clusters=seen.models.who
    )


def _stratified(seen: Observed) -> LogRank | None:
    sets = seen.pair if seen.pair is not None else seen.stratum
    if sets is None:
        return None
    return log_rank(seen.time, event=seen.event, arm=seen.focal, entry=seen.entry, strata=sets)


def _hazard_ratios(fits: dict[str, CoxFit], *, seen: Observed, level: float) -> dict[str, HazardRatio]:
    ratios = {method: hazard_ratio(fit, level=level) for method, fit in fits.items()}
    silent = any(not seen.event[rows].any() for rows in (seen.focal, ~seen.focal))
    if silent:  # an arm without a single event is why the ratio runs away
        return {m: replace(r, why="no_events") if r.why == "separation" else r for m, r in ratios.items()}
    return ratios


def _drift(fit: CoxFit, *, seen: Observed, protocol: AnalysisPlan) -> tuple[float | None, float | None]:
    """The score test of proportional hazards for the arm alone, with the model's information."""
    models, scale = seen.models, protocol.conventions.ph
    if scale == "log" and (models.time <= 0).any():
        return None, None
    X = numerator_arm(models.focal, protocol=protocol)[:, None]
    result = ph_test(
        fit,
        time=models.time,
        event=models.event,
        X=X,
        entry=models.entry,
        weights=models.weights,
        ties=protocol.cox.ties,
        scale=scale,
    )
    return result.chi2[0], result.p[0]


def _residuals(fit: CoxFit, *, seen: Observed, protocol: AnalysisPlan) -> ScaledResiduals | None:
    """Of the arm alone, on the scale of the test."""
    models, scale = seen.models, protocol.conventions.ph
    if scale == "log" and (models.time <= 0).any():
        return None
    return scaled_residuals(
        fit,
        time=models.time,
        event=models.event,
        X=numerator_arm(models.focal, protocol=protocol)[:, None],
        entry=models.entry,
        weights=models.weights,
        ties=protocol.cox.ties,
        scale=scale,
    )


def _periods(seen: Observed, *, plan: EndpointPlan, protocol: AnalysisPlan) -> tuple[PeriodRatio, ...]:
    """Split at the first report months that both arms are followed beyond and before which both had events."""
    models = seen.models
    last = min((models.time[rows].max(initial=0.0) for rows in (models.focal, ~models.focal)), default=0.0)
    cuts = [month for month in sorted(set(plan.report_months)) if 0 < month < last][:2]
    if not cuts:
        return ()
    return period_ratios(
        models.time,
        event=models.event,
        arm=numerator_arm(models.focal, protocol=protocol),
        cuts=cuts,
        entry=models.entry,
        ties=protocol.cox.ties,
        weights=models.weights,
        clusters=models.who,
        level=protocol.conventions.level,
    )


def _restricted_means(
    arms: dict[str, ArmSurvival], *, seen: Observed, tau: float | None, protocol: AnalysisPlan
) -> RestrictedMeans:
    """Focal against reference arm, up to the protocol's horizon or as far as both curves are known."""
    curves = {label: arm.curve for label, arm in arms.items()}
    if any(not curve.n for curve in curves.values()):
        return RestrictedMeans(horizon=tau, arms={}, contrast=None, why="not_estimable")
    horizon = default_horizon(list(curves.values())) if tau is None else tau
    if not all(is_within_follow_up(curve, horizon=horizon) for curve in curves.values()):
        return RestrictedMeans(horizon=horizon, arms={}, contrast=None, why="beyond_follow_up")
    if horizon <= TOLERANCE:
        return RestrictedMeans(horizon=horizon, arms={}, contrast=None, why="not_estimable")
    sides = dict(zip(curves, (seen.focal, ~seen.focal), strict=True))
    means = {label: _mean(curve, seen=seen, rows=sides[label], horizon=horizon) for label, curve in curves.items()}
    focal, reference = means[protocol.arms.focal.label], means[protocol.arms.reference.label]
    if not (focal.se or reference.se) and not seen.event.any():
        return RestrictedMeans(horizon=horizon, arms=means, contrast=None, why="no_events")
    contrast = contrast_means(focal, second=reference, level=protocol.conventions.level)
    return RestrictedMeans(horizon=horizon, arms=means, contrast=contrast)


def _mean(curve: Curve, *, seen: Observed, rows: Booleans, horizon: float) -> RestrictedMean:
    if seen.weights is None:
        return restricted_mean(curve, horizon=horizon)
    entry = None if seen.entry is None else seen.entry[rows]
    return restricted_mean_weighted(
        seen.time[rows], event=seen.event[rows], weights=seen.weights[rows], entry=entry, horizon=horizon
    )
