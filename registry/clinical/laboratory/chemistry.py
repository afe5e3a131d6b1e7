"""What is computed from one blood sample beside the liver: kidney function and calcium. A missing input gives no result."""

from dataclasses import dataclass

from registry.clinical.liver_function.meld import UMOL_PER_MG_DL_CREATININE

CALCIUM_PER_ALBUMIN = 0.02  # mmol of bound calcium per g of albumin
NORMAL_ALBUMIN_G_L = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltrationConstants:
    """`kappa` in mg/dL; `alpha` is the power below it, `factor` the whole result's."""

    kappa: float
    alpha: float
    factor: float


# Inker et al., N Engl J Med 2021;385:1737-49
FILTRATION = {
    "F": FiltrationConstants(kappa=0.7, alpha=-0.241, factor=1.012),
    "M": FiltrationConstants(kappa=0.9, alpha=-0.302, factor=1.0),
}
POWER_ABOVE_KAPPA = -1.200
FACTOR_PER_YEAR = 0.9938


def filtration_rate(crea: float | None, *, age: float | None, sex: str | None) -> float | None:
    """eGFR by CKD-EPI 2021 in mL/min/1.73 m2, from creatinine in umol/L, age in years and sex "F" or "M".

    142 min(Cr/kappa, 1)^alpha max(Cr/kappa, 1)^-1.2 0.9938^age, x 1.012 in women; creatinine in mg/dL. Raises ValueError for
    a creatinine that is not above 0. Source: Inker et al. 2021. R: nephro::CKDEpi_RF.creat.

    >>> round(filtration_rate(90, age=55, sex="M"))
    87
    """
    constants = FILTRATION.get(sex or "")
    if crea is None or age is None or constants is None:
        return None
    if crea <= 0:
        raise ValueError(f"creatinine must be above 0 umol/L, not {crea}")
    relative: float = crea / UMOL_PER_MG_DL_CREATININE / constants.kappa
    below: float = min(relative, 1.0) ** constants.alpha
    above: float = max(relative, 1.0) ** POWER_ABOVE_KAPPA
    aging: float = FACTOR_PER_YEAR**age
    return 142 * below * above * aging * constants.factor


def corrected_calcium(ca: float | None, *, alb: float | None) -> float | None:
    """Total calcium in mmol/L as it were at an albumin of 40 g/L: Ca + 0.02 (40 - albumin).

    Source: Payne et al., Br Med J 1973;4:643-6. No R function in common use.

    >>> round(corrected_calcium(2.0, alb=30), 2)
    2.2
    """
    return None if ca is None or alb is None else ca + CALCIUM_PER_ALBUMIN * (NORMAL_ALBUMIN_G_L - alb)
