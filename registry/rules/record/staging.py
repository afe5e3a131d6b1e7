"""Checks of what a center derived by itself, ALBI, CNLC and TNM, against what follows from its own values."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.clinical.codes import flag, grade
from registry.clinical.liver_function.scores import albi_grade, albi_score
from registry.clinical.staging.ajcc import LocalSpread, Tnm, tnm
from registry.clinical.staging.cnlc import cnlc_stage
from registry.clinical.staging.thrombus import thrombus_codes_agree
from registry.rules.check import Check, Row, Severity, is_known
from registry.rules.labels import labeled
from registry.rules.record.bclc import INVASION, STAGED

ALBI_TOLERANCE = 0.05
PUBLISHED = {"alb": 41.75, "tbil": 16.45}  # ALBI -2.75, grade 1
CNLC = ("cnlc_stage", "tumor_number", "max_diameter_cm", "diameter_basis", *INVASION, "ecog_ps", "ctp_class")
SPREAD = ("pvtt_cheng", "hvtt_vv", "adjacent_organ_invasion", "tumor_rupture", "metastasis_sites")
AJCC = ("ajcc_stage", "tumor_number", "max_diameter_cm", "diameter_basis", "extrahepatic_metastasis")
LOCAL: dict[str, Any] = {
    **STAGED,
    "pvtt_cheng": "0",
    "hvtt_vv": "VV0",
    "adjacent_organ_invasion": "0",
    "tumor_rupture": "0",
}
THROMBUS = "癌栓"


def _albi(row: Row) -> float:
    return albi_score(row["alb"], tbil=row["tbil"]) or 0.0


def _derived_cnlc(row: Row) -> str | None:
    if row["diameter_basis"] != "WHOLE":
        return None
    return cnlc_stage(
        row["tumor_number"],
        max_diameter_cm=row["max_diameter_cm"],
        macrovascular=flag(row["macrovascular_invasion"]),
        extrahepatic=flag(row["extrahepatic_metastasis"]),
        ecog_ps=grade(row["ecog_ps"]),
        ctp_class=row["ctp_class"],
    )


def _tnm(row: Row) -> Tnm | None:
    if row["diameter_basis"] != "WHOLE":
        return None
    spread = LocalSpread(
        pvtt_cheng=row.get("pvtt_cheng"),
        hvtt_vv=row.get("hvtt_vv"),
        adjacent_organ=flag(row.get("adjacent_organ_invasion")),
        rupture=flag(row.get("tumor_rupture")),
    )
    return tnm(
        row["tumor_number"],
        max_diameter_cm=row["max_diameter_cm"],
        spread=spread,
        extrahepatic=flag(row["extrahepatic_metastasis"]),
        sites=row.get("metastasis_sites") or (),
    )


def _derived_ajcc(row: Row) -> str | None:
    derived = _tnm(row)
    return derived.stage if derived else None


def _names_thrombus(row: Row) -> bool:
    return row["pvtt_cheng"] == "0" and THROMBUS in row["free_text"]


CHECKS = (
    Check(
        code="V-S01",
        severity=Severity.QUERY,
        entity="assessment",
        fields=("albi_grade",),
        needs=("albi_grade", "alb", "tbil"),
        message=_(
            "ALBI grade {albi_grade} was entered, but albumin {alb} g/L and bilirubin {tbil} µmol/L give {derived}."
        ),
        fires=lambda row: row["albi_grade"] != albi_grade(_albi(row)),
        details=lambda row: {"derived": albi_grade(_albi(row))},
        passing={"albi_grade": "1", **PUBLISHED},
        failing={"albi_grade": "2", **PUBLISHED},
    ),
    Check(
        code="V-S01",
        severity=Severity.QUERY,
        entity="assessment",
        fields=("albi_score",),
        needs=("albi_score", "alb", "tbil"),
        message=_(
            "ALBI score {albi_score} was entered, but albumin {alb} g/L and bilirubin {tbil} µmol/L give {derived}."
        ),
        fires=lambda row: abs(row["albi_score"] - _albi(row)) > ALBI_TOLERANCE,
        details=lambda row: {"derived": f"{_albi(row):.2f}"},
        passing={"albi_score": -2.7, **PUBLISHED},
        failing={"albi_score": -2.69, **PUBLISHED},
    ),
    Check(
        code="V-S14",
        severity=Severity.QUERY,
        entity="tumorburden",
        subject="cnlc_stage",
        fields=("tumor_number", "max_diameter_cm"),
        needs=CNLC,
        message=_("CNLC {cnlc_stage} was entered, but the tumor findings and patient condition give {derived}."),
        fires=lambda row: _derived_cnlc(row) not in (None, row["cnlc_stage"]),
        details=lambda row: {"derived": labeled("cnlc_stage", value=_derived_cnlc(row))},
        passing={**STAGED, "cnlc_stage": "IA"},
        failing={**STAGED, "cnlc_stage": "IB"},
    ),
    Check(
        code="V-S15",
        severity=Severity.QUERY,
        entity="tumorburden",
        subject="ajcc_stage",
        fields=("tumor_number", "max_diameter_cm"),
        needs=AJCC,
        reads=SPREAD,
        message=_("AJCC stage {ajcc_stage} was entered, but the tumor findings give {derived}."),
        fires=lambda row: _derived_ajcc(row) not in (None, row["ajcc_stage"]),
        details=lambda row: {"derived": _derived_ajcc(row)},
        passing={**LOCAL, "ajcc_stage": "IB"},
        failing={**LOCAL, "ajcc_stage": "IA"},
    ),
    Check(
        code="V-S22",
        severity=Severity.WARNING,
        entity="tumorburden",
        fields=("pvtt_cheng", "pvtt_vp"),
        message=_("Portal vein tumor thrombus: Cheng type {pvtt_cheng} and {pvtt_vp} are inconsistent. Check both."),
        fires=lambda row: thrombus_codes_agree(pvtt_cheng=row["pvtt_cheng"], pvtt_vp=row["pvtt_vp"]) is False,
        passing={"pvtt_cheng": "II", "pvtt_vp": "VP3"},
        failing={"pvtt_cheng": "II", "pvtt_vp": "VP4"},
    ),
    Check(
        code="V-S23",
        severity=Severity.QUERY,
        entity="tumorburden",
        fields=("pvtt_cheng",),
        needs=("pvtt_cheng", "free_text"),
        message=_("The text in this row mentions a tumor thrombus (癌栓), but none is coded. Enter its type."),
        fires=_names_thrombus,
        passing={"pvtt_cheng": "III", "free_text": "门静脉癌栓"},
        failing={"pvtt_cheng": "0", "free_text": "门静脉癌栓"},
    ),
    Check(
        code="V-S24",
        severity=Severity.QUERY,
        entity="tumorburden",
        fields=("diameter_basis",),
        needs=("max_diameter_cm",),
        reads=("diameter_basis",),
        message=_(
            "Does the diameter of {max_diameter_cm} cm refer to the whole lesion or its "
            "viable part? Enter the basis of diameter."
        ),
        fires=lambda row: not is_known(row.get("diameter_basis")),
        passing={"max_diameter_cm": 4.0, "diameter_basis": "WHOLE"},
        failing={"max_diameter_cm": 4.0, "diameter_basis": None},
    ),
)
