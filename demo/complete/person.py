"""The patient's background: consent, habits, causes of the liver disease, other diseases."""

from datetime import date, timedelta

from demo.cohort.timetable import Row
from demo.complete.course import Case
from demo.complete.draw import joined

LIVER_CELL = "C22.0"  # of ICD-10, and the topography of ICD-O-3
EVER = ("FOR", "CUR")
ANTIVIRALS = {"ETV": 55, "TDF": 15, "TAF": 22, "LAM": 4, "TMF": 4}
COMORBIDITIES = ("HTN", "DM", "HTN", "DM", "CAD", "CVA", "COPD", "THY")
SERIOUS = ("HF", "CKD", "COPD")
MALIGNANCIES = {"M": ("Colon cancer", "Prostate cancer"), "F": ("Breast cancer", "Thyroid cancer")}
DISCUSSED_DAYS = 5  # before the curative treatment
FEW_PLATELETS = 100


def completed_patient(case: Case, *, labs: Row) -> Row:
    values = {
        **_consent(case),
        **_diagnosis(case),
        **_liver_disease(case, labs=labs),
        **_habits(case),
        **_other_diseases(case),
    }
    return joined(case.patient, values)


def _consent(case: Case) -> Row:
    consent, seen = case.patient["consent_status"], case.baseline["assessment_date"]
    is_asked = consent in {"OBT", "WDR"}
    return {
        "enrollment_mode": "PROSP" if is_asked else "RETRO",
        "consent_date": seen if is_asked else None,
        "consent_withdrawn_date": case.last_day if consent == "WDR" else None,
        "ethnicity": "01" if case.draw.chance(0.95) else "08",
    }


def _diagnosis(case: Case) -> Row:
    draw, patient = case.draw, case.patient
    is_seen = patient["diagnosis_basis"] == "HIST"
    return {
        "icd10_code": LIVER_CELL,
        "icdo3_topography": LIVER_CELL,
        "edmondson_grade": draw.by_weight({"I": 8, "II": 55, "III": 32, "IV": 2, "ND": 3}) if is_seen else None,
        "mdt_review_date": _discussed_on(case),
    }


def _discussed_on(case: Case) -> date | None:
    first = case.given.get("tat", [None])[0]
    if case.cured_on is None or first is None or case.cured_on <= first:
        return None
    return max(first, case.cured_on - timedelta(days=DISCUSSED_DAYS))


def _liver_disease(case: Case, *, labs: Row) -> Row:
    draw, patient = case.draw, case.patient
    has_b, has_c = patient["hbv_status"] == "POS", draw.chance(0.03)
    drinks, is_fat = patient["alcohol_status"] in EVER and draw.chance(0.4), draw.chance(0.06)
    is_cirrhotic = patient["cirrhosis"] == "1"
    is_hypertensive = is_cirrhotic and labs["plt"] < FEW_PLATELETS
    return {
        "antiviral_therapy": [_antiviral(case)] if has_b else None,
        "etiology_other": None if has_b or has_c or drinks or is_fat else ["CRYPTO"],
        "hcv_status": draw.one(("POS_RNA", "POS_AB_ONLY")) if has_c else "NEG",
        "etiology_alcohol": "1" if drinks else "0",
        "etiology_masld": "1" if is_fat else "0",
        **draw.with_gaps(
            {
                "cirrhosis_basis": draw.by_weight({"IMG": 75, "CLIN": 15, "ELAST": 7, "HIST": 3})
                if is_cirrhotic
                else None,
                "portal_hypertension": "1" if is_hypertensive else "0",
                "varices": draw.by_weight({"NONE": 30, "MILD": 40, "MOD": 30}) if is_hypertensive else "NONE",
            }
        ),
    }


def _antiviral(case: Case) -> str:
    """Nobody goes without one under HAIC or a checkpoint inhibitor."""
    if not case.had_haic and "ici" not in case.given and case.draw.chance(0.06):
        return "NONE"
    return case.draw.by_weight(ANTIVIRALS)


def _habits(case: Case) -> Row:
    draw, patient = case.draw, case.patient
    return draw.with_gaps(
        {
            "pack_years": draw.between(5, 45, decimals=0) if patient["smoking_status"] in EVER else None,
            "alcohol_g_per_day": draw.between(20, 120, decimals=0) if patient["alcohol_status"] in EVER else None,
        }
    )


def _other_diseases(case: Case) -> Row:
    draw, patient = case.draw, case.patient
    has_any, is_serious = patient["comorbidity"] == "1", patient["serious_chronic_disease"] == "1"
    found: Row = {"comorbidity_list": [draw.one(SERIOUS if is_serious else COMORBIDITIES)] if has_any else None}
    if patient["other_malignancy"] == "1":
        found |= {
            "other_malignancy_type": draw.one(MALIGNANCIES[patient["sex"]]),
            "other_malignancy_date": patient["diagnosis_date"] - timedelta(days=draw.whole(400, 2500)),
            "other_malignancy_status": "CURED" if draw.chance(0.3) else "REMISSION",
        }
    return found
