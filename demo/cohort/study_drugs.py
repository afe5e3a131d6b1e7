"""What is given through the artery to the patients of the study groups, and the doses of their systemic agents."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from demo.cohort.agents import USUAL, arterial_cells, folfox_cells
from demo.cohort.patients import Random
from demo.cohort.timetable import Row
from demo.cohort.visits import Size

DOSES: Mapping[str, tuple[float, str, str]] = MappingProxyType(
    {
        **USUAL,
        "REGORAFENIB": (160, "mg", "D1-21/28"),
        "ATEZOLIZUMAB": (1200, "mg", "Q3W"),
        "DURVALUMAB": (1500, "mg", "Q4W"),
    }
)
# After Finn 2020 (IMbrave150) bevacizumab beside atezolizumab is given at 15 mg/kg
BESIDE_ATEZOLIZUMAB = (15.0, "mg/kg", "Q3W")


def _lipiodol(_size: Size, random: Random) -> Row:
    oil = {"lipiodol_ml": round(float(random.uniform(4, 16)), 1), "embolic_agent": ["GELFOAM"]}
    return {**oil, **arterial_cells(("EPIRUBICIN", "IA_LIPIODOL", 50.0))}


def _folfox(size: Size, _random: Random) -> Row:
    return folfox_cells(size.weight_kg, height_cm=size.height_cm)


def _both(size: Size, random: Random) -> Row:
    return {"lipiodol_ml": round(float(random.uniform(3, 9)), 1), "embolic_agent": ["GELFOAM"], **_folfox(size, random)}


def _cisplatin(_size: Size, _random: Random) -> Row:
    """50 mg four to six hours before the particles (Meyer 2013)."""
    return {"embolic_agent": ["PVA"], **arterial_cells(("CISPLATIN", "IA", 50.0))}


def _particles(_size: Size, _random: Random) -> Row:
    return {"embolic_agent": ["PVA"]}


def _inkt(_size: Size, _random: Random) -> Row:
    """Cells are counted, not weighed: a dose in mg is not applicable."""
    return {"embolic_agent": ["GELFOAM"], **arterial_cells(("INKT", "IA", 0.0)), "agent_1_dose_mg": "NA"}


def _yttrium(_size: Size, random: Random) -> Row:
    return {
        "isotope": "Y90_RESIN",
        "activity_gbq": round(float(random.uniform(1.2, 2.6)), 2),
        "tumor_dose_gy": round(float(random.uniform(110, 220)), 0),
        "normal_liver_dose_gy": round(float(random.uniform(18, 38)), 0),
        "lung_shunt_pct": round(float(random.uniform(2, 9)), 1),
    }


DRUGS: Mapping[str, Callable[[Size, Random], Row]] = MappingProxyType(
    {
        "lipiodol": _lipiodol,
        "folfox": _folfox,
        "lipiodol and folfox": _both,
        "cisplatin": _cisplatin,
        "particles": _particles,
        "iNKT": _inkt,
        "yttrium": _yttrium,
    }
)
