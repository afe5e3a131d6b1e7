"""TNM of the AJCC/UICC, eighth edition, for hepatocellular carcinoma. A missing input that decides gives no category.

Source: Amin et al., AJCC Cancer Staging Manual, 8th ed. 2017. Rupture is read as perforation of the visceral peritoneum, VV2 as
a major branch of the hepatic vein.
"""

from collections.abc import Collection
from dataclasses import dataclass

from registry.clinical.codes import any_of

MAJOR_PORTAL = frozenset({"II", "III", "IV"})  # Cheng types
MINOR_PORTAL = frozenset({"I0", "I"})
MAJOR_HEPATIC = frozenset({"VV2", "VV3"})
MINOR_HEPATIC = frozenset({"VV1"})
MICROVASCULAR = frozenset({"M1", "M2"})
T1A_CM, T3_CM = 2.0, 5.0
REGIONAL_NODE = "LN_REG"
STAGE_OF_T = {"T1a": "IA", "T1b": "IB", "T2": "II", "T3": "IIIA", "T4": "IIIB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSpread:
    """What the tumor has invaded near its site; `microvascular` is pathology's M0, M1 or M2, None before any operation."""

    pvtt_cheng: str | None
    hvtt_vv: str | None
    adjacent_organ: bool | None
    rupture: bool | None
    microvascular: str | None = None

    @property
    def is_major(self) -> bool | None:
        portal, hepatic = _within(self.pvtt_cheng, MAJOR_PORTAL), _within(self.hvtt_vv, MAJOR_HEPATIC)
        return any_of(portal, hepatic, self.adjacent_organ, self.rupture)

    @property
    def is_vascular(self) -> bool:
        is_minor = self.pvtt_cheng in MINOR_PORTAL or self.hvtt_vv in MINOR_HEPATIC
        return is_minor or self.microvascular in MICROVASCULAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Tnm:
    """Categories and stage group, None where a missing finding decides."""

    t: str | None
    n: str | None
    m: str | None
    stage: str | None


def ajcc_t(number: int | None, *, max_diameter_cm: float | None, spread: LocalSpread) -> str | None:
    """T1a, T1b, T2, T3 or T4; a finding that makes T4 is enough for it. None for no tumor.

    >>> well = LocalSpread(pvtt_cheng="0", hvtt_vv="VV0", adjacent_organ=False, rupture=False)
    >>> ajcc_t(3, max_diameter_cm=5.0, spread=well)
    'T2'
    """
    if spread.is_major is None or spread.is_major:
        return "T4" if spread.is_major else None
    if number is None or number == 0 or max_diameter_cm is None:
        return None
    if number > 1:
        return "T3" if max_diameter_cm > T3_CM else "T2"
    if max_diameter_cm <= T1A_CM:
        return "T1a"
    return "T2" if spread.is_vascular else "T1b"


def ajcc_n(*, extrahepatic: bool | None, sites: Collection[str]) -> str | None:
    """N1 with a regional node (LN_REG) among the sites of metastasis. None where metastasis is unknown or has no site."""
    if extrahepatic is None or (extrahepatic and not sites):
        return None
    return "N1" if extrahepatic and REGIONAL_NODE in sites else "N0"


def ajcc_m(*, extrahepatic: bool | None, sites: Collection[str]) -> str | None:
    """M1 with any site but a regional node. None where metastasis is unknown or has no site."""
    if extrahepatic is None or (extrahepatic and not sites):
        return None
    return "M1" if extrahepatic and set(sites) - {REGIONAL_NODE} else "M0"


def ajcc_stage(t: str | None, *, n: str | None, m: str | None) -> str | None:
    """Stage group: IVB for M1, IVA for N1, else IA to IIIB by T. T need not be known for IV.

    >>> ajcc_stage("T3", n="N0", m="M0")
    'IIIA'
    """
    if n is None or m is None:
        return None
    if m == "M1":
        return "IVB"
    return "IVA" if n == "N1" else STAGE_OF_T.get(t or "")


def tnm(
    number: int | None,
    *,
    max_diameter_cm: float | None,
    spread: LocalSpread,
    extrahepatic: bool | None,
    sites: Collection[str] = (),
) -> Tnm:
    """All categories and the stage group of one tumor burden (number and diameter of whole lesions)."""
    t = ajcc_t(number, max_diameter_cm=max_diameter_cm, spread=spread)
    n, m = ajcc_n(extrahepatic=extrahepatic, sites=sites), ajcc_m(extrahepatic=extrahepatic, sites=sites)
    return Tnm(t=t, n=n, m=m, stage=ajcc_stage(t, n=n, m=m))


def _within(code: str | None, codes: Collection[str]) -> bool | None:
    return None if code is None or code == "UNK" else code in codes
