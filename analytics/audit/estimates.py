"""Ratios held against their limits and P values, medians against the rates of the same curve."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from scipy import stats

from analytics.audit.cells import Cell, Number
from analytics.audit.entries import Entry, PrintedTable, Tested
from analytics.audit.p_values import agrees
from analytics.audit.verdict import Finding
from analytics.messages import Message

LEVEL = 0.95
SLACK = 1.15  # of z: a score or likelihood-ratio P stands beside Wald limits in many papers
MEDIAN = re.compile(r"median|中位", re.IGNORECASE)
NOT_WALD = re.compile(r"bootstrap|percentile|random order|自助|随机", re.IGNORECASE)
FOLLOW_UP = re.compile(r"follow|随访", re.IGNORECASE)
HORIZON = re.compile(r"(\d+)\s*[-–]?\s*(months?|mo\b|years?|yr|个月|月|年)", re.IGNORECASE)
NOT_ENDPOINT = re.compile(
    r"median|中位|\bat\b|\bof\b|\d+\s*[-–]?\s*(months?|mo\b|years?|yr|个月|月|年)|months?|years?|rate|survival|%|95\s*CI|[(),（），]",
    re.IGNORECASE,
)


def estimate_findings(table: PrintedTable) -> Iterator[Finding]:
    for tested in table.tested:
        if tested.ratio is not None and not NOT_WALD.search(tested.what):
            yield from _ratio(tested)
    yield from _medians(table)


def _ratio(tested: Tested) -> Iterator[Finding]:
    cell = tested.ratio
    limits = _limits(cell)
    if cell is None or limits is None or cell.first is None:
        return
    low, high = limits
    what = tested.what
    middle = [math.log(max(end, 1e-9)) for end in (low.low, low.high, high.low, high.high)]
    ends = ((middle[0] + middle[2]) / 2, (middle[1] + middle[3]) / 2)
    own = math.log(max(cell.first.low, 1e-9)), math.log(max(cell.first.high, 1e-9))
    if not low.low <= cell.first.value <= high.high:
        yield _said(tested, what=what, en="lies outside its interval.", zh="不在其区间之内。", is_impossible=True)
    elif own[1] < ends[0] - 0.01 or own[0] > ends[1] + 0.01:
        right = math.exp(sum(ends) / 2)
        en = f"is not in the middle of its interval on the log scale, which is {right:.2f}."
        zh = f"不在其区间的对数中点（{right:.2f}）。"
        yield _said(tested, what=what, en=en, zh=zh, is_impossible=False)
    elif tested.p.first is not None:
        yield from _p(tested, low=low, high=high, what=what)


def _limits(cell: Cell | None) -> tuple[Number, Number] | None:
    if cell is None or cell.first is None or len(cell.inner) < 2 or min(one.value for one in cell.inner[-2:]) <= 0:
        return None
    return cell.inner[-2], cell.inner[-1]


def _p(tested: Tested, *, low: Number, high: Number, what: str) -> Iterator[Finding]:
    """The P of the z that the ratio and its limits give, over all that may have been rounded to them."""
    ratio = tested.ratio.first if tested.ratio else None
    if ratio is None or low.low <= 0 or ratio.low <= 0:
        return
    quantile = float(stats.norm.ppf(0.5 + LEVEL / 2))
    widest = (math.log(high.high) - math.log(low.low)) / (2 * quantile)
    narrowest = (math.log(max(high.low, 1e-9)) - math.log(low.high)) / (2 * quantile)
    logs = abs(math.log(ratio.low)), abs(math.log(ratio.high))
    least = 0.0 if ratio.low <= 1 <= ratio.high else min(logs)
    most_z = max(logs) / max(narrowest, 1e-9) * SLACK
    p_low, p_high = (2 * float(stats.norm.sf(z)) for z in (most_z, least / widest / SLACK))
    if agrees(tested.p, low=p_low, high=p_high):
        return
    en = f"and its interval give a P of {p_low:.3f}–{p_high:.3f}; P {tested.p.text} is printed."
    zh = f"及其区间对应的 P 为 {p_low:.3f}–{p_high:.3f}，而印为 P {tested.p.text}。"
    yield _said(tested, what=what, en=en, zh=zh, is_impossible=False)


def _said(tested: Tested, *, what: str, en: str, zh: str, is_impossible: bool) -> Finding:
    shown = tested.ratio.text if tested.ratio else ""
    return Finding(
        code="A-RATIO",
        table=tested.table,
        row=tested.row,
        what=what,
        is_impossible=is_impossible,
        message=Message(f"{shown} {en}", f"{shown} {zh}"),
    )


def _medians(table: PrintedTable) -> Iterator[Finding]:
    """A curve is above one half before its median and not above it afterwards; and it never rises."""
    curves: dict[tuple[str, str, str], list[tuple[float, Entry]]] = defaultdict(list)
    medians: dict[tuple[str, str, str], Entry] = {}
    for entry in table.entries:
        text = f"{entry.variable} {entry.level}"
        key = (entry.cohort, entry.arm, _endpoint(text))
        horizon = HORIZON.search(text)
        if FOLLOW_UP.search(text) or entry.cell.first is None:
            continue
        if MEDIAN.search(text):
            medians[key] = entry
        elif (
            horizon
            and entry.cell.first.value <= 100
            and ("%" in f"{text}{entry.cell.text}" or "rate" in text.lower() or "率" in text)
        ):
            curves[key].append((_months(horizon), entry))
    for key, points in curves.items():
        yield from _rising(sorted(points, key=lambda point: point[0]))
        if key in medians:
            for months, entry in points:
                yield from _beside(medians[key], months=months, entry=entry)


def _endpoint(text: str) -> str:
    return " ".join(NOT_ENDPOINT.sub(" ", text).lower().split())


def _months(horizon: re.Match[str]) -> float:
    return float(horizon[1]) * (12 if horizon[2].lower()[0] == "y" or horizon[2] == "年" else 1)


def _rising(points: list[tuple[float, Entry]]) -> Iterator[Finding]:
    for (before, earlier), (after, later) in pairwise(points):
        first, second = earlier.cell.first, later.cell.first
        if first and second and before < after and second.low > first.high:
            en = f"{second.value:g} % at {after:g} months is more than {first.value:g} % at {before:g}."
            zh = f"{after:g} 个月为 {second.value:g}%，高于 {before:g} 个月的 {first.value:g}%。"
            yield _of_curve(later, en=en, zh=zh)


def _beside(median: Entry, *, months: float, entry: Entry) -> Iterator[Finding]:
    rate, middle = entry.cell.first, median.cell.first
    if rate is None or middle is None or median.cell.bound:
        return
    if rate.low > 50 and middle.high < months:
        en = f"{rate.value:g} % are free of the event at {months:g} months, so the median lies beyond it, not at {middle.value:g}."
        zh = f"{months:g} 个月时仍有 {rate.value:g}% 未发生事件，中位数应在其后，而非 {middle.value:g} 个月。"
        yield _of_curve(entry, en=en, zh=zh)
    if rate.high < 50 and middle.low > months:
        en = f"Only {rate.value:g} % are free of the event at {months:g} months, so the median lies before it, not at {middle.value:g}."
        zh = f"{months:g} 个月时仅 {rate.value:g}% 未发生事件，中位数应在其前，而非 {middle.value:g} 个月。"
        yield _of_curve(entry, en=en, zh=zh)


def _of_curve(entry: Entry, *, en: str, zh: str) -> Finding:
    what = f"{entry.what} · {entry.arm}"
    return Finding(code="A-MEDIAN", table=entry.table, row=entry.row, what=what, message=Message(en, zh))
