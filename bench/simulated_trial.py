"""an-2025's design, and three weighted ones on its score, on a simulated cohort; and the hazard ratio each truly estimates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

import numpy as np

from analytics.protocol.library import protocol_text
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching.nearest import Pairs, Rules, caliper_width, match_nearest
from analytics.stats.propensity.score import Propensity, fit_propensity
from analytics.stats.propensity.weighting import WeightedEffect, score_weights, truncate_weights
from analytics.stats.survival.cox import HazardRatio, fit_cox, fit_on_risk_sets, hazard_ratio
from analytics.stats.survival.risk_sets import build_risk_sets
from analytics.stats.survival.small_sample import with_leverage
from demo.cohort.core import SCORE, Endpoint, Simulated
from demo.cohort.truth import Marginal, WeightedDesign

STUDY = "an-2025"
Errors = Literal["robust", "corrected"]
EFFECTS: Mapping[WeightedDesign, WeightedEffect] = MappingProxyType(
    {"siptw": "ATE", "siptw_truncated": "ATE", "att": "ATT", "overlap": "ATO"}
)
TRUNCATED = (0.01, 0.99)  # percentiles


@cache
def study() -> StudyProtocol:
    return read_study_protocol(protocol_text(STUDY))


def fit_score(cohort: Simulated) -> Propensity:
    return fit_propensity(cohort.X, treated=cohort.is_focal, names=list(SCORE))


def match(cohort: Simulated, *, score: Propensity | None = None) -> Pairs:
    plan = study().design
    if plan.caliper is None or plan.caliper.width is None or plan.scale != "logit":
        raise ValueError(f"{STUDY} is expected to match within a caliper on the logit")
    distance = (score or fit_score(cohort)).logit
    width = caliper_width(distance, treated=cohort.is_focal, width=plan.caliper.width, unit=plan.caliper.unit)
    return match_nearest(distance, treated=cohort.is_focal, rules=Rules(caliper=width, order=plan.order))


def weigh(cohort: Simulated, *, score: Propensity) -> dict[WeightedDesign, Floats]:
    found = {
        design: score_weights(score.probability, treated=cohort.is_focal, effect=effect)
        for design, effect in EFFECTS.items()
    }
    low, high = TRUNCATED
    found["siptw_truncated"] = truncate_weights(found["siptw"], low=low, high=high).weights
    return found


def estimate(cohort: Simulated, *, pairs: Pairs, endpoint: Endpoint) -> HazardRatio:
    """Ablation against resection among the matched: the arm alone, errors clustered on the pair."""
    rows = np.concatenate([pairs.treated, pairs.control])
    time, event = cohort.observed(endpoint)
    pair = np.tile(np.arange(pairs.count), 2)
    return hazard_ratio(fit_cox(time[rows], event=event[rows], X=_arm(cohort)[rows], robust=True, clusters=pair))


def estimates_weighted(cohort: Simulated, *, weights: Floats, endpoint: Endpoint) -> dict[Errors, HazardRatio]:
    """Ablation against resection among all by their weights: the arm alone, with robust errors and with corrected ones."""
    time, event = cohort.observed(endpoint)
    sets, X = build_risk_sets(time, event=event, weights=weights), _arm(cohort)
    fit = fit_on_risk_sets(sets, X=X, robust=True)
    return {"robust": hazard_ratio(fit), "corrected": hazard_ratio(with_leverage(fit, sets=sets, X=X))}


def _arm(cohort: Simulated) -> Floats:
    return (~cohort.is_focal).astype(float)[:, None]


@dataclass(frozen=True)
class Twofold:
    """People of one cohort, each twice: row 0 had they been resected, row 1 had they been ablated. Shape (2, n).

    `weights` (n,) are those of a weighted design, each person's own in both rows."""

    time: Floats
    event: Booleans
    weights: Floats | None = None


def twofold(cohort: Simulated, *, rows: Integers, endpoint: Endpoint) -> Twofold:
    """Both potential outcomes of `rows`, cut by the same last contact."""
    time, event = cohort.followed(cohort.potential[endpoint])
    return Twofold(time=time[:, rows], event=event[:, rows])


def pooled_hazard_ratio(cohorts: Iterable[Twofold]) -> Marginal:
    """One Cox model of the arm alone over everybody. Errors are clustered on the cohort, within which people share a score."""
    found = list(cohorts)
    sizes = [2 * twice.time.shape[1] for twice in found]
    weights = [np.tile(twice.weights, 2) for twice in found if twice.weights is not None]
    fit = fit_cox(
        np.concatenate([twice.time.ravel() for twice in found]),
        event=np.concatenate([twice.event.ravel() for twice in found]),
        X=np.concatenate([np.repeat([0.0, 1.0], size // 2) for size in sizes])[:, None],
        weights=np.concatenate(weights) if weights else None,
        robust=True,
        clusters=np.repeat(np.arange(len(found)), sizes),
    )
    assert fit.robust is not None
    return Marginal(hr=float(np.exp(fit.coefficients[0])), log_error=float(np.sqrt(fit.robust[0, 0])))
