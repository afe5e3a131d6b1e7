"""Proportions of weighted persons, and their difference between the arms, with robust limits."""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from scipy import stats

from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.tests.proportions import Proportion
from analytics.stats.tests.rate_differences import RateDifference
from analytics.stats.tests.two_sample import TwoSampleTest

WALD = "Wald, weighted"


@dataclass(frozen=True)
class Weighted:
    """Rows that count: whether a success, in which arm, with which weight; errors by `clusters` where given."""

    success: Booleans
    focal: Booleans
    weights: Floats
    clusters: Integers | None = None


def weighted_proportion(success: Booleans, *, weights: Floats, level: float) -> Proportion:
    """sum wy / sum w; limits on the logit with the linearized variance sum w^2 (y - p)^2 / (sum w)^2. R: survey::svyciprop."""
    if not weights.sum() > 0:
        return Proportion(rate=None, low=None, high=None)
    share = weights / weights.sum()
    rate = float(share @ success)
    if rate in (0.0, 1.0):
        return Proportion(rate=rate, low=None, high=None)
    error = sqrt(float((share**2) @ (success - rate) ** 2))
    reach = float(stats.norm.ppf((1 + level) / 2)) * error / (rate * (1 - rate))
    middle = log(rate / (1 - rate))
    return Proportion(rate=rate, low=1 / (1 + exp(-(middle - reach))), high=1 / (1 + exp(-(middle + reach))))


def compare_weighted(rows: Weighted) -> TwoSampleTest:
    """The difference of the weighted proportions over its linearized error, summed over clusters. R: survey::svyglm, identity."""
    difference, error = _difference(rows)
    if difference is None or not error > 0:
        return TwoSampleTest(name=WALD, statistic=None, df=None, p=None, why="not_estimable")
    z = difference / error
    return TwoSampleTest(name=WALD, statistic=z, df=None, p=float(2 * stats.norm.sf(abs(z))))


def weighted_difference(rows: Weighted, *, level: float) -> RateDifference:
    """The same difference with Wald limits. R: confint(survey::svyglm(y ~ arm), df = Inf)."""
    difference, error = _difference(rows)
    if difference is None or not error > 0:
        return RateDifference(difference, low=None, high=None)
    reach = float(stats.norm.ppf((1 + level) / 2)) * error
    return RateDifference(difference, low=difference - reach, high=difference + reach)


def _difference(rows: Weighted) -> tuple[float | None, float]:
    """Focal minus reference, None where an arm weighs nothing, and its linearized error."""
    influence = np.zeros(rows.success.size)
    rates = []
    for sign, arm in ((1.0, rows.focal), (-1.0, ~rows.focal)):
        total = float(rows.weights[arm].sum())
        if not total > 0:
            return None, 0.0
        rate = float(rows.weights[arm] @ rows.success[arm] / total)
        rates.append(rate)
        influence[arm] = sign * rows.weights[arm] * (rows.success[arm] - rate) / total
    sums: Floats = influence
    if rows.clusters is not None:
        sums = np.bincount(np.unique(rows.clusters, return_inverse=True)[1], weights=influence).astype(float)
    return rates[0] - rates[1], sqrt(float(sums @ sums))
