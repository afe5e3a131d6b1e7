"""What MatchIt was asked in matching.R, asked of our own functions in the same words."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analytics.stats.matching.multivariate import mahalanobis_coordinates
from analytics.stats.matching.nearest import Pairs, Rules, caliper_width, match_nearest
from analytics.stats.matching.pool import Limit
from analytics.stats.propensity.balance import Balance, Sample, compare_arms
from analytics.stats.propensity.common_support import within_support
from analytics.stats.propensity.score import fit_propensity
from analytics.stats.propensity.strata import coarsen, match_coarsened, sturges_cuts
from tests.reference.frames import DATA, HERE, SCORE_COLUMNS, lalonde, lalonde_score

ORDERS = ("largest", "smallest", "data", "closest", "farthest")


_, TREATED = lalonde_score()


@cache
def matchit() -> dict[str, Any]:
    return json.loads((HERE / "matching.json").read_text())


@cache
def tie_sets() -> dict[str, pd.DataFrame]:
    return {str(number): rows for number, rows in pd.read_csv(DATA / "ties.csv").groupby("set")}


OF_STRATA = ("cem", "subclass", "weights")
PAIRED = [case for case in matchit()["ties"] if not any(word in case for word in OF_STRATA)]
# in set 96 two gaps of the second round are equal up to rounding, and MatchIt's own rounding decides
ROUNDED = {("inside2_farthest", "96")}


def as_text(pairs: Pairs, *, ids: np.ndarray) -> str:
    sets: dict[str, list[str]] = {}
    for row, control in zip(pairs.treated, pairs.control, strict=True):
        sets.setdefault(str(ids[row]), []).append(str(ids[control]))
    return " ".join(f"{row}:{'+'.join(partners)}" for row, partners in sets.items())


def without_order(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """With replacement the order in which equally near controls of one row are named means nothing."""
    return [(part.split(":")[0], tuple(sorted(part.split(":")[1].split("+")))) for part in text.split()]


def of_ties(case: str, *, rows: pd.DataFrame) -> Pairs:
    base, _, order = case.rpartition("_")
    if order not in ORDERS:
        base, order = case, "data" if case.startswith("mahalanobis") else "largest"
    treated, score = (rows["treat"] == 1).to_numpy(), rows["score"].to_numpy(float)
    x = {name: rows[name].to_numpy(float) for name in ("x1", "x2")}
    strata = rows["g"].to_numpy()
    cloud = {"coordinates": mahalanobis_coordinates(np.column_stack(list(x.values())), treated=treated)}

    def limits(**widths: float) -> tuple[Limit, ...]:
        return tuple(Limit(values=x[name], width=width) for name, width in widths.items())

    def kept(discard: Any) -> np.ndarray:
        return within_support(score, treated=treated, discard=discard)

    asked: Mapping[str, Mapping[str, Any]] = {
        "plain": {},
        "caliper": {"caliper": 0.25},
        "ratio2": {"caliper": 0.5, "ratio": 2},
        "ratio3": {"ratio": 3},
        "exact": {"caliper": 0.5, "exact": strata},
        "exact2": {"ratio": 2, "exact": strata},
        "limit": {"caliper": 0.5, "limits": limits(x1=1)},
        "limit2": {"caliper": 0.75, "limits": limits(x1=1, x2=4), "ratio": 2},
        "discard": {"kept": kept("both")},
        "discard_treated": {"kept": kept("treated")},
        "discard_control": {"kept": kept("control")},
        "atc": {"caliper": 0.25},
        "inside": cloud | {"caliper": 0.5},
        "inside2": cloud | {"caliper": 0.75, "ratio": 2},
        "inside_exact": cloud | {"exact": strata},
        "inside_limit": cloud | {"caliper": 0.75, "limits": limits(x1=1.5)},
        "replace1": {"replace": True, "caliper": 0.25},
        "replace2": {"replace": True, "ratio": 2},
        "replace3": {"replace": True, "ratio": 3, "caliper": 0.5},
        "replace_exact": {"replace": True, "ratio": 2, "exact": strata},
        "replace_limit": {"replace": True, "ratio": 2, "caliper": 0.75, "limits": limits(x1=1)},
        "replace_inside": cloud | {"replace": True, "ratio": 2, "caliper": 0.75},
        "mahalanobis": cloud,
        "mahalanobis_exact": cloud | {"exact": strata, "ratio": 2},
    }
    served = ~treated if base == "atc" else treated
    return match_nearest(score, treated=served, rules=Rules(order=order, **asked[base]))  # type: ignore[arg-type]


def columns(*names: str) -> np.ndarray:
    return lalonde()[list(names)].to_numpy(float)


def levels(name: str) -> np.ndarray:
    """All levels of a factor as MatchIt puts them into a distance: 1 / sqrt(2) or 0."""
    values = lalonde()[name]
    return np.column_stack([(values == level).to_numpy() / np.sqrt(2) for level in sorted(values.unique())])


@cache
def scores() -> dict[str, np.ndarray]:
    X, treated = lalonde_score()
    fit = fit_propensity(X, treated=treated, names=SCORE_COLUMNS)
    rows = within_support(fit.probability, treated=treated)
    again = fit.probability.copy()
    again[rows] = fit_propensity(X[rows], treated=treated[rows], names=SCORE_COLUMNS).probability
    of_r = np.array(matchit()["lalonde"]["distance_logit"].split(), dtype=float)
    return {"ps": fit.probability, "logit": fit.logit, "again": again, "logit of R": of_r}


LALONDE: Mapping[str, Mapping[str, Any]] = {
    "logit_closest": {"score": "logit", "order": "closest"},
    # two first gaps differ in the last bit of the scores alone: taken from R's own
    "logit_farthest": {"score": "logit of R", "order": "farthest"},
    "logit_smallest": {"score": "logit", "order": "smallest"},
    "ratio2": {"ratio": 2},
    "pairs": {},
    "replace": {"replace": True},
    "replace3": {"replace": True, "ratio": 3},
    "exact": {"exact": ("race", "married")},
    "exact2": {"exact": ("nodegree",), "width": None, "ratio": 2, "order": "closest"},
    "limit": {"limits": {"age": 5, "re74": 1000}},
    "discard": {"discard": "both", "width": 0.1},
    "reestimate": {"score": "again", "discard": "both", "width": 0.1},
    "discard_treated": {"discard": "treated", "width": None},
    "discard_control": {"discard": "control", "score": "logit"},
    "atc": {"order": "smallest", "serves": "control"},
    "atc_data": {"order": "data", "width": None, "serves": "control"},
    "inside": {"cloud": [("age", "re74")]},
    "inside2": {"cloud": [("age", "re74", "re75")], "ratio": 2},
    "inside_factor": {"cloud": [("age",), "race", ("re75",)], "score": "logit"},
    "mahalanobis": {
        "cloud": [("age", "educ"), "race", ("married", "nodegree", "re74", "re75")],
        "width": None,
        "order": "data",
    },
    "mahalanobis_closest": {"cloud": [("age", "educ", "married", "re74", "re75")], "width": None, "order": "closest"},
}


def of_lalonde(case: str) -> Pairs:
    asked = dict(LALONDE[case])
    _, treated = lalonde_score()
    distance, width = scores()[asked.get("score", "ps")], asked.get("width", 0.2)
    first = scores()["ps"] if asked.get("score") == "again" else distance
    kept = within_support(first, treated=treated, discard=asked.get("discard", "none"))
    rules = Rules(
        caliper=None if width is None else caliper_width(distance[kept], treated=treated[kept], width=width),
        order=asked.get("order", "largest"),
        ratio=asked.get("ratio", 1),
        replace=asked.get("replace", False),
        exact=strata_of(asked["exact"]) if "exact" in asked else None,
        coordinates=cloud_of(asked["cloud"], treated=treated) if "cloud" in asked else None,
        limits=tuple(Limit(values=columns(n)[:, 0], width=w) for n, w in asked.get("limits", {}).items()),
        kept=kept,
    )
    return match_nearest(distance, treated=~treated if asked.get("serves") else treated, rules=rules)


def strata_of(names: Sequence[str]) -> np.ndarray:
    return lalonde().groupby(list(names)).ngroup().to_numpy()


def cloud_of(parts: Sequence[Any], *, treated: np.ndarray) -> np.ndarray:
    X = np.column_stack([levels(part) if isinstance(part, str) else columns(*part) for part in parts])
    return mahalanobis_coordinates(X, treated=treated)


def numbers_of(text: str) -> np.ndarray:
    return np.array(text.split(), dtype=float)


def same_strata(found: np.ndarray, expected: np.ndarray) -> bool:
    """Equal partitions; numbers may differ, 0 is outside."""
    inside = (found > 0) == (expected > 0)
    apart = (found[:, None] == found) == (expected[:, None] == expected)
    return bool(inside.all() and apart[np.ix_(found > 0, found > 0)].all())


def classes_of_lalonde() -> np.ndarray:
    numeric = columns("age", "educ", "married", "nodegree", "re74", "re75").T
    cut = [coarsen(values, cuts=sturges_cuts(values)) for values in numeric]
    return match_coarsened([*cut, strata_of(["race"])], treated=TREATED)


def balance_of(name: str, *, weights: np.ndarray | None) -> Balance:
    """MatchIt names the level of a factor right after it."""
    if name == "distance":
        values = scores()["ps"]
    elif name.startswith("race"):
        values = (lalonde()["race"] == name.removeprefix("race")).to_numpy(float)
    else:
        values = columns(name)[:, 0]
    unmatched = Sample(focal=values[TREATED], reference=values[~TREATED])
    now = unmatched if weights is None else unmatched.weighted(focal=weights[TREATED], reference=weights[~TREATED])
    is_binary = set(np.unique(values)) <= {0.0, 1.0}
    return compare_arms(now, unmatched=unmatched, is_binary=is_binary, convention="matchit")


def is_paired_alike(case: str, *, found: str, expected: str) -> bool:
    if case.startswith("replace"):
        return without_order(found) == without_order(expected)
    return found == expected
