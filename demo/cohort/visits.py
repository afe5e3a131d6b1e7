"""Rows that every synthetic patient has, whatever the treatment: the person, the visits, their laboratory values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from demo.cohort.patients import Person, Random
from demo.cohort.screening import Screened
from demo.cohort.timetable import Row
from registry.clinical.codes import grade
from registry.clinical.liver_function.scores import child_pugh_class, child_pugh_score
from registry.clinical.staging.bclc import DiameterBasis, within_milan

SECOND_OF_SEVERAL = 0.6  # the second largest tumor, against the largest
SECOND_AFTER = 0.5
SIZED = 235 / 609  # body size was known in 235 of 609 (An 2025)
LARGE_CM = 10.0

# Chance that a value was not recorded; those that decide about Child-Pugh are always there
UNRECORDED: Mapping[str, float] = {"crp": 0.05, "hb": 0.03, "na": 0.04}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    height_cm: float
    weight_kg: float


def patient_row(who: Screened, *, first_visit: int, hospital_no: str | None, random: Random) -> Row:
    person, index = who.person, who.index_date
    birthday = date(index.year - person.age_years, index.month, min(index.day, 28))
    earlier = int(random.integers(200, 1500)) if "prior_hcc_treatment" in who.patient else int(random.integers(0, 20))
    usual: Row = {
        "sex": person.sex,
        "birth_date": birthday - timedelta(days=int(random.integers(0, 360))),
        "consent_status": "WAIV" if random.random() < 0.9 else "OBT",
        "diagnosis_date": index + timedelta(days=first_visit - earlier - who.known_for_days),
        "diagnosis_basis": "IMG" if random.random() < 0.8 else "HIST",
        "tumor_type": "HCC",
        "smoking_status": person.smoking_status,
        "alcohol_status": person.alcohol_status,
        "hbv_status": person.hbv_status,
        "cirrhosis": person.cirrhosis,
        "comorbidity": person.comorbidity,
        "serious_chronic_disease": "0",
        "other_malignancy": "0",
        "prior_hcc_treatment": ["NONE"],
        "resectability_index": "UNRES_TECH" if random.random() < 0.7 else "UNRES_FLR",
        "hospital_no": hospital_no,
    }
    return {**usual, **who.patient}


def baseline_row(who: Screened, *, day: int, size: Size | None) -> Row:
    return {
        **_visit(who, day=day, kind="BASE"),
        "height_cm": size.height_cm if size else None,
        "weight_kg": size.weight_kg if size else None,
        "bclc_stage": who.person.bclc_stage,
        **burden(who, basis="WHOLE"),
        **who.baseline,
    }


def after_treatment_row(who: Screened, *, day: int, remnant_pct: float | None) -> Row:
    return {
        **_visit(who, day=day, kind="POST_TX"),
        "future_liver_remnant_pct": remnant_pct,
        **burden(who, basis="VIABLE"),
    }


def draw_size(person: Person, *, random: Random) -> Size:
    height = float(np.round(np.clip(random.normal(168 if person.sex == "M" else 158, 6), 142, 192), 0))
    weight = float(np.round(np.clip(random.normal(22.5, 2.5), 17, 32) * (height / 100) ** 2, 1))
    return Size(height_cm=height, weight_kg=weight)


def second_diameter_cm(person: Person, *, basis: DiameterBasis) -> float | None:
    if basis == "WHOLE":
        return round(SECOND_OF_SEVERAL * person.diameter_before_cm, 1) if person.number_before > 1 else None
    return round(SECOND_AFTER * person.diameter_after_cm, 1) if person.number_after > 1 else None


def sum_of_targets_mm(person: Person, *, basis: DiameterBasis) -> float:
    """The two largest tumors of the liver, as responses count them."""
    largest = person.diameter_before_cm if basis == "WHOLE" else person.diameter_after_cm
    return round(10 * (largest + (second_diameter_cm(person, basis=basis) or 0.0)), 1)


def burden(who: Screened, *, basis: DiameterBasis) -> Row:
    person = who.person
    is_whole = basis == "WHOLE"
    number = person.number_before if is_whole else person.number_after
    largest = person.diameter_before_cm if is_whole else person.diameter_after_cm
    is_within = within_milan(
        number, max_diameter_cm=largest, macrovascular=who.is_invaded, extrahepatic=bool(who.sites), basis=basis
    )
    return {
        "diameter_basis": basis,
        "tumor_number": number,
        "max_diameter_cm": largest,
        "second_diameter_cm": second_diameter_cm(person, basis=basis),
        "pvtt_cheng": ("III" if person.diameter_before_cm > LARGE_CM else "II") if who.is_invaded else "0",
        "macrovascular_invasion": "1" if who.is_invaded else "0",
        "extrahepatic_metastasis": "1" if who.sites else "0",
        "metastasis_sites": list(who.sites) or None,
        "within_milan": "1" if is_within else "0",
    }


def _visit(who: Screened, *, day: int, kind: str) -> Row:
    person = who.person
    points = child_pugh_score(
        alb=person.labs["alb"],
        tbil=person.labs["tbil"],
        inr=person.labs["inr"],
        ascites_grade=grade(person.ascites_grade),
        encephalopathy_grade=0,
    )
    return {
        "assessment_date": who.index_date + timedelta(days=day),
        "assessment_type": kind,
        "ecog_ps": person.ecog_ps,
        "ecog_tumor_related": None if person.ecog_ps == "0" else "1" if who.is_unwell_by_tumor else "0",
        "ascites_grade": person.ascites_grade,
        "encephalopathy_grade": "0",
        "ctp_score": points,
        "ctp_class": child_pugh_class(points),
    }


def laboratory_row(who: Screened, *, assessment: Row, random: Random) -> Row:
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
