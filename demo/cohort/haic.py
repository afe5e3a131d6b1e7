"""From a person screened for cao-2024 to the rows of an upload workbook, sheet by sheet, in days from the first HAIC."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from demo.cohort.agents import (
    ANTI_ANGIOGENIC,
    PD1,
    REDUCTION_PCT,
    arterial_cells,
    folfox_cells,
    one_of,
    systemic_rows,
    until_progression,
)
from demo.cohort.events import adverse_event_rows
from demo.cohort.follow_up_rows import follow_up_rows
from demo.cohort.haic_screening import Plan
from demo.cohort.patients import Random
from demo.cohort.records import Rows
from demo.cohort.scans import Scan, at_progression, imaging_rows
from demo.cohort.timetable import Calendar, Progression, Row, draw_progression
from demo.cohort.visits import (
    Size,
    after_treatment_row,
    baseline_row,
    draw_size,
    laboratory_row,
    patient_row,
    sum_of_targets_mm,
)
from demo.sheet_names import ADVERSE_EVENT, ASSESSMENT, FOLLOW_UP, IMAGING, LABORATORY, PATIENT, SYSTEMIC, TRANSARTERIAL

CTCAE_VERSION = "5.0"  # by which Cao 2024 graded
RESPONSE_DAYS = (43, 56)
CONFIRMED_AFTER_DAYS = 28


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
    if plan.stage_end - response.day >= CONFIRMED_AFTER_DAYS:
        scans.append(replace(response, day=plan.stage_end, role="CONF"))
    return scans + ([at_progression(progression, last=scans[-1])] if progression else [])
