"""Unit, plausible range and codes of every laboratory analyte: the one place where they are written.

A measured analyte has a range, a qualitative one the codes it may read. `m[arb'U]/mL`, `m[IU]/L` and `[IU]/mL` are what
reports print as mAU/mL, mIU/L and IU/mL. Source: the registry's data dictionary, section 4.2.
"""

from collections.abc import Mapping
from types import MappingProxyType

from registry.clinical.limits import Range, limits

CELLS = {"10*3/uL": "1", "K/uL": "1", "万/uL": "10", "/uL": "0.001"}
PER_DECILITER = {"g/dL": "10"}
MILLIEQUIVALENTS = {"mEq/L": "1"}
BILIRUBIN = {"mg/dL": "17.104"}
CATALYTIC = {"ukat/L": "60"}

ANALYTE_RANGES: Mapping[str, Range] = MappingProxyType(
    {
        # Liver
        "alb": limits("g/L", soft=(25, 55), hard=(10, 70), factors=PER_DECILITER),
        "tbil": limits("umol/L", soft=(4, 60), hard=(1, 1000), factors=BILIRUBIN),
        "dbil": limits("umol/L", soft=(0, 40), hard=(0, 900), factors=BILIRUBIN),
        "alt": limits("U/L", soft=(5, 500), hard=(1, 15_000), factors=CATALYTIC),
        "ast": limits("U/L", soft=(8, 500), hard=(1, 20_000), factors=CATALYTIC),
        "ggt": limits("U/L", soft=(5, 800), hard=(1, 5000)),
        "alp": limits("U/L", soft=(30, 600), hard=(5, 5000)),
        "ldh": limits("U/L", soft=(80, 800), hard=(20, 20_000)),
        "tba": limits("umol/L", soft=(0, 150), hard=(0, 1000)),
        "prealb": limits("mg/L", soft=(50, 450), hard=(5, 800), factors={"mg/dL": "10", "g/L": "1000"}),
        "tp": limits("g/L", soft=(50, 95), hard=(20, 130), factors=PER_DECILITER),
        "nh3": limits("umol/L", soft=(5, 150), hard=(0, 1000), factors={"ug/dL": "0.587"}),
        # Coagulation
        "pt": limits("s", soft=(9, 18), hard=(6, 150)),
        "pt_control": limits("s", soft=(10, 14), hard=(8, 16)),
        "pta": limits("%", soft=(40, 140), hard=(5, 200)),
        "inr": limits("1", soft=(0.8, 2.0), hard=(0.5, 15)),
        "aptt": limits("s", soft=(20, 60), hard=(10, 250)),
        "fib": limits("g/L", soft=(1.0, 8.0), hard=(0.1, 15), factors={"mg/dL": "0.01"}),
        "d_dimer": limits("mg/L", soft=(0, 20), hard=(0, 200), factors={"ng/mL": "0.001", "ug/mL": "1"}),
        # Blood count and inflammation
        "wbc": limits("10*9/L", soft=(2, 20), hard=(0.05, 300), factors=CELLS),
        "neut": limits("10*9/L", soft=(1, 15), hard=(0, 100), factors=CELLS),
        "lym": limits("10*9/L", soft=(0.3, 5), hard=(0, 100), factors=CELLS),
        "mono": limits("10*9/L", soft=(0.05, 2), hard=(0, 30), factors=CELLS),
        "eos": limits("10*9/L", soft=(0, 1.5), hard=(0, 50), factors=CELLS),
        "hb": limits("g/L", soft=(70, 180), hard=(20, 250), factors={"g/dL": "10", "mmol/L": "16.11"}),
        "plt": limits("10*9/L", soft=(30, 500), hard=(1, 2000), factors=CELLS),
        "crp": limits("mg/L", soft=(0, 150), hard=(0, 600), factors={"mg/dL": "10"}),
        # Kidney, electrolytes, metabolism; urea in mg/dL is another number than urea nitrogen in mg/dL, so that is named
        "crea": limits("umol/L", soft=(35, 200), hard=(10, 2500), factors={"mg/dL": "88.4"}),
        "urea": limits("mmol/L", soft=(1.5, 20), hard=(0.3, 80), factors={"BUN mg/dL": "0.357"}),
        "uric": limits("umol/L", soft=(100, 700), hard=(20, 2000), factors={"mg/dL": "59.48"}),
        "na": limits("mmol/L", soft=(125, 150), hard=(95, 190), factors=MILLIEQUIVALENTS),
        "k": limits("mmol/L", soft=(2.8, 6), hard=(1.2, 10), factors=MILLIEQUIVALENTS),
        "ca": limits("mmol/L", soft=(1.7, 3), hard=(0.8, 5), factors={"mg/dL": "0.2495"}),
        "mg": limits("mmol/L", soft=(0.5, 1.4), hard=(0.1, 5), factors={"mg/dL": "0.4114"}),
        "phos": limits("mmol/L", soft=(0.5, 2), hard=(0.1, 5), factors={"mg/dL": "0.3229"}),
        "glu": limits("mmol/L", soft=(3, 20), hard=(0.5, 80), factors={"mg/dL": "0.0555"}),
        "hba1c": limits("%", soft=(4, 12), hard=(2, 20)),
        "chol": limits("mmol/L", soft=(2, 10), hard=(0.5, 30), factors={"mg/dL": "0.02586"}),
        "tg": limits("mmol/L", soft=(0.3, 6), hard=(0.1, 60), factors={"mg/dL": "0.01129"}),
        "u_pro_24h": limits("g/(24.h)", soft=(0, 3.5), hard=(0, 50), factors={"g/24h": "1", "mg/24h": "0.001"}),
        # Tumor markers; PIVKA-II by mass has no factor that holds for every assay
        "afp": limits("ng/mL", soft=(0, 200_000), hard=(0, 10_000_000), factors={"ug/L": "1", "IU/mL": "1.21"}),
        "afp_l3": limits("%", soft=(0, 90), hard=(0, 100)),
        "pivka2": limits("m[arb'U]/mL", soft=(0, 75_000), hard=(0, 5_000_000), factors={"mAU/mL": "1"}),
        "cea": limits("ng/mL", soft=(0, 50), hard=(0, 100_000)),
        "ca199": limits("U/mL", soft=(0, 500), hard=(0, 100_000)),
        # Viral hepatitis; a copy is 1/5 to 1/6 of a unit, by assay: 1/5.6 is the middle way, and the raw value is kept
        "hbsag_iu": limits("[IU]/mL", soft=(0, 130_000), hard=(0, 1_000_000), factors={"IU/mL": "1", "kIU/mL": "1000"}),
        "hbv_dna": limits("[IU]/mL", soft=(0, 1e9), hard=(0, 1e12), factors={"IU/mL": "1", "copies/mL": "0.1786"}),
        "hcv_rna": limits("[IU]/mL", soft=(0, 1e10), hard=(0, 1e10), factors={"IU/mL": "1"}),
        # Muscle, heart, pancreas, hormones
        "ck": limits("U/L", soft=(15, 1000), hard=(1, 100_000)),
        "tni": limits("ng/L", soft=(0, 100), hard=(0, 100_000), factors={"ng/mL": "1000"}),
        "tnt": limits("ng/L", soft=(0, 100), hard=(0, 100_000), factors={"ng/mL": "1000"}),
        "nt_probnp": limits("ng/L", soft=(0, 2000), hard=(0, 70_000), factors={"pg/mL": "1"}),
        "amy": limits("U/L", soft=(10, 400), hard=(1, 10_000)),
        "lps": limits("U/L", soft=(0, 300), hard=(0, 20_000)),
        "tsh": limits("m[IU]/L", soft=(0.05, 15), hard=(0, 500), factors={"mIU/L": "1", "uIU/mL": "1"}),
        "ft4": limits("pmol/L", soft=(0, 200), hard=(0, 200), factors={"ng/dL": "12.87"}),
        "ft3": limits("pmol/L", soft=(0, 200), hard=(0, 200), factors={"pg/mL": "1.536"}),
        "cort": limits("nmol/L", soft=(100, 800), hard=(0, 5000), factors={"ug/dL": "27.59"}),
    }
)

POSITIVE_OR_NEGATIVE = ("POS", "NEG")
ANALYTE_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "hbsag_q": POSITIVE_OR_NEGATIVE,
        "hbeag": POSITIVE_OR_NEGATIVE,
        "hcv_ab": POSITIVE_OR_NEGATIVE,
        "u_pro_dip": ("NEG", "TRACE", "1+", "2+", "3+", "4+"),
    }
)

# How reports print these codes. A dash alone is negative here, though elsewhere it says that nothing is known.
SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "+": "POS",
        "(+)": "POS",
        "-": "NEG",
        "(-)": "NEG",
        "—": "NEG",
        "阴": "NEG",
        "阳": "POS",
        "neg": "NEG",
        "pos": "POS",
    }
)
GRADED_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("-", "(-)", "—", "阴", "neg"), "NEG"),
        **dict.fromkeys(("±", "+-", "+/-", "(±)", "微量"), "TRACE"),
        **{f"{count}+": f"{count}+" for count in range(1, 5)},
        **{f"+{count}": f"{count}+" for count in range(1, 5)},
        **{"+" * count: f"{count}+" for count in range(1, 5)},
    }
)


def spellings_of(analyte: str) -> Mapping[str, str]:
    """Other ways to write each code of a qualitative analyte, in lower case and half width; none for a measured one.

    >>> spellings_of("u_pro_dip")["++"]
    '2+'
    """
    codes = ANALYTE_CODES.get(analyte)
    if codes is None:
        return MappingProxyType({})
    return SIGNS if codes == POSITIVE_OR_NEGATIVE else GRADED_SIGNS
