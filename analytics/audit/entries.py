"""A printed table as what it says: which arm, which cohort, which variable and level, and the number there."""

import re
from dataclasses import dataclass

from analytics.audit.cells import Cell

WHOLE = re.compile(r"^(total|overall|all( patients)?|whole cohort|合计|总计|全部)$", re.IGNORECASE)
MISSING = re.compile(r"^(missing|unknown|not available|缺失|不详|未知)", re.IGNORECASE)
MOMENTS = re.compile(r"\bmean|\bSD\b|±|median|IQR|均数|均值|中位", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One number of one arm. Rows count from 1, as a person counts them in the file; `opened` is the row that opened the
    variable, for two variables of a table may bear one name."""

    table: str
    row: int
    opened: int
    cohort: str
    arm: str
    variable: str
    cell: Cell
    level: str = ""
    part: str = ""
    n: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        return self.variable, self.opened

    @property
    def is_whole(self) -> bool:
        """Of all arms together."""
        return bool(WHOLE.match(self.arm))

    @property
    def is_missing(self) -> bool:
        return bool(MISSING.match(self.level))

    @property
    def is_moment(self) -> bool:
        """A mean, a median: not a count, even where it is a whole number."""
        return "±" in self.cell.text or bool(MOMENTS.search(f"{self.variable} {self.level}"))

    @property
    def what(self) -> str:
        return ", ".join(text for text in (self.variable, self.level, self.part) if text)


@dataclass(frozen=True, kw_only=True)
class Tested:
    """A P value, and where there is one the ratio it stands beside."""

    table: str
    row: int
    opened: int
    cohort: str
    variable: str
    level: str
    p: Cell
    ratio: Cell | None = None

    @property
    def key(self) -> tuple[str, int]:
        return self.variable, self.opened

    @property
    def what(self) -> str:
        return ", ".join(text for text in (self.variable, self.level) if text)


@dataclass(frozen=True, kw_only=True)
class PrintedTable:
    title: str
    entries: tuple[Entry, ...]
    tested: tuple[Tested, ...]

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.tested
