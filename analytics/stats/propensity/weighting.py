"""Weights from the propensity score: whom the weighted arms stand for, and how far the weights stray."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.stats.event_times import Booleans, Floats

WeightedEffect = Literal["ATE", "ATT", "ATC", "ATO", "ATM"]


@dataclass(frozen=True)
class WeightSpread:
    """Weights of one arm; `ess` is its effective sample size, (sum w)^2 / sum w^2 (Kish)."""

    mean: float
    max: float
    ess: float


@dataclass(frozen=True)
class Truncated:
    """Weights (n,) no smaller than `low` and no larger than `high`, the percentiles of the weights before."""

    weights: Floats
    low: float
    high: float


def score_weights(probability: Floats, *, treated: Booleans, effect: WeightedEffect = "ATE") -> Floats:
    """One weight per row (n,) from the probability e of being treated and the share p of the treated.

    ATE, stabilized: p / e and (1 - p) / (1 - e). ATT: 1 and e / (1 - e). ATC: (1 - e) / e and 1. ATO, overlap (Li, Morgan and
    Zaslavsky, JASA 2018): 1 - e and e. ATM, matching weights (Li and Greene, Int J Biostat 2013): min(e, 1 - e) over e and over
    1 - e. A probability of 0 or 1 can give an infinite weight. R: WeightIt::weightit(method = "glm", estimand = ...), for the ATE
    with stabilize = TRUE.

    >>> score_weights(np.array([0.5, 0.25]), treated=np.array([True, False]), effect="ATO").tolist()
    [0.5, 0.25]
    """
    e, rest, share = probability, 1 - probability, treated.mean()
    with np.errstate(divide="ignore"):
        if effect == "ATE":
            return np.where(treated, share / e, (1 - share) / rest)
        if effect == "ATT":
            return np.where(treated, 1.0, e / rest)
        if effect == "ATC":
            return np.where(treated, rest / e, 1.0)
        if effect == "ATO":
            return np.where(treated, rest, e)
        return np.minimum(e, rest) / np.where(treated, e, rest)


def truncate_weights(weights: Floats, *, low: float, high: float, among: Booleans | None = None) -> Truncated:
    """Pull weights beyond the percentiles (0 to 1, type 7) `low` and `high` back to them.

    `among` (n,) are the rows whose weights vary (for the ATT the reference arm); the others keep theirs.
    R: WeightIt::trim, whose bounds are those of Cole and Hernan, Am J Epidemiol 2008.

    >>> truncate_weights(np.array([1.0, 2.0, 9.0]), low=0, high=0.5).weights.tolist()
    [1.0, 2.0, 2.0]
    """
    rows = np.ones(weights.size, dtype=bool) if among is None else among
    bottom, top = (float(value) for value in np.quantile(weights[rows], [low, high]))
    return Truncated(weights=np.where(rows, np.clip(weights, bottom, top), weights), low=bottom, high=top)


def effective_size(weights: Floats) -> float:
    """(sum w)^2 / sum w^2 of the weights (m,), as many equal ones as would tell as much (Kish); 0 of none.

    >>> effective_size(np.array([2.0, 2.0, 0.0]))
    2.0
    """
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0


def describe_weights(weights: Floats) -> WeightSpread:
    """Of the weights (m,) of one arm, at least one of them positive.

    >>> describe_weights(np.array([1.0, 1.0])).ess
    2.0
    """
    mean, largest = float(weights.mean()), float(weights.max())
    return WeightSpread(mean=mean, max=largest, ess=effective_size(weights))
