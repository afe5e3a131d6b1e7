"""Cohorts of the size of Cao 2024 whose truth is known, drawn as `core` draws those of An 2025. The focal arm is SE, the smaller.

`SCORE` names the columns of cao-2024's score as the engine does.
"""

from functools import cache
from types import MappingProxyType

import numpy as np

from demo.cohort.core import POPULATION, POPULATION_SEED, Population, Simulated
from demo.cohort.haic_patients import (
    ARM_COUNTS,
    ARMS,
    Arm,
    Traits,
    courses,
    draw_contact_days,
    draw_days_to_cutoff,
    draw_stage,
    draw_traits,
    prognosis,
)
from demo.cohort.patients import Numbers

FOCAL: Arm = "SE"
SCORE = (
    "age_at_index=>=60",
    "sex",
    "baseline.whole_diameter_class=5-10",
    "baseline.whole_diameter_class=>10",
    "baseline.whole_number_class",
    "baseline.whole_macrovascular_invasion",
    "baseline.whole_extrahepatic_metastasis",
)


def simulate_haic(seed: int) -> Simulated:
    """The same seed gives the same cohort. The first of the potential courses is that of SE."""
    random = np.random.default_rng(seed)
    drawn = {arm: random.integers(POPULATION, size=ARM_COUNTS[arm]) for arm in ARMS}
    score = np.concatenate([population(arm).prognosis[rows] for arm, rows in drawn.items()])
    stage = draw_stage(len(score), random=random)
    exponentials = random.exponential(size=(2, len(score)))
    both = [
        courses(score, is_si=np.full(len(score), is_si), from_days=stage.end_days, exponentials=exponentials)
        for is_si in (0.0, 1.0)
    ]
    to_cutoff = draw_days_to_cutoff(len(score), random=random)
    deaths = np.stack([found.death_days for found in both])
    progressions = np.stack([found.progression_days for found in both])
    return Simulated(
        X=np.concatenate([population(arm).X[rows] for arm, rows in drawn.items()]),
        is_focal=np.repeat([arm == FOCAL for arm in ARMS], [ARM_COUNTS[arm] for arm in ARMS]),
        potential=MappingProxyType({"OS": deaths, "PFS": np.minimum(progressions, deaths)}),
        contact_days=draw_contact_days(to_cutoff, stage_days=stage.end_days, random=random),
    )


@cache
def population(arm: Arm) -> Population:
    random = np.random.default_rng([POPULATION_SEED, 2, ARMS.index(arm)])
    people = draw_traits(arm, total=POPULATION, random=random)
    return Population(X=score_columns(people), prognosis=prognosis(people))


def score_columns(people: Traits) -> Numbers:
    columns = [
        people.age_years >= 60,
        people.sex == "M",
        people.diameter_class == "5-10",
        people.diameter_class == ">10",
        people.several == "1",
        people.invasion == "1",
        people.metastasis == "1",
    ]
    return np.column_stack([column.astype(float) for column in columns])
