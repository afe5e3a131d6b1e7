"""Who is screened for cao-2024: the eligible, and those who fail exactly one criterion.

All days are counted from the first HAIC.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import numpy as np

from demo.cohort import haic_patients as law
from demo.cohort.margins import CUTOFF, scaled
from demo.cohort.outcomes import Course
from demo.cohort.patients import Person, Random, draw_afp, draw_labs, with_cirrhosis_where_shown
from demo.cohort.screening import ELIGIBLE, Screened

SITES = ("LUNG", "LN_REG", "BONE", "ADRENAL", "LN_DIST")

# Screened patients out of 1,000 that fail, by the criterion they fail
FAILURES: Mapping[str, int] = MappingProxyType(
    {
        "HAIC: no PD-1 antibody": 250,
        "HAIC: agents apart": 150,
        "HAIC: agents before": 130,
        "HAIC: BCLC B": 130,
        "HAIC: one cycle": 120,
        "HAIC: TACE in between": 80,
        "HAIC: ECOG 2": 50,
        "HAIC: systemic treatment before": 40,
        "HAIC: outside the period": 30,
        "HAIC: tumor not recorded": 12,
        "HAIC: other malignancy": 8,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Cycles of HAIC, when the systemic agents start (None: never), and what comes of it, in days from the first HAIC."""

    who: Screened
    cycle_days: tuple[int, ...]
    stage_end: int
    anti_angiogenic_start: int | None
    pd1_start: int | None
    course: Course
    contact_day: int
    tace_day: int | None = None


def screen_haic(total: int, *, failing: int, random: Random) -> list[Plan]:
    """`total` people of whom `failing` are not eligible; arms and reasons in the proportions above."""
    groups = scaled(law.ARM_COUNTS, total=total - failing)
    eligible = [plan for arm in law.ARMS for plan in _draw(arm, total=groups[arm], random=random)]
    by_arm = scaled(law.ARM_COUNTS, total=failing)
    others = [plan for arm in law.ARMS for plan in _draw(arm, total=by_arm[arm], random=random)]
    reasons = random.permutation(np.repeat(list(FAILURES), list(scaled(FAILURES, total=failing).values())))
    return eligible + [
        FAILING[str(reason)](replace(plan, who=replace(plan.who, outcome=str(reason))), random)
        for plan, reason in zip(others, reasons, strict=True)
    ]


def _draw(arm: law.Arm, *, total: int, random: Random) -> list[Plan]:
    traits = law.draw_traits(arm, total=total, random=random)
    score, is_si = law.prognosis(traits), np.full(total, float(arm == "SI"))
    stage = law.draw_stage(total, random=random)
    to_cutoff = law.draw_days_to_cutoff(total, random=random)
    drawn = law.courses(score, is_si=is_si, from_days=stage.end_days, exponentials=random.exponential(size=(2, total)))
    contact = law.draw_contact_days(to_cutoff, stage_days=stage.end_days, random=random)
    responds = random.random(total) < law.response_chance(score, is_si=is_si)
    people = _people(arm, traits=traits, responds=responds, random=random)
    plans = []
    for i, person in enumerate(people):
        cycle_days = tuple(int(stage.gap_days[i]) * place for place in range(int(stage.cycles[i])))
        earliest, latest = (0, 20) if arm == "SI" else (cycle_days[-1] + 7, cycle_days[-1] + 35)
        starts = random.integers(earliest, latest + 1, 2)
        who = _screened(person, traits=traits, place=i, days=int(to_cutoff[i]), random=random)
        plans.append(
            Plan(
                who=who,
                cycle_days=cycle_days,
                stage_end=int(stage.end_days[i]),
                anti_angiogenic_start=int(starts[0]),
                pd1_start=int(starts[1]),
                course=Course(progression_day=int(drawn.progression_days[i]), death_day=int(drawn.death_days[i])),
                contact_day=int(contact[i]),
            )
        )
    return plans


def _screened(person: Person, *, traits: law.Traits, place: int, days: int, random: Random) -> Screened:
    return Screened(
        person=person,
        outcome=ELIGIBLE,
        index_date=CUTOFF - timedelta(days=days),
        reaches_curative=False,
        patient={"resectability_index": "UNRES_ONC"},
        is_invaded=bool(traits.invasion[place] == "1"),
        sites=(SITES[int(random.integers(len(SITES)))],) if traits.metastasis[place] == "1" else (),
        is_unwell_by_tumor=True,
    )


def _people(arm: law.Arm, *, traits: law.Traits, responds: np.ndarray, random: Random) -> Iterator[Person]:
    """BCLC C by invasion or metastasis, and where there is neither by a condition the tumor impairs."""
    labs = draw_labs("ablation", total=(total := len(traits)), random=random)
    share = law.BESIDE[arm]
    afp = draw_afp(random.random(total) < share["high_afp"], random=random)
    is_class_b = random.random(total) < share["child_pugh_b"]
    labs["alb"] = np.where(is_class_b, np.round(random.uniform(28.5, 34.9, total), 1), labs["alb"])
    is_complete = responds & (random.random(total) < 0.08)
    left = np.where(responds, random.uniform(0.25, 0.65, total), random.uniform(0.80, 1.05, total))
    for i in range(total):
        has_reason = "1" in (traits.invasion[i], traits.metastasis[i])
        number, diameter = int(random.integers(2, 9)), float(traits.diameter_cm[i])
        number = number if traits.several[i] == "1" else 1
        person = Person(
            arm=arm,
            sex=str(traits.sex[i]),
            age_years=int(traits.age_years[i]),
            smoking_status="CUR" if random.random() < 0.3 else "NEV",
            alcohol_status="CUR" if random.random() < 0.2 else "NEV",
            ecog_ps="0" if has_reason and random.random() < 0.6 else "1",
            comorbidity="1" if random.random() < 0.15 else "0",
            hbv_status="POS" if random.random() < share["hbv"] else "NEG",
            cirrhosis="1" if random.random() < 0.8 else "0",
            ascites_grade="1" if is_class_b[i] or random.random() < 0.03 else "0",
            bclc_stage="C",
            number_before=number,
            diameter_before_cm=diameter,
            number_after=0 if is_complete[i] else number,
            diameter_after_cm=0.0 if is_complete[i] else round(diameter * float(left[i]), 1),
            afp=float(afp[i]),
            ablation_modality="",
            labs={name: float(values[i]) for name, values in labs.items()},
        )
        yield with_cirrhosis_where_shown(person)


def _changed(plan: Plan, **changes: Any) -> Plan:
    return replace(plan, who=replace(plan.who, **changes))


def _bclc_b(plan: Plan, random: Random) -> Plan:
    number = int(random.integers(4, 9))
    person = replace(plan.who.person, bclc_stage="B", ecog_ps="0", number_before=number, number_after=number)
    return _changed(plan, person=person, is_invaded=False, sites=())


def _before(plan: Plan, random: Random) -> Plan:
    start = -int(random.integers(5, 40))
    earlier = _changed(plan, known_for_days=int(random.integers(60, 200)))
    return replace(earlier, anti_angiogenic_start=start, pd1_start=start)


def _outside_period(plan: Plan, random: Random) -> Plan:
    early = law.FIRST_HAIC - timedelta(days=int(random.integers(1, 300)))
    return _changed(plan, index_date=early)


def _unrecorded(plan: Plan, _random: Random) -> Plan:
    names = ("tumor_number", "max_diameter_cm", "second_diameter_cm", "within_milan")
    return _changed(plan, baseline=dict.fromkeys(names))


FAILING: Mapping[str, Callable[[Plan, Random], Plan]] = MappingProxyType(
    {
        "HAIC: no PD-1 antibody": lambda plan, _: replace(plan, pd1_start=None),
        "HAIC: agents apart": lambda plan, _: replace(
            plan, anti_angiogenic_start=5, pd1_start=plan.cycle_days[-1] + 14
        ),
        "HAIC: agents before": _before,
        "HAIC: BCLC B": _bclc_b,
        "HAIC: one cycle": lambda plan, _: replace(plan, cycle_days=(0,)),
        "HAIC: TACE in between": lambda plan, _: replace(plan, tace_day=10),
        "HAIC: ECOG 2": lambda plan, _: _changed(plan, person=replace(plan.who.person, ecog_ps="2")),
        "HAIC: systemic treatment before": lambda plan, _: _changed(
            plan, patient={**plan.who.patient, "prior_hcc_treatment": ["SYS_TKI"]}
        ),
        "HAIC: outside the period": _outside_period,
        "HAIC: tumor not recorded": _unrecorded,
        "HAIC: other malignancy": lambda plan, _: _changed(plan, patient={**plan.who.patient, "other_malignancy": "1"}),
    }
)
