"""Body surface area, and doses relative to it. A missing input gives no result."""

from collections.abc import Callable, Mapping
from datetime import date
from math import sqrt
from types import MappingProxyType
from typing import Literal

SurfaceFormula = Literal["MOSTELLER", "DUBOIS", "STEVENSON"]

WEIGHT_VALID_DAYS = 14
NOTABLE_DEVIATION = 0.15

# Mosteller, N Engl J Med 1987;317:1098; Du Bois, Arch Intern Med 1916;17:863-71; Stevenson, Chin J Physiol 1937;12:327
SURFACE_FORMULAS: Mapping[SurfaceFormula, Callable[[float, float], float]] = MappingProxyType(
    {
        "MOSTELLER": lambda cm, kg: sqrt(cm * kg / 3600),
        "DUBOIS": lambda cm, kg: 0.007184 * cm**0.725 * kg**0.425,
        "STEVENSON": lambda cm, kg: 0.0061 * cm + 0.0128 * kg - 0.1529,
    }
)

# mg/m2 in one cycle of FOLFOX by HAIC; fluorouracil is bolus and infusion together. STD: Cao 2024. FOHAIC: as in the trial of
# that name, fluorouracil 400 + 2400; its doses differ between trials, so that they are a choice of the record.
FOLFOX_MG_PER_M2: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "STD": MappingProxyType({"OXALIPLATIN": 85.0, "FOLINATE_CA": 200.0, "FLUOROURACIL": 2500.0}),
        "FOHAIC": MappingProxyType({"OXALIPLATIN": 130.0, "FOLINATE_CA": 200.0, "FLUOROURACIL": 2800.0}),
    }
)
LEVOFOLINATE_EQUIVALENT = 2.0  # mg of folinate that 1 mg of levofolinate stands for


def body_surface_area(
    weight_kg: float | None, *, height_cm: float | None, formula: SurfaceFormula = "MOSTELLER"
) -> float | None:
    """Body surface area, m2, by Mosteller (the default), Du Bois or Stevenson.

    Raises ValueError for a weight or height that is not above 0. R: no function in common use.

    >>> round(body_surface_area(65, height_cm=170), 3)
    1.752
    """
    if weight_kg is None or height_cm is None:
        return None
    if weight_kg <= 0 or height_cm <= 0:
        raise ValueError(f"weight and height must be above 0, not {weight_kg} kg and {height_cm} cm")
    return SURFACE_FORMULAS[formula](height_cm, weight_kg)


def weight_is_current(weighed: date | None, *, on: date | None) -> bool | None:
    """Whether a weight may be used for a dose of that day: taken on it or at most 14 days before."""
    if weighed is None or on is None:
        return None
    return 0 <= (on - weighed).days <= WEIGHT_VALID_DAYS


def dose_per_m2(dose_mg: float | None, *, surface_m2: float | None) -> float | None:
    """Dose / body surface area, mg/m2. Raises ValueError for a surface that is not above 0."""
    if dose_mg is None or surface_m2 is None:
        return None
    if surface_m2 <= 0:
        raise ValueError(f"body surface area must be above 0 m2, not {surface_m2}")
    return dose_mg / surface_m2


def folfox_doses(surface_m2: float | None, *, variant: str = "STD") -> dict[str, float] | None:
    """Full dose in mg of each agent of one FOLFOX-HAIC cycle, by agent code; variant "STD" (Cao 2024) or "FOHAIC".

    Raises KeyError for another variant.

    >>> folfox_doses(1.752)["FLUOROURACIL"]
    4380.0
    """
    if surface_m2 is None:
        return None
    return {agent: per_m2 * surface_m2 for agent, per_m2 in FOLFOX_MG_PER_M2[variant].items()}


def folfox_deviation(per_m2: float | None, *, agent_code: str, variant: str = "STD") -> float | None:
    """How far a dose in mg/m2 lies from the full dose, as a fraction: -0.2 is a reduction by 20 %.

    Levofolinate counts twice, as folinate. None for an agent that is not part of FOLFOX. A deviation is notable beyond
    NOTABLE_DEVIATION on either side.
    """
    is_levofolinate = agent_code == "LEVOFOLINATE_CA"
    full = FOLFOX_MG_PER_M2[variant].get("FOLINATE_CA" if is_levofolinate else agent_code)
    if per_m2 is None or full is None:
        return None
    return per_m2 * (LEVOFOLINATE_EQUIVALENT if is_levofolinate else 1.0) / full - 1.0
