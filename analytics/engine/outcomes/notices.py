"""What a reader of an endpoint must be told: who is not in it, which pairs that breaks, what has no finite value."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.engine.outcomes.risk_rows import Observed, has_outcome, is_ever_at_risk
from analytics.messages import Message, Notice, p_in_words
from analytics.protocol.endpoints.catalog import TIMES
from analytics.protocol.endpoints.declaration import Start
from analytics.protocol.plan import EndpointPlan
from analytics.stats.event_times import Integers
from analytics.stats.survival.cox import HazardRatio

FEWEST_EVENTS = 10
FEWEST_EFFECTIVE = 25  # of an arm: the logarithm of a rate of so many is off by 1/50
FEWEST_TO_JUDGE = 10  # persons: of fewer all may well have had the event


@dataclass(frozen=True)
class PairsSeen:
    """Of the matched pairs, those whose outcome is known for both, and those with one of the two alone."""

    complete: int
    broken: int


def about_outcome(
    table: pd.DataFrame, *, endpoint: str, rows: Integers, cohort: str, start: Start | None = None
) -> list[Notice]:
    """`rows` are those of the cohort with a usable outcome; `start` is what time is counted from, if not the study's time zero."""
    out = table[~has_outcome(table, endpoint=endpoint)]
    if out.empty:
        return []
    counts = [(str(label), int((out["arm"] == label).sum())) for label in sorted(table["arm"].unique())]
    arms = ", ".join(f"{label} {count}" for label, count in counts)
    negative = int((out[f"{endpoint}_time"].to_numpy(dtype=float) < 0).sum())
    if start is not None and start.fact is not None and not negative:
        return [_about_start(start, endpoint=endpoint, counts=(len(rows), len(table)), arms=arms, cohort=cohort)]
    en = (
        f"{endpoint}: {len(out)} of {len(table)} patients have no usable outcome and are excluded from this endpoint ({arms}; {negative} "
        "with a negative time)."
    )
    zh = (
        f"{endpoint}：{len(table)} 人中有 {len(out)} 人结局不可用，不计入该终点（{arms}；其中 {negative} 人时间为负）。"
    )
    return [Notice("outcome_missing", Message(en, zh), where=f"endpoints.{endpoint}.{cohort}")]


def start_of(plan: EndpointPlan) -> Start | None:
    """What the registry counts an endpoint from; a flat table says nothing of it."""
    declared = TIMES.get(str(getattr(plan, "kind", None)))
    return declared.start if declared else None


def _about_start(start: Start, *, endpoint: str, counts: tuple[int, int], arms: str, cohort: str) -> Notice:
    """Whoever has not come to the start is no missing outcome."""
    counted, everyone = counts
    note = start.note or start.axis
    en = f"{endpoint} covers {counted} of {everyone} patients: {note.en.rstrip('.')}. Not counted by arm: {arms}."
    zh = f"{endpoint} 仅计 {everyone} 人中的 {counted} 人：{note.zh.rstrip('。')}。各组不计人数：{arms}。"
    return Notice("starts_later", Message(en, zh), where=f"endpoints.{endpoint}.{cohort}")


def about_entry(table: pd.DataFrame, *, endpoint: str, seen: Observed, where: str) -> list[Notice]:
    """Delayed entry: how many, and who is never at risk."""
    if seen.entry is None or not (late := int((seen.entry > 0).sum())):
        return []
    median = float(np.median(seen.entry[seen.entry > 0]))
    never = int((has_outcome(table, endpoint=endpoint) & ~is_ever_at_risk(table, endpoint=endpoint)).sum())
    en = (
        f"{endpoint}: {late} of {seen.rows.size} patients came under observation after time zero (median {median:.1f} months) and "
        f"count as at risk from then. {never} left before that, or came at an unknown time, and are excluded from this endpoint."
    )
    zh = (
        f"{endpoint}：{seen.rows.size} 人中有 {late} 人在时间零点之后才进入观察（中位 {median:.1f} 个月），自此计为在险。"
        f"另有 {never} 人在进入观察前已离开或进入时间未知，不计入该终点。"
    )
    return [Notice("delayed_entry", Message(en, zh), where=where)]


def about_competing_entry(plan: EndpointPlan, *, seen: Observed, where: str) -> list[Notice]:
    if not plan.causes or seen.entry is None:
        return []
    en = "Cumulative incidence, Gray's test and the Fine-Gray hazard ratio are not available with delayed entry and are not reported; the hazard ratio is cause-specific."
    zh = "延迟进入时不提供累积发生率、Gray 检验及 Fine-Gray 比；风险比为特定原因风险比。"
    return [Notice("competing_with_entry", Message(en, zh), where=where)]


def about_pairs(pairs: PairsSeen | None, *, endpoint: str, cohort: str) -> list[Notice]:
    if pairs is None or not pairs.broken:
        return []
    en = (
        f"{endpoint}: {pairs.broken} pairs have lost one member and {pairs.complete} are complete. Unpaired patients count in the curves and the "
        "clustered hazard ratio but not in the stratified one, and the remaining patients may no longer be balanced."
    )
    zh = f"{endpoint}：{pairs.broken} 个配对只剩一人，{pairs.complete} 个配对完整；单人仍计入曲线和聚类稳健风险比，但不计入分层分析；剩余患者之间未必仍然均衡。"
    return [Notice("broken_pairs", Message(en, zh), where=f"endpoints.{endpoint}.{cohort}")]


def about_follow_up(table: pd.DataFrame, *, endpoint: str, seen: Observed, where: str) -> list[Notice]:
    """A curve rests on the time of those without the event: where it was not recorded, survival cannot be told."""
    untimed = (table[f"{endpoint}_event"] == 0) & table[f"{endpoint}_time"].isna()
    timed = int((seen.cause == 0).sum())
    if not seen.rows.size or int(untimed.sum()) <= timed:
        return []
    if not timed and seen.rows.size < FEWEST_TO_JUDGE:
        return []
    en = (
        f"{endpoint}: the time is known for {int(seen.event.sum())} patients with the event and {timed} without it, and missing for "
        f"{int(untimed.sum())}. Follow-up appears to be recorded only for events: the curves fall too steeply and cannot be interpreted."
    )
    zh = (
        f"{endpoint}：{int(seen.event.sum())} 名发生事件者有时间，未发生事件者仅 {timed} 人有时间，{int(untimed.sum())} 人缺失。"
        "随访时间似乎只记录了事件：生存曲线会过度下降，没有意义。"
    )
    return [Notice("event_only_follow_up", Message(en, zh), where=where)]


def about_drift(p: float | None, *, where: str) -> list[Notice]:
    if p is None:
        return []
    en = f"The hazards of the arms are not proportional ({p_in_words(p)}). A single hazard ratio does not hold over the whole follow-up; see the restricted mean survival times and the hazard ratios by period."
    zh = f"两组风险不成比例（{p_in_words(p)}）：单一风险比并不适用于全程；请参考限制性平均生存时间及分时期风险比。"
    return [Notice("non_proportional_hazards", Message(en, zh), where=where)]


def about_gray(seen: Observed, *, where: str) -> list[Notice]:
    if seen.weights is None:
        return []
    en = (
        "Gray's test is not available for weighted data and is not reported. The Fine-Gray hazard ratio compares the "
        "same incidences, with weights and robust standard errors."
    )
    zh = "Gray 检验不适用于加权人群，此处不报告；旁边的 Fine-Gray 比以加权和稳健标准误比较相同的累积发生率。"
    return [Notice("gray_without_weights", Message(en, zh), where=where)]


def about_effective_events(seen: Observed, *, where: str) -> list[Notice]:
    """Weighted events of which a few persons hold the most tell less than their number."""
    found = seen.effective_events
    if found is None or not 0 < found < FEWEST_EFFECTIVE:
        return []
    en = (
        f"Too few weighted events: the effective number in one arm is {found:.0f}. The log hazard ratio may be off by about "
        f"{1 / (2 * found):.2f} and its robust standard error too small; "
    )
    zh = f"加权事件过少：某一组事件的有效数仅为 {found:.0f}。对数风险比可能偏离约 {1 / (2 * found):.2f}，稳健标准误可能偏小；"
    if seen.models.members is None:
        en += "see the corrected standard error, and consider overlap weights or truncation (truncate)."
        zh += "请参考校正标准误（corrected），并考虑重叠权重或截断（truncate）。"
    else:
        en += "consider matching without replacement."
        zh += "请考虑无放回匹配。"
    return [Notice("few_effective_events", Message(en, zh), where=where)]


def about_ratio(ratio: HazardRatio, *, events: int, where: str) -> list[Notice]:
    if ratio.why is None:
        if events >= FEWEST_EVENTS:
            return []
        message = Message(
            f"The hazard ratio of the arms is based on too few events ({events}).",
            f"仅有 {events} 个事件：两组的风险比依据过少。",
        )
        return [Notice("too_few_events", message, where=where)]
    en = "The hazard ratio of the arms cannot be estimated"
    reasons = {
        "no_events": (
            f"{en}: one arm or the whole cohort has no events.",
            "无法估计两组的风险比：某一组或整个队列没有事件。",
        ),
        "separation": (f"{en}: the arms separate the events completely.", "无法估计两组的风险比：两组将事件完全分开。"),
    }
    fallback = (
        f"{en}: one arm has no patients with a known outcome.",
        "无法估计两组的风险比：某一组没有结局已知的患者。",
    )
    return [Notice(ratio.why, Message(*reasons.get(ratio.why, fallback)), where=where)]
