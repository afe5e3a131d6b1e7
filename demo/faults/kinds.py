"""The kinds of fault that centers make in single cells, each with the rule that must find it and at which column."""

from collections.abc import Mapping
from typing import Any

from demo.fault import QUERY, Formula, Kind, Person, Row, cell, query, row_with, warning
from demo.faults.courses import COURSES
from demo.faults.dates import DATES, lives
from demo.faults.patients import PEOPLE
from demo.faults.plausibility import PLAUSIBILITY
from demo.sheet_names import ADVERSE_EVENT, ASSESSMENT, IMAGING, LABORATORY, PATIENT, RESECTION, SYSTEMIC, TRANSARTERIAL


def _chinese_date(row: Row, _person: Person) -> Mapping[str, Any]:
    day = row["ae_onset_date"]
    return {"ae_onset_date": f"{day.year}年{day.month}月{day.day}日"}


HAIC, CTACE, DEBTACE = row_with(modality="HAIC"), row_with(modality="CTACE"), row_with(modality="DEBTACE")


def _without_haic(row: Row, person: Person) -> bool:
    """A height that is wrong would make the dose of every cycle wrong as well."""
    return row["assessment_type"] == "BASE" and all(one["modality"] != "HAIC" for one in person[TRANSARTERIAL])


def _sized(row: Row, person: Person) -> bool:
    return _without_haic(row, person) and isinstance(row["height_cm"], float)


def _after_a_session(row: Row, person: Person) -> bool:
    return bool(row["agent_start_date"] > min(session["start_date"] for session in person[TRANSARTERIAL]))


BASE, BEYOND_ONE = row_with(assessment_type="BASE"), row_with(assessment_type="BASE", bclc_stage="B")
SINGLE = row_with(assessment_type="BASE", bclc_stage="A", tumor_number=1)
BEYOND_MILAN = row_with(assessment_type="BASE", within_milan="0")
POST = row_with(assessment_type="POST_TX", tumor_number=1)
GRADED_BY_5 = row_with(ctcae_version="5.0", clavien_dindo=None)


SHAPES = (
    cell("a code not in the list", PATIENT, "sex", "X", "V-B04"),
    cell("a missing required value", PATIENT, "consent_status", None, "C-REQUIRED"),
    cell("text instead of a date", PATIENT, "diagnosis_date", "last spring", "C-DATE"),
    cell("an ambiguous day and month", RESECTION, "start_date", "03/04/2019", "C-DATE-ORDER"),
    cell("a date without a day", IMAGING, "imaging_date", "2019-05", "C-DATE-PART"),
    cell("an implausible year", SYSTEMIC, "agent_start_date", "1850-01-01", "C-DATE-YEAR", where=_after_a_session),
    cell("text instead of a number", ASSESSMENT, "tumor_number", "many", "V-U13", where=BASE),
    cell("a decimal comma", LABORATORY, "alb", "12,5", "V-U13"),
    cell("a formula written as text", ASSESSMENT, "weight_kg", "=A1+1", "V-U13"),
    cell("a formula without a result", TRANSARTERIAL, "lipiodol_ml", Formula(text="=3+4"), "C-FORMULA", where=CTACE),
    cell("an Excel error value", LABORATORY, "alt", Formula(text="=NA()", result="#N/A"), "C-ERROR"),
    cell("a comparison sign where none is accepted", ASSESSMENT, "height_cm", ">170", "C-COMPARATOR"),
    cell("a fractional tumor count", ASSESSMENT, "tumor_number", 2.5, "C-WHOLE", where=BASE),
    cell("an unknown unit", LABORATORY, "alb", "41 kg", "V-U23"),
    cell(
        "text over the length limit",
        ADVERSE_EVENT,
        "ae_term",
        "Fever " * 30,
        "C-LONG",
        where=row_with(ctcae_version="4.0"),
    ),
    cell("a tumor without a diameter basis", ASSESSMENT, "diameter_basis", None, "C-REQUIRED", where=POST),
    cell("full-width digits", LABORATORY, "alb", "４１．７", None),
    cell("a Chinese label", PATIENT, "sex", "男", None, where=row_with(sex="M")),
    cell("a label instead of a code", PATIENT, "cirrhosis", "有", None, where=row_with(cirrhosis="1")),
    cell("a value with its unit", LABORATORY, "hb", "13.2 g/dL", None),
    Kind(name="a Chinese date", sheet=ADVERSE_EVENT, change=_chinese_date, at="ae_onset_date", code=None),
)

RANGES_AND_UNITS = (
    cell("a height in another unit", ASSESSMENT, "height_cm", 17.0, "V-U01", where=_without_haic),
    cell("an unusual sodium", LABORATORY, "na", 152.0, warning("V-U02")),
    cell("albumin in g/dL", LABORATORY, "alb", 4.1, query("V-U03")),
    cell("bilirubin in mg/dL", LABORATORY, "tbil", 1.1, query("V-U04")),
    cell("creatinine in mg/dL", LABORATORY, "crea", 0.9, query("V-U05")),
    cell("hemoglobin in g/dL", LABORATORY, "hb", 13.2, query("V-U06")),
    cell("platelets in units of 10,000", LABORATORY, "plt", 15.8, query("V-U07")),
    cell("a cell count per microliter", LABORATORY, "neut", 4100.0, query("V-U08")),
    cell(
        "prothrombin activity instead of time",
        LABORATORY,
        "pt",
        92.0,
        query("V-U11"),
        where=row_with(assessment_type="POST_TX"),
    ),
    cell("an assay limit as a value", LABORATORY, "afp", 1210.0, warning("V-U12")),
    cell("a low value above a limit", LABORATORY, "afp", ">20", query("V-U14")),
    cell("a diameter in millimeters", ASSESSMENT, "max_diameter_cm", 31.0, query("V-U15"), where=BASE),
    cell("a very small diameter", ASSESSMENT, "max_diameter_cm", 0.3, query("V-U16"), where=POST),
    cell("an unlikely weight", ASSESSMENT, "weight_kg", 31.0, warning("V-U19"), where=_sized),
    Kind(
        name="height and weight swapped",
        sheet=ASSESSMENT,
        change={"height_cm": 105.0, "weight_kg": 170.0},
        at="height_cm",
        code="V-U20",
        where=_without_haic,
    ),
    Kind(
        name="a second diameter larger than the first",
        sheet=ASSESSMENT,
        change=lambda row, _person: {"second_diameter_cm": row["max_diameter_cm"] + 1},
        at="second_diameter_cm",
        code="V-U17",
        where=BEYOND_ONE,
    ),
)

CONTRADICTIONS = (
    cell(
        "stage 0 with several tumors",
        ASSESSMENT,
        "bclc_stage",
        "0",
        query("V-S11"),
        where=BEYOND_ONE,
    ).found_at("tumor_number"),
    Kind(
        name="more tumors than stage A allows",
        sheet=ASSESSMENT,
        change={"tumor_number": 5, "second_diameter_cm": 1.0},
        at="tumor_number",
        code="V-S12",
        severity=QUERY,
        where=SINGLE,
    ),
    cell("stage D without a reason", ASSESSMENT, "ecog_ps", "3", query("V-S07"), where=SINGLE).found_at("bclc_stage"),
    Kind(
        name="invasion in stage A",
        sheet=ASSESSMENT,
        change={"macrovascular_invasion": "1", "pvtt_cheng": "III"},
        at="macrovascular_invasion",
        code="V-S08",
        severity=QUERY,
        where=SINGLE,
    ),
    cell(
        "thrombus without invasion",
        ASSESSMENT,
        "pvtt_cheng",
        "II",
        query("V-S21"),
        where=SINGLE,
    ).found_at("macrovascular_invasion"),
    Kind(
        name="no tumors but a 3 cm diameter",
        sheet=ASSESSMENT,
        change={"tumor_number": 0, "max_diameter_cm": 3.0, "second_diameter_cm": None},
        at="tumor_number",
        code="V-S18",
        where=POST,
    ),
    cell("Milan status inconsistent with tumor size", ASSESSMENT, "within_milan", "1", "V-S16", where=BEYOND_MILAN),
    cell(
        "class A with massive ascites",
        ASSESSMENT,
        "ascites_grade",
        "3",
        "V-S04",
        where=row_with(ctp_class="A"),
    ).found_at("ctp_score"),
    cell(
        "Child-Pugh class inconsistent with score", ASSESSMENT, "ctp_class", "C", "V-S03", where=row_with(ctp_class="A")
    ),
    cell(
        "a metastasis without a site",
        ASSESSMENT,
        "extrahepatic_metastasis",
        "1",
        query("V-S20"),
        where=SINGLE,
    ).found_at("metastasis_sites"),
    cell("HAIC whose regimen was not recorded", TRANSARTERIAL, "haic_regimen", "NR", None, where=HAIC),
    cell("HAIC without a regimen", TRANSARTERIAL, "haic_regimen", None, query("V-T01"), where=HAIC),
    cell("conventional TACE without oil", TRANSARTERIAL, "lipiodol_ml", 0.0, query("V-T03"), where=CTACE),
    cell("beads without a type", TRANSARTERIAL, "bead_type", None, query("V-T03"), where=DEBTACE),
    cell("beads with oil", TRANSARTERIAL, "lipiodol_ml", 5.0, query("V-T04"), where=DEBTACE).found_at("modality"),
    cell("an unknown drug", TRANSARTERIAL, "agent_1_code", "XYZ", "V-B04", where=CTACE),
    cell("a drug in bland embolization", TRANSARTERIAL, "modality", "TAE", "V-T02", where=CTACE).found_at(
        "agent_1_code"
    ),
    cell("an impossible dose for the body surface area", TRANSARTERIAL, "agent_1_dose_mg", 20.0, "V-T07", where=HAIC),
    cell("an unusual dose", SYSTEMIC, "dose", 900.0, warning("V-T21"), where=row_with(dose_unit="mg", schedule="Q3W")),
    cell(
        "a new lesion without progression",
        IMAGING,
        "new_lesion",
        "INTRA",
        "V-R04",
        where=row_with(response_mrecist="PR"),
    ).found_at("response_mrecist"),
    cell(
        "a response inconsistent with the sums",
        IMAGING,
        "response_mrecist",
        "CR",
        "V-R01",
        where=row_with(response_mrecist="PR"),
    ),
    cell("a term that does not exist", ADVERSE_EVENT, "ae_term", "Nausae", "V-E01", where=GRADED_BY_5),
    Kind(
        name="grade 5 in a living patient",
        sheet=ADVERSE_EVENT,
        change={"ae_grade": "5", "outcome": "FATAL", "serious": "1", "sir_class": None},
        at="ae_grade",
        code="V-E02",
        where=lambda row, person: lives(row, person) and row["ctcae_version"] == "4.0",
    ),
    cell("fatal without grade 5", ADVERSE_EVENT, "outcome", "FATAL", "V-E03", where=row_with(outcome="REC")),
    Kind(
        name="a grade not defined for the term",
        sheet=ADVERSE_EVENT,
        change={"ae_term": "Nausea", "ae_grade": "4", "serious": "1", "sir_class": None},
        at="ae_term",
        code="V-E07",
        where=GRADED_BY_5,
    ),
    cell(
        "a major complication of grade 1", ADVERSE_EVENT, "sir_class", "D", query("V-E12"), where=row_with(ae_grade="1")
    ),
    cell(
        "recovered without a date",
        ADVERSE_EVENT,
        "ae_resolution_date",
        None,
        warning("V-E16"),
        where=row_with(outcome="REC"),
    ),
)

KINDS = (*SHAPES, *RANGES_AND_UNITS, *DATES, *CONTRADICTIONS, *COURSES, *PLAUSIBILITY, *PEOPLE)
