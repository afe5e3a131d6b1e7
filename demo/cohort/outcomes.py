"""Death and progression from a proportional-hazards model with declared hazard ratios.

Both hazards are h(t | x) = h0(t) exp(b'x), counted from the first TACE and zero until the curative procedure, which everyone
in an arm reaches. Baseline hazards follow the survival curves of the resection arm. The two share b, so that the hazard ratio
of ablation is the same for overall and for progression-free survival. Every covariate in x is one of an-2025's score.
"""

from dataclasses import dataclass
from math import exp, log

import numpy as np

from demo.cohort.margins import SURVIVAL
from demo.cohort.patients import Numbers, Person, Random, Traits
from registry.clinical.liver_function.scores import albi_grade, albi_score

DAYS_PER_YEAR = 365.25
CONDITIONAL_HAZARD_RATIO = 1.3  # ablation against resection, all else equal

# Log hazard ratios beside the arm's, per unit named
EFFECTS = {
    "age_per_10_years": 0.15,
    "diameter_before_per_5_cm": 0.25,
    "more_than_3_tumors_before": 0.25,
    "afp_above_400": 0.35,
    "ecog_1": 0.30,
    "albi_grade_above_1": 0.25,
}
# The mean of b'x in the resection arm, to which the baseline hazards belong
REFERENCE_SCORE = 0.73


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Days from the first TACE to progression and death, were there no end of follow-up."""

    progression_day: int
    death_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Courses:
    """The days of many patients, each of shape (n,)."""

    progression_days: Numbers
    death_days: Numbers


def draw_course(person: Person, *, from_day: int, excess: float, random: Random) -> Course:
    """`excess` multiplies the hazards of patients outside the arms; nothing happens up to `from_day`."""
    hazard = exp(linear_predictor(person)) * excess
    found = courses(np.array([hazard]), from_days=np.array([from_day]), exponentials=random.exponential(size=(2, 1)))
    return Course(progression_day=int(found.progression_days[0]), death_day=int(found.death_days[0]))


def courses(hazard: Numbers, *, from_days: Numbers, exponentials: Numbers) -> Courses:
    """When the cumulative hazards, counted from `from_days` (n,), reach `exponentials` (2, n): progression, then death.

    `hazard` (n,) multiplies the baseline hazards. The same exponentials under two arms give both potential courses.
    """
    years, overall, free = np.array(SURVIVAL).T
    knots = np.concatenate([[0], years]) * DAYS_PER_YEAR
    deaths = np.concatenate([[0], -np.log(overall)])
    progressions = np.concatenate([[0], -np.log(free)]) - deaths
    progression, death = (
        _days(knots, cumulative=curve, from_days=from_days, reached=draws / hazard)
        for curve, draws in zip((progressions, deaths), exponentials, strict=True)
    )
    return Courses(progression_days=progression, death_days=death)


def linear_predictor(person: Person) -> float:
    """With the arm's effect; `prognosis` is without."""
    return float(prognosis(person)) + (log(CONDITIONAL_HAZARD_RATIO) if person.arm == "ablation" else 0.0)


def prognosis(people: Person | Traits) -> Numbers:
    """b'x of the covariates, 0 on average in the resection arm; of one person, or of many with shape (n,)."""
    covariates = {
        "age_per_10_years": (people.age_years - 55) / 10,
        "diameter_before_per_5_cm": people.diameter_before_cm / 5,
        "more_than_3_tumors_before": people.number_before > 3,
        "afp_above_400": people.afp > 400,
        "ecog_1": people.ecog_ps == "1",
        "albi_grade_above_1": ~is_albi_grade_1(people),
    }
    return (
        np.asarray(sum(EFFECTS[name] * np.asarray(value, float) for name, value in covariates.items()))
        - REFERENCE_SCORE
    )


def is_albi_grade_1(people: Person | Traits) -> Numbers:
    def is_1(alb: float, tbil: float) -> bool:
        return albi_grade(albi_score(alb, tbil=tbil)) == "1"

    return np.vectorize(is_1, otypes=[bool])(people.labs["alb"], people.labs["tbil"])


def _days(knots: Numbers, *, cumulative: Numbers, from_days: Numbers, reached: Numbers) -> Numbers:
    target = _at(from_days, knots=knots, curve=cumulative) + reached
    return np.maximum(from_days + 1, np.ceil(_at(target, knots=cumulative, curve=knots)).astype(int))


def _at(x: Numbers, *, knots: Numbers, curve: Numbers) -> Numbers:
    """Linear between knots, and beyond the last with the slope of the last piece."""
    slope = (curve[-1] - curve[-2]) / (knots[-1] - knots[-2])
    return np.where(x <= knots[-1], np.interp(x, knots, curve), curve[-1] + (x - knots[-1]) * slope)
