"""How closely the design half agrees with MatchIt, WeightIt's formulas and glm: rows of bench.agreement's table."""

from collections.abc import Iterator

import numpy as np

from analytics.stats.event_times import Floats, Integers
from analytics.stats.matching.optimal import match_optimally, total_distance
from analytics.stats.matching.weights import pair_weights
from analytics.stats.propensity.strata import strata_weights, subclassify
from tests.reference.frames import lalonde
from tests.reference.matchit import (
    LALONDE,
    PAIRED,
    TREATED,
    as_text,
    balance_of,
    classes_of_lalonde,
    is_paired_alike,
    matchit,
    numbers_of,
    of_lalonde,
    of_ties,
    same_strata,
    scores,
    tie_sets,
)

MATCHIT = "MatchIt 4.7.2"
NEAR_ZERO = 1e-3
Row = tuple[str, str, str, str, int, str]


def design_rows() -> Iterator[Row]:
    """Theme, method, R, data, how many numbers or sets of pairs, and the largest relative difference, or what differs."""
    yield _row("pairs of 82 rules", data="120 sets full of ties", verdicts=list(_ties()))
    yield _row("pairs of 21 rules", data="lalonde", verdicts=list(_lalonde()))
    classes, expected = classes_of_lalonde(), matchit()["lalonde"]
    subclasses = subclassify(scores()["ps"], treated=TREATED, classes=6)
    same = [
        same_strata(classes, numbers_of(expected["cem"])),
        same_strata(subclasses, numbers_of(expected["subclass"])),
    ]
    yield _row("coarsened strata, subclasses", data="lalonde", verdicts=same)
    yield _numbers("weights of pairs and strata", gaps=np.concatenate(list(_weights(classes, subclasses=subclasses))))
    yield _numbers("balance before and after", gaps=np.concatenate(list(_balance())))
    yield _numbers("optimal pairs, total distance", gaps=np.array([_optimal()]), r="optmatch 0.10.8")


def _row(method: str, *, data: str, verdicts: list[bool]) -> Row:
    wrong = len(verdicts) - sum(verdicts)
    return ("design", method, MATCHIT, data, len(verdicts), "identical" if not wrong else f"{wrong} differs")


def _numbers(method: str, *, gaps: Floats, r: str = MATCHIT) -> Row:
    return ("design", method, r, "lalonde", gaps.size, f"{gaps.max():.0e}")


def _ties() -> Iterator[bool]:
    for case in PAIRED:
        for number, rows in tie_sets().items():
            expected = matchit()["ties"][case][number]
            if expected is not None:
                found = as_text(of_ties(case, rows=rows), ids=rows["id"].to_numpy())
                yield is_paired_alike(case, found=found, expected=expected)


def _lalonde() -> Iterator[bool]:
    for case in LALONDE:
        found = as_text(of_lalonde(case), ids=lalonde()["id"].to_numpy())
        yield is_paired_alike(case, found=found, expected=matchit()["lalonde"][case])


def _weights(classes: Integers, *, subclasses: Integers) -> Iterator[Floats]:
    ours = {
        "ratio_weights": pair_weights(of_lalonde("ratio2"), size=TREATED.size),
        "replace_weights": pair_weights(of_lalonde("replace"), size=TREATED.size),
        "cem_weights": strata_weights(classes, treated=TREATED),
        "subclass_weights": strata_weights(subclasses, treated=TREATED),
    }
    for name, found in ours.items():
        yield _gaps(found, expected=numbers_of(matchit()["lalonde"][name]))


def _balance() -> Iterator[Floats]:
    for design, case in (("pairs", "pairs"), ("ratio", "ratio2"), ("replace", "replace")):
        theirs = matchit()["lalonde"][f"balance_{design}"]
        weights = pair_weights(of_lalonde(case), size=TREATED.size)
        for moment, used in (("before", None), ("after", weights)):
            columns = np.array([float("nan" if x == "NA" else x) for x in theirs[moment].split()]).reshape(3, -1).T
            for name, (smd, ratio, ks) in zip(theirs["rows"].split(), columns, strict=True):
                found = balance_of(name, weights=used)
                expected = [smd, ks, *([] if found.variance_ratio is None else [ratio])]
                own = [found.smd, found.ks, *([] if found.variance_ratio is None else [found.variance_ratio])]
                yield _gaps(np.array(own, dtype=float), expected=np.array(expected))


def _optimal() -> float:
    distance = scores()["ps"]
    total = total_distance(match_optimally(distance, treated=TREATED), coordinates=distance)
    expected = float(matchit()["optimal"]["lalonde"])
    return abs(total - expected) / expected


def _gaps(found: Floats, *, expected: Floats) -> Floats:
    """Relative differences; of values near 0 absolute ones."""
    return np.abs(found - expected) / np.maximum(np.abs(expected), NEAR_ZERO)
