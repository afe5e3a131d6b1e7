"""Cohorts of the size of An 2025 whose truth is known: a pure function from seed and scenario to arrays.

People are drawn with replacement, a fixed number per arm, from a large population made like the demo's patients. Drawn so they are
independent, both arms have the published size in every cohort, and the odds of resection given the covariates stay
logistic in those of the score, of which the arm sizes move the intercept alone. Drawing the arm instead would let its
size vary; drawing exact margins, as the demo does, would leave the covariates of a cohort less chance than real ones have.

A person's death and progression under either arm come from one draw. What a seed draws is the same in every scenario.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import log
from types import MappingProxyType
from typing import Literal

import numpy as np

from demo.cohort.follow_up import draw_contact_days, draw_curative_days, draw_days_to_cutoff
from demo.cohort.margins import ARM_COUNTS, ARMS, Arm
from demo.cohort.outcomes import CONDITIONAL_HAZARD_RATIO, Courses, courses, is_albi_grade_1, prognosis
from demo.cohort.patients import Numbers, Traits, draw_traits

Endpoint = Literal["OS", "PFS"]
ENDPOINTS: tuple[Endpoint, Endpoint] = ("OS", "PFS")

POPULATION = 100_000  # of each arm
POPULATION_SEED = 20_250_101

# The columns of an-2025's score, by the names the engine gives its terms
SCORE: Mapping[str, Callable[[Traits], Numbers]] = MappingProxyType(
    {
        "age_at_index=>65": lambda people: people.age_years > 65,
        "sex": lambda people: people.sex == "M",
        "baseline.ecog_ps": lambda people: people.ecog_ps == "1",
        "comorbidity": lambda people: people.comorbidity == "1",
        "hbv_status": lambda people: people.hbv_status == "POS",
        "baseline.bclc_stage=B": lambda people: people.bclc_stage == "B",
        "baseline.ascites_grade": lambda people: people.ascites_grade == "1",
        "baseline.whole_tumor_number=>3": lambda people: people.number_before > 3,
        "baseline.whole_diameter_class=5-10": lambda people: (
            (people.diameter_before_cm >= 5) & (people.diameter_before_cm <= 10)
        ),
        "baseline.whole_diameter_class=>10": lambda people: people.diameter_before_cm > 10,
        "baseline.albi_grade": is_albi_grade_1,
        "baseline.afp=>400": lambda people: people.afp > 400,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`conditional_hr` is of ablation (reference) against resection (focal), all covariates equal, for both endpoints.

    `strength` multiplies the effects of the covariates (as log hazard ratios), `hazard` both baseline hazards."""

    conditional_hr: float = CONDITIONAL_HAZARD_RATIO
    strength: float = 1.0
    hazard: float = 1.0
    n_focal: int = ARM_COUNTS["resection"]
    n_reference: int = ARM_COUNTS["ablation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One cohort, resections first; n rows.

    `X` (n, 12) has the columns `SCORE` names. `potential` holds by endpoint the days to the event had everyone been
    resected, and had everyone been ablated, shape (2, n). `contact_days` (n,) ends the follow-up, whatever the arm."""

    X: Numbers
    is_focal: Numbers
    potential: Mapping[Endpoint, Numbers]
    contact_days: Numbers

    def observed(self, endpoint: Endpoint) -> tuple[Numbers, Numbers]:
        """Days to the event or the last contact in the arm a person is in, and whether it is the event."""
        resected, ablated = self.potential[endpoint]
        return self.followed(np.where(self.is_focal, resected, ablated))

    def followed(self, days: Numbers) -> tuple[Numbers, Numbers]:
        """`days` to an event, the last axis of n, cut by the last contact, and whether the event came first."""
        return np.minimum(days, self.contact_days).astype(float), days <= self.contact_days


def simulate(seed: int, *, scenario: Scenario) -> Simulated:
    """The same seed and scenario give the same cohort; another hazard ratio changes its potential times alone."""
    random = np.random.default_rng(seed)
    sizes = {"resection": scenario.n_focal, "ablation": scenario.n_reference}
    drawn = {arm: random.integers(POPULATION, size=sizes[arm]) for arm in ARMS}
    prognosis_of = np.concatenate([population(arm).prognosis[rows] for arm, rows in drawn.items()])
    score = scenario.strength * prognosis_of + log(scenario.hazard)
    days_to_cutoff = draw_days_to_cutoff(len(score), random=random)
    curative_days = draw_curative_days(days_to_cutoff, random=random)
    exponentials = random.exponential(size=(2, len(score)))
    potential = [
        courses(np.exp(score + effect), from_days=curative_days, exponentials=exponentials)
        for effect in (0.0, log(scenario.conditional_hr))
    ]
    return Simulated(
        X=np.concatenate([population(arm).X[rows] for arm, rows in drawn.items()]),
        is_focal=np.arange(len(score)) < scenario.n_focal,
        potential=MappingProxyType(
            {endpoint: np.stack([_days(c, endpoint) for c in potential]) for endpoint in ENDPOINTS}
        ),
        contact_days=draw_contact_days(days_to_cutoff, curative_days=curative_days, random=random),
    )


def _days(found: Courses, endpoint: Endpoint) -> Numbers:
    return found.death_days if endpoint == "OS" else np.minimum(found.progression_days, found.death_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Columns of the score (n, 12), and b'x of the outcome (n,)."""

    X: Numbers
    prognosis: Numbers


@cache
def population(arm: Arm) -> Population:
    people = draw_traits(arm, total=POPULATION, random=np.random.default_rng([POPULATION_SEED, ARMS.index(arm)]))
    return Population(X=score_columns(people), prognosis=prognosis(people))


def score_columns(people: Traits) -> Numbers:
    return np.column_stack([column(people).astype(float) for column in SCORE.values()])
