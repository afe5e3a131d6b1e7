"""Synthetic patients with advanced liver cancer treated by HAIC, a kinase inhibitor or anti-VEGF antibody, and anti-PD-1.

Arms after Cao et al. 2024: systemic agents started with HAIC (SI, 200 patients) or after it (SE, 375). Within an arm the
covariates are independent and the arms differ by a factor per level, so that the chance of SI is logistic in them. Death and
progression follow proportional hazards of those covariates and the arm, zero until the end of the arterial stage, which is as
long in both arms. The shares and baseline hazards are this registry's own, near the paper's medians of survival.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import log
from types import MappingProxyType
from typing import Literal

import numpy as np

from demo.cohort.follow_up import LAST_CONTACT_DAYS
from demo.cohort.margins import CUTOFF, scaled
from demo.cohort.outcomes import Courses
from demo.cohort.patients import Numbers, Random, Strings

Arm = Literal["SI", "SE"]
ARMS: tuple[Arm, Arm] = ("SI", "SE")
ARM_COUNTS: Mapping[str, int] = MappingProxyType({"SI": 200, "SE": 375})
FIRST_HAIC, LAST_HAIC = date(2018, 1, 1), date(2022, 6, 1)

CONDITIONAL_HAZARD_RATIO = 0.65  # SI against SE, all else equal
CONDITIONAL_ODDS_RATIO = 2.4  # of a response, SI against SE
EFFECTS = {
    "age_per_10_years": 0.10,
    "diameter_5_to_10_cm": 0.20,
    "diameter_above_10_cm": 0.45,
    "several_tumors": 0.20,
    "macrovascular_invasion": 0.35,
    "extrahepatic_metastasis": 0.35,
}
REFERENCE_SCORE = 0.80  # the mean of b'x among SE
DEATHS_PER_DAY, PROGRESSIONS_PER_DAY = 0.00165, 0.0034  # of somebody of that score, SE
RESPONSE_LOG_ODDS, RESPONSE_PER_SCORE = log(0.37 / 0.63), -0.5  # of somebody of that score, SE

SHARES: Mapping[Arm, Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "SI": {
            "sex": {"M": 88, "F": 12},
            "age": {"<60": 73, ">=60": 27},
            "diameter": {"<5": 14, "5-10": 46, ">10": 40},
            "several": {"1": 68, "0": 32},
            "invasion": {"1": 62, "0": 38},
            "metastasis": {"1": 33, "0": 67},
        },
        "SE": {
            "sex": {"M": 86, "F": 14},
            "age": {"<60": 70, ">=60": 30},
            "diameter": {"<5": 10, "5-10": 42, ">10": 48},
            "several": {"1": 76, "0": 24},
            "invasion": {"1": 72, "0": 28},
            "metastasis": {"1": 27, "0": 73},
        },
    }
)
AGES = {"<60": (31, 60), ">=60": (60, 79)}
DIAMETERS_CM = {"<5": (1.9, 4.9), "5-10": (5.0, 10.0), ">10": (10.1, 17.5)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """The covariates of many people; each of shape (n,)."""

    sex: Strings
    age_years: Numbers
    diameter_class: Strings
    diameter_cm: Numbers
    several: Strings
    invasion: Strings
    metastasis: Strings

    def __len__(self) -> int:
        return len(self.sex)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The arterial stage, in days from the first HAIC: cycles about three weeks apart, then a wait; each of shape (n,)."""

    cycles: Numbers
    gap_days: Numbers
    end_days: Numbers


def draw_traits(arm: Arm, *, total: int, random: Random) -> Traits:
    levels = {name: _levels(shares, total=total, random=random) for name, shares in SHARES[arm].items()}
    low, high = np.array([AGES[level] for level in levels["age"]]).reshape(-1, 2).T
    narrow, wide = np.array([DIAMETERS_CM[level] for level in levels["diameter"]]).reshape(-1, 2).T
    return Traits(
        sex=levels["sex"],
        age_years=random.integers(low, high),
        diameter_class=levels["diameter"],
        diameter_cm=np.round(random.uniform(narrow, wide), 1),
        several=levels["several"],
        invasion=levels["invasion"],
        metastasis=levels["metastasis"],
    )


def _levels(shares: Mapping[str, float], *, total: int, random: Random) -> Strings:
    counts = scaled(shares, total=total)
    return random.permutation(np.repeat(list(counts), list(counts.values())))


def prognosis(people: Traits) -> Numbers:
    """b'x, 0 on average among SE."""
    covariates = {
        "age_per_10_years": (people.age_years - 53) / 10,
        "diameter_5_to_10_cm": people.diameter_class == "5-10",
        "diameter_above_10_cm": people.diameter_class == ">10",
        "several_tumors": people.several == "1",
        "macrovascular_invasion": people.invasion == "1",
        "extrahepatic_metastasis": people.metastasis == "1",
    }
    return np.asarray(sum(EFFECTS[name] * np.asarray(value, float) for name, value in covariates.items())) - (
        REFERENCE_SCORE
    )


def draw_stage(total: int, *, random: Random) -> Stage:
    """Two to six cycles within 126 days; systemic agents that follow start before the stage ends."""
    cycles = random.choice(np.arange(2, 7), size=total, p=[0.15, 0.2, 0.3, 0.15, 0.2])
    gap_days = random.integers(20, 25, total)
    return Stage(cycles=cycles, gap_days=gap_days, end_days=(cycles - 1) * gap_days + 36)


def courses(score: Numbers, *, is_si: Numbers, from_days: Numbers, exponentials: Numbers) -> Courses:
    """Days of progression and death, in that order in `exponentials` (2, n), counted from the first HAIC."""
    hazard = np.exp(score + log(CONDITIONAL_HAZARD_RATIO) * is_si)
    progression, death = (
        np.maximum(from_days + 1, np.ceil(from_days + draws / (hazard * rate)).astype(int))
        for draws, rate in zip(exponentials, (PROGRESSIONS_PER_DAY, DEATHS_PER_DAY), strict=True)
    )
    return Courses(progression_days=progression, death_days=death)


def response_chance(score: Numbers, *, is_si: Numbers) -> Numbers:
    """Of a complete or partial response during the arterial stage."""
    log_odds = RESPONSE_LOG_ODDS + RESPONSE_PER_SCORE * score + log(CONDITIONAL_ODDS_RATIO) * is_si
    return 1 / (1 + np.exp(-log_odds))


def draw_days_to_cutoff(total: int, *, random: Random) -> Numbers:
    """From the first HAIC, alike in both arms."""
    return random.integers((CUTOFF - LAST_HAIC).days, (CUTOFF - FIRST_HAIC).days, total)


def draw_contact_days(days_to_cutoff: Numbers, *, stage_days: Numbers, random: Random) -> Numbers:
    """From the first HAIC to the last contact, were there no death before it."""
    return np.maximum(days_to_cutoff - random.integers(0, LAST_CONTACT_DAYS, len(days_to_cutoff)), stage_days + 20)
