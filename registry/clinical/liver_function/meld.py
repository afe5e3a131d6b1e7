"""Model for End-stage Liver Disease: MELD, MELD-Na and MELD 3.0. A missing input gives no score.

Bilirubin and creatinine in umol/L, sodium in mmol/L, albumin in g/L. Dialysis is two or more times in the last 7 days; unknown
counts as no. Scores are whole numbers from 6 to 40. No R function in common use.
"""

from math import floor, log

UMOL_PER_MG_DL_BILIRUBIN = 17.104
UMOL_PER_MG_DL_CREATININE = 88.4
G_L_PER_G_DL = 10.0

LOWEST, HIGHEST = 6, 40
FLOOR = 1.0  # bilirubin, INR and creatinine below 1 count as 1
MELD_MOST_CREATININE_MG_DL = 4.0
MELD_3_MOST_CREATININE_MG_DL = 3.0
SODIUM_LIMITS = (125.0, 137.0)
ALBUMIN_LIMITS_G_DL = (1.5, 3.5)
SODIUM_COUNTS_ABOVE = 11


def meld_unrounded(
    *, tbil: float | None, inr: float | None, crea: float | None, dialysis: bool | None = None
) -> float | None:
    """3.78 ln(bilirubin) + 11.2 ln(INR) + 9.57 ln(creatinine) + 6.43, in mg/dL, each at least 1, creatinine at most 4.

    With dialysis creatinine is 4. Source: Kamath et al., Hepatology 2001;33:464-70, as used by the OPTN.

    >>> round(meld_unrounded(tbil=51.3, inr=1.8, crea=132.6), 2)
    21.05
    """
    if tbil is None or inr is None or crea is None:
        return None
    creatinine = _creatinine(crea, most=MELD_MOST_CREATININE_MG_DL, dialysis=dialysis)
    bilirubin = max(tbil / UMOL_PER_MG_DL_BILIRUBIN, FLOOR)
    return 3.78 * log(bilirubin) + 11.2 * log(max(inr, FLOOR)) + 9.57 * log(creatinine) + 6.43


def meld(*, tbil: float | None, inr: float | None, crea: float | None, dialysis: bool | None = None) -> int | None:
    """MELD rounded half up, within 6 to 40.

    >>> meld(tbil=51.3, inr=1.8, crea=132.6)
    21
    """
    return _whole(meld_unrounded(tbil=tbil, inr=inr, crea=crea, dialysis=dialysis))


def meld_na_unrounded(score: int | None, *, na: float | None) -> float | None:
    """MELD + 1.32 (137 - Na) - 0.033 MELD (137 - Na) for a MELD above 11, else MELD; sodium within 125 to 137.

    The MELD that enters is already rounded, as the OPTN does it. Source: OPTN policy 9, January 2016; Kim et al., N Engl J Med
    2008;359:1018-26.
    """
    if score is None or na is None:
        return None
    if score <= SODIUM_COUNTS_ABOVE:
        return float(score)
    lack = _sodium_lack(na)
    return score + 1.32 * lack - 0.033 * score * lack


def meld_na(score: int | None, *, na: float | None) -> int | None:
    """MELD-Na from a whole MELD, rounded half up, within 6 to 40.

    >>> meld_na(21, na=130)
    25
    """
    return _whole(meld_na_unrounded(score, na=na))


def meld_3_unrounded(  # noqa: PLR0913  # the inputs of the formula
    *,
    sex: str | None,
    tbil: float | None,
    na: float | None,
    inr: float | None,
    crea: float | None,
    alb: float | None,
    dialysis: bool | None = None,
) -> float | None:
    """MELD 3.0 before rounding; `sex` is "F" or "M". Creatinine at most 3 mg/dL, 3 with dialysis; albumin 1.5 to 3.5 g/dL.

    Source: Kim et al., Gastroenterology 2021;161:1887-95.
    """
    if sex not in {"F", "M"} or tbil is None or na is None or inr is None or crea is None or alb is None:
        return None
    bilirubin = log(max(tbil / UMOL_PER_MG_DL_BILIRUBIN, FLOOR))
    creatinine = log(_creatinine(crea, most=MELD_3_MOST_CREATININE_MG_DL, dialysis=dialysis))
    lack = _sodium_lack(na)
    least, most = ALBUMIN_LIMITS_G_DL
    albumin = most - min(max(alb / G_L_PER_G_DL, least), most)
    return (
        (1.33 if sex == "F" else 0.0)
        + 4.56 * bilirubin
        + 0.82 * lack
        - 0.24 * lack * bilirubin
        + 9.09 * log(max(inr, FLOOR))
        + 11.14 * creatinine
        + 1.85 * albumin
        - 1.83 * albumin * creatinine
        + 6
    )


def meld_3(  # noqa: PLR0913  # the inputs of the formula
    *,
    sex: str | None,
    tbil: float | None,
    na: float | None,
    inr: float | None,
    crea: float | None,
    alb: float | None,
    dialysis: bool | None = None,
) -> int | None:
    """MELD 3.0 rounded half up, within 6 to 40.

    >>> meld_3(sex="F", tbil=51.3, na=130, inr=1.8, crea=132.6, alb=30)
    27
    """
    return _whole(meld_3_unrounded(sex=sex, tbil=tbil, na=na, inr=inr, crea=crea, alb=alb, dialysis=dialysis))


def _creatinine(crea: float, *, most: float, dialysis: bool | None) -> float:
    return most if dialysis else min(max(crea / UMOL_PER_MG_DL_CREATININE, FLOOR), most)


def _sodium_lack(na: float) -> float:
    least, most = SODIUM_LIMITS
    return most - min(max(na, least), most)


def _whole(score: float | None) -> int | None:
    return None if score is None else min(max(floor(score + 0.5), LOWEST), HIGHEST)
