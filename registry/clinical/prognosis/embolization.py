"""Points of risk before embolization: the hepatoma arterial-embolization prognostic score (HAP) and its modifications.

Units are canonical: albumin in g/L, bilirubin in umol/L, diameter in cm. A missing input gives no score, never a partial one.
The limits of HAP and mHAP-II, and the classes of both, are as Table 1 of Cancer Imaging 2023 (doi 10.1186/s40644-023-00575-6)
prints them, and the findings of mHAP-II as the abstract of Park et al. 2016 does; that abstract calls the limit of bilirubin
0.9 mg/dL (15.4 umol/L), presumably HAP's 17 umol/L (0.99) cut short: 17 holds for both. mHAP has not been held against its paper.

mHAP-III (Cappelli et al., Liver Int 2016;36:729-36) is a linear predictor of number of tumors, albumin, bilirubin, AFP and largest
size, for patients without portal vein invasion. Its abstract names these and no coefficient, and neither the paper nor its
calculator was at hand: it is not derived.
"""

from registry.clinical.points import Band, worth

# Kadalayil et al., Ann Oncol 2013;24:2565-70: one point for each; the limit itself has none
LOW_ALBUMIN_G_L = 36.0
HIGH_BILIRUBIN_UMOL_L = 17.0
LARGE_TUMOR_CM = 7.0
MULTIPLE = 2  # Park et al., Liver Int 2016;36:100-7
HAP_CLASSES = (Band(upper=0, worth="A"), Band(upper=1, worth="B"), Band(upper=2, worth="C"), Band(worth="D"))


def hap_score(
    alb: float | None, *, tbil: float | None, afp_gt_400: bool | None, max_diameter_cm: float | None
) -> int | None:
    """HAP, 0 to 4: a point each for albumin < 36, bilirubin > 17, AFP > 400 ng/mL and a largest tumor > 7 cm.

    Source: Kadalayil et al. 2013. No R function in common use.

    >>> hap_score(35.0, tbil=18.0, afp_gt_400=False, max_diameter_cm=7.0)
    2
    """
    is_high = None if tbil is None else tbil > HIGH_BILIRUBIN_UMOL_L
    return _points(is_high, *_common(alb, afp_gt_400=afp_gt_400, max_diameter_cm=max_diameter_cm))


def mhap_score(alb: float | None, *, afp_gt_400: bool | None, max_diameter_cm: float | None) -> int | None:
    """Modified HAP, 0 to 3: HAP without bilirubin. Source: Pinato et al., Clin Gastroenterol Hepatol 2015;13:1204-8."""
    return _points(*_common(alb, afp_gt_400=afp_gt_400, max_diameter_cm=max_diameter_cm))


def mhap_ii_score(
    alb: float | None,
    *,
    tbil: float | None,
    afp_gt_400: bool | None,
    max_diameter_cm: float | None,
    number: int | None,
) -> int | None:
    """mHAP-II, 0 to 5: HAP and a point for two or more tumors. Source: Park et al. 2016.

    >>> mhap_ii_score(35.0, tbil=18.0, afp_gt_400=False, max_diameter_cm=7.0, number=2)
    3
    """
    hap = hap_score(alb, tbil=tbil, afp_gt_400=afp_gt_400, max_diameter_cm=max_diameter_cm)
    return None if hap is None or not number else hap + (number >= MULTIPLE)


def hap_class(score: int | None) -> str | None:
    """Class "A" (0 points), "B" (1), "C" (2) or "D" (3 and more), of HAP, mHAP and mHAP-II alike."""
    return None if score is None else worth(score, bands=HAP_CLASSES)


def _common(
    alb: float | None, *, afp_gt_400: bool | None, max_diameter_cm: float | None
) -> tuple[bool | None, bool | None, bool | None]:
    is_low = None if alb is None else alb < LOW_ALBUMIN_G_L
    return is_low, afp_gt_400, None if max_diameter_cm is None else max_diameter_cm > LARGE_TUMOR_CM


def _points(*claims: bool | None) -> int | None:
    known = [claim for claim in claims if claim is not None]
    return sum(known) if len(known) == len(claims) else None
