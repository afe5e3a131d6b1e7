"""Counts held against the size of their arm, their percentages, their parts, and the same arm before matching."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from analytics.audit.entries import Entry, PrintedTable
from analytics.audit.headings import MATCHED, UNMATCHED
from analytics.audit.verdict import Finding
from analytics.messages import Message

SEVERAL = re.compile(
    r"complication|adverse|toxicit|event|treatment|therap|symptom|并发症|不良|毒性|治疗|症状", re.IGNORECASE
)
TOTAL = re.compile(r"^(total|any|any grade|overall|all|合计|任何级别|总计)\b", re.IGNORECASE)
GRADE = re.compile(
    r"(?:grades?|级)?\s*(\d)\s*(?:[-–]\s*(\d))?(?:\s*级)?$|grades?\s*(\d)\s*(?:[-–]\s*(\d))?", re.IGNORECASE
)
RESPONSES = {"CR", "PR", "SD", "PD", "NE", "NN", "NON-CR/NON-PD"}
FEWEST_COPIED = 40


def count_findings(table: PrintedTable) -> Iterator[Finding]:
    counted = [entry for entry in table.entries if entry.cell.count is not None]
    yield from _sums(counted, title=table.title)
    yield from _percentages(counted)
    yield from _within(counted)
    yield from _wholes(table.entries)
    yield from _parts(counted)
    yield from _copies(counted)


def levels_of(counted: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Of each variable in each arm; the rows CR, PR, SD and PD of a table are levels of the response."""
    found: dict[tuple[object, ...], list[Entry]] = defaultdict(list)
    for entry in counted:
        if (entry.level or entry.variable).upper() in RESPONSES:
            found[(entry.cohort, entry.arm, entry.part, entry.level and entry.key)].append(entry)
        elif entry.level:
            found[(entry.cohort, entry.arm, entry.part, *entry.key)].append(entry)
    yield from found.values()


def _sums(counted: Sequence[Entry], *, title: str) -> Iterator[Finding]:
    """More than the arm is impossible; fewer may be missing values that are not told."""
    for levels in levels_of(counted):
        first, total = levels[0], sum(entry.cell.count or 0 for entry in levels)
        texts = f"{title} {first.variable}"
        if len(levels) < 2 or first.n is None or not total or total == first.n or _is_several(levels, texts=texts):
            continue
        terms = " + ".join(str(entry.cell.count) for entry in levels)
        yield Finding(
            code="A-SUM",
            table=first.table,
            row=first.row,
            what=f"{first.variable} · {first.arm}",
            is_impossible=total > first.n,
            message=Message(
                f"The levels add up to {terms} = {total}, but the arm has {first.n}.",
                f"各水平之和 {terms} = {total}，而该组为 {first.n} 例。",
            ),
        )


def _is_several(levels: Sequence[Entry], *, texts: str) -> bool:
    """Whether one person may be counted in several levels."""
    return bool(SEVERAL.search(texts)) or any(TOTAL.match(entry.level) for entry in levels)


def _percentages(counted: Sequence[Entry]) -> Iterator[Finding]:
    known = {
        id(entry): sum(one.cell.count or 0 for one in levels if not one.is_missing)
        for levels in levels_of(counted)
        for entry in levels
    }
    wholes = _wholes_below(counted)
    for entry in counted:
        count, percent = entry.cell.count, entry.cell.percent
        size = entry.cell.of.value if entry.cell.of else entry.n
        if count is None or percent is None or percent.value > 100 or entry.is_moment:
            continue
        sizes = [
            n for n in (size, known.get(id(entry)), wholes.get((entry.table, entry.cohort, entry.arm, entry.part))) if n
        ]
        if not sizes or any(percent.agrees_with(100 * count / n) for n in sizes):
            continue
        right = 100 * count / sizes[0]
        yield Finding(
            code="A-PERCENT",
            table=entry.table,
            row=entry.row,
            what=f"{entry.what} · {entry.arm}",
            message=Message(
                f"{count} of {sizes[0]:g} is {right:.2f} %, not {percent.value:g} %.",
                f"{count}/{sizes[0]:g} 为 {right:.2f}%，而非 {percent.value:g}%。",
            ),
        )


def _wholes_below(counted: Sequence[Entry]) -> dict[tuple[str, ...], int]:
    """Of an arm, the count of a row of which all percentages below it are ("progressed", and then what they received)."""
    columns: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in counted:
        columns[(entry.table, entry.cohort, entry.arm, entry.part)].append(entry)
    found = {}
    for key, column in columns.items():
        for place, whole in enumerate(column):
            below = [(one.cell.count or 0, one.cell.percent) for one in column[place + 1 :] if one.cell.percent]
            if (
                whole.cell.count
                and len(below) > 1
                and all(percent.agrees_with(100 * count / whole.cell.count) for count, percent in below)
            ):
                found[key] = whole.cell.count
                break
    return found


def _within(counted: Sequence[Entry]) -> Iterator[Finding]:
    """Matching takes persons away: no level may have gained any, and none may have lost more than left the arm."""
    before = {(one.arm, *one.key, one.level, one.part): one for one in counted if one.cohort == UNMATCHED}
    for entry in counted:
        old = before.get((entry.arm, *entry.key, entry.level, entry.part))
        if entry.cohort != MATCHED or old is None or old.n is None or entry.n is None or entry.is_moment:
            continue
        count, whole = entry.cell.count or 0, old.cell.count or 0
        least = max(0, entry.n - (old.n - whole))
        if least <= count <= whole:
            continue
        if count > whole:
            en = f"{count} after matching, but only {whole} before it."
            zh = f"匹配后为 {count} 例，而匹配前仅有 {whole} 例。"
        else:
            en = f"{count} after matching, but at least {least} must be left: {entry.n} are matched and only {old.n - whole} of the {old.n} were not of this level."
            zh = f"匹配后为 {count} 例，但至少应剩 {least} 例：共匹配 {entry.n} 例，而匹配前 {old.n} 例中仅 {old.n - whole} 例不属于该水平。"
        what = f"{entry.what} · {entry.arm}"
        yield Finding(code="A-WITHIN", table=entry.table, row=entry.row, what=what, message=Message(en, zh))


def _wholes(entries: Sequence[Entry]) -> Iterator[Finding]:
    """A column of all patients is the sum of the arms, in its heading and in each count."""
    rows: dict[tuple[int, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        rows[(entry.row, entry.cohort, entry.part)].append(entry)
    told: set[int] = set()
    for row in rows.values():
        whole = next((entry for entry in row if entry.is_whole), None)
        arms = [entry for entry in row if not entry.is_whole]
        if whole is None or len(arms) < 2:
            continue
        for what, total, parts in (
            (whole.what, whole.cell.count, [one.cell.count for one in arms]),
            ("n", whole.n, [one.n for one in arms]),
        ):
            known = [part for part in parts if part is not None]
            if total is None or total in told or whole.is_moment or len(known) < len(parts) or sum(known) == total:
                continue
            told.add(total)
            terms = " + ".join(map(str, known))
            yield Finding(
                code="A-ARMS",
                table=whole.table,
                row=whole.row,
                what=what,
                message=Message(
                    f"The arms add up to {terms} = {sum(known)}, but {total} is printed for all.",
                    f"各组之和 {terms} = {sum(known)}，而合计印为 {total}。",
                ),
            )


def _parts(counted: Sequence[Entry]) -> Iterator[Finding]:
    """Grades of one term add up to its total, where the grades printed leave none out between the first and the last."""
    rows: dict[tuple[int, str, str], list[Entry]] = defaultdict(list)
    for entry in counted:
        if entry.part:
            rows[(entry.row, entry.cohort, entry.arm)].append(entry)
    for row in rows.values():
        total = next((entry for entry in row if TOTAL.match(entry.part)), None)
        grades = [entry for entry in row if GRADE.match(entry.part)]
        added = sum(entry.cell.count or 0 for entry in grades)
        if total is None or len(grades) < 2 or added == total.cell.count:
            continue
        terms = " + ".join(str(entry.cell.count) for entry in grades)
        yield Finding(
            code="A-PARTS",
            table=total.table,
            row=total.row,
            what=f"{total.variable} {total.level} · {total.arm}".replace("  ", " "),
            message=Message(
                f"The grades add up to {terms} = {added}, but the total is {total.cell.count}.",
                f"各级之和 {terms} = {added}，而合计为 {total.cell.count}。",
            ),
        )


def _copies(counted: Sequence[Entry]) -> Iterator[Finding]:
    """Rows of two variables with the very same counts in every arm, in one cohort and not in the other."""
    rows: dict[str, dict[tuple[str, int], dict[str, tuple[int, ...]]]] = defaultdict(lambda: defaultdict(dict))
    first: dict[tuple[str, int], Entry] = {}
    for entry in counted:
        if entry.level and not entry.part and not entry.is_whole:
            of = rows[entry.cohort][entry.key]
            of[entry.level] = (*of.get(entry.level, ()), entry.cell.count or 0)
            first.setdefault(entry.key, entry)
    for cohort, variables in rows.items():
        others = [of for other, of in rows.items() if other != cohort]
        for twin, variable in combinations(variables, 2):
            if not _is_copied(variables[twin], variables[variable]):
                continue
            if any(_is_copied(other[twin], other[variable]) for other in others if twin in other and variable in other):
                continue
            yield Finding(
                code="A-COPY",
                table=first[variable].table,
                row=first[variable].row,
                what=variable[0],
                is_impossible=False,
                message=Message(
                    f"The counts are those of “{twin[0]}”, number for number: a copied column?",
                    f"各数与“{twin[0]}”完全相同，可能是误复制的一列。",
                ),
            )


def _is_copied(first: Mapping[str, tuple[int, ...]], second: Mapping[str, tuple[int, ...]]) -> bool:
    """All rows of the shorter one are rows of the other: two or more, with persons enough not to be chance."""
    fewer, more = sorted((list(first.values()), list(second.values())), key=len)
    counts = [count for row in fewer for count in row]
    is_told = len(fewer) >= 2 and len(counts) >= 4 and min(counts) >= 1 and sum(counts) >= FEWEST_COPIED
    return is_told and all(row in more for row in fewer)
