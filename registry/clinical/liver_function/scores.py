"""Liver-function scores. Inputs are in canonical units; a missing input gives no score, never a partial one.

Scores are classified at full precision, before any rounding.
"""

from math import log10

from registry.clinical.points import Band, worth

ALBI_BILIRUBIN = 0.66
ALBI_ALBUMIN = -0.085  # as published; some calculators use -0.0852

# Johnson et al., J Clin Oncol 2015;33:550-8
ALBI_GRADES = (Band(upper=-2.60, worth="1"), Band(upper=-1.39, worth="2"), Band(worth="3"))
# Hiraoka et al., Liver Cancer 2017;6:325-36: grade 2 divided at -2.27
MALBI_GRADES = (
    Band(upper=-2.60, worth="1"),
    Band(upper=-2.27, worth="2a"),
    Band(upper=-1.39, worth="2b"),
    Band(worth="3"),
)

# Pugh et al., Br J Surg 1973;60:646-9, in SI units: 2 mg/dL is 34 umol/L and 3 mg/dL is 51 umol/L
BILIRUBIN_POINTS = (Band(upper=34, inclusive=False, worth=1), Band(upper=51, worth=2), Band(worth=3))
ALBUMIN_POINTS = (Band(upper=28, inclusive=False, worth=3), Band(upper=35, worth=2), Band(worth=1))
INR_POINTS = (Band(upper=1.7, inclusive=False, worth=1), Band(upper=2.3, worth=2), Band(worth=3))
PROLONGATION_POINTS = (Band(upper=4, inclusive=False, worth=1), Band(upper=6, worth=2), Band(worth=3))
ASCITES_POINTS = (Band(upper=0, worth=1), Band(upper=1, worth=2), Band(worth=3))
ENCEPHALOPATHY_POINTS = (Band(upper=0, worth=1), Band(upper=2, worth=2), Band(worth=3))
CHILD_PUGH_CLASSES = (Band(upper=6, worth="A"), Band(upper=9, worth="B"), Band(worth="C"))


def albi_score(alb: float | None, *, tbil: float | None) -> float | None:
    """Albumin-bilirubin score: 0.66 log10(bilirubin) - 0.085 albumin.

    `alb` in g/L, `tbil` in umol/L and above 0 (raises ValueError otherwise). Lower is better.
    Source: Johnson et al. 2015. No R function in common use.

    >>> round(albi_score(41.75, tbil=16.45), 4)
    -2.7461
    """
    if alb is None or tbil is None:
        return None
    if tbil <= 0:
        raise ValueError(f"bilirubin must be above 0 umol/L, not {tbil}")
    return ALBI_BILIRUBIN * log10(tbil) + ALBI_ALBUMIN * alb


def albi_grade(score: float | None) -> str | None:
    """ALBI grade "1" (at most -2.60), "2" (at most -1.39) or "3". Source: Johnson et al. 2015."""
    return None if score is None else worth(score, bands=ALBI_GRADES)


def malbi_grade(score: float | None) -> str | None:
    """Modified ALBI grade "1", "2a" (at most -2.27), "2b" or "3". Source: Hiraoka et al. 2017."""
    return None if score is None else worth(score, bands=MALBI_GRADES)


def child_pugh_score(
    *,
    alb: float | None,
    tbil: float | None,
    inr: float | None,
    ascites_grade: int | None,
    encephalopathy_grade: int | None,
    pt_prolongation_s: float | None = None,
) -> int | None:
    """Child-Pugh score, 5 to 15: one to three points for each of five findings.

    `alb` in g/L, `tbil` in umol/L, ascites grade 0-3, West Haven grade 0-4. Coagulation is the INR; where it is missing,
    `pt_prolongation_s`, the prothrombin time above its control in seconds. Source: Pugh et al. 1973. No R function in
    common use.

    >>> child_pugh_score(alb=41.75, tbil=16.45, inr=1.08, ascites_grade=0, encephalopathy_grade=0)
    5
    """
    scored = (
        (tbil, BILIRUBIN_POINTS),
        (alb, ALBUMIN_POINTS),
        (inr, INR_POINTS) if inr is not None else (pt_prolongation_s, PROLONGATION_POINTS),
        (ascites_grade, ASCITES_POINTS),
        (encephalopathy_grade, ENCEPHALOPATHY_POINTS),
    )
    points = [worth(value, bands=bands) for value, bands in scored if value is not None]
    return sum(points) if len(points) == len(scored) else None


def child_pugh_class(score: int | None) -> str | None:
    """Class "A" (5-6), "B" (7-9) or "C" (10-15). Raises ValueError for a score outside 5-15."""
    if score is None:
        return None
    if not 5 <= score <= 15:
        raise ValueError(f"a Child-Pugh score must be 5 to 15, not {score}")
    return worth(score, bands=CHILD_PUGH_CLASSES)


def coagulation_points_differ(*, inr: float | None, pt_prolongation_s: float | None) -> bool | None:
    """Whether INR and prolongation of the prothrombin time would give different Child-Pugh points; None if one is missing."""
    if inr is None or pt_prolongation_s is None:
        return None
    return worth(inr, bands=INR_POINTS) != worth(pt_prolongation_s, bands=PROLONGATION_POINTS)


def child_pugh_subclass(score: int | None) -> str | None:
    """Class and score together, such as "A5" or "B7"."""
    letter = child_pugh_class(score)
    return None if letter is None else f"{letter}{score}"
