"""P values of a printed table under every convention that a paper may have used."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from scipy import stats

from analytics.audit.cells import Cell, Number
from analytics.audit.counts import SEVERAL, TOTAL
from analytics.audit.entries import Entry, PrintedTable, Tested
from analytics.audit.verdict import Finding
from analytics.messages import Message
from analytics.stats.tests.two_sample import compare_counts, fisher

MOST_EXACT = 2000  # persons, for Fisher's test of more than two levels


def p_findings(table: PrintedTable) -> Iterator[Finding]:
    by_variable: dict[tuple[str, str, int], list[Entry]] = defaultdict(list)
    for entry in table.entries:
        if not entry.is_whole and not entry.part and not entry.is_missing:
            by_variable[(entry.cohort, *entry.key)].append(entry)
    for tested in table.tested:
        if tested.ratio is not None or tested.p.first is None:
            continue
        entries = by_variable.get((tested.cohort, *tested.key), [])
        ps = _of_means(entries, row=tested.row) or _of_counts(entries, row=tested.row)
        if ps and not any(agrees(tested.p, low=low, high=high) for low, high in ps.values()):
            yield _finding(tested, ps=ps)


def agrees(printed: Cell, *, low: float, high: float) -> bool:
    """Whether a P between `low` and `high` may be printed so; a bare 1 is any P above .995."""
    if printed.first is None:
        return True
    value = printed.first
    if printed.bound == "<":
        return low < value.value + value.half
    if printed.bound == ">":
        return high > value.value - value.half
    half = value.half if value.half < 0.5 else 0.0025
    return low - 2 * half <= value.value <= high + 2 * half


def _of_counts(entries: Sequence[Entry], *, row: int) -> dict[str, tuple[float, float]]:
    """Of all levels, or of one row against the rest of its arms."""
    own = [entry for entry in entries if entry.level or entry.row == row]
    if any(SEVERAL.search(entry.variable) or TOTAL.match(entry.level) for entry in own):
        own = [entry for entry in own if TOTAL.match(entry.level) or entry.row == row]
    if not own or any(entry.cell.count is None or entry.is_moment for entry in own):
        return {}
    arms = list(dict.fromkeys(entry.arm for entry in own))
    counts = {(entry.row, entry.arm): entry.cell.count or 0 for entry in own}
    rows = list(dict.fromkeys(entry.row for entry in own))
    sizes = {entry.arm: entry.n for entry in own}
    if len(arms) < 2 or len(counts) != len(rows) * len(arms):
        return {}
    table = np.array([[counts[(at, arm)] for arm in arms] for at in rows])
    if len(rows) == 1:
        if not _is_of_size(own):
            return {}
        table = np.vstack([table, np.array([sizes[arm] or 0 for arm in arms]) - table])
        if (table < 0).any():
            return {}
    return _conventions(table)


def _is_of_size(entries: Sequence[Entry]) -> bool:
    """The percentage is of the whole arm, so the rest of the arm does not have the level."""
    return all(
        entry.n
        and (entry.cell.percent is None or entry.cell.percent.agrees_with(100 * (entry.cell.count or 0) / entry.n))
        for entry in entries
    )


def _conventions(table: np.ndarray) -> dict[str, tuple[float, float]]:
    tests = [
        compare_counts(table, profile="gtsummary"),
        compare_counts(table, profile="r"),
        compare_counts(table, profile="spss"),
    ]
    if table.shape == (2, 2) and table.sum(axis=1).all():
        p = float(stats.chi2_contingency(table, correction=False).pvalue) if table.sum(axis=0).all() else None
        tests_p = {"Pearson": p}
    else:
        tests_p = {}
    if table.sum() <= MOST_EXACT:
        tests.append(fisher(table))
    found = {test.name: test.p for test in tests} | tests_p
    return {name: (p, p) for name, p in found.items() if p is not None}


def _of_means(entries: Sequence[Entry], *, row: int) -> dict[str, tuple[float, float]]:
    """Student's and Welch's t over every mean and SD that may have been rounded to those printed."""
    own = [entry for entry in entries if entry.row == row]
    if len(own) != 2 or not all(is_mean_with_sd(entry) and entry.n for entry in own):
        return {}
    found: dict[str, list[float]] = {"Student t": [], "Welch t": []}
    for first, second, sd1, sd2 in product(*(_ends(number) for number in _moments(own))):
        for name, is_equal in (("Student t", True), ("Welch t", False)):
            if sd1 > 0 and sd2 > 0:
                p = stats.ttest_ind_from_stats(first, sd1, own[0].n, second, sd2, own[1].n, equal_var=is_equal).pvalue
                found[name].append(float(p))
    spans = {name: (min(ps), max(ps)) for name, ps in found.items() if ps}
    a, b = (entry.cell.first for entry in own)
    if a and b and a.low <= b.high and b.low <= a.high:  # the means may be equal
        spans = {name: (low, 1.0) for name, (low, _high) in spans.items()}
    return spans


def is_mean_with_sd(entry: Entry) -> bool:
    text = f"{entry.variable} {entry.level}".lower()
    is_named = "mean" in text or "sd" in text or "±" in entry.cell.text or "均数" in text
    return is_named and "median" not in text and "中位" not in text and len(entry.cell.inner) == 1


def _moments(own: Sequence[Entry]) -> tuple[Number, ...]:
    return tuple(entry.cell.first for entry in own if entry.cell.first) + tuple(entry.cell.inner[0] for entry in own)


def _ends(number: Number) -> tuple[float, float]:
    return number.low, number.high


def _finding(tested: Tested, *, ps: Mapping[str, tuple[float, float]]) -> Finding:
    shown = "; ".join(f"{name} {_span(low, high=high)}" for name, (low, high) in ps.items())
    return Finding(
        code="A-P",
        table=tested.table,
        row=tested.row,
        what=tested.what,
        is_impossible=False,
        message=Message(
            f"P {tested.p.text} is printed; from these numbers: {shown}. A paired or a rank test could differ.",
            f"印为 P {tested.p.text}；按所印数字计算：{shown}。配对检验或秩检验可能不同。",
        ),
    )


def _span(low: float, *, high: float) -> str:
    ends = [f"{p:.3f}" if p >= 0.001 else "<0.001" for p in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"
