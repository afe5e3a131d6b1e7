"""A result held against itself before anybody sees it; a check that fails blocks its release."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TypeVar

import numpy as np

from analytics.engine.design.design import Design
from analytics.engine.outcomes.outcomes import ArmSurvival, EndpointResult, Outcomes
from analytics.engine.outcomes.response import ResponseResult
from analytics.engine.outcomes.safety import ANY, GROUPS, SafetyRow, at_risk
from analytics.engine.outcomes.subgroups import SubgroupRow
from analytics.engine.sensitivity.base import SensitivityRow
from analytics.engine.sensitivity.ties import TIED_SCORES
from analytics.messages import Message, Notice
from analytics.stats.event_times import TOLERANCE
from analytics.stats.survival.cox import HazardRatio
from analytics.stats.tests.proportions import Proportion

P_BOUNDARY = 1e-6
Result = TypeVar("Result")


def check(design: Design, *, opened: Outcomes | None) -> tuple[Notice, ...]:
    """Every check with its verdict."""
    of_outcomes = _outcomes(opened, design=design) if opened else ()
    return (*_flow(design), *_levels(design), *_pairs(design), *of_outcomes)


def _outcomes(opened: Outcomes, *, design: Design) -> Iterator[Notice]:
    level, sizes = design.protocol.conventions.level, {name: len(rows) for name, rows in design.cohorts.items()}
    for where, cohort, result in _by_cohort("endpoints", found=opened.endpoints):
        yield from _endpoint(result, size=sizes[cohort], level=level, where=where)
    for where, _, table in _by_cohort("cox", found=opened.cox):
        ratios = [row.ratio for row in (*table.univariable, *table.multivariable)]
        yield _coherent(ratios, level=level, where=where)
    for name, subgroups in opened.subgroups.items():
        for where, cohort, rows in _by_cohort("subgroups", found={name: subgroups}):
            yield from _subgroups(rows, whole=opened.endpoints[name][cohort], level=level, where=where)
    for where, _, answer in _by_cohort("response", found=opened.responses):
        yield _response(answer, where=where)
    adverse = design.frame.adverse_events
    for cohort, events in opened.safety.items():
        size = sizes[cohort] if adverse is None else len(at_risk(design.cohorts[cohort], adverse=adverse))
        yield _safety(events, size=size, where=f"safety.{cohort}")


def _by_cohort(part: str, *, found: Mapping[str, Mapping[str, Result]]) -> Iterator[tuple[str, str, Result]]:
    """Where the result of an endpoint in a cohort stands, the cohort, and the result."""
    for name, cohorts in found.items():
        for cohort, result in cohorts.items():
            yield f"{part}.{name}.{cohort}", cohort, result


def check_sensitivity(rows: tuple[SensitivityRow, ...], *, level: float) -> tuple[Notice, ...]:
    """Those with a p of their own; the limits of a bootstrap and of broken ties are percentiles."""
    others = ("bootstrap", "convention", "imputation", TIED_SCORES)
    ratios = [row.ratio for row in rows if row.kind not in others]
    return (_coherent(ratios, level=level, where="sensitivity"),) if ratios else ()


def _verdict(code: str, *, ok: bool, message: Message, where: str) -> Notice:
    return Notice(code=code, message=message, where=where, ok=bool(ok))


def _flow(design: Design) -> Iterator[Notice]:
    rows = design.flow
    adds_up = all(before.remaining - after.removed == after.remaining for before, after in pairwise(rows))
    arms_sum = all(sum(row.arms.values()) == row.remaining for row in rows if row.arms)
    message = Message(
        "Each row of the flow chart equals the previous row minus those excluded.",
        "流程图每一步等于上一步减去排除人数。",
    )
    yield _verdict("flow_adds_up", ok=adds_up, message=message, where="flow")
    message = Message(
        "The arms in each row of the flow chart add up to those remaining.", "流程图每一步两组人数之和等于剩余人数。"
    )
    yield _verdict("arms_sum", ok=arms_sum, message=message, where="flow")


def _levels(design: Design) -> Iterator[Notice]:
    """Level counts with missing make n; percentages recompute; no matched cell is larger than its unmatched one."""
    sums: dict[tuple[str, str, str], list[tuple[int, int, int]]] = {}
    grown, wrong = [], []
    for row in design.baseline:
        for cohort, cell in row.cohorts.items():
            for label, summary in cell.arms.items():
                if summary.count is None:
                    continue
                sums.setdefault((row.covariate, cohort, label), []).append((summary.count, summary.missing, summary.n))
                known = summary.n - summary.missing
                counts_persons = cohort == "unmatched" or not design.is_weighted
                if counts_persons and known and not np.isclose((summary.percent or 0.0) * known, 100 * summary.count):
                    wrong.append(row.covariate)
                before = row.cohorts["unmatched"].arms[label].count
                grown += [row.covariate] if before is not None and summary.count > before else []
    off = [
        key[0]
        for key, cells in sums.items()
        if (len(cells) > 1 and sum(count for count, _, _ in cells) + cells[0][1] != cells[0][2])
        or any(count + missing > n for count, missing, n in cells)
    ]
    message = Message(
        "Level counts and missing values add up to the size of the arm.", "各水平人数与缺失人数之和等于该组人数。"
    )
    yield _verdict("levels_sum", ok=not off, message=message, where="baseline")
    message = Message("Percentages agree with their counts.", "百分比与人数一致。")
    yield _verdict("percentages", ok=not wrong, message=message, where="baseline")
    message = Message("No count after matching exceeds the count before matching.", "匹配后的单元格人数不超过匹配前。")
    yield _verdict("matched_within_unmatched", ok=not grown, message=message, where="baseline")


def _pairs(design: Design) -> Iterator[Notice]:
    if design.matching is None or design.matching.pairs is None or design.score is None:
        return
    pairs, plan, distance = design.matching.pairs, design.protocol.design, design.score.distance
    edges = np.unique(np.column_stack([pairs.treated, pairs.control]), axis=0).shape[0]
    most = int(np.unique(pairs.treated, return_counts=True)[1].max(initial=0))
    distinct = edges == pairs.treated.size and most <= plan.ratio and (plan.replace or pairs.has_own_controls)
    message = Message("No patient is in two pairs.", "没有人同时属于两个配对。")
    if plan.replace or plan.ratio > 1:
        message = Message(
            "No patient has the same match twice or more matches than the ratio, and no match is shared without replacement.",
            "没有人重复拥有同一配对或超过比例的配对；无放回时配对对象不重复使用。",
        )
    yield _verdict("pairs_distinct", ok=distinct, message=message, where="matching")
    gaps = np.abs(distance[pairs.treated] - distance[pairs.control])
    within = pairs.caliper_width is None or bool((gaps <= pairs.caliper_width).all())
    message = Message("Every pair is within the caliper.", "所有配对均在卡钳范围内。")
    yield _verdict("caliper_respected", ok=within, message=message, where="matching")


def _endpoint(result: EndpointResult, *, size: int, level: float, where: str) -> Iterator[Notice]:
    counted = sum(arm.curve.n for arm in result.arms.values())
    message = Message("The arms contain no more patients than the cohort.", "两组人数之和不超过队列人数。")
    yield _verdict("arms_within_cohort", ok=counted <= size, message=message, where=where)
    agree = all(_median_agrees(arm) for arm in result.arms.values())
    message = Message("The survival curve is above 50% before its median and not after it.", "生存曲线与中位数一致。")
    yield _verdict("median_on_curve", ok=agree, message=message, where=where)
    yield _coherent(list(result.hazard_ratios.values()), level=level, where=where)
    if result.competing is not None:
        curves = result.competing.curves.values()
        tops = [sum(float(one.incidence[-1]) for one in of.values() if one.time.size) for of in curves]
        rising = all(bool((np.diff(one.incidence) >= -TOLERANCE).all()) for of in curves for one in of.values())
        message = Message(
            "The cumulative incidences never decrease and add up to no more than 1.",
            "累积发生率单调上升，合计不超过 1。",
        )
        yield _verdict("incidence_sums", ok=rising and max(tops) <= 1 + TOLERANCE, message=message, where=where)


def _subgroups(
    rows: tuple[SubgroupRow, ...], *, whole: EndpointResult | None, level: float, where: str
) -> Iterator[Notice]:
    """The levels of a variable and those without a value make the arm."""
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        for label, count in row.arms.items():
            sums[(row.variable, label)] = sums.get((row.variable, label), 0) + count.n
    ok = whole is not None and all(count <= whole.arms[label].curve.n for (_, label), count in sums.items())
    ok = ok and all(arm.events <= arm.n for row in rows for arm in row.arms.values())
    message = Message(
        "The levels of a subgroup contain no more patients than the arm.", "亚组各水平人数之和不超过该组人数。"
    )
    yield _verdict("subgroups_sum", ok=ok, message=message, where=where)
    yield _coherent([row.ratio for row in rows], level=level, where=where)


def _median_agrees(arm: ArmSurvival) -> bool:
    curve, middle = arm.curve, arm.median.value
    if middle is None:
        return bool((curve.survival > 0.5 - TOLERANCE).all())
    before, after = curve.survival[curve.time < middle * (1 - TOLERANCE)], curve.survival[curve.time >= middle]
    return bool((before > 0.5 - TOLERANCE).all() and (after < 0.5 + TOLERANCE).all())


def _coherent(ratios: list[HazardRatio], *, level: float, where: str) -> Notice:
    message = Message(
        "Every hazard ratio is within its confidence interval, and the interval agrees with the P value.",
        "风险比均位于其置信区间内，且区间与 p 值一致。",
    )
    ok = all(_is_coherent(ratio, level=level) for ratio in ratios)
    return _verdict("interval_coherent", ok=ok, message=message, where=where)


def _is_coherent(ratio: HazardRatio, *, level: float) -> bool:
    if ratio.hr is None or ratio.low is None or ratio.high is None or ratio.p is None:
        return ratio.why is not None
    if not ratio.low <= ratio.hr <= ratio.high:
        return False
    leaves_out_one = ratio.low > 1 or ratio.high < 1
    return leaves_out_one == (ratio.p < 1 - level) or abs(ratio.p - (1 - level)) < P_BOUNDARY


def _response(result: ResponseResult, *, where: str) -> Notice:
    message = Message(
        "The response categories of each arm add up to those evaluable, and its rate agrees with the counts and its interval.",
        "各组疗效人数之和等于可评价人数，率与人数一致且位于其置信区间内。",
    )
    ok = all(
        sum(arm.counts.values()) == arm.evaluable <= arm.n
        and arm.successes <= arm.evaluable
        and (arm.is_weighted or _is_proportion(arm.proportion, successes=arm.successes, n=arm.denominator))
        for arm in result.arms.values()
    )
    return _verdict("response_sums", ok=ok, message=message, where=where)


def _is_proportion(proportion: Proportion, *, successes: int, n: int) -> bool:
    if proportion.rate is None or proportion.low is None or proportion.high is None:
        return n == 0
    return bool(np.isclose(proportion.rate * n, successes)) and proportion.low <= proportion.rate <= proportion.high


def _safety(rows: tuple[SafetyRow, ...], *, size: int, where: str) -> Notice:
    message = Message(
        "Each patient has one worst grade, and no term has more patients or events than all terms combined.",
        "每名患者只有一个最高级别，且任何术语的患者数和事件数不超过总数。",
    )
    total = rows[0].arms
    ok = sum(arm.n for arm in total.values()) == size and all(
        sum(arm.patients[group] for group in GROUPS) <= arm.patients[ANY] <= min(arm.n, arm.events)
        and arm.patients[ANY] <= total[label].patients[ANY]
        and arm.events <= total[label].events
        for row in rows
        for label, arm in row.arms.items()
    )
    return _verdict("safety_sums", ok=ok, message=message, where=where)
