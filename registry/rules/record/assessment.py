"""Checks of an assessment: dates, body size, liver function and condition against the stage entered."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.clinical.codes import grade
from registry.clinical.dosing.body import body_mass_index
from registry.clinical.liver_function.scores import child_pugh_class, child_pugh_score
from registry.clinical.ranges import RANGES
from registry.rules.check import Check, Row, Severity, is_known

ENTITY = "assessment"
EARLIEST = timedelta(days=90)  # before the diagnosis
POSSIBLE_BODY_MASS_INDEX = (12, 45)
DAY = date(2021, 6, 1)
CHILD_PUGH_SCORES = range(5, 16)
PUBLISHED = {"alb": 41.75, "tbil": 16.45, "inr": 1.08, "ascites_grade": "0", "encephalopathy_grade": "0"}  # score 5


def _body_mass_index(row: Row) -> float:
    return body_mass_index(row["weight_kg"], height_cm=row["height_cm"]) or 0.0


def _is_unlikely_size(row: Row) -> bool:
    lowest, highest = RANGES["height_cm"].hard
    if not lowest <= row["height_cm"] <= highest:  # told by the height's own range
        return False
    low, high = POSSIBLE_BODY_MASS_INDEX
    is_light_for_height = row["weight_kg"] < 35 and row["height_cm"] > 150
    return is_light_for_height or not low <= _body_mass_index(row) <= high


def _derived_score(row: Row) -> int | None:
    return child_pugh_score(
        alb=row["alb"],
        tbil=row["tbil"],
        inr=row["inr"],
        ascites_grade=grade(row["ascites_grade"]),
        encephalopathy_grade=grade(row["encephalopathy_grade"]),
    )


def _class_of_score(row: Row) -> str | None:
    return child_pugh_class(row["ctp_score"]) if row["ctp_score"] in CHILD_PUGH_SCORES else None


def _has_ascites(row: Row, *, least: int) -> bool:
    return (grade(row["ascites_grade"]) or 0) >= least


CHECKS = (
    Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("assessment_date",),
        needs=("assessment_date", "diagnosis_date"),
        message=_(
            "The assessment on {assessment_date} is more than 90 days before the diagnosis on "
            "{diagnosis_date}. Correct one of the dates."
        ),
        fires=lambda row: row["assessment_date"] < row["diagnosis_date"] - EARLIEST,
        passing={"assessment_date": DAY - timedelta(days=90), "diagnosis_date": DAY},
        failing={"assessment_date": DAY - timedelta(days=91), "diagnosis_date": DAY},
    ),
    Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("assessment_date",),
        needs=("assessment_date", "death_date"),
        message=_("The assessment on {assessment_date} is after the death on {death_date}. Correct one of the dates."),
        fires=lambda row: row["assessment_date"] > row["death_date"],
        passing={"assessment_date": DAY, "death_date": DAY},
        failing={"assessment_date": DAY + timedelta(days=1), "death_date": DAY},
    ),
    Check(
        code="V-U19",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("weight_kg", "height_cm"),
        message=_(
            "Height {height_cm} cm and weight {weight_kg} kg give a BMI of {bmi}. Check whether "
            "they were swapped or entered in other units."
        ),
        fires=_is_unlikely_size,
        details=lambda row: {"bmi": f"{_body_mass_index(row):.1f}"},
        passing={"height_cm": 170.0, "weight_kg": 65.0},
        failing={"height_cm": 165.0, "weight_kg": 130.0},
    ),
    Check(
        code="V-U20",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("height_cm", "weight_kg"),
        message=_("Height {height_cm} cm is less than weight {weight_kg} kg. They may have been swapped."),
        fires=lambda row: row["height_cm"] < row["weight_kg"],
        passing={"height_cm": 170.0, "weight_kg": 65.0},
        failing={"height_cm": 105.0, "weight_kg": 170.0},
    ),
    Check(
        code="V-S02",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("ctp_score",),
        needs=("ctp_score", *PUBLISHED),
        message=_(
            "A Child-Pugh score of {ctp_score} was entered, but the laboratory values and "
            "clinical findings give {derived}."
        ),
        fires=lambda row: _derived_score(row) not in (None, row["ctp_score"]),
        details=lambda row: {"derived": _derived_score(row)},
        passing={"ctp_score": 5, **PUBLISHED},
        failing={"ctp_score": 6, **PUBLISHED},
    ),
    Check(
        code="V-S03",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ctp_class", "ctp_score"),
        message=_(
            "Child-Pugh class {ctp_class} and score {ctp_score} are inconsistent: the "
            "score corresponds to class {derived}."
        ),
        fires=lambda row: _class_of_score(row) not in (None, row["ctp_class"]),
        details=lambda row: {"derived": _class_of_score(row)},
        passing={"ctp_class": "A", "ctp_score": 6},
        failing={"ctp_class": "A", "ctp_score": 7},
    ),
    Check(
        code="V-S04",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ctp_class", "ascites_grade"),
        message=_("Child-Pugh class A is impossible with moderate or massive ascites, which alone scores 3 points."),
        fires=lambda row: row["ctp_class"] == "A" and _has_ascites(row, least=2) and not is_known(row.get("ctp_score")),
        passing={"ctp_class": "A", "ascites_grade": "1"},
        failing={"ctp_class": "A", "ascites_grade": "2"},
    ),
    Check(
        code="V-S04",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ctp_score", "ascites_grade"),
        message=_(
            "A Child-Pugh score of {ctp_score} is impossible with moderate or massive ascites, "
            "which alone scores 3 points."
        ),
        fires=lambda row: row["ctp_score"] < 7 and _has_ascites(row, least=2),
        passing={"ctp_score": 7, "ascites_grade": "2"},
        failing={"ctp_score": 6, "ascites_grade": "2"},
    ),
    Check(
        code="V-S05",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ctp_score", "ascites_grade"),
        message=_("A Child-Pugh score of 5 is impossible with ascites, which scores at least 2 points."),
        fires=lambda row: row["ctp_score"] == 5 and _has_ascites(row, least=1),
        passing={"ctp_score": 6, "ascites_grade": "1"},
        failing={"ctp_score": 5, "ascites_grade": "1"},
    ),
    Check(
        code="V-S06",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("ctp_score", "encephalopathy_grade"),
        message=_("A Child-Pugh score of 5 is impossible with encephalopathy, which scores at least 2 points."),
        fires=lambda row: row["ctp_score"] == 5 and (grade(row["encephalopathy_grade"]) or 0) >= 1,
        passing={"ctp_score": 6, "encephalopathy_grade": "1"},
        failing={"ctp_score": 5, "encephalopathy_grade": "1"},
    ),
    Check(
        code="V-S07",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("bclc_stage", "ecog_ps"),
        message=_("BCLC {bclc_stage} is inconsistent with ECOG {ecog_ps}, which corresponds to stage D."),
        fires=lambda row: row["bclc_stage"] != "D" and (grade(row["ecog_ps"]) or 0) >= 3,
        passing={"bclc_stage": "D", "ecog_ps": "3"},
        failing={"bclc_stage": "C", "ecog_ps": "3"},
    ),
    Check(
        code="V-S07",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("bclc_stage", "ctp_class"),
        message=_(
            "BCLC {bclc_stage} is inconsistent with Child-Pugh C, which corresponds to "
            "stage D unless a transplant is planned."
        ),
        reads=("lt_candidate",),
        fires=lambda row: row["bclc_stage"] != "D" and row["ctp_class"] == "C" and row.get("lt_candidate") != "1",
        passing={"bclc_stage": "D", "ctp_class": "C"},
        failing={"bclc_stage": "B", "ctp_class": "C"},
    ),
    Check(
        code="V-S09",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("bclc_stage", "ecog_ps", "ecog_tumor_related"),
        message=_(
            "BCLC {bclc_stage} was entered with a tumor-related ECOG of {ecog_ps}. "
            "Strictly interpreted, the stage is C."
        ),
        fires=lambda row: (
            row["bclc_stage"] in {"0", "A", "B"} and row["ecog_ps"] in {"1", "2"} and row["ecog_tumor_related"] == "1"
        ),
        passing={"bclc_stage": "A", "ecog_ps": "1", "ecog_tumor_related": "0"},
        failing={"bclc_stage": "A", "ecog_ps": "1", "ecog_tumor_related": "1"},
    ),
)
