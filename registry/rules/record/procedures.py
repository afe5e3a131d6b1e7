"""Checks of what a treatment did and used: radioembolization, ablated lesions, resection."""

from django.utils.translation import gettext_lazy as _

from registry.rules.check import Check, Severity, is_missing

SESSION, LESION, RESECTION = "transarterialsession", "ablationlesion", "resection"
USUAL_MICROWAVE_W = (40, 100)  # radiofrequency: 30 to 200, which is the range of the variable
EXTREME = {"blood_loss_ml": 5000, "operation_min": 720}


def _needed_by_radioembolization(name: str) -> Check:
    return Check(
        code="V-T05",
        severity=Severity.QUERY,
        entity=SESSION,
        fields=(name,),
        needs=("modality",),
        reads=(name,),
        message=_("Radioembolization was given without isotope or activity. Enter them, or why they are missing."),
        fires=lambda row: row["modality"] == "TARE" and is_missing(row, name=name),
        passing={"modality": "TARE", "isotope": "Y90_GLASS", "activity_gbq": 2.4},
        failing={"modality": "TARE", "isotope": None, "activity_gbq": None},
    )


def _extreme(name: str) -> Check:
    most = EXTREME[name]
    return Check(
        code="V-T18",
        severity=Severity.QUERY,
        entity=RESECTION,
        fields=(name,),
        message=_("{value} is an extreme value (above {most}). Check the value and unit."),
        fires=lambda row: row[name] > most,
        details=lambda row: {"value": f"{row[name]:g}", "most": most},
        passing={name: most},
        failing={name: most + 1},
    )


CHECKS = (
    *map(_needed_by_radioembolization, ("isotope", "activity_gbq")),
    Check(
        code="V-U02",
        severity=Severity.WARNING,
        entity=LESION,
        fields=("power_w",),
        needs=("power_w", "ablation_modality"),
        message=_(
            "Power {power_w} W is unusual for microwave ablation; {low} to {high} W is expected. Check the value."
        ),
        fires=lambda row: (
            row["ablation_modality"] == "MWA" and not USUAL_MICROWAVE_W[0] <= row["power_w"] <= USUAL_MICROWAVE_W[1]
        ),
        details=lambda _row: {"low": USUAL_MICROWAVE_W[0], "high": USUAL_MICROWAVE_W[1]},
        passing={"power_w": 100, "ablation_modality": "MWA"},
        failing={"power_w": 101, "ablation_modality": "MWA"},
    ),
    Check(
        code="V-T16",
        severity=Severity.ERROR,
        entity=RESECTION,
        fields=("viable_tumor_pct",),
        needs=("viable_tumor_pct", "pcr"),
        message=_(
            "Pathological complete response {pcr} is inconsistent with {viable_tumor_pct}% "
            "viable tumor. Correct one of them."
        ),
        fires=lambda row: (row["pcr"] == "1") is (row["viable_tumor_pct"] > 0),
        passing={"pcr": "1", "viable_tumor_pct": 0},
        failing={"pcr": "1", "viable_tumor_pct": 5},
    ),
    *map(_extreme, EXTREME),
)
