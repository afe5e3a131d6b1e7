"""What a design makes of the arms, in few numbers and nothing of any outcome → JSON."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.engine.design.design import Design
from analytics.stats.propensity.weighting import describe_weights

Json = dict[str, Any]

IMBALANCE = 0.1
MOST_PERIODS = 4


def judged_object(design: Design) -> Json:
    """Sizes, balance, overlap, ties, effective sizes and who is kept where. Null where the design has no such thing."""
    balance = [_balance(row) for row in design.balance]
    told = [row for row in balance if row["after"] is not None]
    largest = max(told, key=lambda row: abs(row["after"]), default=None)
    matching, score = design.matching, design.score
    pairs = matching.adjusted.pairs if matching else None
    ties = matching.ties.scores if matching and matching.ties else None
    kept = design.unmatched if design.matched is None else design.matched
    return {
        "n": _by_arm(kept, design=design),
        "pairs": None if pairs is None else pairs.count,
        "caliper_width": None if pairs is None else pairs.caliper_width,
        "ess": _effective(kept, design=design),
        "kept": len(kept) / len(design.unmatched),
        "largest_smd": None if largest is None else abs(largest["after"]),
        "largest_smd_of": None if largest is None else largest["covariate"],
        "unbalanced": len({row["covariate"] for row in told if abs(row["after"]) >= IMBALANCE}),
        "auc": None if score is None else score.fit.auc,
        "tied": None if ties is None else ties.share,
        "balance": balance,
        "centers": _places(design, kept=kept, of="center"),
        "periods": _places(design, kept=kept, of="period"),
        "warnings": [
            {"code": one.code, "message": {"en": one.message.en, "zh": one.message.zh}, "where": one.where}
            for one in design.notices
            if one.code == "immortal_time" or not one.where.startswith(("endpoints", "safety"))
        ],
    }


def _balance(row: Any) -> Json:
    after = row.after or row.before
    return {
        "covariate": row.covariate,
        "level": row.level,
        "before": _number(row.before.smd if row.before else None),
        "after": _number(after.smd if after else None),
    }


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _labels(design: Design) -> tuple[str, str]:
    return design.protocol.arms.focal.label, design.protocol.arms.reference.label


def _by_arm(table: pd.DataFrame, *, design: Design) -> dict[str, int]:
    return {label: int((table["arm"] == label).sum()) for label in _labels(design)}


def _effective(kept: pd.DataFrame, *, design: Design) -> dict[str, float]:
    """Of each arm; as many as there are where everybody counts as one person."""
    if not design.is_weighted:
        return {label: float(n) for label, n in _by_arm(kept, design=design).items()}
    return {
        label: describe_weights(kept.loc[kept["arm"] == label, "weight"].to_numpy()).ess for label in _labels(design)
    }


def _places(design: Design, *, kept: pd.DataFrame, of: str) -> list[Json]:
    """Persons of each arm before and after the design, by center or by period of time zero."""
    names = _centers(design) if of == "center" else _periods(design)
    before, after = (table["id"].map(names) for table in (design.unmatched, kept))
    return [
        {
            "name": name,
            "before": _by_arm(design.unmatched[before == name], design=design),
            "after": _by_arm(kept[after == name], design=design),
        }
        for name in sorted(set(before.dropna()))
    ]


def _centers(design: Design) -> Mapping[str, str]:
    if "center" not in design.unmatched:
        return {}
    return dict(zip(design.unmatched["id"], design.unmatched["center"], strict=True))


def _periods(design: Design) -> Mapping[str, str]:
    """Spans of calendar years of one length, as many as are read at a glance."""
    years = {who: year for who, year in (design.frame.years or {}).items() if who in set(design.unmatched["id"])}
    if not years:
        return {}
    first, last = min(years.values()), max(years.values())
    length = -(-(last - first + 1) // MOST_PERIODS)
    return {who: _span(first + (year - first) // length * length, length=length) for who, year in years.items()}


def _span(start: int, *, length: int) -> str:
    return str(start) if length == 1 else f"{start}–{start + length - 1}"
