"""Response by the Response Evaluation Criteria in Cancer of the Liver: necrosis counts as much as shrinkage.

Source: Kudo et al., Liver Cancer 2016;5:190-7 (RECICL 2015), as the TACTICS trial used it: Kudo et al., Gut 2020;69:1492-501.

Note [Two readings of growth by a quarter]
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
TACTICS (Kudo et al., Gut 2020;69:1492-501) has both. RECICL calls a scan PD where the tumor's *area* has grown by 25 %, as it
measures areas throughout: of one diameter 12 % (50 to 56 mm). Time to untreatable progression, its endpoint, asks for growth of
the *diameter* by 25 % (50 to 62.5 mm), as it asks whether TACE is still of use, not whether this scan is worse than the last.
A study that reports both will have scans of PD by RECICL before the patient is untreatable: that is meant so.
"""

from dataclasses import dataclass

from registry.clinical.response.criteria import NEW_LESION

COMPLETE_PCT, PARTIAL_PCT = 100.0, 50.0
OUTSIDE_THE_LIVER = frozenset({"EXTRA", "BOTH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecicLimits:
    """A study's choice: TACTICS took 25 % of growth, a later revision 50 %, and no new tumor within the liver as PD.

    See Note [Two readings of growth by a quarter].
    """

    recicl_pd_pct: float = 25.0
    counts_new_in_liver: bool = False


TACTICS = RecicLimits()


def area_reduction_pct(baseline_mm: float | None, *, current_mm: float | None) -> float | None:
    """Reduction of the area in percent from one diameter, or sum, at baseline and now; negative for growth.

    Areas are taken to change as the square of the diameter; give the areas' own reduction where they were measured.

    >>> area_reduction_pct(40, current_mm=20)
    75.0
    """
    if current_mm is None or not baseline_mm:
        return None
    return 100 * (1 - (current_mm / baseline_mm) ** 2)


def recicl_response(
    necrosis_pct: float | None,
    *,
    area_reduction_pct: float | None,
    new_lesion: str | None,
    non_target: str | None = "NA",
    limits: RecicLimits = TACTICS,
) -> str | None:
    """Response of one scan, tested in the order PD, CR, PR, SD; the greater of necrosis and reduction counts.

    `area_reduction_pct` is negative for growth; `new_lesion` is NO, INTRA, EXTRA, BOTH or EQUIV. None where the change of size or
    the new lesion is missing, which may hide PD, and where missing necrosis decides.

    >>> recicl_response(60, area_reduction_pct=10, new_lesion="NO")
    'PR'
    """
    counted = NEW_LESION if limits.counts_new_in_liver else OUTSIDE_THE_LIVER
    has_grown = area_reduction_pct is not None and -area_reduction_pct >= limits.recicl_pd_pct
    if has_grown or new_lesion in counted or non_target == "PD":
        return "PD"
    if new_lesion is None or non_target is None or area_reduction_pct is None:
        return None  # growth or spread may hide behind what is missing
    gain = max(necrosis_pct if necrosis_pct is not None else 0.0, area_reduction_pct)
    if gain >= COMPLETE_PCT:
        return "CR"
    if gain >= PARTIAL_PCT:
        return "PR"
    return None if necrosis_pct is None else "SD"
