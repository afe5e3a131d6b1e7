"""What a reader of an endpoint must be told: who is not in it, which pairs that breaks, what has no finite value."""

from dataclasses import dataclass

import pandas as pd

from analytics.messages import Message, Notice
from analytics.stats.cox import HazardRatio
from analytics.stats.event_times import Integers


@dataclass(frozen=True)
class PairsSeen:
    """Of the matched pairs, those whose outcome is known for both, and those with one of the two alone."""

    complete: int
    broken: int


def about_outcome(table: pd.DataFrame, *, endpoint: str, rows: Integers, cohort: str) -> list[Notice]:
    """`rows` are those of the cohort with a usable outcome."""
    out = table.drop(index=table.index[rows])
    if out.empty:
        return []
    counts = [(str(label), int((out["arm"] == label).sum())) for label in sorted(table["arm"].unique())]
    arms = ", ".join(f"{label} {count}" for label, count in counts)
    negative = int((out[f"{endpoint}_time"].to_numpy(dtype=float) < 0).sum())
    en = (
        f"{endpoint}: {len(out)} of {len(table)} have no usable outcome and are out of this endpoint ({arms}; {negative} "
        "with a negative time)."
    )
    zh = (
        f"{endpoint}：{len(table)} 人中有 {len(out)} 人结局不可用，不计入该终点（{arms}；其中 {negative} 人时间为负）。"
    )
    return [Notice("outcome_missing", Message(en, zh), where=f"endpoints.{endpoint}.{cohort}")]


def about_pairs(pairs: PairsSeen | None, *, endpoint: str, cohort: str) -> list[Notice]:
    if pairs is None or not pairs.broken:
        return []
    en = (
        f"{endpoint}: {pairs.broken} pairs keep one of their two and {pairs.complete} both; the single ones count in the curves and the "
        "clustered ratio, not in the stratified one, and the balance of the matching need not hold among those left."
    )
    zh = f"{endpoint}：{pairs.broken} 个配对只剩一人，{pairs.complete} 个配对完整；单人仍计入曲线和聚类稳健风险比，但不计入分层分析；剩余患者之间未必仍然均衡。"
    return [Notice("broken_pairs", Message(en, zh), where=f"endpoints.{endpoint}.{cohort}")]


def about_ratio(ratio: HazardRatio, *, where: str) -> list[Notice]:
    if ratio.why is None:
        return []
    en = "The hazard ratio of the arms has no finite value"
    reasons = {
        "no_events": (
            f"{en}: an arm, or the whole cohort, has no event.",
            "无法估计两组的风险比：某一组或整个队列没有事件。",
        ),
        "separation": (f"{en}: the arms separate the events completely.", "无法估计两组的风险比：两组将事件完全分开。"),
    }
    fallback = (f"{en}: an arm has nobody with a known outcome.", "无法估计两组的风险比：某一组没有结局已知的患者。")
    return [Notice(ratio.why, Message(*reasons.get(ratio.why, fallback)), where=where)]


def about_weights(is_weighted: object) -> list[Notice]:
    if not is_weighted:
        return []
    en = "The design gives persons weights; outcomes are shown for the unmatched arms only, as they do not use weights yet."
    zh = "该设计为患者赋予权重；结局分析尚未使用权重，因此仅显示未匹配的两组。"
    return [Notice("outcomes_without_weights", Message(en, zh), where="endpoints")]
