"""From a plan of a study group to the rows of an upload workbook, sheet by sheet, in days from the first treatment."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from demo.cohort.agents import LENVATINIB_WEIGHT_KG, LOW_LENVATINIB_MG
from demo.cohort.events import adverse_event_rows
from demo.cohort.follow_up_rows import LONGEST_GAP_DAYS, RECURRENCES, SHORTEST_GAP_DAYS, draw_cause
from demo.cohort.outcomes import Course
from demo.cohort.patients import Random
from demo.cohort.records import Rows
from demo.cohort.study_drugs import BESIDE_ATEZOLIZUMAB, DOSES, DRUGS
from demo.cohort.study_oddities import odd
from demo.cohort.study_plans import StudyPlan
from demo.cohort.study_scans import study_imaging, study_scans
from demo.cohort.timetable import FREQUENT, KINDS, THERAPIES, Calendar, Progression, Row
from demo.cohort.visits import Size, after_treatment_row, baseline_row, draw_size, laboratory_row, patient_row
from demo.sheet_names import (
    ADVERSE_EVENT,
    ASSESSMENT,
    FOLLOW_UP,
    IMAGING,
    LABORATORY,
    PATIENT,
    RESECTION,
    SYSTEMIC,
    TRANSARTERIAL,
)
from registry.clinical.dosing.agents import is_ici, lookup

RISK_OF_CLASS: Mapping[str, str] = MappingProxyType({"TKI": "kinase inhibitor", "VEGF_MAB": "anti-VEGF antibody"})
OTHER_VERSION = {"5.0": "4.03", "4.03": "5.0"}
GRADED_BY_THE_OTHER = 0.12
REST_DAYS = 21  # from the last session to a resection
REFERRED_DAYS = (14, 57)  # from the progression elsewhere to the first visit
NEXT_LINE = (("SYS_TKI", "SYS_ICI"), ("SYS_TKI",))


def study_rows(plan: StudyPlan, *, local_id: str, hospital_no: str | None, random: Random) -> Rows:
    """All rows of one patient, by sheet."""
    rows: Rows = defaultdict(list)
    calendar, size = _calendar(plan), draw_size(plan.who.person, random=random)
    first_visit = plan.first_treatment_day - int(random.integers(0, 7 if plan.first_treatment_day else 15))
    told = tuple(_progressions(plan, random=random))
    rows[PATIENT].append(patient_row(plan.who, first_visit=first_visit, hospital_no=hospital_no, random=random))
    rows[ASSESSMENT] += _visits(plan, first_visit=first_visit, size=size)
    rows[LABORATORY] += [laboratory_row(plan.who, assessment=visit, random=random) for visit in rows[ASSESSMENT]]
    rows[TRANSARTERIAL] += _sessions(plan, size=size, random=random)
    rows[RESECTION] += _resections(plan, random=random)
    rows[SYSTEMIC] += _agents(plan, weight_kg=size.weight_kg)
    scans = study_scans(plan, first_visit=first_visit, told=told)
    modality = "CT" if random.random() < 0.6 else "MRI"
    rows[IMAGING] += study_imaging(plan, calendar=calendar, scans=scans, modality=modality)
    rows[FOLLOW_UP] += _follow_up(plan, told=told, random=random)
    rows[ADVERSE_EVENT] += _adverse_events(plan, calendar=calendar, random=random)
    if "prior_hcc_treatment" in plan.who.patient:
        rows[FOLLOW_UP].insert(0, _progressed_elsewhere(plan, first_visit=first_visit, random=random))
    odd(plan, rows=rows)
    return {sheet: [{"local_id": local_id, **row} for row in found] for sheet, found in rows.items() if found}


def _calendar(plan: StudyPlan) -> Calendar:
    last = plan.progressions[-1] if plan.progressions else plan.last_day + 1
    return Calendar(
        index_date=plan.who.index_date,
        session_days=tuple(session.day for session in plan.sessions),
        local_day=plan.response_day,
        last_day=plan.last_day,
        course=Course(progression_day=last, death_day=plan.last_day if plan.is_dead else plan.last_day + 1),
    )


def _progressions(plan: StudyPlan, *, random: Random) -> Iterator[Progression]:
    """The one before a further line is a new lesion of the liver, so that the targets may still respond."""
    for number, day in enumerate(plan.progressions, start=1):
        is_before_line = number < len(plan.group.lines)
        kind = "INTRA_NEW" if is_before_line else FREQUENT[int(random.integers(len(FREQUENT)))]
        kind = "INTRA_TARGET" if plan.is_pseudoprogressive else kind
        kind = "INTRA_NEW" if plan.who.is_invaded and kind == "VASC_NEW" else kind
        sites, therapies = KINDS[kind][1], NEXT_LINE if is_before_line else THERAPIES
        yield Progression(
            day=day,
            kind=kind,
            site=sites[int(random.integers(len(sites)))],
            therapy=therapies[int(random.integers(len(therapies)))],
        )


def _visits(plan: StudyPlan, *, first_visit: int, size: Size) -> list[Row]:
    """The second on the day of the first response scan, or four weeks after an adjuvant resection."""
    seen = 30 if plan.group.is_adjuvant else plan.first_response_day
    baseline = baseline_row(plan.who, day=first_visit, size=size)
    after = after_treatment_row(plan.who, day=min(seen, plan.last_day), remnant_pct=None)
    baseline |= {"pvtt_cheng": plan.thrombus}
    after |= {"pvtt_cheng": plan.thrombus} if plan.resection_day is None else _downstaged(after)
    if plan.group.is_adjuvant:
        baseline["pvtt_cheng"] = plan.thrombus
        after |= {**_downstaged(after), "tumor_number": 0, "max_diameter_cm": 0.0}
    return [baseline, after]


def _downstaged(after: Row) -> Row:
    return {
        "pvtt_cheng": "0",
        "macrovascular_invasion": "0",
        "extrahepatic_metastasis": "0",
        "metastasis_sites": None,
        "tumor_number": 1,
        "max_diameter_cm": min(after["max_diameter_cm"], 4.4),
        "second_diameter_cm": None,
        "within_milan": "1",
    }


def _sessions(plan: StudyPlan, *, size: Size, random: Random) -> Iterator[Row]:
    for session in plan.sessions:
        if session.day <= plan.last_day and (
            plan.resection_day is None or session.day < plan.resection_day - REST_DAYS
        ):
            yield {
                "start_date": plan.on(session.day),
                "treatment_intent": session.kind.intent,
                "line_no": session.line_no,
                "modality": session.kind.modality,
                "technical_success": "1",
                **DRUGS[session.kind.drug](size, random),
            }


def _resections(plan: StudyPlan, *, random: Random) -> Iterator[Row]:
    day = 0 if plan.group.is_adjuvant else plan.resection_day
    if day is None:
        return
    left = 0 if plan.is_complete_pathology else int(random.integers(3, 70))
    yield {
        "start_date": plan.on(day),
        "treatment_intent": "CUR" if plan.group.is_adjuvant else "CONV",
        "approach": "LAP" if random.random() < 0.3 else "OPEN",
        "extent": "SECT" if random.random() < 0.5 else "RHEP",
        "resection_margin": "R0",
        "viable_tumor_pct": 100 if plan.group.is_adjuvant else left,
    }


def _agents(plan: StudyPlan, *, weight_kg: float) -> Iterator[Row]:
    """To the progression of their line, the resection or the death; those without such an end go on."""
    codes = {agent.code for agent in plan.agents}
    for agent in plan.agents:
        ends = [day for day in plan.progressions[agent.line_no - 1 : agent.line_no] if day > agent.start]
        stop, reason = (ends[0], "PD") if ends else (plan.last_day, "DEATH") if plan.is_dead else (None, None)
        if plan.resection_day is not None:
            stop, reason = plan.resection_day - 1, "CONV"
        if agent.start > plan.last_day:
            continue
        dose, unit, schedule = DOSES[agent.code]
        if agent.code == "BEVACIZUMAB" and "ATEZOLIZUMAB" in codes:
            dose, unit, schedule = BESIDE_ATEZOLIZUMAB
        is_light = agent.code == "LENVATINIB" and weight_kg < LENVATINIB_WEIGHT_KG
        yield {
            "line_no": agent.line_no if _has_earlier_agents(plan, line_no=agent.line_no) else 1,
            "agent_code": agent.code,
            "agent_start_date": plan.on(agent.start),
            "agent_stop_date": None if stop is None else plan.on(max(stop, agent.start)),
            "dose": LOW_LENVATINIB_MG if is_light else dose,
            "dose_unit": unit,
            "schedule": schedule,
            "stop_reason": reason,
        }


def _has_earlier_agents(plan: StudyPlan, *, line_no: int) -> bool:
    """Lines of systemic therapy are counted for themselves: the first after HAIC alone is line 1 of them."""
    return any(agent.line_no < line_no for agent in plan.agents)


def _follow_up(plan: StudyPlan, *, told: Sequence[Progression], random: Random) -> Iterator[Row]:
    is_cured = plan.group.is_adjuvant or plan.resection_day is not None
    by_day = {each.day: each for each in told}
    if plan.is_pseudoprogressive:
        by_day[plan.response_day] = Progression(
            day=plan.response_day, kind="INTRA_TARGET", site="LIVER", therapy=("SYS_ICI",)
        )
    seen = plan.first_response_day
    for day in _contact_days(plan, days=set(by_day), random=random):
        is_death = plan.is_dead and day == plan.last_day
        row: Row = {
            "follow_up_date": plan.on(day),
            "last_known_alive_date": plan.on(min(seen, day) if is_death else day),
            "vital_status": "DEAD" if is_death else "ALIVE",
        }
        if is_death:
            row |= {"death_date": plan.on(day), "death_cause": draw_cause(random, has_progressed=bool(told))}
        if day in by_day:
            row |= _progressed(plan, by_day[day], is_cured=is_cured)
        seen = day
        yield row


def _progressed_elsewhere(plan: StudyPlan, *, first_visit: int, random: Random) -> Row:
    """Why somebody treated elsewhere before was referred: a new tumor, weeks before the first visit, told at the first scan here."""
    seen = min(plan.first_response_day, plan.progressions[0] - 1)
    day = first_visit - int(random.integers(*REFERRED_DAYS))
    told = Progression(day=day, kind="INTRA_NEW", site="LIVER", therapy=("TACE",))
    contact: Row = {"follow_up_date": plan.on(seen), "last_known_alive_date": plan.on(seen), "vital_status": "ALIVE"}
    return {**contact, **_progressed(plan, told, is_cured=False)}


def _contact_days(plan: StudyPlan, *, days: set[int], random: Random) -> list[int]:
    start = plan.first_response_day
    planned = start + np.cumsum(random.integers(SHORTEST_GAP_DAYS, LONGEST_GAP_DAYS, 40))
    return sorted({int(day) for day in planned if day < plan.last_day} | {plan.last_day} | days)


def _progressed(plan: StudyPlan, told: Progression, *, is_cured: bool) -> Row:
    row: Row = {
        "progression_date": plan.on(told.day),
        "progression_criteria": "MRECIST",
        "progression_type": [told.kind],
        "progression_site": [told.site],
        "recurrence_type": [RECURRENCES[told.kind]] if is_cured else None,
        "post_progression_therapy": list(told.therapy),
    }
    if plan.is_pseudoprogressive:
        is_first = told.day == plan.response_day
        row |= {"progression_confirmed": "0" if is_first else "1"}
        row |= {} if is_first else {"progression_criteria": "IRECIST"}
    return row


def _adverse_events(plan: StudyPlan, *, calendar: Calendar, random: Random) -> Iterator[Row]:
    treated = [(each.day, "haic" if "HAIC" in each.kind.modality else "tace") for each in plan.sessions]
    treated += [(each.start, _risk_of(each.code)) for each in plan.agents]
    treated += [(0, "resection")] if plan.group.is_adjuvant else []
    own = plan.group.ctcae
    version = OTHER_VERSION[own] if random.random() < GRADED_BY_THE_OTHER else own
    yield from adverse_event_rows(sorted(treated), calendar=calendar, version=version, random=random)


def _risk_of(code: str) -> str:
    agent = lookup(code)
    return "checkpoint inhibitor" if is_ici(code) else RISK_OF_CLASS[agent.agent_class if agent else ""]
