"""What a check found, place by place: collected in full, shown up to a limit per rule."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from importers.files.messages import Problem
from importers.files.workbook import column_letters
from registry.rules import Severity

SHOWN_PER_RULE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`row` and `column` as Excel counts them, None when the sheet or the file as a whole is meant."""

    sheet: str = ""
    row: int | None = None
    column: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`found` is the cell as submitted: for the uploader's eyes, never for a log."""

    place: Place
    code: str
    severity: Severity
    en: str
    zh: str
    found: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.place.sheet,
            "row": self.place.row,
            "column": column_letters(self.place.column) if self.place.column else None,
            "name": self.place.name,
            "code": self.code,
            "severity": self.severity.name.lower(),
            "en": self.en,
            "zh": self.zh,
            "found": self.found,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTotal:
    code: str
    severity: Severity
    total: int
    shown: int


@dataclass(slots=True)
class Collector:
    """Grows during one check; what leaves it is frozen."""

    shown: list[Finding] = field(default_factory=list)
    counts: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    bad_rows: set[tuple[str, int]] = field(default_factory=set)
    seen: set[tuple[Place, str]] = field(default_factory=set)
    bad_places: set[Place] = field(default_factory=set)

    def add(self, problem: Problem, *, at: Place, found: str = "") -> None:
        severity = Severity.WARNING if problem.message.is_warning else Severity.ERROR
        self.add_text(problem.code, severity=severity, at=at, text=lambda: (problem.en, problem.zh), found=found)

    def add_text(
        self, code: str, *, severity: Severity, at: Place, text: Callable[[], tuple[str, str]], found: str = ""
    ) -> None:
        """Sentences are made only for findings that will be shown. The same rule speaks once about a place."""
        if (at, code) in self.seen:
            return
        self.seen.add((at, code))
        self.counts[code, severity] += 1
        if severity is Severity.ERROR:
            self.bad_places.add(at)
            if at.row is not None:
                self.bad_rows.add((at.sheet, at.row))
        if self.counts[code, severity] <= SHOWN_PER_RULE:
            en, zh = text()
            self.shown.append(Finding(place=at, code=code, severity=severity, en=en, zh=zh, found=found))

    def findings(self) -> tuple[Finding, ...]:
        return tuple(sorted(self.shown, key=lambda f: (f.place.sheet, f.place.row or 0, f.place.column or 0, f.code)))

    def totals(self) -> tuple[RuleTotal, ...]:
        order = list(Severity)
        totals = (
            RuleTotal(code=code, severity=severity, total=total, shown=min(total, SHOWN_PER_RULE))
            for (code, severity), total in self.counts.items()
        )
        return tuple(sorted(totals, key=lambda rule: (order.index(rule.severity), rule.code)))
