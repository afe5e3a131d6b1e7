"""Checks of a tumor burden, also against stage and condition of its assessment, whose variables the row carries as well."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.clinical.codes import flag, grade
from registry.clinical.staging import BCLC_0_CM, BCLC_A, CHENG_MACROSCOPIC, Condition, bclc_stage, within_milan
from registry.rules.base import Check, Row, Severity, is_known

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
MILAN = ("within_milan", "tumor_number", "diameter_basis", *INVASION)
INVADED, NOT_INVADED = _("invasive"), _("not invasive")


def _is_invaded(row: Row) -> bool:
    return "1" in (row.get("macrovascular_invasion"), row.get("extrahepatic_metastasis"))


def _is_whole(row: Row) -> bool:
    return row["diameter_basis"] == "WHOLE"


def _derived_stage(row: Row) -> str | None:
    """An unrecorded cause of a reduced condition counts as not the tumor, so that a usual gap is not queried."""
    related = flag(row.get("ecog_tumor_related")) or False
    condition = Condition(ecog_ps=grade(row["ecog_ps"]), ctp_class=row["ctp_class"], ecog_tumor_related=related)
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
    is_asked_already = _is_invaded(row) or _exceeds_stage_0(row) or _exceeds_stage_a(row)
    is_c_without_reason = row["bclc_stage"] == "C" and row["ecog_ps"] == "0"
    return not is_asked_already and not is_c_without_reason


def _is_within_milan(row: Row) -> bool | None:
    return within_milan(
        row["tumor_number"],
        max_diameter_cm=row.get("max_diameter_cm"),
        macrovascular=flag(row["macrovascular_invasion"]),
        extrahepatic=flag(row["extrahepatic_metastasis"]),
        basis=row["diameter_basis"],
    )


def _lacks_sites(row: Row) -> bool:
    """Only where the sites were asked for: an older workbook has no column for them."""
    return row["extrahepatic_metastasis"] == "1" and "metastasis_sites" in row and not is_known(row["metastasis_sites"])


def _largest(row: Row) -> dict[str, object]:
    diameter_cm = row.get("max_diameter_cm")
    return {"largest": "–" if diameter_cm is None else f"{diameter_cm:g} cm"}


CHECKS = (
    Check(
        code="V-S08",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=INVASION,
        needs=("bclc_stage",),
        message=_("BCLC {bclc_stage} contradicts macrovascular invasion or metastasis, which make it C."),
        fires=lambda row: row["bclc_stage"] in {"0", "A", "B"} and _is_invaded(row),
        passing={**STAGED, "bclc_stage": "C", "macrovascular_invasion": "1"},
        failing={**STAGED, "bclc_stage": "B", "macrovascular_invasion": "1"},
    ),
    Check(
        code="V-S10",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=INVASION,
        needs=("bclc_stage", "ecog_ps", *INVASION),
        message=_("BCLC C without a reason for C: ECOG 0, neither macrovascular invasion nor metastasis."),
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
        message=_("BCLC 0 needs a single tumor of at most 2 cm; found {tumor_number}, largest {max_diameter_cm} cm."),
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
            "BCLC A needs one tumor, or up to 3 of at most 3 cm; found {tumor_number}, largest {max_diameter_cm} cm."
        ),
        fires=lambda row: _is_whole(row) and _exceeds_stage_a(row),
        passing={**STAGED, "tumor_number": 3, "max_diameter_cm": 3.0},
        failing={**STAGED, "tumor_number": 3, "max_diameter_cm": 3.1},
    ),
    Check(
        code="V-S13",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("tumor_number", "max_diameter_cm"),
        needs=(*SIZE, *INVASION, "ecog_ps", "ctp_class"),
        message=_("BCLC {bclc_stage} was entered; tumor and condition give {derived}."),
        fires=lambda row: _is_whole(row) and _contradicts_otherwise(row),
        details=lambda row: {"derived": _derived_stage(row)},
        passing=STAGED,
        failing={**STAGED, "bclc_stage": "B"},
    ),
    Check(
        code="V-S18",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("tumor_number", "max_diameter_cm"),
        message=_("Number of tumors 0 and largest diameter {max_diameter_cm} cm disagree. Correct one."),
        fires=lambda row: row["tumor_number"] == 0 and row["max_diameter_cm"] > 0,
        passing={"tumor_number": 0, "max_diameter_cm": 0.0},
        failing={"tumor_number": 0, "max_diameter_cm": 1.2},
    ),
    Check(
        code="V-S18",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("tumor_number", "max_diameter_cm"),
        needs=("tumor_number", "max_diameter_cm", "assessment_type"),
        message=_("Number of tumors {tumor_number} and largest diameter 0 cm at baseline disagree. Correct one."),
        fires=lambda row: row["assessment_type"] == "BASE" and row["tumor_number"] >= 1 and row["max_diameter_cm"] == 0,
        passing={"tumor_number": 1, "max_diameter_cm": 0.0, "assessment_type": "POST_TX"},
        failing={"tumor_number": 1, "max_diameter_cm": 0.0, "assessment_type": "BASE"},
    ),
    Check(
        code="V-U15",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("max_diameter_cm",),
        message=_("Diameter {max_diameter_cm} cm looks like mm: {centimeters} cm?"),
        fires=lambda row: row["max_diameter_cm"] > 25,
        details=lambda row: {"centimeters": row["max_diameter_cm"] / 10},
        passing={"max_diameter_cm": 25.0},
        failing={"max_diameter_cm": 31.0},
    ),
    Check(
        code="V-U16",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("max_diameter_cm",),
        message=_("Diameter {max_diameter_cm} cm is very small. Check the unit."),
        fires=lambda row: 0 < row["max_diameter_cm"] < 0.5,
        passing={"max_diameter_cm": 0.5},
        failing={"max_diameter_cm": 0.4},
    ),
    Check(
        code="V-U17",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("second_diameter_cm", "max_diameter_cm"),
        message=_(
            "The second diameter, {second_diameter_cm} cm, exceeds the largest, {max_diameter_cm} cm. Correct one."
        ),
        fires=lambda row: row["second_diameter_cm"] > row["max_diameter_cm"],
        passing={"max_diameter_cm": 4.0, "second_diameter_cm": 4.0},
        failing={"max_diameter_cm": 4.0, "second_diameter_cm": 4.1},
    ),
    Check(
        code="V-S16",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("within_milan",),
        needs=MILAN,
        message=_("Within Milan contradicts the tumor: {tumor_number} tumors, {largest}, {invasion}. Correct one."),
        fires=lambda row: row["within_milan"] == "1" and _is_within_milan(row) is False,
        details=lambda row: {**_largest(row), "invasion": INVADED if _is_invaded(row) else NOT_INVADED},
        passing={**STAGED, "max_diameter_cm": 5.0, "within_milan": "1"},
        failing={**STAGED, "max_diameter_cm": 5.1, "within_milan": "1"},
    ),
    Check(
        code="V-S17",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("within_milan",),
        needs=MILAN,
        message=_("Beyond Milan was entered, but {tumor_number} tumors, {largest}, not invasive, are within."),
        fires=lambda row: row["within_milan"] == "0" and _is_within_milan(row) is True,
        details=_largest,
        passing={**STAGED, "max_diameter_cm": 5.1, "within_milan": "0"},
        failing={**STAGED, "max_diameter_cm": 5.0, "within_milan": "0"},
    ),
    Check(
        code="V-S19",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("tumor_number", "second_diameter_cm"),
        message=_("A single tumor contradicts a second diameter of {second_diameter_cm} cm. Check the number."),
        fires=lambda row: row["tumor_number"] == 1 and row["second_diameter_cm"] > 0,
        passing={"tumor_number": 2, "second_diameter_cm": 1.0},
        failing={"tumor_number": 1, "second_diameter_cm": 1.0},
    ),
    Check(
        code="V-S20",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("metastasis_sites", "extrahepatic_metastasis"),
        message=_("Sites of metastasis are named ({metastasis_sites}) but metastasis is No. Correct one."),
        fires=lambda row: row["extrahepatic_metastasis"] == "0",
        passing={"extrahepatic_metastasis": "1", "metastasis_sites": ["LUNG"]},
        failing={"extrahepatic_metastasis": "0", "metastasis_sites": ["LUNG"]},
    ),
    Check(
        code="V-S20",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("metastasis_sites",),
        needs=("extrahepatic_metastasis",),
        message=_("Metastasis is Yes but no site is named. Give the sites."),
        fires=_lacks_sites,
        passing={"extrahepatic_metastasis": "1", "metastasis_sites": ["LUNG", "BONE"]},
        failing={"extrahepatic_metastasis": "1", "metastasis_sites": []},
    ),
    Check(
        code="V-S21",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("macrovascular_invasion", "pvtt_cheng"),
        message=_("No macrovascular invasion contradicts a portal vein thrombus of type {pvtt_cheng}."),
        fires=lambda row: row["macrovascular_invasion"] == "0" and row["pvtt_cheng"] in CHENG_MACROSCOPIC,
        passing={"macrovascular_invasion": "0", "pvtt_cheng": "I0"},
        failing={"macrovascular_invasion": "0", "pvtt_cheng": "II"},
    ),
)
