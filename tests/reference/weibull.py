"""Our numbers of the Weibull model, in the shape of those that r/accelerated_failure.R prints."""

from typing import Any

import numpy as np

from analytics.stats.event_times import Floats
from analytics.stats.survival.accelerated_failure import robust_covariance, weibull_effect
from analytics.stats.survival.second_engine import WeibullFit, weibull
from tests.reference.outcome_data import Numbers, Table


def plain(t: Table) -> Numbers:
    fit = weibull(t.time, event=t.event, x=t.floats("arm"))
    return _estimates(fit, covariance=fit.covariance)


def robust(t: Table) -> Numbers:
    rows: dict[str, Any] = {"event": t.event, "x": t.floats("arm")}
    fit = weibull(t.time, **rows)
    return _errors(robust_covariance(fit, time=t.time, **rows, weights=None, clusters=None))


def weighted(t: Table) -> Numbers:
    return _weighted(t, clusters=None)


def clustered(t: Table) -> Numbers:
    return _weighted(t, clusters=t.codes("cluster"))


def hazard(t: Table) -> Numbers:
    return _hazard(t)


def hazard_clustered(t: Table) -> Numbers:
    return _hazard(t, weights=t.floats("weight"), robust=True, clusters=t.codes("cluster"))


def _weighted(t: Table, *, clusters: Any) -> Numbers:
    rows: dict[str, Any] = {"event": t.event, "x": t.floats("arm"), "weights": t.floats("weight")}
    fit = weibull(t.time, **rows)
    return _estimates(fit, covariance=robust_covariance(fit, time=t.time, **rows, clusters=clusters))


def _hazard(t: Table, **options: Any) -> Numbers:
    found = weibull_effect(t.time, event=t.event, arm=t.floats("arm"), **options).hazard_ratio
    return [None if found.hr is None else float(np.log(found.hr)), found.se]


def _estimates(fit: WeibullFit, *, covariance: Floats) -> Numbers:
    return [fit.intercept, fit.coefficient, -fit.log_shape, *_errors(covariance)]


def _errors(covariance: Floats) -> Numbers:
    """In R's order: intercept, coefficient, log(scale)."""
    errors: Numbers = np.sqrt(np.diag(covariance))[[1, 0, 2]].tolist()
    return errors
