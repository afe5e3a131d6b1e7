"""lifelines: the engine that the headline of a run is fitted with a second time, and that fits the Weibull model."""

import warnings
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from analytics.stats.event_times import TOLERANCE, Booleans, Floats, Integers, index_times
from analytics.stats.matching.weights import Members
from analytics.stats.survival.risk_sets import Ties
from analytics.stats.survival.untied_rows import count_untied, untied_rows

NAME = "lifelines"
MOST_ROWS = 30_000  # four seconds; the time of its robust errors grows with the square of the rows
TO_THE_LAST_DIGITS = {"precision": 1e-18, "r_precision": 1e-16, "step_size": 1.0}


class CannotFitError(Exception):
    """`why` is too_many_rows or no_convergence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class ArmEffect:
    log_hazard_ratio: float
    se: float


@dataclass(frozen=True)
class WeibullFit:
    """log T = intercept + coefficient x + W / shape; `covariance` (3, 3) is of coefficient, intercept and log shape."""

    coefficient: float
    intercept: float
    log_shape: float
    covariance: Floats


def engine_version() -> str:
    """The release of lifelines that is installed, as 0.30.3; asked without loading it."""
    return version(NAME)


def median_survival(time: Floats, *, event: Booleans, weights: Floats | None = None) -> float | None:
    """On the curve of lifelines by R's rule: the first time with S <= .5, the middle of the flat piece where S = .5.

    `time`, `event`, `weights` have shape (n,); None where the curve does not come down to one half.
    """
    values, index = index_times(time)
    fitter = _fitted(_lifelines().KaplanMeierFitter(), values[index], event_observed=event, weights=weights)
    height = fitter.survival_function_.iloc[:, 0]
    reached, left = (_lifelines().utils.qth_survival_time(0.5 + side, height) for side in (TOLERANCE, -TOLERANCE))
    if not np.isfinite(reached):
        return None
    return float((reached + left) / 2 if np.isfinite(left) else reached)


def arm_effect(  # noqa: PLR0913  # the arguments of fit_cox
    time: Floats,
    *,
    event: Booleans,
    arm: Floats,
    ties: Ties = "efron",
    weights: Floats | None = None,
    robust: bool = False,
    clusters: Integers | Members | None = None,
) -> ArmEffect:
    """The log hazard ratio of `arm` (n,) alone and its error; arguments and meaning as those of `fit_cox`.

    Robust errors and Breslow's ties go by Note [A table without ties]. CannotFitError where that table is too long, or where
    lifelines finds no maximum.
    """
    if not robust and ties == "efron":
        weight = {} if weights is None else {"weight": weights}
        return _fit_cox(pd.DataFrame({"time": index_times(time)[1], "event": event, "arm": arm, **weight}))
    if count_untied(time, event=event, ties=ties) > MOST_ROWS:
        raise CannotFitError("too_many_rows")
    rows = untied_rows(time, event=event, weights=weights, ties=ties)
    table = pd.DataFrame({"time": rows.time, "event": rows.event, "weight": rows.weight, "arm": arm[rows.row]})
    if not robust:
        return _fit_cox(table)
    if isinstance(clusters, Members):
        return _by_set_and_person(table, row=rows.row, members=clusters)
    return _fit_cox(table.assign(cluster=rows.row if clusters is None else clusters[rows.row]))


def weibull(time: Floats, *, event: Booleans, x: Floats, weights: Floats | None = None) -> WeibullFit:
    """The accelerated failure time model of one covariate, by maximum likelihood; all arguments (n,), times above 0.

    CannotFitError where there is no maximum. R: survreg(Surv(time, event) ~ x, weights = weights, dist = "weibull").
    """
    table = pd.DataFrame({"time": time, "event": event, "x": x, "weight": 1.0 if weights is None else weights})
    fitter = _fitted(
        _lifelines().WeibullAFTFitter(),
        table,
        duration_col="time",
        event_col="event",
        weights_col="weight",
        fit_options={"ftol": 1e-14},
    )
    names = [("lambda_", "x"), ("lambda_", "Intercept"), ("rho_", "Intercept")]
    coefficient, intercept, log_shape = (float(fitter.params_[name]) for name in names)
    return WeibullFit(coefficient, intercept, log_shape, fitter.variance_matrix_.loc[names, names].to_numpy())


def _by_set_and_person(table: pd.DataFrame, *, row: Integers, members: Members) -> ArmEffect:
    """Each person's rows divided among its sets by weight: errors by set and by person, less those by both."""
    total = np.bincount(members.row, weights=members.weight)
    entries = pd.DataFrame({"row": members.row, "set": members.group, "share": members.weight / total[members.row]})
    divided = table.assign(row=row).merge(entries.assign(entry=np.arange(len(entries))), on="row")
    if len(divided) > MOST_ROWS:
        raise CannotFitError("too_many_rows")
    divided = divided.assign(weight=divided["weight"] * divided["share"])
    by_set, by_person, by_both = (
        _fit_cox(divided[["time", "event", "weight", "arm"]].assign(cluster=divided[name]))
        for name in ("set", "row", "entry")
    )
    variance = by_set.se**2 + by_person.se**2 - by_both.se**2
    return ArmEffect(by_set.log_hazard_ratio, se=float(np.sqrt(max(variance, 0.0))))


def _fit_cox(table: pd.DataFrame) -> ArmEffect:
    """With robust errors where the table has a column `cluster`."""
    fitter = _fitted(
        _lifelines().CoxPHFitter(),
        table,
        duration_col="time",
        event_col="event",
        weights_col="weight" if "weight" in table else None,
        cluster_col="cluster" if "cluster" in table else None,
        fit_options=TO_THE_LAST_DIGITS,
    )
    return ArmEffect(float(fitter.params_["arm"]), se=float(fitter.standard_errors_["arm"]))


def _fitted(fitter: Any, *data: Any, **options: Any) -> Any:
    """Without its warnings, which are about weights that are no whole numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return fitter.fit(*data, **options)
        except _lifelines().exceptions.ConvergenceError:
            raise CannotFitError("no_convergence") from None


def _lifelines() -> Any:
    import lifelines  # noqa: PLC0415  # only runs, `compare --verify` and the Weibull model pay for it

    return lifelines
