"""From a person screened for an-2025 to the rows of an upload workbook, sheet by sheet.

All days are counted from the first TACE. Nothing is recorded after the last contact, and a death after it is not known.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from demo.cohort.agents import (
    ANTI_ANGIOGENIC,
    PD1,
    Given,
    arterial_cells,
    folfox_cells,
    one_of,
    systemic_rows,
    until_progression,
)
from demo.cohort.events import adverse_event_rows
from demo.cohort.follow_up import draw_contact_days, draw_curative_days
from demo.cohort.follow_up_rows import follow_up_rows
from demo.cohort.margins import CUTOFF
from demo.cohort.outcomes import draw_course
from demo.cohort.patients import Random
from demo.cohort.scans import Scan, at_progression, imaging_rows
from demo.cohort.screening import ELIGIBLE, Screened
from demo.cohort.timetable import Calendar, Progression, Row, draw_progression
from demo.cohort.visits import (
    SIZED,
    Size,
    after_treatment_row,
    baseline_row,
    draw_size,
    laboratory_row,
    patient_row,
    sum_of_targets_mm,
)
from demo.sheet_names import (
    ABLATION,
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

Rows = dict[str, list[Row]]

EXCESS_HAZARD = 2.0  # of patients outside the arms
CTCAE_VERSION = "4.0"  # by which An 2025 graded
WITH_SYSTEMIC = 184 / 609  # had targeted or immunotherapy between the first TACE and progression
EXTENTS = ("WEDGE", "SEG", "SECT", "LHEP", "RHEP")
HALVES = frozenset({"LHEP", "RHEP"})
LONGEST_TO_RESPONSE_DAYS = 49
STABLE_DAY, LATE_RESPONSE_DAY, LATE_CURE_DAY = 40, 62, 90
STABLE = "NONCRNONPD"
FIRST_CHECK_DAYS = 30  # after the curative procedure


def draw_calendar(who: Screened, *, random: Random) -> Calendar:
    to_cutoff = (CUTOFF - who.index_date).days
    local_day = int(draw_curative_days(np.array([to_cutoff]), random=random)[0])
    local_day = max(local_day, LATE_CURE_DAY) if who.responds_late else local_day
    excess = 1.0 if who.outcome == ELIGIBLE else EXCESS_HAZARD
    course = draw_course(who.person, from_day=local_day, excess=excess, random=random)
    if who.is_lost:
        contact = int(random.integers(local_day + 20, to_cutoff - 190))
        course = replace(course, death_day=max(course.death_day, contact + 1))  # a dead patient is not lost
    else:
        days = draw_contact_days(np.array([to_cutoff]), curative_days=np.array([local_day]), random=random)
        contact = int(days[0])
    least = 2 if who.last_session else 1
    return Calendar(
        index_date=who.index_date,
        session_days=(0,) if who.responds_late else _session_days(local_day, least=least, random=random),
        local_day=local_day,
        last_day=min(contact, course.death_day),
        course=course,
    )


def _session_days(local_day: int, *, least: int, random: Random) -> tuple[int, ...]:
    """One to four sessions, three weeks or more apart, the last at least four weeks before the curative procedure."""
    wanted = max(least, int(random.choice([1, 2, 3, 4], p=[0.2, 0.4, 0.25, 0.15])))
    fitting = max(least, min(wanted, 1 + (local_day - 28) // 30))
    gap = min(42, (local_day - 28) // max(fitting - 1, 1))
    return tuple(gap * place for place in range(fitting))


def patient_rows(who: Screened, *, local_id: str, hospital_no: str | None, random: Random) -> Rows:
    """All rows of one patient, by sheet."""
    calendar = draw_calendar(who, random=random)
    progression = draw_progression(calendar, random=random)
    rows: Rows = defaultdict(list)
    first_visit = -int(random.integers(0, 15)) if who.first_visit is None else who.first_visit
    size = draw_size(who.person, random=random)
    rows[PATIENT].append(patient_row(who, first_visit=first_visit, hospital_no=hospital_no, random=random))
    rows[ASSESSMENT] += _assessments(who, calendar=calendar, first_visit=first_visit, size=size, random=random)
    rows[LABORATORY] += [laboratory_row(who, assessment=visit, random=random) for visit in rows[ASSESSMENT]]
    rows[TRANSARTERIAL] += _sessions(who, calendar=calendar, size=size, random=random)
    if who.reaches_curative:
        rows[ABLATION if who.person.arm == "ablation" else RESECTION].append(
            _curative(who, calendar=calendar, random=random)
        )
    rows[SYSTEMIC] += _systemic(who, calendar=calendar, weight_kg=size.weight_kg, random=random)
    scans = _scans(who, first_visit=first_visit, calendar=calendar, progression=progression)
    rows[IMAGING] += imaging_rows(calendar, scans=scans, modality="CT" if random.random() < 0.6 else "MRI")
    rows[FOLLOW_UP] += follow_up_rows(
        calendar, progression=progression, is_cured=who.reaches_curative, is_lost=who.is_lost, random=random
    )
    rows[ADVERSE_EVENT] += _adverse_events(who, calendar=calendar, random=random)
    return {sheet: [{"local_id": local_id, **row} for row in found] for sheet, found in rows.items()}


def response_day(who: Screened, *, calendar: Calendar) -> int:
    """Within eight weeks of the last session, before the curative procedure; too late for a few."""
    if who.responds_late:
        return LATE_RESPONSE_DAY
    last = calendar.session_days[-1]
    return last + min((calendar.local_day - last) // 2, LONGEST_TO_RESPONSE_DAYS)


def _assessments(who: Screened, *, calendar: Calendar, first_visit: int, size: Size, random: Random) -> list[Row]:
    # Enough for everybody, cirrhosis or not (40 %), but those for whom it was too small
    remnant = random.uniform(24, 29) if who.outcome == "remnant too small" else random.uniform(41, 70)
    is_planned = who.person.arm == "resection"
    is_sized = random.random() < SIZED or any(given.get("modality") == "HAIC" for given in who.sessions)
    return [
        baseline_row(who, day=first_visit, size=size if is_sized else None),
        after_treatment_row(
            who, day=response_day(who, calendar=calendar), remnant_pct=round(float(remnant), 1) if is_planned else None
        ),
    ]


def _sessions(who: Screened, *, calendar: Calendar, size: Size, random: Random) -> Iterator[Row]:
    has_beads = random.random() < 0.25
    drug = ("DOXORUBICIN", "IA_BEAD", 75.0) if has_beads else ("EPIRUBICIN", "IA_LIPIODOL", 50.0)
    for day in calendar.session_days:
        usual: Row = {
            "start_date": calendar.on(day),
            "treatment_intent": "CONV",
            "modality": "DEBTACE" if has_beads else "CTACE",
            "bead_type": "CALLISPHERES" if has_beads else None,
            "lipiodol_ml": None if has_beads else float(np.round(random.uniform(3, 18), 1)),
            "embolic_agent": None if has_beads else ["GELFOAM"],
            "technical_success": "1",
        }
        other = who.first_session if day == 0 else who.last_session if day == calendar.session_days[-1] else {}
        is_haic = other.get("modality") == "HAIC"
        yield {
            **usual,
            **other,
            **(folfox_cells(size.weight_kg, height_cm=size.height_cm) if is_haic else arterial_cells(drug)),
        }


def _curative(who: Screened, *, calendar: Calendar, random: Random) -> Row:
    # an incomplete procedure of curative intent would rightly be queried, and these workbooks are the clean ones
    intent = "CUR" if who.is_complete else None
    shared = {"start_date": calendar.on(calendar.local_day), "treatment_intent": intent}
    if who.person.arm == "ablation":
        return {
            **shared,
            "ablation_modality": who.person.ablation_modality,
            "lesions_ablated": who.person.number_after,
            "complete_ablation_1m": "1" if who.is_complete else "0",
        }
    return {
        **shared,
        "approach": "LAP" if random.random() < 0.4 else "OPEN",
        "extent": _extent(who, drawn=str(random.choice(EXTENTS))),
        "resection_margin": "R0" if who.is_complete else "R1",
    }


def _extent(who: Screened, *, drawn: str) -> str:
    """Of a small remnant no half of the liver is removed."""
    return "SECT" if who.outcome == "remnant too small" and drawn in HALVES else drawn


def _systemic(who: Screened, *, calendar: Calendar, weight_kg: float, random: Random) -> Iterator[Row]:
    """From a few weeks after the first TACE to the curative procedure, or as long as it helps."""
    if random.random() >= WITH_SYSTEMIC:
        return
    start, kind = int(random.integers(5, 46)), random.random()
    agents = [one_of(ANTI_ANGIOGENIC[:-1], random=random)] if kind < 0.85 else []
    agents += [one_of(PD1, random=random)] if kind > 0.5 else []
    given = [
        Given(agent=agent, start=start, stop=calendar.local_day - 1, reason="CONV")
        if who.reaches_curative
        else until_progression(agent, start=start, calendar=calendar)
        for agent in agents
    ]
    yield from systemic_rows(calendar, given=given, weight_kg=weight_kg)


def _scans(who: Screened, *, first_visit: int, calendar: Calendar, progression: Progression | None) -> list[Scan]:
    person = who.person
    before, after = sum_of_targets_mm(person, basis="WHOLE"), sum_of_targets_mm(person, basis="VIABLE")
    rest = "NA" if person.number_before <= 2 else "CR" if person.number_after <= 2 else STABLE
    scans = [
        Scan(
            day=first_visit,
            role="BASE",
            viable_mm=before,
            largest_mm=round(10 * person.diameter_before_cm, 1),
            whole_mm=before,
        ),
        Scan(
            day=response_day(who, calendar=calendar),
            role="RESP",
            viable_mm=after,
            largest_mm=round(10 * person.diameter_after_cm, 1),
            whole_mm=round(max(0.85 * before, after), 1),
            non_target=rest,
            new_lesion="NO",
        ),
    ]
    if who.responds_late:
        stable = replace(scans[1], day=STABLE_DAY, viable_mm=round(0.9 * before, 1), whole_mm=before)
        scans.insert(1, replace(stable, largest_mm=scans[0].largest_mm, non_target="NA" if rest == "NA" else STABLE))
    scans += _check_after_cure(who, calendar=calendar, before=scans[-1])
    return scans + ([at_progression(progression, last=scans[-1])] if progression else [])


def _check_after_cure(who: Screened, *, calendar: Calendar, before: Scan) -> list[Scan]:
    """Nothing enhances a month after, but where the ablation was incomplete."""
    day = calendar.local_day + FIRST_CHECK_DAYS
    if not who.reaches_curative or day >= min(calendar.last_day, calendar.course.progression_day):
        return []
    is_left = who.person.arm == "ablation" and not who.is_complete
    left_mm = round(before.viable_mm / 3, 1) if is_left else 0.0
    rest = "NA" if before.non_target == "NA" else "CR"
    return [Scan(day=day, role="FU", viable_mm=left_mm, largest_mm=left_mm, non_target=rest, new_lesion="NO")]


def _adverse_events(who: Screened, *, calendar: Calendar, random: Random) -> Iterator[Row]:
    treated = [(day, "tace") for day in calendar.session_days]
    treated += [(calendar.local_day, who.person.arm)] if who.reaches_curative else []
    yield from adverse_event_rows(treated, calendar=calendar, version=CTCAE_VERSION, random=random)
    if who.outcome == "unresolved severe event":
        yield {
            "ae_term": "Blood bilirubin increased",
            "ctcae_version": CTCAE_VERSION,
            "ae_grade": "3",
            "ae_onset_date": calendar.on(4),
            "serious": "1",
            "outcome": "NOT",
            "sir_class": "C",
            "related_tat": "5",
        }
