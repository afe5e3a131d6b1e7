"""The Weibull model of accelerated failure times: how many times as long one arm lives, and the hazard ratio this implies."""

from dataclasses import dataclass
from math import exp

import numpy as np
from scipy import stats

from analytics.stats.bad_input import require_positive
from analytics.stats.event_times import Booleans, Floats
from analytics.stats.survival.clusters import Clusters, outer_sums
from analytics.stats.survival.cox import LARGEST_EXPONENT, HazardRatio
from analytics.stats.survival.second_engine import CannotFitError, WeibullFit, weibull


@dataclass(frozen=True)
class TimeRatio:
    """exp(coefficient) with Wald limits; `se` is of the logarithm. None with a reason where there is no finite value."""

    ratio: float | None
    low: float | None
    high: float | None
    se: float | None
    p: float | None
    why: str | None = None


@dataclass(frozen=True)
class WeibullEffect:
    """`shape` above 1: a hazard that rises. Weibull hazards are proportional as well, with `hazard_ratio`."""

    time_ratio: TimeRatio
    hazard_ratio: HazardRatio
    shape: float | None


def weibull_effect(  # noqa: PLR0913  # the arguments of a robust survreg
    time: Floats,
    *,
    event: Booleans,
    arm: Floats,
    weights: Floats | None = None,
    robust: bool = False,
    clusters: Clusters | None = None,
    level: float = 0.95,
) -> WeibullEffect:
    """log T = a + b arm + W / shape, W the logarithm of a unit exponential; time ratio exp(b), hazard ratio exp(-b shape).

    `time`, `event`, `arm` (1 in the numerator) and `weights` have shape (n,); times above 0. Estimates and model errors are
    those of lifelines; `robust` asks for the sandwich of the weighted score residuals, summed over `clusters` where given
    (see `outer_sums`), which lifelines has not. The error of the hazard ratio is by the delta method.
    R: survreg(Surv(time, event) ~ arm, weights = weights, dist = "weibull", robust = TRUE, cluster = clusters), which has
    log(scale) = -log(shape).
    """
    require_positive(time=time, weights=weights)
    rows = [arm > 0, ~(arm > 0)]
    if not all(event[side].any() for side in rows):
        return _nothing("separation" if event.any() else "no_events")
    try:
        fit = weibull(time, event=event, x=arm, weights=weights)
    except CannotFitError:
        return _nothing("not_estimable")
    covariance = fit.covariance
    if robust:
        covariance = robust_covariance(fit, time=time, event=event, x=arm, weights=weights, clusters=clusters)
    shape = exp(fit.log_shape)
    gradient = np.array([-shape, 0.0, -fit.coefficient * shape])
    of_time = _wald(fit.coefficient, variance=float(covariance[0, 0]), level=level)
    of_hazard = _wald(-fit.coefficient * shape, variance=float(gradient @ covariance @ gradient), level=level)
    hazard = HazardRatio(of_hazard.ratio, of_hazard.low, of_hazard.high, of_hazard.se, of_hazard.p, why=of_hazard.why)
    return WeibullEffect(of_time, hazard_ratio=hazard, shape=shape)


def robust_covariance(
    fit: WeibullFit, *, time: Floats, event: Booleans, x: Floats, weights: Floats | None, clusters: Clusters | None
) -> Floats:
    """The sandwich (3, 3) of coefficient, intercept and log shape.

    With z = shape (log t - a - b x) a row adds d (log shape + z - log t) - exp(z) to the log-likelihood, d = 1 at an event.
    """
    shape = exp(fit.log_shape)
    z = shape * (np.log(time) - fit.intercept - fit.coefficient * x)
    of_location, of_shape = -shape * (event - np.exp(z)), event * (1 + z) - z * np.exp(z)
    scores = np.stack([of_location * x, of_location, of_shape]) * (1.0 if weights is None else weights)
    return outer_sums(fit.covariance @ scores, clusters=clusters)


def _wald(estimate: float, *, variance: float, level: float) -> TimeRatio:
    se, z = float(np.sqrt(max(variance, 0.0))), float(stats.norm.ppf((1 + level) / 2))
    if not se > 0 or abs(estimate) + z * se > LARGEST_EXPONENT:
        return _no_ratio("infinite" if se > 0 else "not_estimable")
    low, high = exp(estimate - z * se), exp(estimate + z * se)
    return TimeRatio(exp(estimate), low, high, se=se, p=float(2 * stats.norm.sf(abs(estimate) / se)))


def _nothing(why: str) -> WeibullEffect:
    return WeibullEffect(_no_ratio(why), HazardRatio(None, None, None, None, None, why=why), shape=None)


def _no_ratio(why: str) -> TimeRatio:
    return TimeRatio(None, None, None, None, None, why=why)
