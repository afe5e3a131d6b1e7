"""Tumor extent and stage from number, size, invasion and condition. A missing input gives no result.

Number and diameter are those of whole lesions unless a basis is named. Diameters are in cm.
"""

from dataclasses import dataclass
from typing import Literal

DiameterBasis = Literal["WHOLE", "VIABLE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLimits:
    """The largest diameter allowed to a single tumor, and to each of up to `most` tumors."""

    single_cm: float
    most: int
    each_cm: float

    def hold(self, number: int, *, max_diameter_cm: float) -> bool:
        if number == 1:
            return max_diameter_cm <= self.single_cm
        return 2 <= number <= self.most and max_diameter_cm <= self.each_cm


MILAN = SizeLimits(single_cm=5.0, most=3, each_cm=3.0)  # Mazzaferro et al., N Engl J Med 1996;334:693-9
# Reig et al., J Hepatol 2022;76:681-93: a single tumor is at least stage A at any size
BCLC_A = SizeLimits(single_cm=float("inf"), most=3, each_cm=3.0)
BCLC_0_CM = 2.0

CHENG_MACROSCOPIC = frozenset({"I", "II", "III", "IV"})  # I0 is seen under the microscope only
CHENG_NOT_MACROSCOPIC = frozenset({"0", "I0"})
VV_INVADED = frozenset({"VV1", "VV2", "VV3"})


def macrovascular_invasion(*, pvtt_cheng: str | None, hvtt_vv: str | None) -> bool | None:
    """Tumor thrombus seen in a portal (Cheng I-IV) or hepatic vein (VV1-VV3). Bile-duct thrombus does not count."""
    if pvtt_cheng in CHENG_MACROSCOPIC or hvtt_vv in VV_INVADED:
        return True
    return False if pvtt_cheng in CHENG_NOT_MACROSCOPIC and hvtt_vv == "VV0" else None


def within_milan(
    number: int | None,
    *,
    max_diameter_cm: float | None,
    macrovascular: bool | None,
    extrahepatic: bool | None,
    basis: DiameterBasis = "WHOLE",
) -> bool | None:
    """Milan criteria: one tumor of at most 5 cm, or two or three of at most 3 cm each, neither vessel nor other organ invaded.

    No tumor left (`number` 0, for which no diameter is needed) is within on the VIABLE basis. Source: Mazzaferro et al. 1996.

    >>> within_milan(3, max_diameter_cm=3.0, macrovascular=False, extrahepatic=False)
    True
    """
    if number is None or macrovascular is None or extrahepatic is None:
        return None
    if number == 0:
        return basis == "VIABLE" and not macrovascular and not extrahepatic
    if max_diameter_cm is None:
        return None
    return not macrovascular and not extrahepatic and MILAN.hold(number, max_diameter_cm=max_diameter_cm)


def bclc_stage(
    number: int | None,
    *,
    max_diameter_cm: float | None,
    macrovascular: bool | None,
    extrahepatic: bool | None,
    condition: "Condition",
) -> str | None:
    """BCLC 2022 stage "0", "A", "B", "C" or "D": the first of D, C, 0, A that applies, else B. Source: Reig et al. 2022.

    None as well where there is no tumor to stage (`number` 0 without invasion).

    >>> well = Condition(ecog_ps=0, ctp_class="A")
    >>> bclc_stage(1, max_diameter_cm=8.0, macrovascular=False, extrahepatic=False, condition=well)
    'A'
    """
    if number is None or max_diameter_cm is None or macrovascular is None or extrahepatic is None:
        return None
    if condition.is_terminal is None or condition.is_terminal:
        return "D" if condition.is_terminal else None
    if macrovascular or extrahepatic or condition.is_worsened_by_tumor:
        return "C"
    if condition.is_worsened_by_tumor is None:
        return None
    if number == 0:
        return None
    if number == 1 and max_diameter_cm <= BCLC_0_CM and condition.is_untouched:
        return "0"
    return "A" if BCLC_A.hold(number, max_diameter_cm=max_diameter_cm) else "B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The patient's state as BCLC reads it.

    With `ps_strict` any ECOG 1-2 counts as caused by the tumor; without, ECOG 2 always does and ECOG 1 only where
    `ecog_tumor_related` says so. An unknown `lt_candidate` counts as no.
    """

    ecog_ps: int | None
    ctp_class: str | None
    ecog_tumor_related: bool | None = None
    lt_candidate: bool | None = None
    ps_strict: bool = False

    @property
    def is_terminal(self) -> bool | None:
        if self.ecog_ps is None or self.ctp_class is None:
            return None
        return self.ecog_ps >= 3 or (self.ctp_class == "C" and not self.lt_candidate)

    @property
    def is_worsened_by_tumor(self) -> bool | None:
        if self.ecog_ps is None:
            return None
        if self.ecog_ps == 1 and not self.ps_strict:
            return self.ecog_tumor_related
        return self.ecog_ps > 0

    @property
    def is_untouched(self) -> bool:
        return self.ecog_ps == 0 and self.ctp_class == "A"
