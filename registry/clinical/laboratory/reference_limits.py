"""Limits of normal for adults, used only where the laboratory that measured the value has given none.

In the canonical unit of each analyte. Troponins, NT-proBNP, lipase, free thyroid hormones and cortisol depend on the assay and
have no default. Source: the registry's data dictionary, section 4.2, after the Chinese health industry standards WS/T 404 and
405.
"""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Lower and upper limit of normal; None where there is none on that side."""

    lln: float | None = None
    uln: float | None = None


@dataclass(frozen=True, slots=True)
class DefaultLimits:
    """Limits of one analyte, for both sexes or for one ("M" or "F")."""

    analyte: str
    lln: float | None
    uln: float | None
    sex: str | None = None


DEFAULT_LIMITS = (
    DefaultLimits("alb", 40, 55),
    DefaultLimits("tbil", 3.4, 20.5),
    DefaultLimits("dbil", 0, 6.8),
    DefaultLimits("alt", 9, 50, "M"),
    DefaultLimits("alt", 7, 40, "F"),
    DefaultLimits("ast", 15, 40, "M"),
    DefaultLimits("ast", 13, 35, "F"),
    DefaultLimits("ggt", 10, 60, "M"),
    DefaultLimits("ggt", 7, 45, "F"),
    DefaultLimits("alp", 45, 125),
    DefaultLimits("ldh", 120, 250),
    DefaultLimits("tba", 0, 10),
    DefaultLimits("prealb", 200, 400),
    DefaultLimits("tp", 65, 85),
    DefaultLimits("pt", 9.4, 12.5),
    DefaultLimits("pta", 70, 130),
    DefaultLimits("inr", 0.8, 1.2),
    DefaultLimits("aptt", 25, 37),
    DefaultLimits("fib", 2.0, 4.0),
    DefaultLimits("d_dimer", 0, 0.55),
    DefaultLimits("wbc", 3.5, 9.5),
    DefaultLimits("neut", 1.8, 6.3),
    DefaultLimits("lym", 1.1, 3.2),
    DefaultLimits("mono", 0.1, 0.6),
    DefaultLimits("eos", 0.02, 0.52),
    DefaultLimits("hb", 130, 175, "M"),
    DefaultLimits("hb", 115, 150, "F"),
    DefaultLimits("plt", 125, 350),
    DefaultLimits("crp", 0, 6),
    DefaultLimits("crea", 57, 97, "M"),
    DefaultLimits("crea", 41, 73, "F"),
    DefaultLimits("urea", 3.1, 8.0),
    DefaultLimits("na", 137, 147),
    DefaultLimits("k", 3.5, 5.3),
    DefaultLimits("ca", 2.11, 2.52),
    DefaultLimits("mg", 0.75, 1.02),
    DefaultLimits("phos", 0.85, 1.51),
    DefaultLimits("glu", 3.9, 6.1),
    DefaultLimits("hba1c", 4, 6),
    DefaultLimits("chol", 2.9, 5.7),
    DefaultLimits("tg", 0.45, 1.7),
    DefaultLimits("uric", 208, 428, "M"),
    DefaultLimits("uric", 155, 357, "F"),
    DefaultLimits("ck", 50, 310, "M"),
    DefaultLimits("ck", 40, 200, "F"),
    DefaultLimits("amy", 35, 135),
    DefaultLimits("tsh", 0.27, 4.2),
    DefaultLimits("afp", 0, 20),
    DefaultLimits("afp_l3", 0, 10),
    DefaultLimits("pivka2", 0, 40),
    DefaultLimits("cea", 0, 5),
    DefaultLimits("ca199", 0, 37),
    DefaultLimits("nh3", 9, 47),
    DefaultLimits("hbsag_iu", None, 0.05),
    DefaultLimits("u_pro_24h", 0, 0.15),
)


@cache
def default_limits(analyte: str, *, sex: str | None) -> Limits | None:
    """The adult limits of an analyte; None where none are agreed, or where they differ by sex and `sex` is neither M nor F.

    >>> default_limits("alt", sex="F")
    Limits(lln=7, uln=40)
    """
    for row in DEFAULT_LIMITS:
        if row.analyte == analyte and row.sex in {None, sex}:
            return Limits(lln=row.lln, uln=row.uln)
    return None
