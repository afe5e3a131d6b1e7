"""Who is screened for cao-2024, and the rows of an upload workbook that tell of each.

All days are counted from the first HAIC. The eligible meet every criterion of the study; the others fail exactly one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import numpy as np

from importers.demo import haic_people as law
from importers.demo.agents import (
    ANTI_ANGIOGENIC,
    PD1,
    REDUCTION_PCT,
    arterial_cells,
    folfox_cells,
    one_of,
    systemic_rows,
    until_progression,
)
from importers.demo.events import adverse_event_rows
from importers.demo.fates import follow_up_rows
from importers.demo.margins import CUTOFF, scaled
from importers.demo.outcomes import Course
from importers.demo.people import Person, Random, draw_afp, draw_labs
from importers.demo.records import Rows
from importers.demo.scans import Scan, at_progression, imaging_rows
from importers.demo.screening import ELIGIBLE, Screened
from importers.demo.sheet_names import (
    ADVERSE_EVENT,
    ASSESSMENT,
    FOLLOW_UP,
    IMAGING,
    LABORATORY,
    PATIENT,
    SYSTEMIC,
    TRANSARTERIAL,
)
from importers.demo.timetable import Calendar, Progression, Row, draw_progression
from importers.demo.visits import (
    Size,
    after_treatment_row,
    baseline_row,
    draw_size,
    laboratory_row,
    patient_row,
    sum_of_targets_mm,
)

CTCAE_VERSION = "5.0"  # by which Cao 2024 graded
SITES = ("LUNG", "LN_REG", "BONE", "ADRENAL", "LN_DIST")
RESPONSE_DAYS = (43, 56)

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
    total = len(traits)
    labs = draw_labs("ablation", total=total, random=random)
    afp = draw_afp(random.random(total) < 0.5, random=random)
    is_complete = responds & (random.random(total) < 0.08)
    left = np.where(responds, random.uniform(0.25, 0.65, total), random.uniform(0.80, 1.05, total))
    for i in range(total):
        has_reason = "1" in (traits.invasion[i], traits.metastasis[i])
        number = int(random.integers(2, 9)) if traits.several[i] == "1" else 1
        diameter = float(traits.diameter_cm[i])
        yield Person(
            arm=arm,
            sex=str(traits.sex[i]),
            age_years=int(traits.age_years[i]),
            smoking_status="CUR" if random.random() < 0.3 else "NEV",
            alcohol_status="CUR" if random.random() < 0.2 else "NEV",
            ecog_ps="0" if has_reason and random.random() < 0.6 else "1",
            comorbidity="1" if random.random() < 0.15 else "0",
            hbv_status="POS" if random.random() < 0.9 else "NEG",
            cirrhosis="1" if random.random() < 0.8 else "0",
            ascites_grade="1" if random.random() < 0.12 else "0",
            bclc_stage="C",
            number_before=number,
            diameter_before_cm=diameter,
            number_after=0 if is_complete[i] else number,
            diameter_after_cm=0.0 if is_complete[i] else round(diameter * float(left[i]), 1),
            afp=float(afp[i]),
            ablation_modality="",
            labs={name: float(values[i]) for name, values in labs.items()},
        )


def haic_rows(plan: Plan, *, local_id: str, hospital_no: str | None, random: Random) -> Rows:
    """All rows of one patient, by sheet."""
    who, calendar = plan.who, _calendar(plan)
    progression = draw_progression(calendar, random=random)
    rows: Rows = defaultdict(list)
    first_visit, size = -int(random.integers(0, 15)), draw_size(who.person, random=random)
    seen = int(random.integers(*RESPONSE_DAYS))
    rows[PATIENT].append(patient_row(who, first_visit=first_visit, hospital_no=hospital_no, random=random))
    rows[ASSESSMENT] += [
        baseline_row(who, day=first_visit, size=size),
        after_treatment_row(who, day=seen, remnant_pct=None),
    ]
    rows[LABORATORY] += [laboratory_row(who, assessment=visit, random=random) for visit in rows[ASSESSMENT]]
    rows[TRANSARTERIAL] += _sessions(plan, calendar=calendar, size=size, random=random)
    agents = _agents(plan, random=random)
    given = [until_progression(agent, start=start, calendar=calendar) for agent, start in agents]
    rows[SYSTEMIC] += systemic_rows(calendar, given=given, weight_kg=size.weight_kg)
    scans = _scans(plan, days=(first_visit, seen), progression=progression)
    rows[IMAGING] += imaging_rows(calendar, scans=scans, modality="CT" if random.random() < 0.6 else "MRI")
    rows[FOLLOW_UP] += follow_up_rows(calendar, progression=progression, is_cured=False, is_lost=False, random=random)
    treated = sorted([(day, "haic") for day in plan.cycle_days] + [(start, RISK_OF[agent]) for agent, start in agents])
    rows[ADVERSE_EVENT] += adverse_event_rows(treated, calendar=calendar, version=CTCAE_VERSION, random=random)
    return {sheet: [{"local_id": local_id, **row} for row in found] for sheet, found in rows.items()}


RISK_OF: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(ANTI_ANGIOGENIC, "kinase inhibitor"),
        "BEVACIZUMAB": "anti-VEGF antibody",
        **dict.fromkeys(PD1, "checkpoint inhibitor"),
    }
)


def _calendar(plan: Plan) -> Calendar:
    return Calendar(
        index_date=plan.who.index_date,
        session_days=plan.cycle_days,
        local_day=plan.stage_end,
        last_day=min(plan.contact_day, plan.course.death_day),
        course=plan.course,
    )


def _agents(plan: Plan, *, random: Random) -> list[tuple[str, int]]:
    starts = ((ANTI_ANGIOGENIC, plan.anti_angiogenic_start), (PD1, plan.pd1_start))
    return [(one_of(agents, random=random), start) for agents, start in starts if start is not None]


def _sessions(plan: Plan, *, calendar: Calendar, size: Size, random: Random) -> Iterator[Row]:
    is_reduced = len(plan.cycle_days) > 1 and random.random() < 0.1
    for day in plan.cycle_days:
        reduction = REDUCTION_PCT if is_reduced and day > 0 else 0
        yield {
            "start_date": calendar.on(day),
            "treatment_intent": "PALL",
            "modality": "HAIC",
            "technical_success": "1",
            "non_main_vessel_embolized": "1" if random.random() < 0.1 else "0",
            "stop_reason": "PLAN" if day == plan.cycle_days[-1] else None,
            **folfox_cells(size.weight_kg, height_cm=size.height_cm, reduction_pct=reduction),
        }
    if plan.tace_day is not None:
        yield {
            "start_date": calendar.on(plan.tace_day),
            "treatment_intent": "PALL",
            "modality": "CTACE",
            "lipiodol_ml": 8.0,
            "embolic_agent": ["GELFOAM"],
            "technical_success": "1",
            **arterial_cells(("EPIRUBICIN", "IA_LIPIODOL", 40.0)),
        }


def _scans(plan: Plan, *, days: tuple[int, int], progression: Progression | None) -> list[Scan]:
    """At baseline, six to eight weeks after the first HAIC, at the end of the arterial stage, and at progression."""
    who, person = plan.who, plan.who.person
    before, after = sum_of_targets_mm(person, basis="WHOLE"), sum_of_targets_mm(person, basis="VIABLE")
    has_rest = who.is_invaded or bool(who.sites) or person.number_before > 2
    rest = "NA" if not has_rest else "CR" if person.number_after == 0 else "NONCRNONPD"
    largest = round(10 * person.diameter_before_cm, 1)
    first = Scan(day=days[0], role="BASE", viable_mm=before, largest_mm=largest, whole_mm=before)
    response = Scan(
        day=days[1],
        role="RESP",
        viable_mm=after,
        largest_mm=round(10 * person.diameter_after_cm, 1),
        whole_mm=round(max(0.9 * before, after), 1),
        non_target=rest,
        new_lesion="NO",
    )
    scans = [first, response]
    if plan.stage_end - response.day >= 28:
        scans.append(replace(response, day=plan.stage_end, role="CONF"))
    return scans + ([at_progression(progression, last=scans[-1])] if progression else [])


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
