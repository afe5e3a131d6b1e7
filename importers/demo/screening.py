"""Who is screened: the eligible, and those who fail exactly one criterion."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np

from importers.demo.follow_up import draw_days_to_cutoff
from importers.demo.margins import ARM_COUNTS, ARMS, CUTOFF, FIRST_INDEX, LAST_INDEX, scaled
from importers.demo.people import Person, Random, draw_people

SCREENED = 1400  # of whom 219 and 390 are eligible
ELIGIBLE = "eligible"

# Screened patients out of 1,000 that fail, by the criterion they fail
FAILURES: Mapping[str, int] = MappingProxyType(
    {
        "not downstaged": 220,
        "within Milan at baseline": 150,
        "resectable at index": 150,
        "Child-Pugh B": 100,
        "treated before": 80,
        "incomplete ablation": 60,
        "BCLC C": 50,
        "residual tumor after resection": 40,
        "other malignancy": 30,
        "older than 75": 30,
        "lost to follow-up": 30,
        "resectability not recorded": 20,
        "outside the period": 20,
        "HAIC first": 20,
    }
)
NEVER_TREATED_CURATIVELY = {"not downstaged", "BCLC C"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A person, when the first TACE took place, and what decides about eligibility."""

    person: Person
    outcome: str
    index_date: date
    reaches_curative: bool = True
    patient: Mapping[str, Any] = field(default_factory=dict)  # variables other than those of an eligible patient
    first_session: Mapping[str, Any] = field(default_factory=dict)
    is_invaded: bool = False
    is_complete: bool = True  # R0, or complete ablation
    is_lost: bool = False


def screen(*, patients: int, random: Random) -> list[Screened]:
    """`patients` people in random order; eligible and failing in the proportions above."""
    groups = scaled({**ARM_COUNTS, "failing": SCREENED - sum(ARM_COUNTS.values())}, total=patients)
    eligible = [person for arm in ARMS for person in draw_people(arm, total=groups[arm], random=random)]
    by_arm = scaled(ARM_COUNTS, total=groups["failing"])
    failing = [person for arm in ARMS for person in draw_people(arm, total=by_arm[arm], random=random)]
    reasons = random.permutation(np.repeat(list(FAILURES), list(scaled(FAILURES, total=len(failing)).values())))
    found = [_screened(person, outcome=ELIGIBLE, random=random) for person in eligible]
    found += [
        FAILING[str(reason)](_screened(person, outcome=str(reason), random=random), random)
        for person, reason in zip(failing, reasons, strict=True)
    ]
    return [found[place] for place in random.permutation(len(found))]


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
    return replace(who, person=replace(who.person, labs=labs, ascites_grade="1", ctp_class="B"))


def _treated_before(who: Screened, random: Random) -> Screened:
    choices: tuple[list[str], ...] = (["ABL"], ["SR"], ["TACE"], ["SR", "TACE"], ["SYS_TKI"])
    return replace(who, patient={"prior_hcc_treatment": choices[int(random.integers(len(choices)))]})


def _outside_period(who: Screened, random: Random) -> Screened:
    early = FIRST_INDEX - timedelta(days=int(random.integers(1, 400)))
    late = LAST_INDEX + timedelta(days=int(random.integers(1, 120)))
    return replace(who, index_date=early if random.random() < 0.5 else late)


def _lost(who: Screened, random: Random) -> Screened:
    return replace(who, is_lost=True, index_date=CUTOFF - timedelta(days=int(random.integers(900, 4000))))


FAILING: Mapping[str, Callable[[Screened, Random], Screened]] = MappingProxyType(
    {
        "not downstaged": _not_downstaged,
        "within Milan at baseline": _within_milan,
        "resectable at index": lambda who, _: replace(who, patient={"resectability_index": "RES"}),
        "Child-Pugh B": _child_pugh_b,
        "treated before": _treated_before,
        "incomplete ablation": lambda who, _: replace(
            who, is_complete=False, person=replace(who.person, arm="ablation")
        ),
        "BCLC C": lambda who, _: replace(who, is_invaded=True, person=replace(who.person, bclc_stage="C")),
        "residual tumor after resection": lambda who, _: replace(
            who, is_complete=False, person=replace(who.person, arm="resection")
        ),
        "other malignancy": lambda who, _: replace(who, patient={"other_malignancy": "1"}),
        "older than 75": lambda who, random: replace(
            who, person=replace(who.person, age_years=int(random.integers(76, 85)))
        ),
        "lost to follow-up": _lost,
        "resectability not recorded": lambda who, _: replace(who, patient={"resectability_index": None}),
        "outside the period": _outside_period,
        "HAIC first": lambda who, _: replace(
            who,
            first_session={"modality": "HAIC", "haic_regimen": "FOLFOX", "lipiodol_ml": None, "embolic_agent": None},
        ),
    }
)
