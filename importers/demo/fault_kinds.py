"""The kinds of fault that centers make in single cells, each with the rule that must find it and at which column."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from importers.demo.faults import ERROR, QUERY, WARNING, Change, Fits, Formula, Kind, Person, Row, any_row
from importers.demo.sheet_names import (
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


def death_of(person: Person) -> date | None:
    return next((row["death_date"] for row in person[FOLLOW_UP] if row.get("death_date")), None)


def _dies(_row: Row, person: Person) -> bool:
    return death_of(person) is not None


def _lives(_row: Row, person: Person) -> bool:
    return death_of(person) is None


def _at_death(row: Row, _person: Person) -> bool:
    return row.get("death_date") is not None


def _is(**values: Any) -> Fits:
    return lambda row, _person: all(row.get(name) == value for name, value in values.items())


def _known(*names: str) -> Fits:
    return lambda row, _person: all(row.get(name) is not None for name in names)


def _after_death(column: str, *, days: int) -> Change:
    def change(_row: Row, person: Person) -> Mapping[str, Any]:
        died = death_of(person)
        return {column: died + timedelta(days=days) if died else None}

    return change


def _from_diagnosis(column: str, *, days: int) -> Change:
    return lambda _row, person: {column: person[PATIENT][0]["diagnosis_date"] + timedelta(days=days)}


def _chinese_date(row: Row, _person: Person) -> Mapping[str, Any]:
    day = row["ae_onset_date"]
    return {"ae_onset_date": f"{day.year}年{day.month}月{day.day}日"}


def _contact_after_death(_row: Row, person: Person) -> Mapping[str, Any]:
    died = death_of(person)
    return {"follow_up_date": died + timedelta(days=30), "last_known_alive_date": None} if died else {}


def _resolves_early(row: Row, _person: Person) -> Mapping[str, Any]:
    return {"ae_resolution_date": row["ae_onset_date"] - timedelta(days=3)}


def _stops_early(row: Row, _person: Person) -> Mapping[str, Any]:
    return {"agent_stop_date": row["agent_start_date"] - timedelta(days=7)}


HAIC, CTACE, DEBTACE = _is(modality="HAIC"), _is(modality="CTACE"), _is(modality="DEBTACE")


def _without_haic(row: Row, person: Person) -> bool:
    """A height that is wrong would make the dose of every cycle wrong as well."""
    return row["assessment_type"] == "BASE" and all(one["modality"] != "HAIC" for one in person[TRANSARTERIAL])


def _sized(row: Row, person: Person) -> bool:
    return _without_haic(row, person) and row["height_cm"] is not None


BASE, BEYOND_ONE = _is(assessment_type="BASE"), _is(assessment_type="BASE", bclc_stage="B")
SINGLE = _is(assessment_type="BASE", bclc_stage="A", tumor_number=1)
POST = _is(assessment_type="POST_TX", tumor_number=1)
GRADED_BY_5 = _is(ctcae_version="5.0", clavien_dindo=None)


Rule = tuple[str | None, str]


def _query(code: str) -> Rule:
    return code, QUERY


def _warning(code: str) -> Rule:
    return code, WARNING


def _cell(
    name: str,
    sheet: str,
    changed: str,
    value: Any,
    rule: str | Rule | None,
    *,
    told_at: str | None = None,
    where: Fits = any_row,
) -> Kind:
    """One changed cell. The finding stands there, where no other column is named; it is an error, where nothing else is said."""
    code, severity = rule if isinstance(rule, tuple) else (rule, ERROR)
    return Kind(
        name=name,
        sheet=sheet,
        change={changed: value},
        at=told_at or changed,
        code=code,
        severity=severity,
        where=where,
    )


SHAPES = (
    _cell("a code that is not in the list", PATIENT, "sex", "X", "V-B04"),
    _cell("a required value missing", PATIENT, "consent_status", None, "C-REQUIRED"),
    _cell("a word for a date", PATIENT, "diagnosis_date", "last spring", "C-DATE"),
    _cell("day and month in doubt", RESECTION, "start_date", "03/04/2019", "C-DATE-ORDER"),
    _cell("a date without its day", IMAGING, "imaging_date", "2019-05", "C-DATE-PART"),
    _cell("a year beyond all lives", SYSTEMIC, "agent_start_date", "1850-01-01", "C-DATE-YEAR"),
    _cell("text for a number", ASSESSMENT, "tumor_number", "many", "V-U13", where=BASE),
    _cell("a decimal comma", LABORATORY, "alb", "12,5", "V-U13"),
    _cell("a formula written as text", ASSESSMENT, "weight_kg", "=A1+1", "V-U13"),
    _cell("a formula without its result", TRANSARTERIAL, "lipiodol_ml", Formula(text="=3+4"), "C-FORMULA", where=CTACE),
    _cell("an error of Excel", LABORATORY, "alt", Formula(text="=NA()", result="#N/A"), "C-ERROR"),
    _cell("a comparison where none is possible", ASSESSMENT, "height_cm", ">170", "C-COMPARATOR"),
    _cell("a part of a tumor", ASSESSMENT, "tumor_number", 2.5, "C-WHOLE", where=BASE),
    _cell("a unit nobody knows", LABORATORY, "alb", "41 kg", "V-U23"),
    _cell("a text too long", ADVERSE_EVENT, "ae_term", "Fever " * 30, "C-LONG", where=_is(ctcae_version="4.0")),
    _cell("a tumor without its basis", ASSESSMENT, "diameter_basis", None, "C-REQUIRED", where=POST),
    _cell("full-width digits", LABORATORY, "alb", "４１．７", None),
    _cell("a Chinese label", PATIENT, "sex", "男", None, where=_is(sex="M")),
    _cell("a label for a code", PATIENT, "cirrhosis", "有", None, where=_is(cirrhosis="1")),
    _cell("a value with its unit", LABORATORY, "hb", "13.2 g/dL", None),
    Kind(name="a Chinese date", sheet=ADVERSE_EVENT, change=_chinese_date, at="ae_onset_date", code=None),
)

RANGES_AND_UNITS = (
    _cell("a height of another unit", ASSESSMENT, "height_cm", 17.0, "V-U01", where=_without_haic),
    _cell("an unusual sodium", LABORATORY, "na", 152.0, _warning("V-U02")),
    _cell("albumin in g/dL", LABORATORY, "alb", 4.1, _query("V-U03")),
    _cell("bilirubin in mg/dL", LABORATORY, "tbil", 1.1, _query("V-U04")),
    _cell("creatinine in mg/dL", LABORATORY, "crea", 0.9, _query("V-U05")),
    _cell("hemoglobin in g/dL", LABORATORY, "hb", 13.2, _query("V-U06")),
    _cell("platelets in ten thousands", LABORATORY, "plt", 15.8, _query("V-U07")),
    _cell("a cell count per microliter", LABORATORY, "neut", 4100.0, _query("V-U08")),
    _cell("an activity for a time", LABORATORY, "pt", 92.0, _query("V-U11")),
    _cell("the limit of an assay", LABORATORY, "afp", 1210.0, _warning("V-U12")),
    _cell("a low value above a limit", LABORATORY, "afp", ">20", _query("V-U14")),
    _cell("a diameter in millimeters", ASSESSMENT, "max_diameter_cm", 31.0, _query("V-U15"), where=BASE),
    _cell("a very small diameter", ASSESSMENT, "max_diameter_cm", 0.3, _query("V-U16"), where=POST),
    _cell("an unlikely weight", ASSESSMENT, "weight_kg", 31.0, _warning("V-U19"), where=_sized),
    Kind(
        name="height and weight exchanged",
        sheet=ASSESSMENT,
        change={"height_cm": 105.0, "weight_kg": 170.0},
        at="height_cm",
        code="V-U20",
        where=_without_haic,
    ),
    Kind(
        name="the second diameter above the first",
        sheet=ASSESSMENT,
        change=lambda row, _person: {"second_diameter_cm": row["max_diameter_cm"] + 1},
        at="second_diameter_cm",
        code="V-U17",
        where=BEYOND_ONE,
    ),
)

DATES = (
    _cell("a contact in the future", FOLLOW_UP, "follow_up_date", date(2099, 1, 1), "V-D01", where=_lives),
    _cell("an event before birth", ADVERSE_EVENT, "ae_onset_date", date(1921, 5, 4), "V-D02"),
    _cell("a century ago", IMAGING, "imaging_date", date(1919, 3, 5), _warning("V-D03")),
    Kind(
        name="treated after death",
        sheet=TRANSARTERIAL,
        change=_after_death("start_date", days=3),
        at="start_date",
        code="V-D05",
        where=_dies,
    ),
    Kind(
        name="alive after death",
        sheet=FOLLOW_UP,
        change=_contact_after_death,
        at="follow_up_date",
        code="V-D06",
        where=lambda row, person: _dies(row, person) and row["vital_status"] == "ALIVE",
    ),
    Kind(
        name="last known alive after death",
        sheet=FOLLOW_UP,
        change=_after_death("last_known_alive_date", days=5),
        at="last_known_alive_date",
        code="V-D07",
        where=_at_death,
    ),
    Kind(
        name="an agent stopped before its start",
        sheet=SYSTEMIC,
        change=_stops_early,
        at="agent_stop_date",
        code="V-D08",
    ),
    Kind(
        name="treated shortly before the diagnosis",
        sheet=TRANSARTERIAL,
        change=_from_diagnosis("start_date", days=-10),
        at="start_date",
        code="V-D09",
        severity=WARNING,
    ),
    Kind(
        name="ablated long before the diagnosis",
        sheet=ABLATION,
        change=_from_diagnosis("start_date", days=-45),
        at="start_date",
        code="V-U01",
    ),
    Kind(
        name="progression after death",
        sheet=FOLLOW_UP,
        change=_after_death("progression_date", days=10),
        at="progression_date",
        code="V-D23",
        where=_at_death,
    ),
    Kind(
        name="an event that ends before it begins",
        sheet=ADVERSE_EVENT,
        change=_resolves_early,
        at="ae_onset_date",
        code="V-D26",
        where=_known("ae_resolution_date"),
    ),
    _cell("a death without its date", FOLLOW_UP, "death_date", None, "C9", where=_at_death),
    _cell("a death without its cause", FOLLOW_UP, "death_cause", None, _query("V-R13"), where=_at_death),
)

CONTRADICTIONS = (
    _cell(
        "stage 0 of several tumors",
        ASSESSMENT,
        "bclc_stage",
        "0",
        _query("V-S11"),
        told_at="tumor_number",
        where=BEYOND_ONE,
    ),
    Kind(
        name="more tumors than stage A allows",
        sheet=ASSESSMENT,
        change={"tumor_number": 5, "second_diameter_cm": 1.0},
        at="tumor_number",
        code="V-S12",
        severity=QUERY,
        where=SINGLE,
    ),
    _cell("stage D without a reason", ASSESSMENT, "ecog_ps", "3", _query("V-S07"), told_at="bclc_stage", where=SINGLE),
    Kind(
        name="invasion in stage A",
        sheet=ASSESSMENT,
        change={"macrovascular_invasion": "1", "pvtt_cheng": "III"},
        at="macrovascular_invasion",
        code="V-S08",
        severity=QUERY,
        where=SINGLE,
    ),
    _cell(
        "thrombus without invasion",
        ASSESSMENT,
        "pvtt_cheng",
        "II",
        _query("V-S21"),
        told_at="macrovascular_invasion",
        where=SINGLE,
    ),
    Kind(
        name="no tumor of 3 cm",
        sheet=ASSESSMENT,
        change={"tumor_number": 0, "max_diameter_cm": 3.0, "second_diameter_cm": None},
        at="tumor_number",
        code="V-S18",
        where=POST,
    ),
    _cell("Milan against the tumor's size", ASSESSMENT, "within_milan", "1", "V-S16", where=SINGLE),
    _cell(
        "class A with massive ascites",
        ASSESSMENT,
        "ascites_grade",
        "3",
        "V-S04",
        told_at="ctp_score",
        where=_is(ctp_class="A"),
    ),
    _cell("class against score", ASSESSMENT, "ctp_class", "C", "V-S03", where=_is(ctp_class="A")),
    _cell(
        "a metastasis nowhere",
        ASSESSMENT,
        "extrahepatic_metastasis",
        "1",
        "V-S20",
        told_at="metastasis_sites",
        where=SINGLE,
    ),
    _cell("HAIC without a regimen", TRANSARTERIAL, "haic_regimen", None, "V-T01", where=HAIC),
    _cell("conventional TACE without oil", TRANSARTERIAL, "lipiodol_ml", 0.0, "V-T03", where=CTACE),
    _cell("beads of no kind", TRANSARTERIAL, "bead_type", None, "V-T03", where=DEBTACE),
    _cell("beads with oil", TRANSARTERIAL, "lipiodol_ml", 5.0, _query("V-T04"), told_at="modality", where=DEBTACE),
    _cell("a drug nobody knows", TRANSARTERIAL, "agent_1_code", "XYZ", "V-B04", where=CTACE),
    _cell(
        "a drug in bland embolization", TRANSARTERIAL, "modality", "TAE", "V-T02", told_at="agent_1_code", where=CTACE
    ),
    _cell("an impossible dose of the surface", TRANSARTERIAL, "agent_1_dose_mg", 20.0, "V-T07", where=HAIC),
    _cell("an unusual dose", SYSTEMIC, "dose", 900.0, _warning("V-T21"), where=_is(dose_unit="mg", schedule="Q3W")),
    _cell(
        "a new lesion without progression",
        IMAGING,
        "new_lesion",
        "INTRA",
        "V-R04",
        told_at="response_mrecist",
        where=_is(response_mrecist="PR"),
    ),
    _cell("a response against the sums", IMAGING, "response_mrecist", "CR", "V-R01", where=_is(response_mrecist="PR")),
    _cell("a term that does not exist", ADVERSE_EVENT, "ae_term", "Nausae", "V-E01", where=GRADED_BY_5),
    Kind(
        name="a death that was survived",
        sheet=ADVERSE_EVENT,
        change={"ae_grade": "5", "outcome": "FATAL", "serious": "1", "sir_class": None},
        at="ae_grade",
        code="V-E02",
        where=lambda row, person: _lives(row, person) and row["ctcae_version"] == "4.0",
    ),
    _cell("fatal without grade 5", ADVERSE_EVENT, "outcome", "FATAL", "V-E03", where=_is(outcome="REC")),
    Kind(
        name="a grade that is not defined",
        sheet=ADVERSE_EVENT,
        change={"ae_term": "Nausea", "ae_grade": "4", "serious": "1", "sir_class": None},
        at="ae_term",
        code="V-E07",
        where=GRADED_BY_5,
    ),
    _cell("a major complication of grade 1", ADVERSE_EVENT, "sir_class", "D", _query("V-E12"), where=_is(ae_grade="1")),
    _cell(
        "recovered on no day", ADVERSE_EVENT, "ae_resolution_date", None, _warning("V-E16"), where=_is(outcome="REC")
    ),
)

KINDS = (*SHAPES, *RANGES_AND_UNITS, *DATES, *CONTRADICTIONS)
