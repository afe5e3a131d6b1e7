"""Treatments that no study asks about, given to a few patients outside the arms: after a progression, or instead of a cure."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from demo.cohort.timetable import Row
from demo.complete.course import Case
from demo.complete.treatments import LATER_LINE, LINE
from demo.sheet_names import OTHER, RADIOTHERAPY, TRANSARTERIAL, TRANSPLANT

Found = Iterator[tuple[str, Row]]

SOON = timedelta(days=21)  # after the progression
TARGETS = {"LIVER": "LIVER", "LUNG": "LUNG", "BONE": "BONE", "LN_REG": "NODE"}
DAYS_OF_RADIOTHERAPY, DAYS_AFTER_TRANSPLANT = 14, 180
IMMUNOSUPPRESSION = (["TAC", "MMF"], ["TAC", "SIR"], ["CSA", "MMF", "STER"])


def more_treatments(case: Case) -> dict[str, list[Row]]:
    """By sheet. Nobody in an arm has one."""
    found: dict[str, list[Row]] = defaultdict(list)
    if case.outside_for is not None:
        for sheet, row in (*_after_progression(case), *_transplant(case), *_besides(case)):
            found[sheet].append({"local_id": case.patient["local_id"], **row})
    return found


def _after_progression(case: Case) -> Found:
    told = case.progression
    if told is None or not case.lasts_until(told["progression_date"] + SOON, days=DAYS_OF_RADIOTHERAPY):
        return
    start, therapy = told["progression_date"] + SOON, told["post_progression_therapy"]
    common = {"start_date": start, "treatment_intent": "PALL", "line_no": LATER_LINE}
    if "RT" in therapy:
        yield RADIOTHERAPY, {**common, **_radiotherapy(case, site=told["progression_site"][0]), **_ended(common)}
    if "BSC" in therapy:
        yield OTHER, {**common, "treatment_type": "BSC"}
    if "TACE" in therapy and not case.had_haic and case.draw.chance(0.4):
        yield TRANSARTERIAL, {**common, **_embolization(case), "technical_success": "1"}


def _ended(row: Row) -> Row:
    return {"end_date": row["start_date"] + timedelta(days=DAYS_OF_RADIOTHERAPY - 3), "stop_reason": "PLAN"}


def _radiotherapy(case: Case, *, site: str) -> Row:
    is_stereotactic = site == "LIVER"
    return {
        "technique": "SBRT" if is_stereotactic else "IMRT",
        "target": [TARGETS.get(site, "OTH")],
        "total_dose_gy": 45.0 if is_stereotactic else 30.0,
        "fractions": 5 if is_stereotactic else 10,
        "mean_liver_dose_gy": case.draw.between(6, 14) if is_stereotactic else None,
    }


def _embolization(case: Case) -> Row:
    draw = case.draw
    kind = draw.by_weight({"TAE": 30, "TARE": 30, "DEBTACE": 40})
    if kind == "TARE":
        return {
            "modality": kind,
            "isotope": "Y90_RESIN",
            "activity_gbq": draw.between(1.2, 2.6, decimals=2),
            "tumor_dose_gy": draw.between(110, 220, decimals=0),
            "normal_liver_dose_gy": draw.between(18, 38, decimals=0),
            "lung_shunt_pct": draw.between(2, 9),
        }
    if kind == "TAE":
        return {"modality": kind, "embolic_agent": ["PVA"]}
    drug = {"agent_1_code": "DOXORUBICIN", "agent_1_route": "IA_BEAD", "agent_1_dose_mg": 50.0}
    return {"modality": kind, "bead_type": "DCBEAD", **drug}


def _transplant(case: Case) -> Found:
    """Of those downstaged and not cured otherwise, who stay free of progression long enough."""
    start = case.after["assessment_date"] + timedelta(days=case.draw.whole(40, 110))
    is_free = case.progression is None and case.lasts_until(start, days=DAYS_AFTER_TRANSPLANT)
    if case.outside_for != "no curative procedure" or not is_free or not case.draw.chance(0.3):
        return
    yield (
        TRANSPLANT,
        {
            "start_date": start,
            "treatment_intent": "CUR",
            "line_no": LINE,
            "donor_type": "DDLT" if case.draw.chance(0.8) else "LDLT",
            "waitlist_date": start - timedelta(days=case.draw.whole(14, 35)),
            "criteria_met": ["MILAN", "UCSF", "HZ", "UP7"],
            "explant_viable_pct": case.draw.whole(0, 60),
            "immunosuppression": case.draw.one(IMMUNOSUPPRESSION),
        },
    )


def _besides(case: Case) -> Found:
    """Traditional medicine, and now and then cells."""
    start = case.after["assessment_date"]
    kind = case.draw.by_weight({"TCM": 30, "CELL": 4, "": 966})
    if kind:
        row = {"start_date": start, "treatment_type": kind, "treatment_intent": "PALL", "line_no": LINE}
        yield OTHER, row
