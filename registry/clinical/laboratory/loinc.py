"""LOINC codes of the laboratory's analytes, as mass (or the only one there is) and as moles.

Codes that could not be made sure of are left out: bile acids, prothrombin activity, AFP-L3, PIVKA-II, free T3, cortisol, urine
dipstick. Source: the registry's data dictionary, section 4.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Loinc:
    """`mass` is the code of a result in mass, activity, count or as a code; `moles` that of the same analyte in moles."""

    mass: str
    moles: str | None = None


def _of(mass: str, moles: str | None = None) -> Loinc:
    return Loinc(mass=mass, moles=moles)


LOINC: Mapping[str, Loinc] = MappingProxyType(
    {
        "alb": _of("1751-7"),
        "tbil": _of("1975-2", "14631-6"),
        "dbil": _of("1968-7", "14629-0"),
        "alt": _of("1742-6"),
        "ast": _of("1920-8"),
        "ggt": _of("2324-2"),
        "alp": _of("6768-6"),
        "ldh": _of("14804-9"),
        "prealb": _of("14338-8"),
        "tp": _of("2885-2"),
        "nh3": _of("16362-6"),
        "pt": _of("5902-2"),
        "inr": _of("6301-6"),
        "aptt": _of("14979-9"),
        "fib": _of("3255-7"),
        "d_dimer": _of("48065-7"),
        "wbc": _of("6690-2"),
        "neut": _of("751-8"),
        "lym": _of("731-0"),
        "mono": _of("742-7"),
        "eos": _of("711-2"),
        "hb": _of("718-7"),
        "plt": _of("777-3"),
        "crp": _of("1988-5"),
        "crea": _of("2160-0", "14682-9"),
        "urea": _of("3094-0", "22664-7"),
        "uric": _of("3084-1", "14933-6"),
        "na": _of("2951-2"),
        "k": _of("2823-3"),
        "ca": _of("17861-6", "2000-8"),
        "mg": _of("19123-9", "2601-3"),
        "phos": _of("2777-1", "14879-1"),
        "glu": _of("2345-7", "14749-6"),
        "hba1c": _of("4548-4"),
        "chol": _of("2093-3", "14647-2"),
        "tg": _of("2571-8", "14927-8"),
        "u_pro_24h": _of("2889-4"),
        "afp": _of("1834-1"),
        "cea": _of("2039-6"),
        "ca199": _of("24108-3"),
        "hbsag_q": _of("5195-3"),
        "hbsag_iu": _of("63557-3"),
        "hbeag": _of("13954-3"),
        "hbv_dna": _of("42595-9"),
        "hcv_ab": _of("16128-1"),
        "hcv_rna": _of("11011-4"),
        "ck": _of("2157-6"),
        "tni": _of("10839-9"),
        "tnt": _of("6598-7"),
        "nt_probnp": _of("33762-6"),
        "amy": _of("1798-8"),
        "lps": _of("3040-3"),
        "tsh": _of("3016-3"),
        "ft4": _of("14920-3"),
    }
)

# Of findings that are not laboratory results, by variable
LOINC_OF_FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        "height_cm": "8302-2",
        "weight_kg": "29463-7",
        "bmi": "39156-5",
        "ecog_ps": "89247-1",
        "systolic_bp": "8480-6",
        "diastolic_bp": "8462-4",
        "body_temperature": "8310-5",
    }
)
