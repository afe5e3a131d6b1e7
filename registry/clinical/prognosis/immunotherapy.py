"""Points of risk before immunotherapy."""

# Scheiner et al., J Hepatol 2022;76:353-63: CRP of 1 mg/dL
CRAFITY_AFP_NG_ML = 100.0
CRAFITY_CRP_MG_L = 10.0


def crafity_score(*, afp_ge_100: bool | None, crp_ge_10: bool | None) -> int | None:
    """CRAFITY, 0 (low), 1 or 2 (high): a point each for AFP of at least 100 ng/mL and CRP of at least 10 mg/L (1 mg/dL).

    The results are asked as claims, as a result such as "<50" may answer without a number. Source: Scheiner et al. 2022. No R
    function in common use.
    """
    return None if afp_ge_100 is None or crp_ge_10 is None else afp_ge_100 + crp_ge_10
