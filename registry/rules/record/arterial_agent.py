"""Checks of a drug given through the artery, against the dose expected of it and against its session.

The row also holds the variables of the session and, where a current weight is known, `body_surface_m2`.
"""

from django.utils.translation import gettext_lazy as _

from registry.choices import agent_choices
from registry.clinical.dosing.agents import AgentDose, agent_dose, lookup
from registry.clinical.dosing.doses import (
    FOLFOX_MG_PER_M2,
    LEVOFOLINATE_EQUIVALENT,
    NOTABLE_DEVIATION,
    dose_per_m2,
    folfox_deviation,
)
from registry.clinical.sequence import HAIC_MODALITIES
from registry.rules.check import Check, Label, Row, Severity, is_missing, with_reason_for
from registry.rules.record.ranges import IMPOSSIBLE, UNUSUAL

ENTITY = "transarterialagent"
DOSE = ("dose_mg",)
DOSED = ("agent_code", "dose_mg")
BY_SURFACE = (*DOSED, "modality", "body_surface_m2")
FOLFOX = (*DOSED, "haic_regimen", "body_surface_m2")
REGIMEN = (*with_reason_for("regimen_variant"), "dose_reduction_pct")
FOLINATE_OF_LI_2022_MG_PER_M2 = 400.0  # twice that of Cao 2024; both are standards
FOLINATES = {"FOLINATE_CA": 1.0, "LEVOFOLINATE_CA": LEVOFOLINATE_EQUIVALENT}
NO_LIMITS = (0.0, 0.0)
SURFACE_M2 = 1.75
OXALIPLATIN = {
    "agent_code": "OXALIPLATIN",
    "dose_mg": 150.0,
    "modality": "HAIC",
    "haic_regimen": "FOLFOX",
    "body_surface_m2": SURFACE_M2,
}


def _dose(row: Row) -> AgentDose | None:
    return agent_dose(row["agent_code"], route=row.get("route"))


def _possible_mg(row: Row) -> tuple[float, float] | None:
    """The limits of a session in mg; of a drug dosed by body surface only its largest dose."""
    dose = _dose(row)
    if dose is None:
        return None
    if dose.unit == "mg":
        return dose.hard
    return None if dose.most_mg is None else (0.0, dose.most_mg)


def _is_impossible(row: Row) -> bool:
    limits = _possible_mg(row)
    return limits is not None and not limits[0] <= row["dose_mg"] <= limits[1]


def _is_unusual(row: Row) -> bool:
    dose = _dose(row)
    return dose is not None and dose.unit == "mg" and dose.allows(row["dose_mg"]) and not dose.expects(row["dose_mg"])


def _label(row: Row) -> Label:
    return dict(agent_choices())[row["agent_code"]]


def _is_chemotherapy(row: Row) -> bool:
    agent = lookup(row["agent_code"])
    return agent is not None and agent.agent_class == "CHEMO"


def _described(row: Row, *, limits: tuple[float, float]) -> dict[str, object]:
    return {
        "field": _label(row),
        "value": f"{row['dose_mg']:.6g} mg",
        "low": f"{limits[0]:,g}",
        "high": f"{limits[1]:,g}",
    }


def _soft(row: Row) -> tuple[float, float]:
    dose = _dose(row)
    return NO_LIMITS if dose is None else dose.soft


def _per_m2(row: Row) -> float:
    return dose_per_m2(row["dose_mg"], surface_m2=row["body_surface_m2"]) or 0.0


def _is_impossible_by_surface(row: Row) -> bool:
    """Small doses beside an embolization are not dosed by surface; only those of HAIC are."""
    dose = _dose(row)
    if dose is None or dose.unit != "mg/m2" or row["modality"] not in HAIC_MODALITIES:
        return False
    return not dose.allows(_per_m2(row))


def _deviation(row: Row, *, variant: str) -> float | None:
    if row["haic_regimen"] != "FOLFOX":
        return None
    return folfox_deviation(_per_m2(row), agent_code=row["agent_code"], variant=variant)


def _is_near(deviation: float | None) -> bool:
    return deviation is not None and abs(deviation) <= NOTABLE_DEVIATION


def _looks_like_fohaic(row: Row) -> bool:
    is_open = row["agent_code"] == "OXALIPLATIN" and is_missing(row, name="regimen_variant")
    return is_open and _is_near(_deviation(row, variant="FOHAIC"))


def _looks_like_levofolinate(row: Row) -> bool:
    """Half the dose of folinate, as its active half alone would be given."""
    deviation = _deviation(row, variant="STD")
    if row["agent_code"] != "FOLINATE_CA" or deviation is None or row.get("dose_reduction_pct"):
        return False
    return _is_near(2 * (deviation + 1) - 1)


def _differs_from_standard(row: Row) -> bool:
    """The two checks that know a reason come first; this one asks where neither does."""
    deviation = _deviation(row, variant=row.get("regimen_variant") or "STD")
    if deviation is None or row.get("dose_reduction_pct") or _is_near(deviation) or _is_folinate_of_li(row):
        return False
    return not _looks_like_fohaic(row) and not _looks_like_levofolinate(row)


def _is_folinate_of_li(row: Row) -> bool:
    equivalent = FOLINATES.get(row["agent_code"])
    return equivalent is not None and _is_near(_per_m2(row) * equivalent / FOLINATE_OF_LI_2022_MG_PER_M2 - 1)


def _against_standard(row: Row) -> dict[str, object]:
    doses = FOLFOX_MG_PER_M2[row.get("regimen_variant") or "STD"]
    full = doses.get(row["agent_code"], doses["FOLINATE_CA"] / LEVOFOLINATE_EQUIVALENT)
    return {"agent": _label(row), "per_m2": f"{_per_m2(row):.0f}", "full": f"{full:.0f}"}


def _per_m2_and_limits(row: Row) -> dict[str, object]:
    dose = _dose(row)
    low, high = (dose.hard if dose else None) or NO_LIMITS
    return {"agent": _label(row), "per_m2": f"{_per_m2(row):.0f}", "low": f"{low:g}", "high": f"{high:g}"}


CHECKS = (
    Check(
        code="V-L12",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=DOSE,
        needs=("agent_code", "modality"),
        message=_("{agent} was given by HAIC without a dose. Enter the dose, or why it is missing."),
        fires=lambda row: row["modality"] in HAIC_MODALITIES and is_missing(row, name="dose_mg"),
        details=lambda row: {"agent": _label(row)},
        passing=OXALIPLATIN,
        failing={**OXALIPLATIN, "dose_mg": None},
        source="5.2",
    ),
    Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=DOSE,
        needs=DOSED,
        message=IMPOSSIBLE,
        fires=_is_impossible,
        details=lambda row: _described(row, limits=_possible_mg(row) or NO_LIMITS),
        passing={"agent_code": "EPIRUBICIN", "dose_mg": 150.0},
        failing={"agent_code": "EPIRUBICIN", "dose_mg": 151.0},
    ),
    Check(
        code="V-U02",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=DOSE,
        needs=DOSED,
        message=UNUSUAL,
        fires=_is_unusual,
        details=lambda row: _described(row, limits=_soft(row)),
        passing={"agent_code": "EPIRUBICIN", "dose_mg": 80.0},
        failing={"agent_code": "EPIRUBICIN", "dose_mg": 81.0},
    ),
    Check(
        code="V-T02",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("agent_code",),
        needs=("agent_code", "modality"),
        message=_(
            "Bland embolization does not include chemotherapy, but {agent} is recorded. Correct "
            "the modality or the drug."
        ),
        fires=lambda row: row["modality"] == "TAE" and _is_chemotherapy(row),
        details=lambda row: {"agent": _label(row)},
        passing={"agent_code": "EPIRUBICIN", "modality": "CTACE"},
        failing={"agent_code": "EPIRUBICIN", "modality": "TAE"},
    ),
    Check(
        code="V-T07",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=DOSE,
        needs=BY_SURFACE,
        message=_(
            "{agent} {dose_mg} mg is {per_m2} mg/m2, outside the possible range of {low} to "
            "{high}. Check the dose and weight."
        ),
        fires=_is_impossible_by_surface,
        details=_per_m2_and_limits,
        passing={**OXALIPLATIN, "dose_mg": 180 * SURFACE_M2},
        failing={**OXALIPLATIN, "dose_mg": 10 * SURFACE_M2},
    ),
    Check(
        code="V-T08",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=DOSE,
        needs=FOLFOX,
        reads=REGIMEN,
        message=_(
            "{agent} {per_m2} mg/m2 differs from the standard dose of {full}. Record the "
            "dose reduction or the regimen variant."
        ),
        fires=_differs_from_standard,
        details=_against_standard,
        passing={**OXALIPLATIN, "dose_mg": 60 * SURFACE_M2, "dose_reduction_pct": 30},
        failing={**OXALIPLATIN, "dose_mg": 60 * SURFACE_M2},
    ),
    Check(
        code="V-T09",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=DOSE,
        needs=FOLFOX,
        reads=REGIMEN,
        message=_("{agent} {per_m2} mg/m2 looks like FOHAIC. Enter the regimen variant."),
        fires=_looks_like_fohaic,
        details=_against_standard,
        passing={**OXALIPLATIN, "dose_mg": 130 * SURFACE_M2, "regimen_variant": "FOHAIC"},
        failing={**OXALIPLATIN, "dose_mg": 130 * SURFACE_M2},
    ),
    Check(
        code="V-T10",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("agent_code",),
        needs=FOLFOX,
        reads=REGIMEN,
        message=_("{agent} {per_m2} mg/m2 is half the usual dose. Was levofolinate given?"),
        fires=_looks_like_levofolinate,
        details=_against_standard,
        passing={**OXALIPLATIN, "agent_code": "LEVOFOLINATE_CA", "dose_mg": 100 * SURFACE_M2},
        failing={**OXALIPLATIN, "agent_code": "FOLINATE_CA", "dose_mg": 100 * SURFACE_M2},
    ),
)
