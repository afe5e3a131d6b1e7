"""Size and number of tumors as one figure. Diameters in cm; a missing input gives no result."""

from registry.clinical.points import Band, worth
from registry.clinical.staging.nodules import UNCOUNTABLE

# Wang et al., J Hepatol 2019;70:893-903: the limits themselves belong to the lower stratum
SIX_AND_TWELVE = (Band(upper=6, worth="<=6"), Band(upper=12, worth=">6-12"), Band(worth=">12"))


def six_and_twelve(number: int | None, *, max_diameter_cm: float | None) -> float | None:
    """The six-and-twelve score: number of tumors + largest diameter in cm.

    None as well where there is no tumor, or where the nodules are too many to be counted. Source: Wang et al. 2019. No R
    function in common use.

    >>> six_and_twelve(3, max_diameter_cm=4.5)
    7.5
    """
    if not number or number >= UNCOUNTABLE or max_diameter_cm is None:
        return None
    return number + max_diameter_cm


def six_and_twelve_class(number: int | None, *, max_diameter_cm: float | None) -> str | None:
    """Stratum "<=6", ">6-12" or ">12"; nodules that cannot be counted are in the highest at any size."""
    if number is not None and number >= UNCOUNTABLE:
        return SIX_AND_TWELVE[-1].worth
    score = six_and_twelve(number, max_diameter_cm=max_diameter_cm)
    return None if score is None else worth(score, bands=SIX_AND_TWELVE)
