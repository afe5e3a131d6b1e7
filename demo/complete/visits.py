"""What an assessment finds beside what decides: body, staging in every system, extent of the tumor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.cohort.timetable import Row
from demo.complete.course import Case
from demo.complete.draw import joined
from registry.clinical.codes import flag, grade
from registry.clinical.liver_function.scores import albi_grade, albi_score
from registry.clinical.staging.ajcc import LocalSpread, tnm
from registry.clinical.staging.cnlc import cnlc_stage

EDITIONS = "AJCC 8, BCLC 2022, CNLC 2022"
VP_OF_CHENG = {"0": "VP0", "I": "VP2", "II": "VP3", "III": "VP4", "IV": "VP4"}
THIRD_OF_SECOND = 0.8
MASSIVE_CM = 10.0
LOWEST_ALBI = -3.9  # lower ones are as rare as they are doubtful
LOBES: Mapping[str, tuple[str, ...]] = {"R": ("5", "6", "7", "8"), "L": ("2", "3", "4a", "4b")}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the tumor lies, the largest first: the same at every visit."""

    lobes: str
    segments: list[str]

    @property
    def lobe_of_largest(self) -> str:
        return next(lobe for lobe, segments in LOBES.items() if self.segments[0] in segments)


def draw_place(case: Case) -> Place:
    """A single tumor lies in one lobe."""
    draw, number = case.draw, case.baseline.get("tumor_number") or 1
    if number > 1 and draw.chance(0.45):
        return Place("BI", [draw.one(LOBES["L"]), draw.one(LOBES["R"])])
    lobe = "R" if draw.chance(0.7) else "L"
    return Place(lobe, sorted({draw.one(LOBES[lobe]) for _ in range(min(number, 2))}))


def completed_visit(case: Case, *, visit: Row, labs: Row, place: Place) -> Row:
    is_baseline = visit["assessment_type"] == "BASE"
    values = {**_body(case), **_burden(case, visit=visit, place=place)}
    if is_baseline:
        values |= _stages(visit, labs=labs) | {"lt_candidate": "0"}
    elif visit.get("future_liver_remnant_pct") is not None:
        values |= {"icg_r15": case.draw.between(3, 14)}
    return joined(visit, values)


def _body(case: Case) -> Row:
    """Size where it was taken at baseline, which later visits repeat, so that no dose contradicts it."""
    draw, baseline = case.draw, case.baseline
    height, weight = baseline.get("height_cm"), baseline.get("weight_kg")
    unsaid = None if draw.chance(0.15) else "NR"
    systolic = draw.whole(102, 146)
    return {
        "height_cm": height or unsaid,
        "weight_kg": weight or unsaid,
        **draw.with_gaps(
            {
                "systolic_bp": systolic,
                "diastolic_bp": round(systolic * draw.between(0.58, 0.66, decimals=3)),
                "body_temperature": draw.between(36.1, 37.0),
            },
            share=0.03,
        ),
    }


def _stages(visit: Row, *, labs: Row) -> Row:
    """None where the tumor was not recorded."""
    spread: dict[str, Any] = {
        "max_diameter_cm": visit.get("max_diameter_cm"),
        "extrahepatic": flag(visit["extrahepatic_metastasis"]),
    }
    invaded, number = flag(visit["macrovascular_invasion"]), visit.get("tumor_number")
    local = LocalSpread(pvtt_cheng=visit["pvtt_cheng"], hvtt_vv="VV0", adjacent_organ=False, rupture=False)
    found = tnm(number, spread=local, sites=visit.get("metastasis_sites") or (), **spread)
    score = albi_score(labs["alb"], tbil=labs["tbil"])
    stage = cnlc_stage(
        number, macrovascular=invaded, ecog_ps=grade(visit.get("ecog_ps")), ctp_class=visit["ctp_class"], **spread
    )
    return {
        "cnlc_stage": stage,
        "cnlc_edition": "2022" if stage else None,
        **{"ajcc_t": found.t, "ajcc_n": found.n, "ajcc_m": found.m, "ajcc_stage": found.stage},
        "staging_date": visit["assessment_date"],
        "staging_edition": EDITIONS,
        "albi_score": None if score is None or score < LOWEST_ALBI else round(score, 2),
        "albi_grade": albi_grade(score),
    }


def _burden(case: Case, *, visit: Row, place: Place) -> Row:
    draw, number, second = case.draw, visit.get("tumor_number"), visit.get("second_diameter_cm")
    if number is None or number == 0:
        return {}
    is_large = (visit.get("max_diameter_cm") or 0) >= MASSIVE_CM
    return {
        "third_diameter_cm": round(THIRD_OF_SECOND * second, 1) if second and number > 2 else None,
        "lobe_distribution": place.lobes if number > 1 else place.lobe_of_largest,
        "segments": place.segments if number > 1 else place.segments[:1],
        "hvtt_vv": "VV0",
        "pvtt_vp": VP_OF_CHENG[visit["pvtt_cheng"]],
        "tumor_rupture": "0",
        "adjacent_organ_invasion": "0",
        **draw.with_gaps(
            {
                "growth_pattern": "MASS" if is_large else "NOD",
                "satellite_nodules": "1" if number > 1 and draw.chance(0.3) else "0",
                "bile_duct_invasion": "B0",
                "arterioportal_shunt": "1" if draw.chance(0.08) else "0",
            },
            share=0.03,
        ),
    }
