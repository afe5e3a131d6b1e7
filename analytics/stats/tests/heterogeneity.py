"""Whether several estimates of one effect differ by more than chance, and their mean if the effect itself varies."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require
from analytics.stats.event_times import Floats


@dataclass(frozen=True)
class Heterogeneity:
    """Cochran's `q` with `df` and `p`; `i2` (0-1), the share of the spread that is not chance; `tau2`, the variance of the
    effect; the mean under that variance with its standard error and limits, on the scale of the estimates."""

    k: int
    q: float
    df: int
    p: float
    i2: float
    tau2: float
    mean: float
    se: float
    low: float
    high: float


def heterogeneity(estimates: Floats, *, se: Floats, level: float = 0.95) -> Heterogeneity:
    """Of `estimates` (k,) with their standard errors, k > 1, by inverse variance; tau2 by DerSimonian and Laird.

    w = 1/se^2; Q = sum w (y - mean)^2; tau2 = max(0, (Q - df) / (sum w - sum w^2 / sum w)); I2 = max(0, (Q - df) / Q).
    BadInput for fewer than two estimates or a standard error that is not positive. Source: DerSimonian and Laird 1986, Higgins
    and Thompson 2002. R: metafor::rma(estimates, sei = se, method = "DL").

    >>> heterogeneity(np.array([0.0, 1.0]), se=np.array([0.5, 0.5])).q
    2.0
    """
    en, zh = "At least two estimates with positive standard errors are needed.", "至少需要两个标准误为正的估计值。"
    require(estimates.size > 1 and bool(np.all(se > 0)), en=en, zh=zh)
    weights, df = se**-2.0, estimates.size - 1
    fixed = float((weights * estimates).sum() / weights.sum())
    q = float((weights * (estimates - fixed) ** 2).sum())
    excess = max(0.0, q - df)
    tau2 = excess / float(weights.sum() - (weights**2).sum() / weights.sum())
    own = 1 / (se**2 + tau2)
    mean, error = float((own * estimates).sum() / own.sum()), sqrt(1 / float(own.sum()))
    reach = float(stats.norm.ppf((1 + level) / 2)) * error
    return Heterogeneity(
        k=estimates.size,
        q=q,
        df=df,
        p=float(stats.chi2.sf(q, df)),
        i2=excess / q if q > 0 else 0.0,
        tau2=tau2,
        mean=mean,
        se=error,
        low=mean - reach,
        high=mean + reach,
    )
