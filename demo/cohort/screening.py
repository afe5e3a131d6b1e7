"""Who is screened for an-2025: the eligible, and those who fail exactly one criterion."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np

from demo.cohort.follow_up import draw_days_to_cutoff
from demo.cohort.haic_patients import ARM_COUNTS as HAIC_ARM_COUNTS
from demo.cohort.margins import ARM_COUNTS, ARMS, CUTOFF, FIRST_INDEX, LAST_INDEX, scaled
from demo.cohort.patients import Person, Random, draw_people

ELIGIBLE = "eligible"

# Of all patients, those eligible for an-2025 (219 and 390) and for cao-2024 (200 SE and 375 SI), and those screened in vain
GROUPS: Mapping[str, int] = MappingProxyType(
    {
        "an-2025": sum(ARM_COUNTS.values()),
        "cao-2024": sum(HAIC_ARM_COUNTS.values()),
        "failing an-2025": 3000,
        "failing cao-2024": 598,
    }
)
SCREENED = sum(GROUPS.values())

# Screened patients out of 1,000 that fail, by the criterion they fail
FAILURES: Mapping[str, int] = MappingProxyType(
    {
        "not downstaged": 200,
        "within Milan at baseline": 130,
        "resectable at index": 120,
        "no curative procedure": 102,
        "Child-Pugh B": 75,
        "treated before": 60,
        "incomplete ablation": 45,
        "BCLC C": 40,
        "residual tumor after resection": 30,
        "other malignancy": 20,
        "older than 75": 20,
        "lost to follow-up": 25,
        "remnant too small": 15,
        "outside the period": 15,
        "resectability not recorded": 15,
        "HAIC first": 12,
        "HAIC after TACE": 10,
        "ECOG 2": 10,
        "serious chronic disease": 8,
        "diagnosis by cytology": 8,
        "assessed too early": 8,
        "tumor not recorded": 6,
        "ECOG not recorded": 6,
        "coagulation": 4,
        "late response": 8,
        "unresolved severe event": 3,
        "not hepatocellular": 3,
        "consent withdrawn": 2,
    }
)
NEVER_TREATED_CURATIVELY = {
    "not downstaged",
    "BCLC C",
    "no curative procedure",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A person, when the first treatment took place, and what decides about eligibility.

    `patient`, `baseline` and the sessions hold variables other than those of an eligible patient.
    """

    person: Person
    outcome: str
    index_date: date
    reaches_curative: bool = True
    patient: Mapping[str, Any] = field(default_factory=dict)
    baseline: Mapping[str, Any] = field(default_factory=dict)
    first_session: Mapping[str, Any] = field(default_factory=dict)
    last_session: Mapping[str, Any] = field(default_factory=dict)
    first_visit: int | None = None  # days from the first treatment, where not shortly before it
    known_for_days: int = 0
    is_invaded: bool = False
    sites: tuple[str, ...] = ()  # of metastases
    is_unwell_by_tumor: bool = False
    responds_late: bool = False  # over eight weeks after the only TACE
    is_complete: bool = True  # R0, or complete ablation
    is_lost: bool = False

    @property
    def sessions(self) -> tuple[Mapping[str, Any], ...]:
        return self.first_session, self.last_session


def screen(total: int, *, failing: int, random: Random) -> list[Screened]:
    """`total` people of whom `failing` are not eligible; arms and reasons in the proportions above."""
    groups = scaled(ARM_COUNTS, total=total - failing)
    eligible = [person for arm in ARMS for person in draw_people(arm, total=groups[arm], random=random)]
    by_arm = scaled(ARM_COUNTS, total=failing)
    others = [person for arm in ARMS for person in draw_people(arm, total=by_arm[arm], random=random)]
    reasons = random.permutation(np.repeat(list(FAILURES), list(scaled(FAILURES, total=failing).values())))
    found = [_screened(person, outcome=ELIGIBLE, random=random) for person in eligible]
    return found + [
        FAILING[str(reason)](_screened(person, outcome=str(reason), random=random), random)
        for person, reason in zip(others, reasons, strict=True)
    ]


def _screened(person: Person, *, outcome: str, random: Random) -> Screened:
    return Screened(
        person=person,
        outcome=outcome,
        index_date=_index_date(random),
        reaches_curative=outcome not in NEVER_TREATED_CURATIVELY,
    )


def _index_date(random: Random) -> date:
    return CUTOFF - timedelta(days=int(draw_days_to_cutoff(1, random=random)[0]))


def _not_downstaged(who: Screened, _random: Random) -> Screened:
    person = who.person
    stable = replace(person, number_after=person.number_before, diameter_after_cm=person.diameter_before_cm)
    return replace(who, person=stable)


def _within_milan(who: Screened, random: Random) -> Screened:
    size = round(float(random.uniform(2.1, 5.0)), 1)
    small = replace(who.person, bclc_stage="A", number_before=1, diameter_before_cm=size, number_after=1)
    return replace(who, person=replace(small, diameter_after_cm=round(size / 2, 1)))


def _child_pugh_b(who: Screened, random: Random) -> Screened:
    labs = {**who.person.labs, "alb": round(float(random.uniform(28.5, 34.9)), 1)}
    return replace(who, person=replace(who.person, labs=labs, ascites_grade="1", cirrhosis="1"))


def _treated_before(who: Screened, random: Random) -> Screened:
    choices: tuple[list[str], ...] = (["ABL"], ["SR"], ["TACE"], ["SR", "TACE"], ["SYS_TKI"])
    return replace(who, patient={"prior_hcc_treatment": choices[int(random.integers(len(choices)))]})


def _outside_period(who: Screened, random: Random) -> Screened:
    early = FIRST_INDEX - timedelta(days=int(random.integers(1, 400)))
    late = LAST_INDEX + timedelta(days=int(random.integers(1, 120)))
    return replace(who, index_date=early if random.random() < 0.5 else late)


def _lost(who: Screened, random: Random) -> Screened:
    return replace(who, is_lost=True, index_date=CUTOFF - timedelta(days=int(random.integers(900, 4000))))


def _poor_coagulation(who: Screened, random: Random) -> Screened:
    slow = round(float(random.uniform(15.2, 17.0)), 1)
    return replace(who, person=replace(who.person, labs={**who.person.labs, "pt": slow}))


def _without_tumor(who: Screened, _random: Random) -> Screened:
    names = ("bclc_stage", "tumor_number", "max_diameter_cm", "second_diameter_cm", "within_milan")
    return replace(who, baseline=dict.fromkeys(names))


def _arm(arm: str, **changes: Any) -> Callable[[Screened, Random], Screened]:
    return lambda who, _: replace(who, person=replace(who.person, arm=arm), **changes)


def _patient(**variables: Any) -> Callable[[Screened, Random], Screened]:
    return lambda who, _: replace(who, patient=variables)


HAIC_SESSION = {"modality": "HAIC", "bead_type": None, "lipiodol_ml": None, "embolic_agent": None}

FAILING: Mapping[str, Callable[[Screened, Random], Screened]] = MappingProxyType(
    {
        "not downstaged": _not_downstaged,
        "within Milan at baseline": _within_milan,
        "resectable at index": _patient(resectability_index="RES"),
        "no curative procedure": lambda who, _: who,
        "Child-Pugh B": _child_pugh_b,
        "treated before": _treated_before,
        "incomplete ablation": _arm("ablation", is_complete=False),
        "BCLC C": lambda who, _: replace(who, is_invaded=True, person=replace(who.person, bclc_stage="C")),
        "residual tumor after resection": _arm("resection", is_complete=False),
        "other malignancy": _patient(other_malignancy="1"),
        "older than 75": lambda who, random: replace(
            who, person=replace(who.person, age_years=int(random.integers(76, 85)))
        ),
        "lost to follow-up": _lost,
        "remnant too small": _arm("resection"),
        "outside the period": _outside_period,
        "resectability not recorded": _patient(resectability_index=None),
        "HAIC first": lambda who, _: replace(who, first_session=HAIC_SESSION),
        "HAIC after TACE": lambda who, _: replace(who, last_session=HAIC_SESSION),
        "ECOG 2": lambda who, _: replace(who, person=replace(who.person, ecog_ps="2", bclc_stage="C")),
        "serious chronic disease": _patient(serious_chronic_disease="1", comorbidity="1"),
        "diagnosis by cytology": _patient(diagnosis_basis="CYT"),
        "assessed too early": lambda who, random: replace(who, first_visit=-int(random.integers(35, 80))),
        "tumor not recorded": _without_tumor,
        "ECOG not recorded": lambda who, _: replace(who, baseline={"ecog_ps": None, "ecog_tumor_related": None}),
        "coagulation": _poor_coagulation,
        "late response": lambda who, _: replace(who, responds_late=True),
        "unresolved severe event": lambda who, _: who,
        "not hepatocellular": _patient(tumor_type="CHCC_CCA"),
        "consent withdrawn": _patient(consent_status="WDR"),
    }
)
