"""The headline in bootstrap samples: persons scored and matched anew, or the pairs as they are."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from analytics.engine.design.adjustment import Rows, adjust
from analytics.engine.design.design import Design
from analytics.engine.design.score import fit_score
from analytics.engine.outcomes.risk_rows import Observed, numerator_arm
from analytics.errors import AnalysisError
from analytics.protocol.plan import AnalysisPlan
from analytics.stats.bad_input import BadInput, require
from analytics.stats.event_times import Booleans, Floats, Integers
from analytics.stats.resampling.bootstrap import Bootstrap, bootstrap, draw_pairs, draw_rows
from analytics.stats.survival.cox import fit_cox
from analytics.stats.survival.level_counts import Clock, count_levels, fit_levels, start_clock


def bootstrap_persons(designed: Design, *, endpoint: str, n: int) -> Bootstrap:
    """The log hazard ratio of `n` samples of the unmatched table (PCG64 of the protocol's seed)."""
    table, protocol = designed.unmatched, designed.protocol
    follow_up = FollowUp(table, endpoint=endpoint, protocol=protocol)
    samples: Iterable[Integers] = draw_rows(len(table), samples=n, seed=protocol.seed)

    def estimate(rows: Integers) -> float | None:
        if protocol.design.method == "none":
            return follow_up.log_ratio(rows, weights=np.ones(rows.size))
        try:
            weights = _weights(table.iloc[rows].reset_index(drop=True), protocol=protocol)
        except (AnalysisError, BadInput, np.linalg.LinAlgError):
            return None
        return follow_up.log_ratio(rows, weights=weights)

    return bootstrap(estimate, samples=samples, level=protocol.conventions.level)


def bootstrap_pairs(seen: Observed, *, n: int, protocol: AnalysisPlan) -> Bootstrap:
    """The pairs drawn again, matches kept. BadInput where the design makes no pairs of its own."""
    en = "This design forms no pairs to resample. Use unit: person."
    require(seen.pair is not None, en=en, zh="该设计没有可重抽样的配对；请使用 unit: person。")
    pair = np.zeros(0, dtype=np.int64) if seen.pair is None else seen.pair
    clock = start_clock(seen.time, event=seen.event)
    code = numerator_arm(seen.focal, protocol=protocol).astype(np.int64)

    def estimate(sample: tuple[Integers, Integers]) -> float | None:
        if seen.weights is None:
            return _plain(clock, code=code, rows=sample[0], protocol=protocol)
        rows = sample[0]
        return _weighted(seen.time[rows], seen.event[rows], code[rows], seen.weights[rows], protocol)

    samples = draw_pairs(pair, samples=n, seed=protocol.seed)
    return bootstrap(estimate, samples=samples, level=protocol.conventions.level)


class FollowUp:
    """The outcome of the unmatched table, ranked once for all samples."""

    def __init__(self, table: pd.DataFrame, *, endpoint: str, protocol: AnalysisPlan) -> None:
        time = table[f"{endpoint}_time"].to_numpy(dtype=float)
        event = table[f"{endpoint}_event"].to_numpy(dtype=float)
        self.known: Booleans = (time >= 0) & np.isfinite(time) & ~np.isnan(event)
        self.time, self.event = np.where(self.known, time, 0.0), event == 1
        focal = (table["arm"] == protocol.arms.focal.label).to_numpy()
        self.code = numerator_arm(focal, protocol=protocol).astype(np.int64)
        self.clock, self.protocol = start_clock(self.time, event=self.event), protocol

    def log_ratio(self, rows: Integers, *, weights: Floats) -> float | None:
        """Of the rows that weigh anything and have an outcome."""
        kept = (weights > 0) & self.known[rows]
        inside, weights = rows[kept], weights[kept]
        if (weights == 1).all():
            return _plain(self.clock, code=self.code, rows=inside, protocol=self.protocol)
        return _weighted(self.time[inside], self.event[inside], self.code[inside], weights, self.protocol)


def _weights(table: pd.DataFrame, *, protocol: AnalysisPlan) -> Floats:
    focal = (table["arm"] == protocol.arms.focal.label).to_numpy()
    score = None if protocol.design.method == "cem" else fit_score(table, focal=focal, protocol=protocol)
    return adjust(Rows(table=table, focal=focal, score=score, protocol=protocol)).weights


def _plain(clock: Clock, *, code: Integers, rows: Integers, protocol: AnalysisPlan) -> float | None:
    return _finite(fit_levels(count_levels(clock, code=code, levels=2, rows=rows), ties=protocol.cox.ties).coefficients)


def _weighted(time: Floats, event: Booleans, code: Integers, weights: Floats, protocol: AnalysisPlan) -> float | None:
    fit = fit_cox(time, event=event, X=code.astype(float)[:, None], weights=weights, ties=protocol.cox.ties)
    return _finite(fit.coefficients)


def _finite(coefficients: Sequence[float] | Floats) -> float | None:
    value = float(coefficients[0])
    return value if np.isfinite(value) else None
