"""Ratios of blood cells, and nutrition. Cells in 10*9/L. A missing input, or a divisor of 0, gives no result."""


def neutrophil_lymphocyte_ratio(neut: float | None, *, lym: float | None) -> float | None:
    """NLR: neutrophils / lymphocytes. No R function in common use.

    >>> round(neutrophil_lymphocyte_ratio(4.38, lym=1.70), 3)
    2.576
    """
    return _ratio(neut, lym)


def platelet_lymphocyte_ratio(plt: float | None, *, lym: float | None) -> float | None:
    """PLR: platelets / lymphocytes."""
    return _ratio(plt, lym)


def lymphocyte_monocyte_ratio(lym: float | None, *, mono: float | None) -> float | None:
    """LMR: lymphocytes / monocytes."""
    return _ratio(lym, mono)


def immune_inflammation_index(plt: float | None, *, neut: float | None, lym: float | None) -> float | None:
    """SII: platelets x neutrophils / lymphocytes. Source: Hu et al., Clin Cancer Res 2014;20:6212-22."""
    return None if plt is None or neut is None else _ratio(plt * neut, lym)


def prognostic_nutritional_index(alb: float | None, *, lym: float | None) -> float | None:
    """PNI: albumin in g/L + 5 x lymphocytes. Source: Onodera et al., Nihon Geka Gakkai Zasshi 1984;85:1001-5."""
    return None if alb is None or lym is None else alb + 5 * lym


def _ratio(above: float | None, below: float | None) -> float | None:
    return None if above is None or not below else above / below
