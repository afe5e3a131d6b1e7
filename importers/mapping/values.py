"""One cell of the hospital's, or several, → what the checks read as the value of a variable. PURE.

What cannot be read here stays as it was written: the reading of cells that every upload goes through says what is wrong with it.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from importers.files.cells import is_blank, normalized, shown
from importers.files.messages import Problem
from importers.mapping import messages
from importers.mapping.language import OTHERS, REFUSE, DateOrder, SheetMapping, Shift, Source, Split, Take

NUMERIC = frozenset({"number", "whole", "analyte"})
DATED = frozenset({"date", "moment"})
REASONS = frozenset({"ND", "NR", "NA", "UNK"})
LONGEST_NUMBER = 30
NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
WRITTEN = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?)?")
NO_DAY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
DAYS: Mapping[str, float] = {"days": 1, "weeks": 7, "months": 365.25 / 12, "years": 365.25}


@dataclass(frozen=True, slots=True)
class Given:
    """`value` is what the checks read, `raw` the hospital's text; `at` says which of several columns gave it."""

    value: Any = ""
    raw: str = ""
    problem: Problem | None = None
    at: int = 0
    year_only: int | None = None  # of a date computed to the year

    @property
    def is_blank(self) -> bool:
        """Nothing, or only a reason for nothing."""
        return self.problem is None and (is_blank(self.value) or self.value in REASONS)


BLANK = Given()

Cells = tuple[Any, ...]
Convert = Callable[[Cells], Given]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the cells of one column are written: the source's own words where it has some, else the mapping's."""

    header: str
    type: str
    codes: Mapping[str, Any] | None
    missing: Mapping[str, str]
    flags: tuple[str, ...]
    dates: DateOrder
    limit: str | None
    split: Split | None
    epoch_1904: bool

    @classmethod
    def of(cls, source: Source, *, mapping: SheetMapping, type_: str, header: str, epoch_1904: bool) -> "Manner":
        codes = None if source.codes is None else {normalized(word): code for word, code in source.codes.items()}
        words = {**mapping.missing, **(source.missing or {})}
        flags = source.flags if source.flags is not None else mapping.flags
        return cls(
            header=header,
            type=type_,
            codes=codes,
            missing={normalized(word): reason for word, reason in words.items()},
            flags=flags if type_ in NUMERIC else (),
            dates=source.dates or mapping.dates,
            limit=source.limit,
            split=source.split,
            epoch_1904=epoch_1904,
        )


def read_cell(cell: Any, *, manner: Manner) -> Any:
    """The value of one cell, or the Problem with it. A code stands before a word for missing, which may be among them."""
    key = "" if is_blank(cell) else normalized(shown(cell))
    if manner.codes is not None and key in manner.codes:
        return _coded(manner.codes[key], cell=cell, manner=manner)
    if not key:
        return ""
    if key in manner.missing:
        return _excused(manner.missing[key], cell=cell, manner=manner)
    if manner.split is not None:
        return _read_part(cell, manner=manner)
    return _read_plain(cell, manner=manner)


def _read_part(cell: Any, *, manner: Manner) -> Any:
    part = _part(cell, split=manner.split, manner=manner) if manner.split else cell
    key = normalized(shown(part)) if not isinstance(part, Problem) else ""
    if manner.codes is not None and key in manner.codes:
        return _coded(manner.codes[key], cell=cell, manner=manner)
    return part if isinstance(part, Problem) or not key else _read_plain(part, manner=manner)


def _read_plain(cell: Any, *, manner: Manner) -> Any:
    if manner.codes is not None and OTHERS in manner.codes:
        return _coded(manner.codes[OTHERS], cell=cell, manner=manner)
    if manner.codes is not None:
        return messages.UNKNOWN_VALUE.about(found=shown(cell).strip(), header=manner.header)
    if manner.flags and isinstance(cell, str):
        return without_flags(cell, flags=manner.flags)
    if manner.type in DATED and manner.dates != "year-first" and isinstance(cell, str):
        return in_order(cell, order=manner.dates)
    return cell


def without_flags(text: str, *, flags: Sequence[str]) -> str:
    """35.2↓ is 35.2, and so is H 35.2; what is not a number without them stays as it is."""
    plain = unicodedata.normalize("NFKC", text).strip()
    marks = {unicodedata.normalize("NFKC", flag).strip() for flag in flags}
    bare = plain
    while True:
        shorter = bare
        for mark in marks:
            shorter = shorter.removesuffix(mark).removeprefix(mark).strip()
        if shorter == bare:
            break
        bare = shorter
    return bare if bare and bare != plain else text


def in_order(text: str, *, order: DateOrder) -> Any:
    """25/03/2019 as a date, 03/2019 as 2019-03; anything else stays as it is."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := WRITTEN.fullmatch(plain):
        first, second, year = map(int, found.groups())
        day, month = (first, second) if order == "day-first" else (second, first)
        try:
            return datetime.date(year, month, day)
        except ValueError:
            return text
    if found := NO_DAY.fullmatch(plain):
        return f"{found[2]}-{int(found[1]):02}"
    return text


def number_in(value: Any) -> float | None:
    """A plain number, whatever comparator stands before it."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    text = unicodedata.normalize("NFKC", str(value)).strip().lstrip("<>≤≥=~≈").replace("−", "-").strip()
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        return None
    return float(text.replace(",", "")) if text[-1:].isdigit() else None


def taken(values: Sequence[Any], *, take: Take) -> Any:
    """One of several values, by their numbers where it is about numbers. None where these are none."""
    if take in {"first", "last"}:
        return values[0 if take == "first" else -1]
    numbers = [number_in(value) for value in values]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    sums: Mapping[str, Callable[[list[float]], float]] = {"lowest": min, "highest": max, "sum": sum, "mean": fmean}
    return round(float(sums[take](known)), 10)


def shifted(start: datetime.date, *, by: float, shift: Shift, backwards: bool) -> datetime.date | None:
    """Whole months and years by the calendar, parts of them in days. None where no calendar has the day."""
    amount = -by if backwards else by
    try:
        if shift.unit in {"months", "years"} and float(amount).is_integer():
            months = start.year * 12 + start.month - 1 + int(amount) * (12 if shift.unit == "years" else 1)
            year, month = divmod(months, 12)
            return datetime.date(year, month + 1, min(start.day, _days_of(year, month + 1)))
        return start + datetime.timedelta(days=round(amount * DAYS[shift.unit]))
    except (ValueError, OverflowError):
        return None


def _days_of(year: int, month: int) -> int:
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return (following - datetime.timedelta(days=1)).day


def _coded(code: Any, *, cell: Any, manner: Manner) -> Any:
    if code == REFUSE:
        return messages.REFUSED_VALUE.about(found=shown(cell).strip(), header=manner.header)
    return "" if code is None else code if isinstance(code, str) else ";".join(code)


def _excused(reason: str, *, cell: Any, manner: Manner) -> Any:
    if reason == "below":
        if manner.limit is None:
            return messages.NO_LIMIT.about(found=shown(cell).strip(), header=manner.header)
        return f"<{manner.limit}"
    return "" if reason == "blank" else reason


def _part(cell: Any, *, split: Split, manner: Manner) -> Any:
    """A part that is not there is blank; parts of which the highest is wanted must be numbers."""
    parts = [part.strip() for part in unicodedata.normalize("NFKC", shown(cell)).split(split.by)]
    if split.part is not None:
        return parts[split.part - 1] if split.part <= len(parts) else ""
    filled = [part for part in parts if part]
    value = taken(filled, take=split.take or "first") if filled else None
    if value is None:
        return messages.NO_PARTS.about(found=shown(cell).strip(), header=manner.header, by=split.by)
    return value
