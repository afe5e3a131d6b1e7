"""What is simulated and estimated for bench.coverage: scenarios, endpoints and designs, and the truth of each."""

from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any, Literal

import numpy as np

from analytics.stats.cox import HazardRatio
from analytics.stats.event_times import Floats, Integers
from bench.simulated_trial import (
    Twofold,
    estimate,
    estimate_weighted,
    fit_score,
    match,
    pooled_hazard_ratio,
    twofold,
    weigh,
)
from importers.demo.core import ENDPOINTS, Endpoint, Scenario, Simulated, simulate
from importers.demo.truth import WEIGHTED_DESIGNS, Marginal, Truth, WeightedDesign

MANY_EVENTS = 10.0  # times the demo's hazards
SCENARIOS = {
    "no effect": Scenario(conditional_hr=1.0),
    "strong effect": Scenario(conditional_hr=0.6),
    "the demo": Scenario(),
    "no effect, many events": Scenario(conditional_hr=1.0, hazard=MANY_EVENTS),
    "strong effect, many events": Scenario(conditional_hr=0.6, hazard=MANY_EVENTS),
    "the demo, many events": Scenario(hazard=MANY_EVENTS),
    "strong covariates": Scenario(conditional_hr=0.6, strength=3.0, hazard=MANY_EVENTS),
}
FIRST_TRUTH_SEED = 1_000_000  # the tested ones start at 1

Design = Literal["matched"] | WeightedDesign
DESIGNS: tuple[Design, ...] = ("matched", *WEIGHTED_DESIGNS)
Case = tuple[str, Endpoint, Design]
CASES: tuple[Case, ...] = tuple(product(SCENARIOS, ENDPOINTS, DESIGNS))


@dataclass(frozen=True)
class Estimate:
    """A hazard ratio, and the effective number of events, (sum w)^2 / sum w^2, in the arm that has fewer."""

    ratio: HazardRatio
    effective_events: float


def estimates(seed: int) -> list[Estimate]:
    """By case. The covariates of a seed are the same in every scenario, so that one score serves all."""
    cohorts = {name: simulate(seed, scenario=scenario) for name, scenario in SCENARIOS.items()}
    first = next(iter(cohorts.values()))
    score = fit_score(first)
    pairs, weights = match(first, score=score), weigh(first, score=score)
    matched = np.bincount(np.concatenate([pairs.treated, pairs.control]), minlength=first.is_focal.size).astype(float)
    found = []
    for name, endpoint, design in CASES:
        cohort = cohorts[name]
        if design == "matched":
            ratio, own = estimate(cohort, pairs=pairs, endpoint=endpoint), matched
        else:
            own = weights[design]
            ratio = estimate_weighted(cohort, weights=own, endpoint=endpoint)
        event = cohort.observed(endpoint)[1]
        fewest = min(_effective(own[event & arm]) for arm in (cohort.is_focal, ~cohort.is_focal))
        found.append(Estimate(ratio, effective_events=fewest))
    return found


def _effective(weights: Floats) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0


@dataclass(frozen=True)
class Drawn:
    """Of a truth's seed whom the matching keeps, and the weights of the weighted designs; the same in every scenario."""

    seed: int
    matched: Integers
    weights: dict[WeightedDesign, Floats]


def draw(seed: int) -> Drawn:
    cohort = simulate(seed, scenario=Scenario())
    score = fit_score(cohort)
    return Drawn(seed, matched=match(cohort, score=score).treated, weights=weigh(cohort, score=score))


def truths_of(scenario: Scenario, *, drawn: list[Drawn]) -> list[dict[str, Any]]:
    """One entry of the file for each endpoint."""
    cohorts = [simulate(one.seed, scenario=scenario) for one in drawn]
    return [
        {
            "scenario": asdict(scenario),
            "endpoint": endpoint,
            "truth": asdict(_truth(cohorts, drawn=drawn, endpoint=endpoint, conditional_hr=scenario.conditional_hr)),
        }
        for endpoint in ENDPOINTS
    ]


def _truth(cohorts: list[Simulated], *, drawn: list[Drawn], endpoint: Endpoint, conditional_hr: float) -> Truth:
    everyone = [twofold(one, rows=np.arange(one.is_focal.size), endpoint=endpoint) for one in cohorts]
    matched = _pooled([_at(twice, rows=one.matched) for twice, one in zip(everyone, drawn, strict=True)])
    focal = _pooled(
        [_at(twice, rows=np.flatnonzero(one.is_focal)) for twice, one in zip(everyone, cohorts, strict=True)]
    )
    return Truth(
        conditional_hr=conditional_hr,
        marginal_hr=matched.hr,
        marginal_hr_log_error=matched.log_error,
        marginal_hr_att=focal.hr,
        marginal_hr_att_log_error=focal.log_error,
        marginal_hr_weighted={
            design: _pooled(
                [replace(twice, weights=one.weights[design]) for twice, one in zip(everyone, drawn, strict=True)]
            )
            for design in WEIGHTED_DESIGNS
        },
    )


def _at(twice: Twofold, *, rows: Integers) -> Twofold:
    return Twofold(time=twice.time[:, rows], event=twice.event[:, rows])


def _pooled(cohorts: list[Twofold]) -> Marginal:
    """Where the arm changes nothing both outcomes of everybody are one, and the hazard ratio is 1 without error."""
    if all(np.array_equal(*twice.time) and np.array_equal(*twice.event) for twice in cohorts):
        return Marginal(hr=1.0, log_error=0.0)
    return pooled_hazard_ratio(cohorts)
