"""What is printed in two places: the same number must be the same, and one pair of numbers has one name."""

import re
from collections.abc import Iterator, Sequence

from analytics.audit.entries import Entry, PrintedTable, Tested
from analytics.audit.verdict import Finding
from analytics.messages import Message

SYNONYMS = {"≦": "≤", "<=": "≤", ">=": "≥", "absent": "no", "absence": "no", "present": "yes", "presence": "yes"}
PLACE = re.compile(
    r"^(abstract|results?|text|discussion|table|fig(ure)?\.?|supplement\w*)\s*(s?\d*[a-z]?)[\s.,:·–-]*", re.IGNORECASE
)
UNIT = re.compile(r"[,，]?\s*(n\s*[(（]%[)）]|[(（].*?[)）]|%)")


def place_findings(tables: Sequence[PrintedTable]) -> Iterator[Finding]:
    yield from _sizes(tables)
    yield from _counts(tables)
    yield from _ratios(tables)
    yield from _pairs(tables)


def _named(text: str) -> str:
    name = UNIT.sub("", text).strip().lower()
    return SYNONYMS.get(name, name)


def _key(entry: Entry) -> tuple[str, ...]:
    return (entry.cohort, entry.arm.lower(), _named(entry.variable), _named(entry.level), entry.part.lower())


def _sizes(tables: Sequence[PrintedTable]) -> Iterator[Finding]:
    """An arm that has several sizes in one table has none of its own there: post-progression survival is of some."""
    seen: dict[tuple[str, str], Entry] = {}
    for table in tables:
        sizes: dict[tuple[str, str], dict[int, Entry]] = {}
        for entry in table.entries:
            if entry.n is not None:
                sizes.setdefault((entry.cohort, entry.arm.lower()), {}).setdefault(entry.n, entry)
        for arm, found in sizes.items():
            entry = next(iter(found.values()))
            first = seen.setdefault(arm, entry) if len(found) == 1 else entry
            if first.n != entry.n:
                yield _twice(entry, first=first, what=f"n · {entry.arm}", ours=str(entry.n), theirs=str(first.n))


def _counts(tables: Sequence[PrintedTable]) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], Entry] = {}
    for entry in (entry for table in tables for entry in table.entries):
        analysis = PLACE.sub("", entry.table).lower() if entry.cell.of else ""  # events of n are of an endpoint
        first = seen.setdefault((analysis, *_key(entry)), entry)
        a, b = first.cell.first, entry.cell.first
        if first.table == entry.table or a is None or b is None or first.cell.is_percent != entry.cell.is_percent:
            continue
        if abs(a.value - b.value) > a.half + b.half or (a.half == b.half == 0.5 and a.value != b.value):
            what = f"{entry.what} · {entry.arm}"
            yield _twice(entry, first=first, what=what, ours=entry.cell.text, theirs=first.cell.text)


def _ratios(tables: Sequence[PrintedTable]) -> Iterator[Finding]:
    """Of one analysis: tables whose titles are the same but for where they stand ("Text, adjusted"; "Figure 3b, adjusted")."""
    seen: dict[tuple[str, ...], Tested] = {}
    for tested in (tested for table in tables for tested in table.tested):
        if tested.ratio is None or tested.ratio.first is None:
            continue
        analysis = PLACE.sub("", tested.table).lower()
        first = seen.setdefault((tested.cohort, analysis, _named(tested.variable), _named(tested.level)), tested)
        old = first.ratio.first if first.ratio else None
        if (
            old is None
            or first.table == tested.table
            or abs(old.value - tested.ratio.first.value) <= old.half + tested.ratio.first.half
        ):
            continue
        yield _twice(
            tested,
            first=first,
            what=tested.what,
            ours=tested.ratio.text,
            theirs=first.ratio.text if first.ratio else "",
        )


def _twice(entry: Entry | Tested, *, first: Entry | Tested, what: str, ours: str, theirs: str) -> Finding:
    return Finding(
        code="A-TWICE",
        table=entry.table,
        row=entry.row,
        what=what,
        message=Message(
            f"{ours} here, {theirs} in “{first.table}”, row {first.row}.",
            f"此处为 {ours}，“{first.table}”第 {first.row} 行为 {theirs}。",
        ),
    )


def _pairs(tables: Sequence[PrintedTable]) -> Iterator[Finding]:
    """The same percentages of both arms under two names, in two tables: one of them is of something else."""
    seen: dict[tuple[str, tuple[float, ...]], Entry] = {}
    for table in tables:
        rows: dict[tuple[int, str], list[Entry]] = {}
        for entry in table.entries:
            if entry.cell.is_percent and not entry.part:
                rows.setdefault((entry.row, entry.cohort), []).append(entry)
        for row in rows.values():
            values = tuple(entry.cell.first.value for entry in row if entry.cell.first)
            if len(values) < 2 or len(set(values)) < 2:
                continue
            first = seen.setdefault((row[0].cohort, values), row[0])
            if first.table != row[0].table and _named(first.what) != _named(row[0].what):
                yield _same(row[0], first=first, values=values)


def _same(entry: Entry, *, first: Entry, values: Sequence[float]) -> Finding:
    shown = " / ".join(f"{value:g} %" for value in values)
    return Finding(
        code="A-NAME",
        table=entry.table,
        row=entry.row,
        what=entry.what,
        is_impossible=False,
        message=Message(
            f"{shown} is printed for “{first.what}” in “{first.table}”: one of the two names is wrong?",
            f"{shown} 在“{first.table}”中是“{first.what}”的数值，两处名称可能有一处有误。",
        ),
    )
