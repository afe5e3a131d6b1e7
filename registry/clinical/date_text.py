"""A date as people write it: `2023-01-20`, `2023年1月20日`, `20-Jan-2023`, `2023-01`, `1961`. Forms and uploads read it here; nothing is guessed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum

FIRST_YEAR, LAST_YEAR = 1900, 2100
MONTH, YEAR = "M", "Y"  # how exactly a date is known; "" is the day
MID_MONTH, MID_YEAR = 15, (7, 1)  # the day stored for a month or a year, data dictionary C5; Note [Partial dates]

MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
TIME = r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?"
WHOLE = (
    re.compile(r"(?P<y>\d{4})\s*[-/.。年]\s*(?P<m>\d{1,2})\s*[-/.。月]\s*(?P<d>\d{1,2})\s*[日号]?" + TIME),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<d>\d{1,2})[-/.\s]\s*(?P<m>[A-Za-z]{3,9})\.?[-/.,\s]\s*(?P<y>\d{4})"),
    re.compile(r"(?P<m>[A-Za-z]{3,9})\.?\s+(?P<d>\d{1,2}),?\s+(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[-/.\s](?P<m>[A-Za-z]{3,9})\.?[-/.\s](?P<d>\d{1,2})"),
)
PARTIAL = (
    re.compile(r"(?P<y>\d{4})(?:\s*[-/.。年]\s*(?:(?P<m>\d{1,2})\s*月?)?)?"),
    re.compile(r"(?P<m>[A-Za-z]{3,9})\.?[-/.,\s]\s*(?P<y>\d{4})"),
)
NO_YEAR_FIRST = re.compile(r"\d{1,2}\s*[-/.。]\s*\d{1,2}\s*[-/.。]\s*\d{2,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """The day, or the one stored for a month (`precision` M) or a year (Y)."""

    day: date
    precision: str = ""


class Fault(Enum):
    """Why a text is no date."""

    UNREADABLE = "unreadable"
    AMBIGUOUS = "ambiguous"  # 03/04/2019
    NO_SUCH_DAY = "no such day"  # 2024-02-30
    TOO_FAR = "too far"


class NotADate(ValueError):
    def __init__(self, text: str, *, fault: Fault) -> None:
        self.fault = fault
        super().__init__(text)


def read_date_text(text: str) -> WrittenDate:
    """Raises NotADate, whose fault says why.

    >>> read_date_text("2023年1月").day, read_date_text("1961").precision
    (datetime.date(2023, 1, 15), 'Y')
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    for forms, is_whole in ((WHOLE, True), (PARTIAL, False)):
        for form in forms:
            if match := form.fullmatch(plain):
                return _dated(match.groupdict(), text=text, is_whole=is_whole)
    raise NotADate(text, fault=Fault.AMBIGUOUS if NO_YEAR_FIRST.fullmatch(plain) else Fault.UNREADABLE)


def shortened(day: date, *, precision: str | None) -> str:
    """A date as it is written as far as it is known: what read_date_text reads back as the same date.

    A day that is not the one stored for its month or year is written in full, for nothing of it may be lost.

    >>> shortened(date(1961, 7, 1), precision="Y"), shortened(date(1961, 7, 2), precision="Y")
    ('1961', '1961-07-02')
    """
    if precision == YEAR and (day.month, day.day) == MID_YEAR:
        return f"{day:%Y}"
    return f"{day:%Y-%m}" if precision == MONTH and day.day == MID_MONTH else day.isoformat()


def _dated(parts: dict[str, str | None], *, text: str, is_whole: bool) -> WrittenDate:
    year, month = int(parts["y"] or 0), _month(parts.get("m"), text=text)
    stored = (month, int(parts["d"] or 0)) if is_whole else (month, MID_MONTH) if month else MID_YEAR
    try:
        day = date(year, *stored)
    except ValueError as impossible:
        raise NotADate(text, fault=Fault.NO_SUCH_DAY) from impossible
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotADate(text, fault=Fault.TOO_FAR)
    return WrittenDate(day=day, precision="" if is_whole else MONTH if parts.get("m") else YEAR)


def _month(written: str | None, *, text: str) -> int:
    """By number or by its English name, which may be cut after the third letter; 0 where none is written."""
    if not written:
        return 0
    if written.isdecimal():
        return int(written) or 99  # month 0 is none, and no year alone either
    known = [name for name in MONTH_NAMES if name.startswith(written.lower())]
    if len(known) != 1:
        raise NotADate(text, fault=Fault.UNREADABLE)
    return MONTH_NAMES.index(known[0]) + 1
