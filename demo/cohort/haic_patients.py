"""Synthetic patients with advanced liver cancer treated by HAIC, a kinase inhibitor or anti-VEGF antibody, and anti-PD-1.

Arms after Cao et al. 2024, Table 1 before matching: systemic agents started after HAIC (SE, 200 patients) or with it (SI, 375).
Within an arm the covariates are independent and the arms differ by a factor per level, so that the chance of SI is logistic in
them. Death and progression follow proportional hazards of those covariates and the arm, zero until the end of the arterial
stage, which is as long in both arms. Shares are the paper's; those of the classes of diameter follow from its means and
standard deviations, those of age are its Figure 4's. The baseline hazards are this registry's own, near its medians of survival.
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
ARM_COUNTS: Mapping[str, int] = MappingProxyType({"SI": 375, "SE": 200})
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
REFERENCE_SCORE = 0.91  # the mean of b'x among SE
DEATHS_PER_DAY, PROGRESSIONS_PER_DAY = 0.00165, 0.0034  # of somebody of that score, SE
RESPONSE_LOG_ODDS, RESPONSE_PER_SCORE = log(0.37 / 0.63), -0.5  # of somebody of that score, SE

SHARES: Mapping[Arm, Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "SI": {
            "sex": {"M": 337, "F": 38},
            "age": {"<60": 144, ">=60": 38},
            "diameter": {"<5": 8, "5-10": 35, ">10": 57},
            "several": {"1": 250, "0": 125},
            "invasion": {"1": 293, "0": 82},
            "metastasis": {"1": 199, "0": 176},
        },
        "SE": {
            "sex": {"M": 180, "F": 20},
            "age": {"<60": 135, ">=60": 47},
            "diameter": {"<5": 4, "5-10": 37, ">10": 59},
            "several": {"1": 112, "0": 88},
            "invasion": {"1": 166, "0": 34},
            "metastasis": {"1": 107, "0": 93},
        },
    }
)
# Of an arm, what the score does not take: hepatitis B, AFP above 400 ng/mL, Child-Pugh B
BESIDE: Mapping[Arm, Mapping[str, float]] = MappingProxyType(
    {
        "SI": {"hbv": 347 / 375, "high_afp": 231 / 375, "child_pugh_b": 28 / 375},
        "SE": {"hbv": 191 / 200, "high_afp": 131 / 200, "child_pugh_b": 19 / 200},
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
