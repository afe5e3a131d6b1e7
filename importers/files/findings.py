"""What a check found, place by place: collected in full, shown up to a limit per rule."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from importers.files.characters import visible
from importers.files.messages import Problem
from importers.files.workbook import column_letters
from registry.rules import Severity

SHOWN_PER_RULE = 1_000
ROWS_NAMED = {"row", "first"}  # in a sentence, rows of the sheet that it is about


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
    # Of a sheet of the hospital's own: where in the file a place of a table stands
    origins: dict[str, Callable[[Place], Place]] = field(default_factory=dict)
    bad_places: set[Place] = field(default_factory=set)

    def add(self, problem: Problem, *, at: Place, found: str = "") -> None:
        severity = Severity.WARNING if problem.message.is_warning else Severity.ERROR
        problem = self._in_the_file(problem, at=at)
        self.add_text(problem.code, severity=severity, at=at, text=lambda: (problem.en, problem.zh), found=found)

    def add_text(
        self, code: str, *, severity: Severity, at: Place, text: Callable[[], tuple[str, str]], found: str = ""
    ) -> None:
        """Sentences are made only for findings that will be shown. The same rule speaks once about a place.

        A cell of the hospital's own may be read for several kinds of record, each of which it holds back.
        """
        if severity is Severity.ERROR:
            self.bad_places.add(at)
            if at.row is not None:
                self.bad_rows.add((at.sheet, at.row))
        place = self.origins[at.sheet](at) if at.sheet in self.origins else at
        if (place, code) in self.seen:
            return
        self.seen.add((place, code))
        self.counts[code, severity] += 1
        if self.counts[code, severity] <= SHOWN_PER_RULE:
            en, zh = text()
            self.shown.append(Finding(place=place, code=code, severity=severity, en=en, zh=zh, found=visible(found)))

    def _in_the_file(self, problem: Problem, *, at: Place) -> Problem:
        """Rows that a sentence names are those of the file."""
        if at.sheet not in self.origins or not problem.values.keys() & ROWS_NAMED:
            return problem
        place_of = self.origins[at.sheet]
        rows = {
            name: place_of(replace(at, row=row)).row
            for name, row in problem.values.items()
            if name in ROWS_NAMED and isinstance(row, int)
        }
        return Problem(problem.message, {**problem.values, **rows})

    def findings(self) -> tuple[Finding, ...]:
        return tuple(sorted(self.shown, key=lambda f: (f.place.sheet, f.place.row or 0, f.place.column or 0, f.code)))

    def totals(self) -> tuple[RuleTotal, ...]:
        order = list(Severity)
        totals = (
            RuleTotal(code=code, severity=severity, total=total, shown=min(total, SHOWN_PER_RULE))
            for (code, severity), total in self.counts.items()
        )
        return tuple(sorted(totals, key=lambda rule: (order.index(rule.severity), rule.code)))
