"""Checks of a tumor burden: number, size, Milan criteria, spread."""

from django.utils.translation import gettext_lazy as _

from registry.clinical.codes import flag
from registry.clinical.staging.bclc import CHENG_MACROSCOPIC, VV_INVADED, within_milan
from registry.rules.check import Check, Row, Severity, is_known
from registry.rules.record.bclc import INVASION, STAGED, is_invaded

ENTITY = "tumorburden"
MILAN = ("within_milan", "tumor_number", "diameter_basis", *INVASION)
ACROSS_LOBES_CM = 5.0  # from this size on one tumor may lie in both lobes
INVADED, NOT_INVADED = _("with invasion or metastasis"), _("without invasion or metastasis")


def _is_within_milan(row: Row) -> bool | None:
    return within_milan(
        row["tumor_number"],
        max_diameter_cm=row.get("max_diameter_cm"),
        macrovascular=flag(row["macrovascular_invasion"]),
        extrahepatic=flag(row["extrahepatic_metastasis"]),
        basis=row["diameter_basis"],
    )


def _largest(row: Row) -> dict[str, object]:
    diameter_cm = row.get("max_diameter_cm")
    return {"largest": "–" if diameter_cm is None else f"{diameter_cm:g} cm"}


CHECKS = (
    Check(
        code="V-S18",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("tumor_number", "max_diameter_cm"),
        message=_("The number of tumors is 0, but the largest diameter is {max_diameter_cm} cm. Correct one of them."),
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
        message=_(
            "The number of tumors at baseline is {tumor_number}, but the largest diameter is 0 cm. Correct one of them."
        ),
        fires=lambda row: row["assessment_type"] == "BASE" and row["tumor_number"] >= 1 and row["max_diameter_cm"] == 0,
        passing={"tumor_number": 1, "max_diameter_cm": 0.0, "assessment_type": "POST_TX"},
        failing={"tumor_number": 1, "max_diameter_cm": 0.0, "assessment_type": "BASE"},
    ),
    Check(
        code="V-U15",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("max_diameter_cm",),
        message=_("Diameter {max_diameter_cm} cm looks like a value in mm. Should it be {centimeters} cm?"),
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
            "The second largest diameter ({second_diameter_cm} cm) exceeds the largest "
            "({max_diameter_cm} cm). Correct one of them."
        ),
        fires=lambda row: row["second_diameter_cm"] > row["max_diameter_cm"],
        passing={"max_diameter_cm": 4.0, "second_diameter_cm": 4.0},
        failing={"max_diameter_cm": 4.0, "second_diameter_cm": 4.1},
    ),
    Check(
        code="V-U17",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("third_diameter_cm", "second_diameter_cm"),
        message=_(
            "The third largest diameter ({third_diameter_cm} cm) exceeds the second largest "
            "({second_diameter_cm} cm). Correct one of them."
        ),
        fires=lambda row: row["third_diameter_cm"] > row["second_diameter_cm"],
        passing={"second_diameter_cm": 2.0, "third_diameter_cm": 2.0},
        failing={"second_diameter_cm": 2.0, "third_diameter_cm": 2.1},
    ),
    Check(
        code="V-U17",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("sum_diameter_cm", "max_diameter_cm"),
        message=_(
            "The sum of diameters ({sum_diameter_cm} cm) is smaller than the largest diameter "
            "({max_diameter_cm} cm). Correct one of them."
        ),
        fires=lambda row: row["sum_diameter_cm"] < row["max_diameter_cm"],
        passing={"max_diameter_cm": 4.0, "sum_diameter_cm": 4.0},
        failing={"max_diameter_cm": 4.0, "sum_diameter_cm": 3.9},
    ),
    Check(
        code="V-S16",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("within_milan",),
        needs=MILAN,
        message=_(
            "Within Milan criteria was entered, but this is inconsistent with the tumor "
            "findings: number {tumor_number}, largest {largest}, {invasion}. Correct one "
            "of them."
        ),
        fires=lambda row: row["within_milan"] == "1" and _is_within_milan(row) is False,
        details=lambda row: {**_largest(row), "invasion": INVADED if is_invaded(row) else NOT_INVADED},
        passing={**STAGED, "max_diameter_cm": 5.0, "within_milan": "1"},
        failing={**STAGED, "max_diameter_cm": 5.1, "within_milan": "1"},
    ),
    Check(
        code="V-S17",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("within_milan",),
        needs=MILAN,
        message=_(
            "Beyond Milan criteria was entered, but a tumor number of {tumor_number}, "
            "largest {largest}, without invasion or metastasis, is within the criteria."
        ),
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
        message=_(
            "A single tumor is inconsistent with a second largest diameter of "
            "{second_diameter_cm} cm. Check the number of tumors."
        ),
        fires=lambda row: row["tumor_number"] == 1 and row["second_diameter_cm"] > 0,
        passing={"tumor_number": 2, "second_diameter_cm": 1.0},
        failing={"tumor_number": 1, "second_diameter_cm": 1.0},
    ),
    Check(
        code="V-S19",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("tumor_number", "lobe_distribution"),
        needs=("tumor_number", "lobe_distribution", "max_diameter_cm"),
        message=_(
            "A single tumor of {max_diameter_cm} cm is inconsistent with disease in both "
            "lobes. Check the number of tumors."
        ),
        fires=lambda row: (
            row["tumor_number"] == 1 and row["lobe_distribution"] == "BI" and row["max_diameter_cm"] < ACROSS_LOBES_CM
        ),
        passing={"tumor_number": 1, "lobe_distribution": "BI", "max_diameter_cm": 5.0},
        failing={"tumor_number": 1, "lobe_distribution": "BI", "max_diameter_cm": 4.9},
    ),
    Check(
        code="V-S20",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("metastasis_sites", "extrahepatic_metastasis"),
        message=_(
            "Metastatic sites are listed ({metastasis_sites}), but extrahepatic metastasis is No. Correct one of them."
        ),
        fires=lambda row: row["extrahepatic_metastasis"] == "0",
        passing={"extrahepatic_metastasis": "1", "metastasis_sites": ["LUNG"]},
        failing={"extrahepatic_metastasis": "0", "metastasis_sites": ["LUNG"]},
    ),
    Check(
        code="V-S20",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("metastasis_sites",),
        needs=("extrahepatic_metastasis",),
        message=_("Extrahepatic metastasis is Yes, but no site is listed. Enter the metastatic sites."),
        fires=lambda row: row["extrahepatic_metastasis"] == "1" and not is_known(row.get("metastasis_sites")),
        passing={"extrahepatic_metastasis": "1", "metastasis_sites": ["LUNG", "BONE"]},
        failing={"extrahepatic_metastasis": "1", "metastasis_sites": []},
    ),
    Check(
        code="V-S21",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("macrovascular_invasion", "pvtt_cheng"),
        message=_("“No macrovascular invasion” is inconsistent with portal vein tumor thrombus type {pvtt_cheng}."),
        fires=lambda row: row["macrovascular_invasion"] == "0" and row["pvtt_cheng"] in CHENG_MACROSCOPIC,
        passing={"macrovascular_invasion": "0", "pvtt_cheng": "I0"},
        failing={"macrovascular_invasion": "0", "pvtt_cheng": "II"},
    ),
    Check(
        code="V-S21",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("macrovascular_invasion", "hvtt_vv"),
        message=_("“No macrovascular invasion” is inconsistent with hepatic vein tumor thrombus type {hvtt_vv}."),
        fires=lambda row: row["macrovascular_invasion"] == "0" and row["hvtt_vv"] in VV_INVADED,
        passing={"macrovascular_invasion": "0", "hvtt_vv": "VV0"},
        failing={"macrovascular_invasion": "0", "hvtt_vv": "VV1"},
    ),
)
