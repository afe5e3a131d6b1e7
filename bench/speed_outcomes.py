"""The steps of the outcome half whose speed is measured; bench/speed.R has R's of the same names."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.resampling.bootstrap import draw_rows
from analytics.stats.survival.competing_risks import cumulative_incidence
from analytics.stats.survival.cox import fit_cox, fit_on_risk_sets
from analytics.stats.survival.fine_gray import fit_fine_gray
from analytics.stats.survival.gray import gray_test
from analytics.stats.survival.kaplan_meier import kaplan_meier, rate_at
from analytics.stats.survival.level_counts import count_levels, fit_levels, start_clock
from analytics.stats.survival.log_rank import log_rank
from analytics.stats.survival.proportional_hazards import ph_test
from analytics.stats.survival.risk_sets import build_risk_sets
from analytics.stats.survival.term_tests import interaction_test
from bench.speed_table import NUMBERS

SAMPLES = 100


def outcome_steps(table: pd.DataFrame) -> dict[str, Callable[[], object]]:
    time, event, arm = table["time"].to_numpy(float), table["event"].to_numpy() == 1, table["arm"].to_numpy() == 1
    X = table.filter(regex="^x").to_numpy(float)
    whole, alone = np.column_stack([arm, X]), arm.astype(float)[:, None]
    cause, pair, weight = (table[name].to_numpy() for name in ("cause", "pair", "weight"))
    fit = fit_cox(time, event=event, X=whole)
    return {
        "Kaplan-Meier": partial(_curves, time, event=event, arm=arm),
        "log-rank": partial(log_rank, time, event=event, arm=arm),
        "13 univariable Cox": partial(_univariable, time, event=event, X=X),
        "multivariable Cox": partial(fit_cox, time, event=event, X=whole),
        "clustered hazard ratio": partial(fit_cox, time, event=event, X=alone, robust=True, clusters=pair),
        "weighted hazard ratio": partial(fit_cox, time, event=event, X=alone, weights=weight, robust=True),
        "proportional hazards": partial(ph_test, fit, time=time, event=event, X=whole),
        "forest of 8 subgroups": partial(_forest, time, event=event, arm=arm, factors=X[:, NUMBERS:]),
        "cumulative incidence": partial(_incidence, time, cause=cause),
        "Gray's test": partial(gray_test, time, cause=cause, group=arm.astype(np.int64)),
        "Fine-Gray": partial(fit_fine_gray, time, cause=cause, X=whole[:, :4]),
        f"bootstrap, {SAMPLES} samples": partial(_bootstrap, time, event=event, arm=arm),
    }


def _curves(time: Floats, *, event: Booleans, arm: Booleans) -> None:
    for rows in (arm, ~arm):
        curve = kaplan_meier(time[rows], event=event[rows])
        for day in (365, 730):
            rate_at(curve, time=day)


def _univariable(time: Floats, *, event: Booleans, X: Floats) -> None:
    """Factors from counts of their levels, numbers on risk sets that are sorted once."""
    sets, clock = build_risk_sets(time, event=event), start_clock(time, event=event)
    for j in range(X.shape[1]):
        if j < NUMBERS:
            fit_on_risk_sets(sets, X=X[:, [j]])
        else:
            fit_levels(count_levels(clock, code=X[:, j].astype(np.int64), levels=2))


def _forest(time: Floats, *, event: Booleans, arm: Booleans, factors: Floats) -> None:
    """Per factor the ratio in both levels, and the likelihood ratio of arm x level."""
    sets, clock, code = build_risk_sets(time, event=event), start_clock(time, event=event), arm.astype(np.int64)
    for level in factors.T.astype(np.int64):
        for place in (0, 1):
            fit_levels(count_levels(clock, code=code, levels=2, rows=np.flatnonzero(level == place)))
        interaction_test(sets, arm=arm.astype(float), level=level)


def _incidence(time: Floats, *, cause: Integers) -> None:
    for of in (1, 2):
        cumulative_incidence(time, cause=cause, of=of)


def _bootstrap(time: Floats, *, event: Booleans, arm: Booleans) -> None:
    clock, code = start_clock(time, event=event), arm.astype(np.int64)
    for rows in draw_rows(time.size, samples=SAMPLES, seed=1):
        fit_levels(count_levels(clock, code=code, levels=2, rows=rows))
