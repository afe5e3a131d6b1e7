"""A date as people write it: `2023-01-20`, `2023年1月20日`, `20-Jan-2023`, `2023-01`, `1961`. Forms and uploads read it here; nothing is guessed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

FIRST_YEAR, LAST_YEAR = 1900, 2100
MONTH, YEAR = "M", "Y"  # how exactly a date is known; "" is the day
MID_MONTH, MID_YEAR = 15, (7, 1)  # the day stored for a month or a year, data dictionary C5; Note [Partial dates]
YEAR_1_OF_THE_REPUBLIC = 1912
ORDERS = {"DMY": "DD/MM/YYYY", "MDY": "MM/DD/YYYY"}

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−\ufe63", "-"))
MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
BEFORE_NOON, AFTER_NOON = ("上午", "凌晨", "早上", "清晨", "am", "a.m."), ("下午", "晚上", "傍晚", "pm", "p.m.")
HALF = "|".join(map(re.escape, (*BEFORE_NOON, "中午", *AFTER_NOON)))
TIME = (
    rf"(?:(?:T|\s+|(?<=日)|(?={HALF}))\s*(?P<half>{HALF})?\s*(?P<hour>\d{{1,2}})\s*[:时点]\s*(?P<minute>\d{{1,2}})\s*分?"
    rf"(?:\s*:?\s*(?P<second>\d{{1,2}})(?:[.,]\d+)?\s*秒?)?\s*(?P<after>{HALF})?\s*(?P<zone>Z|UTC|GMT|[+-]\d{{2}}:?\d{{2}})?)?"
)
NAME = r"(?P<m>[A-Za-z]{3,9})\.?"
WHOLE = tuple(
    re.compile(written + TIME, re.IGNORECASE)
    for written in (
        r"(?P<y>\d{4})\s*[-/.。年]\s*(?P<m>\d{1,2})\s*[-/.。月]\s*(?P<d>\d{1,2})\s*[日号]?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s\-./]*{NAME}[\s\-.,/]*(?P<y>\d{{4}})",
        rf"{NAME}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s*[,\s]\s*(?P<y>\d{{4}})",
        rf"(?P<y>\d{{4}})[\s\-/.]{NAME}[\s\-/.](?P<d>\d{{1,2}})",
        r"民国\s*(?P<republic>\d{1,3})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?",
    )
)
PARTIAL = (
    re.compile(r"(?P<y>\d{4})(?:\s*[-/.。年]\s*(?:(?P<m>\d{1,2})\s*月?)?)?"),
    re.compile(rf"{NAME}[-/.,\s]\s*(?P<y>\d{{4}})"),
)
NO_YEAR_FIRST = re.compile(
    r"(?P<first>\d{1,2})\s*[-/.。]\s*(?P<second_part>\d{1,2})\s*[-/.。]\s*(?P<y>\d{4}|\d{2})" + TIME, re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """The day, or the one stored for a month (`precision` M) or a year (Y).

    `clock_time` is None where none is written, `offset` (from UTC) where no zone is; 24:00 is the beginning of the day after `day`.
    """

    day: date
    precision: str = ""
    clock_time: time | None = None
    offset: timedelta | None = None
    is_midnight_after: bool = False


class Fault(Enum):
    """Why a text is no date."""

    UNREADABLE = "unreadable"
    AMBIGUOUS = "ambiguous"  # 03/04/2019
    OTHER_ORDER = "other order"  # 25/03/2019: only one order is possible, and it is not ours
    NO_SUCH_DAY = "no such day"  # 2024-02-30
    TOO_FAR = "too far"


class NotADate(ValueError):
    """`order` and `day` are what a date of another order can only mean."""

    def __init__(self, text: str, *, fault: Fault, order: str = "", day: date | None = None) -> None:
        self.fault, self.order, self.day = fault, order, day
        super().__init__(text)


def read_date_text(text: str, *, order: str = "") -> WrittenDate:
    """Raises NotADate, whose fault says why. `order` is DMY or MDY where somebody said so of such dates.

    >>> read_date_text("2023年1月").day, read_date_text("1961").precision
    (datetime.date(2023, 1, 15), 'Y')
    """
    plain = unicodedata.normalize("NFKC", text).strip().translate(DASHES)
    for forms, is_whole in ((WHOLE, True), (PARTIAL, False)):
        for form in forms:
            if match := form.fullmatch(plain):
                return _dated(match.groupdict(), text=text, is_whole=is_whole)
    if match := NO_YEAR_FIRST.fullmatch(plain):
        return _of_other_order(match.groupdict(), text=text, order=order)
    raise NotADate(text, fault=Fault.UNREADABLE)


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
    year, month = _year(parts), _month(parts.get("m"), text=text)
    stored = (month, int(parts["d"] or 0)) if is_whole else (month, MID_MONTH) if month else MID_YEAR
    day = _day(year, *stored, text=text)
    if not is_whole:
        return WrittenDate(day=day, precision=MONTH if parts.get("m") else YEAR)
    return _with_time(day, parts=parts, text=text)


def _year(parts: dict[str, str | None]) -> int:
    republic = parts.get("republic")
    return int(republic) + YEAR_1_OF_THE_REPUBLIC - 1 if republic else int(parts["y"] or 0)


def _day(year: int, month: int, day: int, *, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError as impossible:
        raise NotADate(text, fault=Fault.NO_SUCH_DAY) from impossible
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotADate(text, fault=Fault.TOO_FAR)
    return found


def _month(written: str | None, *, text: str) -> int:
    """By number or by its English name, which may be cut after the third letter; 0 where none is written."""
    if not written:
        return 0
    if written.isdecimal():
        return int(written) or 99  # month 0 is none, and no year alone either
    name = "september" if written.lower() == "sept" else written.lower()
    known = [whole for whole in MONTH_NAMES if whole.startswith(name)]
    if len(known) != 1:
        raise NotADate(text, fault=Fault.UNREADABLE)
    return MONTH_NAMES.index(known[0]) + 1


def _of_other_order(parts: dict[str, str | None], *, text: str, order: str) -> WrittenDate:
    """A number above 12 is a day, and twice the same number is the same day in either order; else somebody has to say."""
    first, second, digits = int(parts["first"] or 0), int(parts["second_part"] or 0), parts["y"] or ""
    if len(digits) == 2 and not order:
        raise NotADate(text, fault=Fault.AMBIGUOUS)
    year = int(digits) if len(digits) == 4 else _full_year(int(digits))
    possible = [known for known, month in (("DMY", second), ("MDY", first)) if 1 <= month <= 12]
    if order in possible or (first == second and possible):
        day = _ordered(year, first=first, second=second, order=order or possible[0], text=text)
        return _with_time(day, parts=parts, text=text)
    if len(possible) == 2:
        raise NotADate(text, fault=Fault.AMBIGUOUS)
    if not possible:
        raise NotADate(text, fault=Fault.NO_SUCH_DAY)
    day = _ordered(year, first=first, second=second, order=possible[0], text=text)
    raise NotADate(text, fault=Fault.OTHER_ORDER, order=possible[0], day=day)


def _full_year(year: int) -> int:
    """Of two digits, where the center has said what its dates look like: none is of the future."""
    return 2000 + year if 2000 + year <= datetime.now(tz=UTC).year else 1900 + year


def _ordered(year: int, *, first: int, second: int, order: str, text: str) -> date:
    month, day = (second, first) if order == "DMY" else (first, second)
    return _day(year, month, day, text=text)


def _with_time(day: date, *, parts: dict[str, str | None], text: str) -> WrittenDate:
    if parts.get("hour") is None:
        return WrittenDate(day=day)
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    half = (parts["half"] or parts["after"] or "").casefold()
    if half in AFTER_NOON or (half == "中午" and hour < 11):
        hour += 12 if hour < 12 else 0
    elif half in BEFORE_NOON and hour == 12:
        hour = 0
    if (hour, minute, second) == (24, 0, 0):
        return WrittenDate(day=day, clock_time=time(), offset=_offset(parts["zone"]), is_midnight_after=True)
    try:
        return WrittenDate(day=day, clock_time=time(hour, minute, second), offset=_offset(parts["zone"]))
    except ValueError as impossible:
        raise NotADate(text, fault=Fault.UNREADABLE) from impossible


def _offset(zone: str | None) -> timedelta | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
