"""What Table 1 says of one covariate in one arm."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.stats.event_times import Booleans, Floats

Quantile = Literal[7, 6]
ROUNDING = 1e-12


@dataclass(frozen=True)
class Summary:
    """`n` persons of the arm, `missing` of them without a value; the rest describes those with one.

    `count` and `percent` (0-100, of those with a value) are of a level, the moments and quantiles of a continuous
    covariate; None where they do not apply or nobody has a value."""

    n: int
    missing: int
    count: int | None = None
    percent: float | None = None
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    min: float | None = None
    max: float | None = None


def summarize_continuous(values: Floats, *, quantile: Quantile = 7, weights: Floats | None = None) -> Summary:
    """Moments and quantiles of `values` (n,), NaN where missing, in their unit; the SD is n - 1.

    `quantile` is Hyndman and Fan's type, 7 as in R, 6 as in SPSS. R: mean, sd, quantile(type = quantile). With `weights` (n,),
    positive, mean and SD are weighted (as cov.wt), a quantile is the smallest value whose weighted share reaches it; `n`,
    `missing`, `min` and `max` are of persons.

    >>> summarize_continuous(np.array([1.0, 2.0, np.nan])).median
    1.5
    """
    known = values[~np.isnan(values)]
    missing = int(values.size - known.size)
    if not known.size:
        return Summary(n=int(values.size), missing=missing)
    if weights is not None:
        return _weighted(known, weights=weights[~np.isnan(values)], n=int(values.size))
    method: Literal["linear", "weibull"] = "linear" if quantile == 7 else "weibull"
    q1, middle, q3 = (float(value) for value in np.quantile(known, [0.25, 0.5, 0.75], method=method))
    return Summary(
        n=int(values.size),
        missing=missing,
        mean=float(known.mean()),
        sd=float(np.std(known, ddof=1)) if known.size > 1 else None,
        median=middle,
        q1=q1,
        q3=q3,
        min=float(known.min()),
        max=float(known.max()),
    )


def summarize_level(is_level: Booleans, *, is_missing: Booleans, weights: Floats | None = None) -> Summary:
    """How many of the arm have the level, of those with a value; all arguments have shape (n,).

    With `weights` the percentage is weighted, the counts are of persons."""
    inside = np.ones(is_level.size) if weights is None else weights
    known = float(inside[~is_missing].sum())
    count = int((is_level & ~is_missing).sum())
    share = float(inside[is_level & ~is_missing].sum())
    return Summary(
        n=int(is_level.size),
        missing=int(is_missing.sum()),
        count=count,
        percent=100 * share / known if known else None,
    )


def _weighted(values: Floats, *, weights: Floats, n: int) -> Summary:
    order = np.argsort(values, kind="stable")
    ranked, share = values[order], weights[order] / weights.sum()
    mean = float(share @ ranked)
    left = 1 - float(share @ share)
    reached = np.minimum(np.searchsorted(np.cumsum(share), [0.25 - ROUNDING, 0.5 - ROUNDING, 0.75 - ROUNDING]), n - 1)
    q1, middle, q3 = (float(ranked[min(place, ranked.size - 1)]) for place in reached)
    return Summary(
        n=n,
        missing=n - int(values.size),
        mean=mean,
        sd=float(np.sqrt(share @ (ranked - mean) ** 2 / left)) if values.size > 1 else None,
        median=middle,
        q1=q1,
        q3=q3,
        min=float(ranked[0]),
        max=float(ranked[-1]),
    )
