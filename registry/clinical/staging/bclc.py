"""Tumor extent and stage from number, size, invasion and condition. A missing input that decides gives no result.

Number and diameter are those of whole lesions unless a basis is named. Diameters are in cm. Uncountable nodules are counted as
registry.clinical.staging.nodules says.
"""

from dataclasses import dataclass
from typing import Literal

from registry.clinical.codes import any_of

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

    def verdict(self, number: int | None, *, max_diameter_cm: float | None) -> bool | None:
        """As `hold`, of what is known: too many is too much at any size, too large at any number."""
        if number is not None and number > self.most:
            return False
        if number is not None and max_diameter_cm is not None:
            return self.hold(number, max_diameter_cm=max_diameter_cm)
        is_too_large = max_diameter_cm is not None and max_diameter_cm > max(self.single_cm, self.each_cm)
        return False if is_too_large else None


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
    inside = basis == "VIABLE" if number == 0 else MILAN.verdict(number, max_diameter_cm=max_diameter_cm)
    outside = any_of(macrovascular, extrahepatic, None if inside is None else not inside)
    return None if outside is None else not outside


def bclc_stage(
    number: int | None,
    *,
    max_diameter_cm: float | None,
    macrovascular: bool | None,
    extrahepatic: bool | None,
    condition: "Condition",
) -> str | None:
    """BCLC 2022 stage "0", "A", "B", "C" or "D": the first of D, C, 0, A that applies, else B. Source: Reig et al. 2022.

    What is known may decide alone: metastasis makes C though nobody counted the nodules. None as well where there is no tumor to
    stage (`number` 0 without invasion).

    >>> well = Condition(ecog_ps=0, ctp_class="A")
    >>> bclc_stage(1, max_diameter_cm=8.0, macrovascular=False, extrahepatic=False, condition=well)
    'A'
    """
    if condition.is_terminal is None or condition.is_terminal:
        return "D" if condition.is_terminal else None
    is_advanced = any_of(macrovascular, extrahepatic, condition.is_worsened_by_tumor)
    if is_advanced is None or is_advanced:
        return "C" if is_advanced else None
    is_early = None if number == 0 else BCLC_A.verdict(number, max_diameter_cm=max_diameter_cm)
    if is_early is None:
        return None
    is_very_small = number == 1 and max_diameter_cm is not None and max_diameter_cm <= BCLC_0_CM
    if is_very_small and condition.is_untouched:
        return "0"
    return "A" if is_early else "B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The patient's state as BCLC reads it.

    With `ps_strict` any ECOG 1-2 counts as caused by the tumor; without, ECOG 2 always does and ECOG 1 only where
    `ecog_tumor_related` says so. No center sets it (ADR 37). An unknown `lt_candidate` counts as no.
    """

    ecog_ps: int | None
    ctp_class: str | None
    ecog_tumor_related: bool | None = None
    lt_candidate: bool | None = None
    ps_strict: bool = False

    @property
    def is_terminal(self) -> bool | None:
        is_bedridden = None if self.ecog_ps is None else self.ecog_ps >= 3
        is_failing = None if self.ctp_class is None else self.ctp_class == "C" and not self.lt_candidate
        return any_of(is_bedridden, is_failing)

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
