"""Unit and plausible range of every measured variable: the one place where they are written.

Outside `soft` a value is accepted with a warning; outside `hard` it is refused. Limits are inclusive. A value in another
accepted unit is multiplied by its factor. Source: the registry's data dictionary, sections 2 to 4; treatment and what
follows have a table of their own, and so have the laboratory's analytes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from registry.clinical.laboratory.analyte_ranges import ANALYTE_RANGES
from registry.clinical.limits import Range, limits
from registry.clinical.treatment_ranges import TREATMENT_RANGES

__all__ = ["ANALYTE_RANGES", "DERIVED_RANGES", "RANGES", "Range"]

CENTIMETERS = {"mm": "0.1"}

RANGES: Mapping[str, Range] = MappingProxyType(
    {
        # Center
        "tace_sessions_per_year": limits("/a", soft=(50, 3000), hard=(0, 10_000), whole=True),
        "haic_cycles_per_year": limits("/a", soft=(50, 3000), hard=(0, 10_000), whole=True),
        # Patient
        "age_at_index": limits("a", soft=(18, 85), hard=(0, 110), whole=True),
        "pack_years": limits("a", soft=(0, 80), hard=(0, 200)),
        "alcohol_g_per_day": limits("g/d", soft=(0, 200), hard=(0, 600)),
        # Assessment
        "height_cm": limits("cm", soft=(140, 195), hard=(100, 230), factors={"m": "100"}),
        "weight_kg": limits("kg", soft=(35, 120), hard=(25, 250), factors={"斤": "0.5", "lb": "0.4536"}),
        "systolic_bp": limits("mm[Hg]", soft=(90, 160), hard=(50, 280), whole=True),
        "diastolic_bp": limits("mm[Hg]", soft=(50, 100), hard=(20, 180), whole=True),
        "body_temperature": limits("Cel", soft=(35.5, 40), hard=(33, 43)),
        "future_liver_remnant_pct": limits("%", soft=(20, 80), hard=(5, 100)),
        "icg_r15": limits("%", soft=(0, 40), hard=(0, 100)),
        "lvef": limits("%", soft=(45, 80), hard=(5, 90), whole=True),
        "ctp_score": limits("", soft=(5, 15), hard=(5, 15), whole=True),
        "albi_score": limits("", soft=(-4.0, -0.5), hard=(-5.5, 1.5)),
        # Tumor burden; the dictionary gives the sum no upper limit: five of the largest possible
        "tumor_number": limits("", soft=(0, 10), hard=(0, 99), whole=True),
        "max_diameter_cm": limits("cm", soft=(0, 25), hard=(0, 40), factors=CENTIMETERS),
        "second_diameter_cm": limits("cm", soft=(0, 20), hard=(0, 40), factors=CENTIMETERS),
        "third_diameter_cm": limits("cm", soft=(0, 20), hard=(0, 40), factors=CENTIMETERS),
        "sum_diameter_cm": limits("cm", soft=(0, 40), hard=(0, 200), factors=CENTIMETERS),
        **TREATMENT_RANGES,
    }
)

# Computed, never entered: a value outside says that something entered is wrong.
DERIVED_RANGES: Mapping[str, Range] = MappingProxyType(
    {
        "bmi": limits("kg/m2", soft=(15, 40), hard=(10, 70)),
        "meld": limits("", soft=(6, 25), hard=(6, 40), whole=True),
        "meld_na": limits("", soft=(6, 25), hard=(6, 40), whole=True),
        "meld_3": limits("", soft=(6, 25), hard=(6, 40), whole=True),
        "fib4": limits("", soft=(0.3, 15), hard=(0.05, 200)),
        "apri": limits("", soft=(0.1, 10), hard=(0.01, 200)),
        "nlr": limits("", soft=(0.5, 15), hard=(0.05, 100)),
        "plr": limits("", soft=(20, 500), hard=(1, 5000)),
        "pni": limits("", soft=(30, 65), hard=(10, 100)),
        "egfr": limits("mL/min/{1.73_m2}", soft=(40, 130), hard=(2, 200), whole=True),
        "bsa": limits("m2", soft=(1.2, 2.3), hard=(0.8, 3.0)),
    }
)
