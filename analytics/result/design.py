"""The design of a comparison → JSON: the score, the weights, the pairs or strata."""

import numpy as np

from analytics.engine.design.design import Adjusted, Design, Matching
from analytics.engine.design.ties import Ties
from analytics.protocol.plan import CENTER
from analytics.result.nulls import Json, with_reasons
from analytics.stats.matching.nearest import Pairs
from analytics.stats.propensity.weighting import describe_weights


def propensity_object(design: Design) -> Json:
    """Empty where the design needs no score."""
    if design.score is None:
        return {}
    score, fit, ids = design.score, design.score.fit, design.unmatched["id"]
    values: Json = {
        "scale": score.scale,
        "sd": score.sd,
        "n": score.n,
        "terms": [
            with_reasons({"term": term.name, "estimate": term.estimate, "se": term.se}, why=term.why or "not_estimable")
            for term in fit.terms
        ],
        "dropped_covariates": [*fit.constant, *fit.collinear],
        "auc": fit.auc,
        "scores": dict(zip(ids, fit.probability.tolist(), strict=True)),
        "arms": dict(zip(ids, design.unmatched["arm"], strict=True)),
        "weights": _score_weights(design),
    } | ({"arms_apart": True} if design.is_apart else {})
    return with_reasons(values, why={"weights": "not_requested"})


def matching_object(design: Design) -> Json:
    """Empty without a design; `weights` of those the method keeps, unless everybody counts as one."""
    if design.matching is None:
        return {}
    matching, adjusted = design.matching, design.matching.adjusted
    pairs, focal = adjusted.pairs, (design.unmatched["arm"] == design.protocol.arms.focal.label).to_numpy()
    inside = adjusted.weights > 0
    values: Json = {
        "method": matching.method,
        "pairs": [] if pairs is None else _pairs(design, pairs=pairs),
        "caliper_width": None if pairs is None else pairs.caliper_width,
        "scale": matching.scale,
        "order": matching.order,
        "n_treated": int((inside & focal).sum()),
        "n_control": int((inside & ~focal).sum()),
        "n_pairs": None if pairs is None else pairs.count,
        "total_distance": adjusted.total_distance,
        "estimand": matching.estimand,
        "strata": _strata(design, adjusted=adjusted),
        "weights": _weights(design, matching=matching),
        "discarded": [] if design.score is None else _ids(design, rows=~design.score.kept),
        "centers": [{"center": c.center, "before": c.before, "after": c.after} for c in matching.centers],
    }
    found = with_reasons(values, why="not_requested")
    return found if matching.ties is None else found | {"ties": _ties(matching.ties)}


def periods_object(design: Design) -> Json:
    """Patients by center and year of time zero, before the design and after it; {} of a table."""
    found = design.frame.histories
    if found is None or CENTER not in design.unmatched:
        return {}
    years = dict(zip(found.persons["id"], found.persons["year"], strict=True))
    kept = set(design.matched["id"].astype(str)) if design.matched is not None else set()
    counts: dict[tuple[str, int], list[int]] = {}
    for person, center in zip(design.unmatched["id"].astype(str), design.unmatched[CENTER], strict=True):
        year = years.get(person)
        if year is not None and year == year and isinstance(center, str):
            pair = counts.setdefault((center, int(year)), [0, 0])
            pair[0] += 1
            pair[1] += person in kept
    return {
        "periods": [
            {"center": center, "year": year, "before": before, "after": after}
            for (center, year), (before, after) in sorted(counts.items())
        ]
    }


def _ties(ties: Ties) -> Json:
    """How many scores are shared with another person of the same arm."""
    scores = ties.scores
    return {
        "n": scores.n,
        "tied": scores.tied,
        "share": scores.share,
        "distinct": scores.distinct,
        "decide_who": ties.decide_who,
    }


def _pairs(design: Design, *, pairs: Pairs) -> list[list[str]]:
    """The focal person first; where the reference arm is served and has several partners, the one who is served."""
    ids = design.unmatched["id"].to_numpy()
    first, second = pairs.treated, pairs.control
    if design.protocol.design.estimand == "ATC" and pairs.is_one_to_one:
        order = np.argsort(second)
        first, second = second[order], first[order]
    sets: dict[int, list[str]] = {}
    for row, partner in zip(first.tolist(), second.tolist(), strict=True):
        sets.setdefault(row, [str(ids[row])]).append(str(ids[partner]))
    return list(sets.values())


def _strata(design: Design, *, adjusted: Adjusted) -> dict[str, int]:
    if adjusted.strata is None:
        return {}
    rows = adjusted.strata > 0
    return dict(zip(_ids(design, rows=rows), adjusted.strata[rows].tolist(), strict=True))


def _weights(design: Design, *, matching: Matching) -> dict[str, float]:
    adjusted = matching.adjusted
    if not adjusted.is_weighted:
        return {}
    rows = adjusted.weights > 0
    return dict(zip(_ids(design, rows=rows), adjusted.weights[rows].tolist(), strict=True))


def _ids(design: Design, *, rows: np.ndarray) -> list[str]:
    return [str(one) for one in design.unmatched["id"].to_numpy()[rows]]


def _score_weights(design: Design) -> Json | None:
    if design.matching is None or design.protocol.design.method != "weighting":
        return None
    adjusted, arms = design.matching.adjusted, design.protocol.arms
    inside = adjusted.weights > 0
    of_arm = {
        label: describe_weights(adjusted.weights[inside & (design.unmatched["arm"] == label).to_numpy()])
        for label in (arms.focal.label, arms.reference.label)
    }
    everyone = describe_weights(adjusted.weights[inside])
    values: Json = {
        "type": design.protocol.design.weighting.type,
        "mean": everyone.mean,
        "max": everyone.max,
        "ess": {label: spread.ess for label, spread in of_arm.items()},
        "truncated_at": None if adjusted.truncated_at is None else list(adjusted.truncated_at),
    }
    return with_reasons(values, why="not_requested")
