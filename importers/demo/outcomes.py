"""Death and progression from a proportional-hazards model with declared hazard ratios.

Both hazards are h(t | x) = h0(t) exp(b'x), counted from the first TACE and zero until the curative procedure, which everyone
in an arm reaches. Baseline hazards follow the survival curves of the resection arm. The two share b, so that the hazard ratio
of ablation is the same for overall and for progression-free survival.
"""

from dataclasses import dataclass
from math import log

import numpy as np

from importers.demo.margins import SURVIVAL
from importers.demo.people import Person, Random

DAYS_PER_YEAR = 365.25
CONDITIONAL_HAZARD_RATIO = 1.3  # ablation against resection, all else equal

# Log hazard ratios beside the arm's, per unit named
EFFECTS = {
    "age_per_10_years": 0.15,
    "diameter_before_per_5_cm": 0.25,
    "more_than_3_tumors_before": 0.25,
    "afp_above_400": 0.35,
    "ecog_1": 0.30,
    "cirrhosis": 0.20,
    "albumin_per_5_g_l": -0.10,
}
# The mean of b'x in the resection arm, to which the baseline hazards belong
REFERENCE_SCORE = 0.89


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Days from the first TACE to progression and death, were there no end of follow-up."""

    progression_day: int
    death_day: int


def draw_course(person: Person, *, from_day: int, excess: float, random: Random) -> Course:
    """`excess` multiplies the hazards of patients outside the arms; nothing happens up to `from_day`."""
    hazard = np.exp(linear_predictor(person)) * excess
    years, overall, free = np.array(SURVIVAL).T
    deaths = np.concatenate([[0], -np.log(overall)])
    progressions = np.concatenate([[0], -np.log(free)]) - deaths
    knots = np.concatenate([[0], years]) * DAYS_PER_YEAR
    days = [
        _day(knots, cumulative=curve, hazard=hazard, from_day=from_day, random=random)
        for curve in (progressions, deaths)
    ]
    return Course(progression_day=days[0], death_day=days[1])


def linear_predictor(person: Person) -> float:
    covariates = {
        "age_per_10_years": (person.age_years - 55) / 10,
        "diameter_before_per_5_cm": person.diameter_before_cm / 5,
        "more_than_3_tumors_before": person.number_before > 3,
        "afp_above_400": person.afp > 400,
        "ecog_1": person.ecog_ps == "1",
        "cirrhosis": person.cirrhosis == "1",
        "albumin_per_5_g_l": (person.labs["alb"] - 42) / 5,
    }
    score = sum(EFFECTS[name] * float(value) for name, value in covariates.items())
    return score - REFERENCE_SCORE + (log(CONDITIONAL_HAZARD_RATIO) if person.arm == "ablation" else 0.0)


def _day(knots: np.ndarray, *, cumulative: np.ndarray, hazard: float, from_day: int, random: Random) -> int:
    """The day at which the cumulative hazard, counted from `from_day`, reaches a unit-exponential draw."""
    target = _at(from_day, knots=knots, curve=cumulative) + random.exponential() / hazard
    return max(from_day + 1, int(np.ceil(_at(target, knots=cumulative, curve=knots))))


def _at(x: float, *, knots: np.ndarray, curve: np.ndarray) -> float:
    """Linear between knots, and beyond the last with the slope of the last piece."""
    if x <= knots[-1]:
        return float(np.interp(x, knots, curve))
    return float(curve[-1] + (x - knots[-1]) * (curve[-1] - curve[-2]) / (knots[-1] - knots[-2]))
