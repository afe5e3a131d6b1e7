"""Transplant criteria beside Milan: UCSF, up-to-seven and Hangzhou. A missing input that decides gives no verdict.

Diameters are in cm. All ask that neither vessel nor other organ is invaded. No tumor left (number 0) is within on the VIABLE
basis, and needs no diameter.
"""

from dataclasses import dataclass

from registry.clinical.codes import any_of
from registry.clinical.staging.bclc import DiameterBasis, SizeLimits

# Yao et al., Hepatology 2001;33:1394-403
UCSF = SizeLimits(single_cm=6.5, most=3, each_cm=4.5)
UCSF_SUM_CM = 8.0
UP_TO_SEVEN = 7.0  # Mazzaferro et al., Lancet Oncol 2009;10:35-43
HANGZHOU_SUM_CM = 8.0  # Zheng et al., Transplantation 2008;85:1726-32
HANGZHOU_GRADES = frozenset({"I", "II"})
EDMONDSON_GRADES = frozenset({"I", "II", "III", "IV"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The tumors of one scan; `sum_cm` is entered, or follows from up to three diameters."""

    number: int | None
    max_cm: float | None
    second_cm: float | None = None
    third_cm: float | None = None
    sum_cm: float | None = None
    macrovascular: bool | None
    extrahepatic: bool | None
    basis: DiameterBasis = "WHOLE"

    @property
    def total_cm(self) -> float | None:
        """Sum of all diameters: as entered, else added up where every tumor was measured."""
        if self.sum_cm is not None or self.number is None:
            return self.sum_cm
        measured = (self.max_cm, self.second_cm, self.third_cm)[: self.number]
        known = [diameter for diameter in measured if diameter is not None]
        return sum(known) if len(known) == self.number else None

    @property
    def has_spread(self) -> bool | None:
        return any_of(self.macrovascular, self.extrahepatic)

    def verdict(self, by_size: bool | None) -> bool | None:  # noqa: FBT001  # the verdict is the value
        """What size says, where nothing is invaded and a tumor is left."""
        inside = self.basis == "VIABLE" if self.number == 0 else by_size
        outside = any_of(self.has_spread, None if inside is None else not inside)
        return None if outside is None else not outside


def within_ucsf(extent: Extent) -> bool | None:
    """One tumor of at most 6.5 cm, or two or three of at most 4.5 cm each and 8 cm together. Source: Yao et al. 2001."""
    by_size = UCSF.verdict(extent.number, max_diameter_cm=extent.max_cm)
    if by_size and extent.number != 1:
        by_size = None if extent.total_cm is None else extent.total_cm <= UCSF_SUM_CM
    return extent.verdict(by_size)


def within_up_to_seven(extent: Extent) -> bool | None:
    """Number of tumors + largest diameter in cm at most 7.

    Microvascular invasion, which the definition excludes as well, is known from pathology only and not asked.
    Source: Mazzaferro et al. 2009.

    >>> within_up_to_seven(Extent(number=3, max_cm=4.0, macrovascular=False, extrahepatic=False))
    True
    """
    least = (1 if extent.number is None else extent.number) + (extent.max_cm or 0.0)
    is_whole = extent.number is not None and extent.max_cm is not None
    return extent.verdict(least <= UP_TO_SEVEN if is_whole or least > UP_TO_SEVEN else None)


def within_hangzhou(extent: Extent, *, afp_gt_400: bool | None, edmondson_grade: str | None) -> bool | None:
    """Diameters of at most 8 cm together, or more with AFP at most 400 ng/mL and Edmondson grade I or II.

    Source: Zheng et al. 2008.
    """
    return extent.verdict(_by_hangzhou(extent.total_cm, afp_gt_400=afp_gt_400, edmondson_grade=edmondson_grade))


def _by_hangzhou(total_cm: float | None, *, afp_gt_400: bool | None, edmondson_grade: str | None) -> bool | None:
    if total_cm is None:
        return None
    if total_cm <= HANGZHOU_SUM_CM:
        return True
    if afp_gt_400 or edmondson_grade in EDMONDSON_GRADES - HANGZHOU_GRADES:
        return False
    return True if afp_gt_400 is False and edmondson_grade in HANGZHOU_GRADES else None
