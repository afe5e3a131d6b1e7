"""Faults of a patient's background, of staging and of laboratory values: what contradicts something else in the record."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from demo.fault import Change, Fits, Kind, Person, Row, any_row, cell, query, row_with, warning
from demo.sheet_names import ASSESSMENT, LABORATORY, PATIENT, RESECTION, SYSTEMIC, TRANSARTERIAL
from registry.clinical.dosing.agents import is_ici

SINGLE = row_with(assessment_type="BASE", bclc_stage="A", tumor_number=1, ecog_ps="0")
FIVE_POINTS = row_with(ctp_score=5, ascites_grade="0")
HALVES = ("LHEP", "RHEP")
LATE = date(2012, 1, 1)


def had_haic(person: Person) -> bool:
    return any(row["modality"] == "HAIC" for row in person[TRANSARTERIAL])


def took_ici(person: Person) -> bool:
    return any(is_ici(row["agent_code"]) for row in person[SYSTEMIC])


def _unprotected(row: Row, person: Person) -> bool:
    return row["hbv_status"] == "POS" and (had_haic(person) or took_ici(person))


def _infected(row: Row, person: Person) -> bool:
    return row["hbv_status"] == "POS" and person[LABORATORY][0].get("hbsag_q") == "POS"


def _before_half(row: Row, person: Person) -> bool:
    is_half = any(done["extent"] in HALVES for done in person[RESECTION])
    return row["assessment_type"] == "POST_TX" and is_half


def numbers(*names: str, **values: Any) -> Fits:
    """A row in which these are numbers, without sign or unit or reason for being missing, and these others have these values."""

    def fits(row: Row, person: Person) -> bool:
        return row_with(**values)(row, person) and all(isinstance(row.get(name), int | float) for name in names)

    return fits


def _quiet_before(row: Row, person: Person) -> bool:
    """After treatment, of somebody whose transaminases were normal before."""
    return row["assessment_type"] == "POST_TX" and person[LABORATORY][0]["alt"] < 40


def _above_total(row: Row, _person: Person) -> Mapping[str, Any]:
    return {"dbil": row["tbil"] + 5}


def _same_enzymes(row: Row, _person: Person) -> Mapping[str, Any]:
    return dict.fromkeys(("ast", "alt", "alp"), row["ast"])


def changed(name: str, sheet: str, change: Change, rule: str | tuple[str | None, str], *, at: str, where: Fits) -> Kind:
    """Several changed cells; an error, where nothing else is said."""
    code, severity = rule if isinstance(rule, tuple) else (rule, "error")
    return Kind(name=name, sheet=sheet, change=change, at=at, code=code, severity=severity, where=where)


BACKGROUND = (
    changed(
        "older than a hundred",
        PATIENT,
        lambda row, _: {"birth_date": date(row["diagnosis_date"].year - 104, 1, 1)},
        warning("V-P05"),
        at="birth_date",
        where=any_row,
    ),
    cell(
        "an implausible age",
        PATIENT,
        "birth_date",
        date(1901, 1, 1),
        "V-P06",
        where=lambda row, _: row["diagnosis_date"] > LATE,
    ),
    changed(
        "hepatitis B status contradicted by serology",
        PATIENT,
        {"hbv_status": "NEG", "etiology_other": ["CRYPTO"]},
        query("V-P11"),
        at="hbv_status",
        where=_infected,
    ),
    cell("hepatitis B untreated", PATIENT, "antiviral_therapy", ["NONE"], warning("V-P13"), where=_unprotected),
    cell("varices without cirrhosis", PATIENT, "cirrhosis", "0", query("V-P14"), where=row_with(varices="MOD")),
    cell(
        "a disease without a cause",
        PATIENT,
        "etiology_other",
        None,
        query("V-P15"),
        where=row_with(etiology_other=["CRYPTO"]),
    ),
    changed(
        "pack-years in a never smoker",
        PATIENT,
        {"smoking_status": "NEV", "pack_years": 20.0},
        query("V-P16"),
        at="smoking_status",
        where=row_with(smoking_status="NEV"),
    ),
    cell("prior treatment both none and TACE", PATIENT, "prior_hcc_treatment", ["NONE", "TACE"], warning("V-P17")),
    changed(
        "a comorbidity listed without comorbidity",
        PATIENT,
        {"comorbidity": "0", "comorbidity_list": ["DM"]},
        "V-P18",
        at="comorbidity",
        where=row_with(comorbidity="0"),
    ),
)

STAGING = (
    cell(
        "ALBI grade inconsistent with its values",
        ASSESSMENT,
        "albi_grade",
        "3",
        query("V-S01"),
        where=row_with(albi_grade="1"),
    ),
    cell(
        "a Child-Pugh score one point too high", ASSESSMENT, "ctp_score", 6, query("V-S02"), where=row_with(ctp_score=5)
    ),
    cell("five Child-Pugh points with ascites", ASSESSMENT, "ascites_grade", "1", "V-S05", where=FIVE_POINTS).found_at(
        "ctp_score"
    ),
    cell(
        "five Child-Pugh points with encephalopathy",
        ASSESSMENT,
        "encephalopathy_grade",
        "1",
        "V-S06",
        where=FIVE_POINTS,
    ).found_at("ctp_score"),
    changed(
        "stage A with tumor-related ECOG 1",
        ASSESSMENT,
        {"ecog_ps": "1", "ecog_tumor_related": "1"},
        warning("V-S09"),
        at="bclc_stage",
        where=SINGLE,
    ),
    cell(
        "stage C without a reason",
        ASSESSMENT,
        "bclc_stage",
        "C",
        query("V-S10"),
        where=SINGLE,
    ).found_at("macrovascular_invasion"),
    cell("stage B with a single tumor", ASSESSMENT, "bclc_stage", "B", query("V-S13"), where=SINGLE).found_at(
        "tumor_number"
    ),
    cell(
        "an inconsistent CNLC stage",
        ASSESSMENT,
        "cnlc_stage",
        "IIB",
        query("V-S14"),
        where=SINGLE,
    ).found_at("tumor_number"),
    cell("an inconsistent TNM stage", ASSESSMENT, "ajcc_stage", "IIIB", query("V-S15"), where=SINGLE).found_at(
        "tumor_number"
    ),
    cell(
        "beyond Milan with a small tumor",
        ASSESSMENT,
        "within_milan",
        "0",
        query("V-S17"),
        where=row_with(within_milan="1"),
    ),
    cell(
        "a second diameter for a single tumor",
        ASSESSMENT,
        "second_diameter_cm",
        1.0,
        query("V-S19"),
        where=SINGLE,
    ).found_at("tumor_number"),
    cell(
        "conflicting codes for one thrombus",
        ASSESSMENT,
        "pvtt_vp",
        "VP4",
        warning("V-S22"),
        where=row_with(pvtt_cheng="0", pvtt_vp="VP0"),
    ).found_at("pvtt_cheng"),
    cell(
        "an insufficient remnant after hemihepatectomy",
        ASSESSMENT,
        "future_liver_remnant_pct",
        25.0,
        query("V-S27"),
        where=_before_half,
    ),
    cell(
        "a baseline after treatment",
        ASSESSMENT,
        "is_baseline",
        "1",
        "V-D11",
        where=row_with(assessment_type="POST_TX"),
    ).found_at("assessment_date"),
    cell(
        "a baseline assessment not flagged as baseline",
        ASSESSMENT,
        "is_baseline",
        "0",
        "V-D12",
        where=row_with(assessment_type="BASE"),
    ),
)

VALUES = (
    cell("glucose in mg/dL", LABORATORY, "glu", 94.0, query("V-U09"), where=numbers("glu", assessment_type="BASE")),
    cell(
        "prothrombin time instead of INR",
        LABORATORY,
        "inr",
        12.0,
        query("V-U10"),
        where=lambda row, _: 11.5 <= row["pt"] <= 12.5,
    ),
    changed(
        "the same value for three enzymes",
        LABORATORY,
        _same_enzymes,
        query("V-U18"),
        at="ast",
        where=numbers("ast", "alt", "alp", assessment_type="BASE"),
    ),
    changed(
        "direct bilirubin above total bilirubin",
        LABORATORY,
        _above_total,
        "V-U21",
        at="dbil",
        where=numbers("tbil", assessment_type="BASE"),
    ),
    cell(
        "more neutrophils than white cells",
        LABORATORY,
        "wbc",
        2.0,
        "V-U22",
        where=lambda row, _: row["neut"] + row["lym"] > 3,
    ),
    cell("a severe value without an adverse event", LABORATORY, "alt", 900.0, query("V-E15"), where=_quiet_before),
)

PEOPLE = (*BACKGROUND, *STAGING, *VALUES)
