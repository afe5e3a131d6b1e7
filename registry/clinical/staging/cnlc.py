"""China liver cancer staging. A missing input that decides gives no stage."""

from registry.clinical.codes import any_of
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

    What is known may decide alone: metastasis makes IIIB though nobody counted the nodules. None as well where there is no tumor
    to stage (`number` 0 without invasion).

    >>> cnlc_stage(2, max_diameter_cm=3.1, macrovascular=False, extrahepatic=False, ecog_ps=0, ctp_class="A")
    'IIA'
    """
    is_failing = None if ctp_class is None else ctp_class == TERMINAL_CHILD_PUGH
    is_terminal = any_of(None if ecog_ps is None else ecog_ps >= TERMINAL_ECOG, is_failing)
    for holds, stage in ((is_terminal, "IV"), (extrahepatic, "IIIB"), (macrovascular, "IIIA")):
        if holds is None or holds:
            return stage if holds else None
    return _by_size(number, max_diameter_cm=max_diameter_cm)


def _by_size(number: int | None, *, max_diameter_cm: float | None) -> str | None:
    if number is not None and number > CNLC_IIA_MOST:
        return "IIB"
    if number is None or number == 0 or max_diameter_cm is None:
        return None
    if number == 1:
        return "IA" if max_diameter_cm <= CNLC_IA_CM else "IB"
    return "IB" if CNLC_I.hold(number, max_diameter_cm=max_diameter_cm) else "IIA"
