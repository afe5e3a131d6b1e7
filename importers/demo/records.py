"""From a screened person to the rows of an upload workbook, sheet by sheet.

All days are counted from the first TACE. Nothing is recorded after the last contact, and a death after it is not known.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from importers.demo.events import adverse_event_rows
from importers.demo.follow_up import draw_contact_days, draw_curative_days
from importers.demo.margins import CUTOFF
from importers.demo.outcomes import Course, draw_course
from importers.demo.people import Random
from importers.demo.screening import ELIGIBLE, Screened
from importers.demo.sheet_names import (
    ABLATION,
    ADVERSE_EVENT,
    ASSESSMENT,
    FOLLOW_UP,
    LABORATORY,
    PATIENT,
    RESECTION,
    TRANSARTERIAL,
)

Row = dict[str, Any]
Rows = dict[str, list[Row]]

EXCESS_HAZARD = 2.0  # of patients outside the arms
USUAL_CAUSES = ("HCC", "HCC", "HCC", "LF", "GIB", "INF", "NONLIVER", "UNK")
EXTENTS = ("WEDGE", "SEG", "SECT", "LHEP", "RHEP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days that shape a patient's record. `local_day` is the curative procedure, or the visit where it is not done."""

    session_days: tuple[int, ...]
    local_day: int
    last_day: int  # of contact, or of death
    course: Course

    @property
    def is_dead(self) -> bool:
        return self.course.death_day == self.last_day

    @property
    def progression_day(self) -> int | None:
        return self.course.progression_day if self.course.progression_day < self.last_day else None


def draw_calendar(who: Screened, *, random: Random) -> Calendar:
    to_cutoff = (CUTOFF - who.index_date).days
    local_day = int(draw_curative_days(np.array([to_cutoff]), random=random)[0])
    excess = 1.0 if who.outcome == ELIGIBLE else EXCESS_HAZARD
    course = draw_course(who.person, from_day=local_day, excess=excess, random=random)
    if who.is_lost:
        contact = int(random.integers(local_day + 20, to_cutoff - 190))
        course = replace(course, death_day=max(course.death_day, contact + 1))  # a dead patient is not lost
    else:
        days = draw_contact_days(np.array([to_cutoff]), curative_days=np.array([local_day]), random=random)
        contact = int(days[0])
    return Calendar(
        session_days=_session_days(local_day, random=random),
        local_day=local_day,
        last_day=min(contact, course.death_day),
        course=course,
    )


def _session_days(local_day: int, *, random: Random) -> tuple[int, ...]:
    """One to four sessions at least four weeks apart, the last at least four weeks before the curative procedure."""
    wanted = int(random.choice([1, 2, 3, 4], p=[0.2, 0.4, 0.25, 0.15]))
    fitting = min(wanted, 1 + (local_day - 28) // 30)
    gap = min(42, (local_day - 28) // max(fitting - 1, 1))
    return tuple(gap * place for place in range(fitting))


def patient_rows(who: Screened, *, local_id: str, hospital_no: str | None, random: Random) -> Rows:
    """All rows of one patient, by sheet."""
    calendar = draw_calendar(who, random=random)
    rows: Rows = defaultdict(list)
    first_visit = -int(random.integers(0, 15))
    last_scan = (calendar.session_days[-1] + calendar.local_day) // 2
    rows[PATIENT].append(_patient(who, first_visit=first_visit, hospital_no=hospital_no, random=random))
    rows[ASSESSMENT] += [_baseline(who, day=first_visit, random=random), _after_treatment(who, day=last_scan)]
    rows[LABORATORY] += [_labs(who, assessment=assessment, random=random) for assessment in rows[ASSESSMENT]]
    rows[TRANSARTERIAL] += _sessions(who, calendar=calendar, random=random)
    if who.reaches_curative:
        rows[ABLATION if who.person.arm == "ablation" else RESECTION].append(
            _curative(who, calendar=calendar, random=random)
        )
    rows[FOLLOW_UP] += _follow_ups(who, calendar=calendar, random=random)
    treated = [(day, "tace") for day in calendar.session_days]
    treated += [(calendar.local_day, who.person.arm)] if who.reaches_curative else []
    last = _day(who, calendar.last_day)
    rows[ADVERSE_EVENT] += adverse_event_rows([(_day(who, day), by) for day, by in treated], last=last, random=random)
    return {sheet: [{"local_id": local_id, **row} for row in found] for sheet, found in rows.items()}


def _day(who: Screened, day: int) -> date:
    return who.index_date + timedelta(days=day)


def _patient(who: Screened, *, first_visit: int, hospital_no: str | None, random: Random) -> Row:
    person, index = who.person, who.index_date
    birthday = date(index.year - person.age_years, index.month, min(index.day, 28))
    earlier = int(random.integers(200, 1500)) if "prior_hcc_treatment" in who.patient else int(random.integers(0, 20))
    usual: Row = {
        "sex": person.sex,
        "birth_date": birthday - timedelta(days=int(random.integers(0, 360))),
        "consent_status": "WAIV" if random.random() < 0.9 else "OBT",
        "diagnosis_date": _day(who, first_visit - earlier),
        "diagnosis_basis": "IMG" if random.random() < 0.8 else "HIST",
        "tumor_type": "HCC",
        "hbv_status": person.hbv_status,
        "cirrhosis": person.cirrhosis,
        "comorbidity": person.comorbidity,
        "other_malignancy": "0",
        "prior_hcc_treatment": ["NONE"],
        "resectability_index": "UNRES_TECH" if random.random() < 0.7 else "UNRES_FLR",
        "hospital_no": hospital_no,
    }
    return {**usual, **who.patient}


def _baseline(who: Screened, *, day: int, random: Random) -> Row:
    person = who.person
    height = float(np.round(random.normal(168 if person.sex == "M" else 158, 6), 0))
    weight = float(np.round(np.clip(random.normal(22.5, 2.5), 17, 32) * (height / 100) ** 2, 1))
    is_measured = random.random() < 235 / 609  # body size was known in 235 of 609
    return {
        **_visit(who, day=day, kind="BASE"),
        "height_cm": height if is_measured else None,
        "weight_kg": weight if is_measured else None,
        "bclc_stage": person.bclc_stage,
        "diameter_basis": "WHOLE",
        "tumor_number": person.number_before,
        "max_diameter_cm": person.diameter_before_cm,
    }


def _after_treatment(who: Screened, *, day: int) -> Row:
    return {
        **_visit(who, day=day, kind="POST_TX"),
        "diameter_basis": "VIABLE",
        "tumor_number": who.person.number_after,
        "max_diameter_cm": who.person.diameter_after_cm,
    }


def _visit(who: Screened, *, day: int, kind: str) -> Row:
    return {
        "assessment_date": _day(who, day),
        "assessment_type": kind,
        "ecog_ps": who.person.ecog_ps,
        "ecog_tumor_related": None if who.person.ecog_ps == "0" else "0",
        "ascites_grade": who.person.ascites_grade,
        "encephalopathy_grade": "0",
        "ctp_class": who.person.ctp_class,
        "macrovascular_invasion": "1" if who.is_invaded else "0",
        "extrahepatic_metastasis": "0",
    }


# Chance that a value was not recorded; those that decide about Child-Pugh are always there
UNRECORDED: Mapping[str, float] = {"crp": 0.05, "hb": 0.03, "na": 0.04}


def _labs(who: Screened, *, assessment: Row, random: Random) -> Row:
    """The patient's values at baseline; AFP is lower after treatment."""
    is_baseline = assessment["assessment_type"] == "BASE"
    values: Row = {
        name: None if random.random() < UNRECORDED.get(name, 0.0) else value for name, value in who.person.labs.items()
    }
    values["afp"] = who.person.afp if is_baseline else round(1.1 + who.person.afp * 0.3, 1)
    return {
        "assessment_date": assessment["assessment_date"],
        "assessment_type": assessment["assessment_type"],
        **values,
    }


def _sessions(who: Screened, *, calendar: Calendar, random: Random) -> Iterator[Row]:
    has_beads = random.random() < 0.25
    for place, day in enumerate(calendar.session_days):
        usual: Row = {
            "start_date": _day(who, day),
            "treatment_intent": "CONV",
            "modality": "DEBTACE" if has_beads else "CTACE",
            "lipiodol_ml": None if has_beads else float(np.round(random.uniform(3, 18), 1)),
            "embolic_agent": None if has_beads else ["GELFOAM"],
            "technical_success": "1",
        }
        yield {**usual, **(who.first_session if place == 0 else {})}


def _curative(who: Screened, *, calendar: Calendar, random: Random) -> Row:
    shared = {"start_date": _day(who, calendar.local_day), "treatment_intent": "CUR"}
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
        "extent": str(random.choice(EXTENTS)),
        "resection_margin": "R0" if who.is_complete else "R1",
    }


def _follow_ups(who: Screened, *, calendar: Calendar, random: Random) -> Iterator[Row]:
    """A contact every three to six months, at progression, and the last: a death, or the last time known alive."""
    progression, seen = calendar.progression_day, calendar.local_day
    planned = calendar.local_day + np.cumsum(random.integers(90, 180, 70))
    days = sorted(
        {int(day) for day in planned if day < calendar.last_day}
        | {calendar.last_day}
        | {progression or calendar.last_day}
    )
    for day in days:
        is_death = calendar.is_dead and day == calendar.last_day
        row: Row = {"follow_up_date": _day(who, day), "last_known_alive_date": _day(who, seen if is_death else day)}
        row["vital_status"] = "DEAD" if is_death else "LTFU" if who.is_lost and day == calendar.last_day else "ALIVE"
        if is_death:
            row |= {"death_date": _day(who, day), "death_cause": str(random.choice(USUAL_CAUSES))}
        if day == progression:
            kind = str(random.choice(["INTRA_TARGET", "INTRA_NEW", "INTRA_NEW", "EXTRA_NEW"]))
            row |= {"progression_date": _day(who, day), "progression_criteria": "MRECIST", "progression_type": [kind]}
        seen = day
        yield row
