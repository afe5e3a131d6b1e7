"""How far the hazard ratio rests on choices that others would have made differently.

Note [The grid of specifications]
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
The grid is fixed before anything is seen, and the same for every study, so that nobody picks it by its results:

- every covariate set (that of the protocol, and each of its covariates left out in turn) with every design of `FEW`;
- the covariate set of the protocol with every design of `MANY` as well: five calipers and none on two scales, one or two controls,
  with and without replacement, and four kinds of weights with and without truncation;
- each of these with the whole follow-up, and with the first 60 and 36 months of it.

What is asked of it is how wide the answers lie and how many are on the other side of 1. It is no test and has no P value, and it
stands beside the headline, never in its place: most of the choices are worse than that of the protocol.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from analytics.engine.design.adjustment import Rows, adjust
from analytics.engine.design.design import Design
from analytics.engine.design.score import Score, fit_score
from analytics.engine.outcomes.bootstrap import FollowUp
from analytics.errors import AnalysisError
from analytics.protocol.design import Design as DesignPlan
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.bad_input import BadInput
from analytics.stats.event_times import Booleans, Floats

READINGS = (None, 60.0, 36.0)  # months of follow-up
MOST_ROWS = 20_000  # beyond it no choice of these moves a hazard ratio much, and the grid would take minutes
SCALES, CONTROLS, WIDTHS = ("logit", "ps"), (1, 2), (0.05, 0.1, 0.15, 0.2, 0.25, None)
WEIGHTS = ("siptw", "att", "overlap", "matching")
TRUNCATIONS = (None, (0.01, 0.99))

Plan = Mapping[str, Any]
FEW: tuple[Plan, ...] = (
    {"method": "nearest", "caliper": {"width": 0.1, "scale": "logit"}},
    {"method": "nearest", "caliper": {"width": 0.2, "scale": "logit"}},
    {"method": "nearest", "caliper": {"width": 0.2, "scale": "logit"}, "ratio": 2},
    {"method": "weighting", "weights": {"type": "overlap"}},
    {"method": "weighting", "weights": {"type": "siptw", "truncate": (0.05, 0.95)}},
)
MANY: tuple[Plan, ...] = (
    *(
        {
            "method": "nearest",
            "caliper": {"width": width, "scale": scale},
            "ratio": ratio,
            "replace": replace,
        }
        for width, scale, ratio, replace in product(WIDTHS, SCALES, CONTROLS, (False, True))
    ),
    *(
        {"method": "weighting", "weights": {"type": kind, "truncate": truncate}}
        for kind, truncate in product(WEIGHTS, TRUNCATIONS)
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One way of doing it. `design` is as a protocol writes it, empty for that of the protocol; `left_out` the covariate that
    the score does without, `months` where follow-up ends, None for all of it."""

    design: Plan
    left_out: str | None
    months: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`hr` is None where it has no finite value; persons of each arm who weigh anything."""

    specification: Specification
    n_focal: int
    n_reference: int
    hr: float | None


def stability(designed: Design) -> dict[str, tuple[Outcome, ...]]:
    """endpoint → one outcome per specification that could be done, that of the protocol first.

    Empty where the design makes no cohort or the table has more than `MOST_ROWS`."""
    protocol, table = designed.protocol, designed.unmatched
    if designed.score is None or len(table) > MOST_ROWS:
        return {}
    focal = (table["arm"] == protocol.arms.focal.label).to_numpy()
    weighed = list(_weighed(designed, focal=focal))
    found: dict[str, tuple[Outcome, ...]] = {}
    for name in protocol.survival_endpoints:
        readings = {months: _follow_up(designed, endpoint=name, months=months) for months in READINGS}
        found[name] = tuple(
            _outcome(
                weights, focal=focal, follow_up=follow_up, of=Specification(design=plan, left_out=out, months=months)
            )
            for months, follow_up in readings.items()
            for plan, out, weights in weighed
        )
    return found


def _weighed(designed: Design, *, focal: Booleans) -> Iterator[tuple[Plan, str | None, Floats]]:
    """Each design on each covariate set, as the weights it gives; what cannot be done is left out."""
    if designed.matching is not None:
        yield {}, None, designed.matching.adjusted.weights
    for left_out in (None, *(covariate.name for covariate in designed.protocol.score_covariates)):
        protocol = _without(left_out, protocol=designed.protocol)
        scores: dict[str, Score] = {}
        for plan in (*FEW, *(MANY if left_out is None else ())):
            weights = _weights(plan, protocol=protocol, designed=designed, focal=focal, scores=scores)
            if weights is not None:
                yield plan, left_out, weights


def _weights(
    plan: Plan, *, protocol: AnalysisPlan, designed: Design, focal: Booleans, scores: dict[str, Score]
) -> Floats | None:
    """The estimand and exact strata of the protocol stay where the method knows them."""
    kept = {"exact": protocol.design.exact, "estimand": _estimand(plan, asked=protocol.design.estimand)}
    design = DesignPlan.model_validate({key: value for key, value in {**kept, **plan}.items() if value})
    other = protocol.model_copy(update={"design": design})
    try:
        if design.scale not in scores:
            scores[design.scale] = fit_score(designed.unmatched, focal=focal, protocol=other)
        rows = Rows(table=designed.unmatched, focal=focal, score=scores[design.scale], protocol=other)
        return adjust(rows).weights
    except (AnalysisError, BadInput, np.linalg.LinAlgError):
        return None


def _estimand(plan: Plan, *, asked: str) -> str | None:
    """Of pairs and of ATT weights that of the protocol; other weights have one of their own."""
    of_an_arm = plan["method"] == "nearest" or plan["weights"]["type"] == "att"
    return asked if of_an_arm and asked in ("ATT", "ATC") else None


def _without(left_out: str | None, *, protocol: AnalysisPlan) -> AnalysisPlan:
    covariates = tuple(
        covariate.model_copy(update={"use": tuple(use for use in covariate.use if use != "score")})
        if covariate.name == left_out
        else covariate
        for covariate in protocol.covariates
    )
    return protocol.model_copy(update={"covariates": covariates})


def _follow_up(designed: Design, *, endpoint: str, months: float | None) -> FollowUp:
    table = designed.unmatched
    if months is not None:
        time, event = table[f"{endpoint}_time"], table[f"{endpoint}_event"]
        beyond = time > months
        cut = {f"{endpoint}_time": time.mask(beyond, months), f"{endpoint}_event": event.mask(beyond, 0.0)}
        table = table.assign(**cut)
    return FollowUp(table, endpoint=endpoint, protocol=designed.protocol)


def _outcome(weights: Floats, *, focal: Booleans, follow_up: FollowUp, of: Specification) -> Outcome:
    inside = weights > 0
    log_ratio = follow_up.log_ratio(np.arange(focal.size), weights=weights)
    return Outcome(
        specification=of,
        n_focal=int((inside & focal).sum()),
        n_reference=int((inside & ~focal).sum()),
        hr=None if log_ratio is None else float(np.exp(log_ratio)),
    )
