"""China liver cancer staging. A missing input gives no stage."""

from registry.clinical.staging.bclc import SizeLimits

# National Health Commission of China, standard for diagnosis and treatment of primary liver cancer, 2022 edition
CNLC_IA_CM = 5.0
CNLC_I = SizeLimits(single_cm=float("inf"), most=3, each_cm=3.0)
CNLC_IIA_MOST = 3
TERMINAL_ECOG = 3
TERMINAL_CHILD_PUGH = "C"


def cnlc_stage(
    number: int | None,
    *,
    max_diameter_cm: float | None,
    macrovascular: bool | None,
    extrahepatic: bool | None,
    ecog_ps: int | None,
    ctp_class: str | None,
) -> str | None:
    """CNLC stage "IA", "IB", "IIA", "IIB", "IIIA", "IIIB" or "IV": the first of IV, IIIB, IIIA that applies, else by size.

    None as well where there is no tumor to stage (`number` 0 without invasion).

    >>> cnlc_stage(2, max_diameter_cm=3.1, macrovascular=False, extrahepatic=False, ecog_ps=0, ctp_class="A")
    'IIA'
    """
    given = (number, max_diameter_cm, macrovascular, extrahepatic, ecog_ps, ctp_class)
    if None in given or number is None or max_diameter_cm is None or ecog_ps is None:
        return None
    if ecog_ps >= TERMINAL_ECOG or ctp_class == TERMINAL_CHILD_PUGH:
        return "IV"
    if extrahepatic:
        return "IIIB"
    return "IIIA" if macrovascular else _by_size(number, max_diameter_cm=max_diameter_cm)


def _by_size(number: int, *, max_diameter_cm: float) -> str | None:
    if number == 0:
        return None
    if number == 1 and max_diameter_cm <= CNLC_IA_CM:
        return "IA"
    if CNLC_I.hold(number, max_diameter_cm=max_diameter_cm):
        return "IB"
    return "IIA" if number <= CNLC_IIA_MOST else "IIB"
