"""Indices of liver fibrosis from a blood sample. A missing input gives no index."""

from math import sqrt

from registry.clinical.points import Band, worth

# Sterling et al., Hepatology 2006;43:1317-25; Wai et al., Hepatology 2003;38:518-26
FIB4_CLASSES = (
    Band(upper=1.45, inclusive=False, worth="LOW"),
    Band(upper=3.25, worth="INTERMEDIATE"),
    Band(worth="HIGH"),
)
APRI_CLASSES = (
    Band(upper=0.5, inclusive=False, worth="LOW"),
    Band(upper=1.5, worth="INTERMEDIATE"),
    Band(worth="HIGH"),
)


def fib4(age: float | None, *, ast: float | None, alt: float | None, plt: float | None) -> float | None:
    """FIB-4: age AST / (platelets sqrt(ALT)). Age in years, AST and ALT in U/L, platelets in 10*9/L.

    None as well where ALT or platelets are 0. Source: Sterling et al. 2006. No R function in common use.

    >>> round(fib4(55, ast=55.58, alt=65.67, plt=208.02), 3)
    1.813
    """
    if age is None or ast is None or not alt or not plt:
        return None
    return age * ast / (plt * sqrt(alt))


def fib4_class(index: float | None) -> str | None:
    """LOW (below 1.45), INTERMEDIATE (to 3.25) or HIGH. Source: Sterling et al. 2006."""
    return None if index is None else worth(index, bands=FIB4_CLASSES)


def apri(ast: float | None, *, ast_uln: float | None, plt: float | None) -> float | None:
    """AST to platelet ratio index: 100 (AST / its upper limit of normal) / platelets in 10*9/L.

    None as well where the limit or the platelets are 0. Source: Wai et al. 2003. No R function in common use.

    >>> round(apri(55.58, ast_uln=40, plt=208.02), 3)
    0.668
    """
    if ast is None or not ast_uln or not plt:
        return None
    return 100 * (ast / ast_uln) / plt


def apri_class(index: float | None) -> str | None:
    """LOW (below 0.5), INTERMEDIATE (to 1.5) or HIGH. Source: Wai et al. 2003."""
    return None if index is None else worth(index, bands=APRI_CLASSES)
