"""What is simulated and estimated for bench.coverage: scenarios, endpoints and designs, and the truth of each."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any, Literal

import numpy as np

from analytics.engine.design.notices import are_heavy
from analytics.engine.outcomes.notices import FEWEST_EFFECTIVE
from analytics.stats.event_times import Floats, Integers
from analytics.stats.matching.nearest import Pairs
from analytics.stats.propensity.weighting import effective_size
from analytics.stats.survival.cox import HazardRatio
from bench.simulated_trial import (
    Errors,
    Twofold,
    estimate,
    estimates_weighted,
    fit_score,
    match,
    pooled_hazard_ratio,
    twofold,
    weigh,
)
from demo.cohort.core import ENDPOINTS, Endpoint, Scenario, Simulated, simulate
from demo.cohort.margins import ARM_COUNTS
from demo.cohort.truth import WEIGHTED_DESIGNS, Marginal, Truth, WeightedDesign

MANY_EVENTS = 10.0  # times the demo's hazards
MANY_PEOPLE = {"n_focal": 4 * ARM_COUNTS["resection"], "n_reference": 4 * ARM_COUNTS["ablation"]}
SCENARIOS = {
    "no effect": Scenario(conditional_hr=1.0),
    "strong effect": Scenario(conditional_hr=0.6),
    "the demo": Scenario(),
    "no effect, many events": Scenario(conditional_hr=1.0, hazard=MANY_EVENTS),
    "strong effect, many events": Scenario(conditional_hr=0.6, hazard=MANY_EVENTS),
    "the demo, many events": Scenario(hazard=MANY_EVENTS),
    "strong covariates": Scenario(conditional_hr=0.6, strength=3.0, hazard=MANY_EVENTS),
    "no effect, many people": Scenario(conditional_hr=1.0, **MANY_PEOPLE),
    "strong effect, many people": Scenario(conditional_hr=0.6, **MANY_PEOPLE),
    "the demo, many people": Scenario(**MANY_PEOPLE),
}
FIRST_TRUTH_SEED = 1_000_000  # the tested ones start at 1

Design = Literal["matched"] | WeightedDesign
METHODS: tuple[tuple[Design, Errors], ...] = (
    ("matched", "robust"),
    ("siptw", "robust"),
    ("siptw", "corrected"),
    ("siptw_truncated", "robust"),
    ("att", "robust"),
    ("att", "corrected"),
    ("overlap", "robust"),
)
Case = tuple[str, Endpoint, Design, Errors]
CASES: tuple[Case, ...] = tuple(
    (scenario, endpoint, *method) for scenario, endpoint, method in product(SCENARIOS, ENDPOINTS, METHODS)
)


@dataclass(frozen=True)
class Estimate:
    """A hazard ratio; the effective number of events, (sum w)^2 / sum w^2, in the arm that has fewer; whether the engine
    would warn that weights or events are too few to carry it."""

    ratio: HazardRatio
    effective_events: float
    is_warned: bool


def size_of(scenario: Scenario) -> Scenario:
    """What of a scenario decides the covariates of a seed: so that one score serves all scenarios of a size."""
    return Scenario(n_focal=scenario.n_focal, n_reference=scenario.n_reference)


SIZES = tuple(dict.fromkeys(map(size_of, SCENARIOS.values())))


def estimates(seed: int) -> list[Estimate]:
    """By case."""
    found = {case: one for size in SIZES for case, one in _of_size(size, seed=seed)}
    return [found[case] for case in CASES]


def _of_size(size: Scenario, *, seed: int) -> Iterator[tuple[Case, Estimate]]:
    cohorts = {name: simulate(seed, scenario=one) for name, one in SCENARIOS.items() if size_of(one) == size}
    first = next(iter(cohorts.values()))
    score = fit_score(first)
    pairs, weights = match(first, score=score), weigh(first, score=score)
    for (name, cohort), endpoint in product(cohorts.items(), ENDPOINTS):
        yield (name, endpoint, "matched", "robust"), _matched(cohort, pairs=pairs, endpoint=endpoint)
        for design, of_design in weights.items():
            for errors, one in _weighted(cohort, weights=of_design, endpoint=endpoint).items():
                yield (name, endpoint, design, errors), one


def _matched(cohort: Simulated, *, pairs: Pairs, endpoint: Endpoint) -> Estimate:
    event = cohort.observed(endpoint)[1]
    fewest = min(int(event[rows].sum()) for rows in (pairs.treated, pairs.control))
    return Estimate(estimate(cohort, pairs=pairs, endpoint=endpoint), effective_events=fewest, is_warned=False)


def _weighted(cohort: Simulated, *, weights: Floats, endpoint: Endpoint) -> dict[Errors, Estimate]:
    event, arms = cohort.observed(endpoint)[1], (cohort.is_focal, ~cohort.is_focal)
    fewest = min(effective_size(weights[event & arm]) for arm in arms)
    is_warned = fewest < FEWEST_EFFECTIVE or any(are_heavy(weights[arm]) for arm in arms)
    ratios = estimates_weighted(cohort, weights=weights, endpoint=endpoint)
    return {errors: Estimate(one, effective_events=fewest, is_warned=is_warned) for errors, one in ratios.items()}


@dataclass(frozen=True)
class Drawn:
    """Of a truth's seed whom the matching keeps, and the weights of the weighted designs; the same in every scenario of a size."""

    seed: int
    matched: Integers
    weights: dict[WeightedDesign, Floats]


def draw(seed: int, *, size: Scenario) -> Drawn:
    cohort = simulate(seed, scenario=size)
    score = fit_score(cohort)
    return Drawn(seed, matched=match(cohort, score=score).treated, weights=weigh(cohort, score=score))


def truths_of(scenario: Scenario, *, drawn: list[Drawn]) -> list[dict[str, Any]]:
    """One entry of the file for each endpoint; `drawn` are of the scenario's size."""
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
