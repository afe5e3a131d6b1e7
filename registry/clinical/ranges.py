"""Unit and plausible range of every measured variable: the one place where they are written.

Outside `soft` a value is accepted with a warning; outside `hard` it is refused. Limits are inclusive. A value in another
accepted unit is multiplied by its factor. Source: the registry's data dictionary, sections 4 and 5.
"""

from collections.abc import Mapping
from types import MappingProxyType

from registry.clinical.limits import Range
from registry.clinical.limits import limits as _range
from registry.clinical.treatment_ranges import TREATMENT_RANGES

RANGES: Mapping[str, Range] = MappingProxyType(
    {
        "height_cm": _range("cm", soft=(140, 195), hard=(100, 230), factors={"m": "100"}),
        "weight_kg": _range("kg", soft=(35, 120), hard=(25, 250), factors={"斤": "0.5", "lb": "0.4536"}),
        "age_at_index": _range("a", soft=(18, 85), hard=(0, 110), whole=True),
        "tumor_number": _range("", soft=(0, 10), hard=(0, 99), whole=True),
        "max_diameter_cm": _range("cm", soft=(0, 25), hard=(0, 40), factors={"mm": "0.1"}),
        "future_liver_remnant_pct": _range("%", soft=(20, 80), hard=(5, 100)),
        "ctp_score": _range("", soft=(5, 15), hard=(5, 15), whole=True),
        "second_diameter_cm": _range("cm", soft=(0, 20), hard=(0, 40), factors={"mm": "0.1"}),
        **TREATMENT_RANGES,
    }
)

ANALYTE_RANGES: Mapping[str, Range] = MappingProxyType(
    {
        "alb": _range("g/L", soft=(25, 55), hard=(10, 70), factors={"g/dL": "10"}),
        "tbil": _range("umol/L", soft=(4, 60), hard=(1, 1000), factors={"mg/dL": "17.104"}),
        "alt": _range("U/L", soft=(5, 500), hard=(1, 15000), factors={"ukat/L": "60"}),
        "ast": _range("U/L", soft=(8, 500), hard=(1, 20000), factors={"ukat/L": "60"}),
        "pt": _range("s", soft=(9, 18), hard=(6, 150)),
        "pta": _range("%", soft=(40, 140), hard=(5, 200)),
        "inr": _range("1", soft=(0.8, 2.0), hard=(0.5, 15)),
        "neut": _range("10*9/L", soft=(1, 15), hard=(0, 100), factors={"/uL": "0.001"}),
        "lym": _range("10*9/L", soft=(0.3, 5), hard=(0, 100), factors={"/uL": "0.001"}),
        "plt": _range(
            "10*9/L", soft=(30, 500), hard=(1, 2000), factors={"10*3/uL": "1", "万/uL": "10", "/uL": "0.001"}
        ),
        "hb": _range("g/L", soft=(70, 180), hard=(20, 250), factors={"g/dL": "10", "mmol/L": "16.11"}),
        "crp": _range("mg/L", soft=(0, 150), hard=(0, 600), factors={"mg/dL": "10"}),
        "crea": _range("umol/L", soft=(35, 200), hard=(10, 2500), factors={"mg/dL": "88.4"}),
        "na": _range("mmol/L", soft=(125, 150), hard=(95, 190), factors={"mEq/L": "1"}),
        "afp": _range("ng/mL", soft=(0, 200_000), hard=(0, 10_000_000), factors={"ug/L": "1", "IU/mL": "1.21"}),
    }
)
