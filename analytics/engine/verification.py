"""The headline of a result fitted a second time, by lifelines, from the persons of its designs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

from analytics.engine.agreement import ERROR, MEDIAN, RATIO, NotCompared, Quantity, Verification
from analytics.engine.design.design import Design
from analytics.engine.outcomes.outcomes import BY_PAIR, CORRECTED, NAIVE, ROBUST, EndpointResult, Outcomes
from analytics.engine.outcomes.risk_rows import Observed, cohort_rows, numerator_arm, observe
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.resampling.imputation import pool
from analytics.stats.survival.second_engine import (
    ArmEffect,
    CannotFitError,
    arm_effect,
    engine_version,
    median_survival,
)


@dataclass(frozen=True)
class _Place:
    """An endpoint in a cohort: its result, and its persons in each completed table (one where nothing is imputed)."""

    endpoint: str
    cohort: str
    result: EndpointResult
    seen: Sequence[Observed]
    protocol: AnalysisPlan


def verification(designs: Sequence[Design], *, opened: Outcomes) -> Verification:
    """Medians, hazard ratio and its error of every endpoint in every cohort, from the persons of the designs again.

    `designs` are those of the completed tables, one where nothing is imputed; ratios are put together by Rubin's rules.
    """
    found: list[Quantity | NotCompared] = []
    protocol, cohorts = designs[0].protocol, [cohort_rows(one) for one in designs]
    for name, results in opened.endpoints.items():
        for cohort, result in results.items():
            seen = [observe(rows[cohort], endpoint=name, protocol=protocol) for rows in cohorts]
            if seen[0].entry is not None:
                found += [
                    NotCompared(name, cohort, quantity, why="delayed_entry") for quantity in (MEDIAN, RATIO, ERROR)
                ]
                continue
            place = _Place(name, cohort, result=result, seen=seen, protocol=protocol)
            found += [*_medians(place), *_ratio(place)]
    return Verification(
        version=engine_version(),
        quantities=tuple(one for one in found if isinstance(one, Quantity)),
        not_compared=tuple(one for one in found if isinstance(one, NotCompared)),
    )


def _medians(place: _Place) -> Iterator[Quantity]:
    seen = place.seen[0]
    sides = {place.protocol.arms.focal.label: seen.focal, place.protocol.arms.reference.label: ~seen.focal}
    for label, arm in place.result.arms.items():
        rows = sides[label]
        if rows.any():
            weights = None if seen.weights is None else seen.weights[rows]
            second = median_survival(seen.time[rows], event=seen.event[rows], weights=weights)
            yield Quantity(place.endpoint, place.cohort, MEDIAN, label, value=arm.median.value, second=second)


def _ratio(place: _Place) -> Iterator[Quantity | NotCompared]:
    """A ratio that cannot be estimated is no number to compare."""
    result, names = place.result, (place.endpoint, place.cohort)
    method = next(one for one in (BY_PAIR, ROBUST, NAIVE) if one in result.hazard_ratios)
    headline, plain = result.hazard_ratios[result.headline], result.hazard_ratios[method]
    if headline.hr is None:
        return
    try:
        second = _effect(place, robust=place.seen[0].models.robust)
    except CannotFitError as error:
        yield NotCompared(*names, ERROR, why=error.why)
        yield _ratio_alone(place, value=headline.hr)
        return
    yield Quantity(*names, RATIO, None, value=headline.hr, second=exp(second.log_hazard_ratio))
    yield Quantity(*names, ERROR, None, value=plain.se, second=second.se)
    if result.headline == CORRECTED:
        yield NotCompared(*names, ERROR, why="corrected_error")


def _ratio_alone(place: _Place, *, value: float) -> Quantity | NotCompared:
    """It does not depend on the kind of its error."""
    try:
        second = _effect(place, robust=False)
    except CannotFitError as error:
        return NotCompared(place.endpoint, place.cohort, RATIO, why=error.why)
    return Quantity(place.endpoint, place.cohort, RATIO, None, value=value, second=exp(second.log_hazard_ratio))


def _effect(place: _Place, *, robust: bool) -> ArmEffect:
    effects = [
        arm_effect(
            models.time,
            event=models.event,
            arm=numerator_arm(models.focal, protocol=place.protocol),
            ties=place.protocol.cox.ties,
            weights=models.weights,
            robust=robust,
            clusters=models.clusters if models.members is None else models.members,
        )
        for models in (seen.models for seen in place.seen)
    ]
    if len(effects) == 1:
        return effects[0]
    pooled = pool([one.log_hazard_ratio for one in effects], variances=[one.se**2 for one in effects])
    if pooled.estimate is None or pooled.se is None:
        raise CannotFitError("no_convergence")
    return ArmEffect(pooled.estimate, se=pooled.se)
