"""The steps of the design half whose speed is measured; bench/speed.R has R's of the same names."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.matching.nearest import Pairs, Rules, caliper_width, match_nearest
from analytics.stats.propensity.balance import Sample, compare_arms
from analytics.stats.propensity.score import fit_propensity
from analytics.stats.propensity.weighting import WeightedEffect, describe_weights, score_weights
from analytics.stats.resampling.bootstrap import draw_rows
from analytics.stats.survival.cox import fit_cox
from analytics.stats.tests.baseline import summarize_continuous, summarize_level
from analytics.stats.tests.two_sample import compare_counts, compare_means
from bench.speed_table import NUMBERS

CALIPER = 0.2
WEIGHTINGS: tuple[WeightedEffect, ...] = ("ATE", "ATT", "ATO")
MATCHED_AGAIN = 50


def design_steps(table: pd.DataFrame) -> dict[str, Callable[[], object]]:
    X, arm = table.filter(regex="^x").to_numpy(float), table["arm"].to_numpy() == 1
    time, event = table["time"].to_numpy(float), table["event"].to_numpy() == 1
    names = [f"x{j}" for j in range(X.shape[1])]
    score = fit_propensity(X, treated=arm, names=names).probability
    pairs = _match(score, arm=arm)
    steps: dict[str, Callable[[], object]] = {
        "score": partial(fit_propensity, X, treated=arm, names=names),
        "nearest neighbor, caliper": partial(_match, score, arm=arm),
        "balance before and after": partial(_balance, X, arm=arm, pairs=pairs),
        "Table 1": partial(_table_1, X, arm=arm),
        "weights of 3 kinds": partial(_weights, score, arm=arm),
    }
    if arm.size < 1000:
        name = f"bootstrap with score and matching again, {MATCHED_AGAIN} samples"
        steps[name] = partial(_bootstrap, X, arm=arm, time=time, event=event)
    return steps


def _match(score: Floats, *, arm: Booleans) -> Pairs:
    return match_nearest(score, treated=arm, rules=Rules(caliper=caliper_width(score, treated=arm, width=CALIPER)))


def _balance(X: Floats, *, arm: Booleans, pairs: Pairs) -> None:
    for j in range(X.shape[1]):
        before = Sample(focal=X[arm, j], reference=X[~arm, j])
        after = Sample(focal=X[pairs.treated, j], reference=X[pairs.control, j])
        compare_arms(before, is_binary=j >= NUMBERS)
        compare_arms(after, unmatched=before, is_binary=j >= NUMBERS)


def _table_1(X: Floats, *, arm: Booleans) -> None:
    nothing: Booleans = np.zeros(arm.size, dtype=bool)
    for j in range(X.shape[1]):
        if j < NUMBERS:
            for rows in (arm, ~arm):
                summarize_continuous(X[rows, j])
            compare_means(X[arm, j], second=X[~arm, j])
            continue
        for rows in (arm, ~arm):
            summarize_level(X[rows, j] == 1, is_missing=nothing[rows])
        compare_counts(_counts(X[:, j].astype(np.int64), arm=arm))


def _counts(level: Integers, *, arm: Booleans) -> Integers:
    return np.bincount(2 * level + arm, minlength=4).reshape(2, 2)


def _weights(score: Floats, *, arm: Booleans) -> None:
    for effect in WEIGHTINGS:
        weights = score_weights(score, treated=arm, effect=effect)
        for rows in (arm, ~arm):
            describe_weights(weights[rows])


def _bootstrap(X: Floats, *, arm: Booleans, time: Floats, event: Booleans) -> None:
    names = [f"x{j}" for j in range(X.shape[1])]
    for rows in draw_rows(arm.size, samples=MATCHED_AGAIN, seed=1):
        score = fit_propensity(X[rows], treated=arm[rows], names=names).probability
        pairs = _match(score, arm=arm[rows])
        kept = rows[np.concatenate([pairs.treated, pairs.control])]
        fit_cox(time[kept], event=event[kept], X=arm[kept].astype(float)[:, None])
