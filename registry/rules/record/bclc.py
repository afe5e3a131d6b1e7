"""Checks of the BCLC stage entered against tumor and condition, whose variables the row carries together."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.clinical.codes import flag, grade
from registry.clinical.staging.bclc import BCLC_0_CM, BCLC_A, Condition, bclc_stage
from registry.rules.check import Check, Row, Severity

ENTITY = "tumorburden"
STAGED: dict[str, Any] = {
    "diameter_basis": "WHOLE",
    "tumor_number": 1,
    "max_diameter_cm": 4.0,
    "macrovascular_invasion": "0",
    "extrahepatic_metastasis": "0",
    "ecog_ps": "0",
    "ctp_class": "A",
    "bclc_stage": "A",
}
SIZE = ("bclc_stage", "tumor_number", "max_diameter_cm", "diameter_basis")
INVASION = ("macrovascular_invasion", "extrahepatic_metastasis")


def is_invaded(row: Row) -> bool:
    return "1" in (row.get("macrovascular_invasion"), row.get("extrahepatic_metastasis"))


def _is_whole(row: Row) -> bool:
    return row["diameter_basis"] == "WHOLE"


def _derived_stage(row: Row) -> str | None:
    """An unrecorded cause of a reduced condition counts as not the tumor, so that a usual gap is not queried."""
    related = flag(row.get("ecog_tumor_related")) or False
    condition = Condition(
        ecog_ps=grade(row["ecog_ps"]),
        ctp_class=row["ctp_class"],
        ecog_tumor_related=related,
        lt_candidate=flag(row.get("lt_candidate")),
    )
    return bclc_stage(
        row["tumor_number"],
        max_diameter_cm=row["max_diameter_cm"],
        macrovascular=flag(row["macrovascular_invasion"]),
        extrahepatic=flag(row["extrahepatic_metastasis"]),
        condition=condition,
    )


def _exceeds_stage_0(row: Row) -> bool:
    return row["bclc_stage"] == "0" and (row["tumor_number"] > 1 or row["max_diameter_cm"] > BCLC_0_CM)


def _exceeds_stage_a(row: Row) -> bool:
    is_staged_a = row["bclc_stage"] == "A" and row["tumor_number"] > 0
    return is_staged_a and not BCLC_A.hold(row["tumor_number"], max_diameter_cm=row["max_diameter_cm"])


def _contradicts_otherwise(row: Row) -> bool:
    """The specific checks of a stage come first; this one asks where none of them does."""
    derived = _derived_stage(row)
    if derived in (None, row["bclc_stage"]) or derived == "D":
        return False
    is_asked_already = is_invaded(row) or _exceeds_stage_0(row) or _exceeds_stage_a(row)
    is_c_without_reason = row["bclc_stage"] == "C" and row["ecog_ps"] == "0"
    return not is_asked_already and not is_c_without_reason


CHECKS = (
    Check(
        code="V-S08",
        severity=Severity.QUERY,
        entity=ENTITY,
        subject="bclc_stage",
        fields=INVASION,
        needs=("bclc_stage",),
        message=_(
            "BCLC {bclc_stage} is inconsistent with macrovascular invasion or metastasis, which corresponds to stage C."
        ),
        fires=lambda row: row["bclc_stage"] in {"0", "A", "B"} and is_invaded(row),
        passing={**STAGED, "bclc_stage": "C", "macrovascular_invasion": "1"},
        failing={**STAGED, "bclc_stage": "B", "macrovascular_invasion": "1"},
    ),
    Check(
        code="V-S10",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=INVASION,
        needs=("bclc_stage", "ecog_ps", *INVASION),
        message=_(
            "BCLC C was entered without a reason: ECOG is 0, and there is no macrovascular invasion or metastasis."
        ),
        fires=lambda row: (
            row["bclc_stage"] == "C" and row["ecog_ps"] == "0" and all(row[name] == "0" for name in INVASION)
        ),
        passing={**STAGED, "bclc_stage": "C", "extrahepatic_metastasis": "1"},
        failing={**STAGED, "bclc_stage": "C"},
    ),
    Check(
        code="V-S11",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("tumor_number", "max_diameter_cm"),
        needs=SIZE,
        message=_(
            "BCLC 0 requires a single tumor of at most 2 cm; found {tumor_number}, largest {max_diameter_cm} cm."
        ),
        fires=lambda row: _is_whole(row) and _exceeds_stage_0(row),
        passing={**STAGED, "bclc_stage": "0", "max_diameter_cm": 2.0},
        failing={**STAGED, "bclc_stage": "0", "max_diameter_cm": 2.1},
    ),
    Check(
        code="V-S12",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("tumor_number", "max_diameter_cm"),
        needs=SIZE,
        message=_(
            "BCLC A requires one tumor, or up to 3 tumors of at most 3 cm each; found "
            "{tumor_number}, largest {max_diameter_cm} cm."
        ),
        fires=lambda row: _is_whole(row) and _exceeds_stage_a(row),
        passing={**STAGED, "tumor_number": 3, "max_diameter_cm": 3.0},
        failing={**STAGED, "tumor_number": 3, "max_diameter_cm": 3.1},
    ),
    Check(
        code="V-S13",
        severity=Severity.QUERY,
        entity=ENTITY,
        subject="bclc_stage",
        fields=("tumor_number", "max_diameter_cm"),
        needs=(*SIZE, *INVASION, "ecog_ps", "ctp_class"),
        reads=("ecog_tumor_related", "lt_candidate"),
        message=_("BCLC {bclc_stage} was entered, but the tumor findings and patient condition give {derived}."),
        fires=lambda row: _is_whole(row) and _contradicts_otherwise(row),
        details=lambda row: {"derived": _derived_stage(row)},
        passing=STAGED,
        failing={**STAGED, "bclc_stage": "B"},
    ),
)
