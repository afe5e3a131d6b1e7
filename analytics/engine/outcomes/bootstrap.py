"""The headline in bootstrap samples: persons scored and matched anew, or the pairs as they are."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from analytics.engine.design.adjustment import Rows, adjust
from analytics.engine.design.design import Design
from analytics.engine.design.score import fit_score
from analytics.engine.outcomes.risk_rows import Observed, entry_of, has_outcome, is_ever_at_risk, numerator_arm
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
    clock = start_clock(seen.time, event=seen.event) if seen.entry is None else None
    code = numerator_arm(seen.focal, protocol=protocol).astype(np.int64)

    def estimate(sample: tuple[Integers, Integers]) -> float | None:
        rows = sample[0]
        if seen.weights is None and clock is not None:
            return _plain(clock, code=code, rows=rows, protocol=protocol)
        models = seen.models
        fit = fit_cox(
            seen.time[rows],
            event=seen.event[rows],
            X=code[rows].astype(float)[:, None],
            entry=None if models.entry is None else models.entry[rows],
            weights=None if models.weights is None else models.weights[rows],
            ties=protocol.cox.ties,
        )
        return _finite(fit.coefficients)

    samples = draw_pairs(pair, samples=n, seed=protocol.seed)
    return bootstrap(estimate, samples=samples, level=protocol.conventions.level)


class FollowUp:
    """The outcome of the unmatched table, ranked once for all samples."""

    def __init__(self, table: pd.DataFrame, *, endpoint: str, protocol: AnalysisPlan) -> None:
        time = table[f"{endpoint}_time"].to_numpy(dtype=float)
        event = table[f"{endpoint}_event"].to_numpy(dtype=float)
        self.entry = entry_of(table, endpoint=endpoint)
        self.known: Booleans = has_outcome(table, endpoint=endpoint) & is_ever_at_risk(table, endpoint=endpoint)
        self.time, self.event = np.where(self.known, time, 0.0), event == 1
        focal = (table["arm"] == protocol.arms.focal.label).to_numpy()
        self.code = numerator_arm(focal, protocol=protocol).astype(np.int64)
        self.clock, self.protocol = start_clock(self.time, event=self.event), protocol

    def log_ratio(self, rows: Integers, *, weights: Floats) -> float | None:
        """Of the rows that weigh anything and have an outcome."""
        kept = (weights > 0) & self.known[rows]
        inside, weights = rows[kept], weights[kept]
        if (weights == 1).all() and self.entry is None:
            return _plain(self.clock, code=self.code, rows=inside, protocol=self.protocol)
        fit = fit_cox(
            self.time[inside],
            event=self.event[inside],
            X=self.code[inside].astype(float)[:, None],
            entry=None if self.entry is None else self.entry[inside],
            weights=weights,
            ties=self.protocol.cox.ties,
        )
        return _finite(fit.coefficients)


def _weights(table: pd.DataFrame, *, protocol: AnalysisPlan) -> Floats:
    focal = (table["arm"] == protocol.arms.focal.label).to_numpy()
    score = None if protocol.design.method == "cem" else fit_score(table, focal=focal, protocol=protocol)
    return adjust(Rows(table=table, focal=focal, score=score, protocol=protocol)).weights


def _plain(clock: Clock, *, code: Integers, rows: Integers, protocol: AnalysisPlan) -> float | None:
    return _finite(fit_levels(count_levels(clock, code=code, levels=2, rows=rows), ties=protocol.cox.ties).coefficients)


def _finite(coefficients: Sequence[float] | Floats) -> float | None:
    value = float(coefficients[0])
    return value if np.isfinite(value) else None
