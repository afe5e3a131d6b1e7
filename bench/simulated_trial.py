"""an-2025's design and headline estimate on a simulated cohort, and the hazard ratio that design truly estimates."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np

from analytics.library import protocol_text
from analytics.population import StudyProtocol, read_study_protocol
from analytics.stats.cox import HazardRatio, fit_cox, hazard_ratio
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching import Order, Pairs, Rules, caliper_width, match_nearest
from analytics.stats.propensity import fit_propensity
from importers.demo.core import SCORE, Endpoint, Simulated

STUDY = "an-2025"


@cache
def study() -> StudyProtocol:
    return read_study_protocol(protocol_text(STUDY))


def match(cohort: Simulated) -> Pairs:
    plan = study().design
    if plan.caliper is None or plan.caliper.width is None or plan.scale != "logit":
        raise ValueError(f"{STUDY} is expected to match within a caliper on the logit")
    distance = fit_propensity(cohort.X, treated=cohort.is_focal, names=list(SCORE)).logit
    width = caliper_width(distance, treated=cohort.is_focal, width=plan.caliper.width, unit=plan.caliper.unit)
    return match_nearest(distance, treated=cohort.is_focal, rules=Rules(caliper=width, order=cast(Order, plan.order)))


def estimate(cohort: Simulated, *, pairs: Pairs, endpoint: Endpoint) -> HazardRatio:
    """Ablation against resection among the matched: the arm alone, errors clustered on the pair."""
    rows = np.concatenate([pairs.treated, pairs.control])
    time, event = cohort.observed(endpoint)
    is_reference = (~cohort.is_focal[rows]).astype(float)[:, None]
    pair = np.tile(np.arange(pairs.count), 2)
    return hazard_ratio(fit_cox(time[rows], event=event[rows], X=is_reference, robust=True, clusters=pair))


@dataclass(frozen=True)
class Twofold:
    """Focal patients of one cohort, each twice: row 0 had they been resected, row 1 had they been ablated. Shape (2, n)."""

    time: Floats
    event: Booleans


@dataclass(frozen=True)
class Pooled:
    """A hazard ratio over many cohorts, with the Monte Carlo standard error of its logarithm."""

    hr: float
    log_error: float


def twofold(cohort: Simulated, *, rows: Integers, endpoint: Endpoint) -> Twofold:
    """Both potential outcomes of `rows`, cut by the same last contact."""
    time, event = cohort.followed(cohort.potential[endpoint])
    return Twofold(time=time[:, rows], event=event[:, rows])


def pooled_hazard_ratio(cohorts: Iterable[Twofold]) -> Pooled:
    """One Cox model of the arm alone over everybody. Errors are clustered on the cohort, within which people share a score."""
    found = list(cohorts)
    sizes = [2 * twice.time.shape[1] for twice in found]
    time = np.concatenate([twice.time.ravel() for twice in found])
    event = np.concatenate([twice.event.ravel() for twice in found])
    is_ablated = np.concatenate([np.repeat([0.0, 1.0], size // 2) for size in sizes])
    cohort = np.repeat(np.arange(len(found)), sizes)
    fit = fit_cox(time, event=event, X=is_ablated[:, None], robust=True, clusters=cohort)
    assert fit.robust is not None
    return Pooled(hr=float(np.exp(fit.coefficients[0])), log_error=float(np.sqrt(fit.robust[0, 0])))
