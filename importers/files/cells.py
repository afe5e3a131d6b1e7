"""One cell → value, unit, comparator, missing reason, or a problem. Pure; nothing is guessed.

What may be written follows the data dictionary, section 0. A cell arrives as the reader gives it: text, float, bool, date,
date-time, time, or "" when empty.
"""

import datetime
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from importers.files import messages
from importers.files.messages import Problem
from registry.clinical.date_text import FIRST_YEAR, LAST_YEAR, Fault, NotADate, read_date_text
from registry.clinical.laboratory.quantities import (
    NO_FACTORS,
    NotAQuantity,
    UnknownUnit,
    plain_text,
    possible_readings,
    read_quantity,
)

# A bare number is an Excel date only where it cannot be a year or a year and month: 1910-01-01 to 2099-12-31.
SERIAL_EPOCH, FIRST_SERIAL, LAST_SERIAL = datetime.date(1899, 12, 30), 3654, 73050
DAYS_FROM_1900_TO_1904 = 1462
FIRST_COMPACT = 19000101  # a number from here on is a date's own digits
SECONDS_A_DAY = 86_400

MISSING = {"": "", "-": "", "--": "", "/": "", "—": "", "na": "NA", "n/a": "NA", "不适用": "NA"}
MISSING |= {"无记录": "NR", "未记录": "NR", "nr": "NR", "不详": "UNK", "未知": "UNK", "unk": "UNK", "unknown": "UNK"}
MISSING |= {"未查": "ND", "未做": "ND", "nd": "ND", "not done": "ND"}
NONE_CODES = ("NONE", "0", "VP0", "VV0", "B0")  # what 无 means, in the first list that has one of these
SYNONYMS = {"男": "M", "男性": "M", "male": "M", "女": "F", "女性": "F", "female": "F"}
SYNONYMS |= {"是": "1", "有": "1", "阳性": "1", "y": "1", "yes": "1", "true": "1", "positive": "1"}
SYNONYMS |= {"否": "0", "阴性": "0", "n": "0", "no": "0", "false": "0", "negative": "0"}
WHERE_NOT_YES_OR_NO = {"阳性": "POS", "positive": "POS", "阴性": "NEG", "negative": "NEG"}

TIME_OF_DAY = re.compile(r"[T\s](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
FAULTS = {
    Fault.UNREADABLE: messages.NOT_A_DATE,
    Fault.AMBIGUOUS: messages.AMBIGUOUS_DATE,
    Fault.NO_SUCH_DAY: messages.NO_SUCH_DAY,
    Fault.TOO_FAR: messages.DATE_TOO_FAR,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says. `value` is None when missing or when there is a problem.

    `precision` is M or Y where a date is known to the month or year only. `raw` is the text as submitted, `number` that text without its unit, `unit` the unit as submitted ("" when none was).
    """

    value: Any = None
    unit: str = ""
    number: str = ""
    comparator: str = "="
    missing: str | None = None
    raw: str = ""
    problem: Problem | None = None
    precision: str = ""


def normalized(text: str) -> str:
    """Full width to half width, trimmed, lower case: how names and codes are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def shown(raw: object) -> str:
    """A cell as its writer sees it: 5.0 is 5, TRUE is TRUE, a date is YYYY-MM-DD."""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, datetime.datetime) and raw.time() == datetime.time():
        return raw.date().isoformat()
    return "" if raw is None else str(raw)


def is_blank(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def read_text(raw: object) -> Cell:
    """Identifiers keep their zeros; a number loses only the .0 that Excel adds."""
    text = unicodedata.normalize("NFC", shown(raw)).strip()
    if any(unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t\r" for character in text):
        return Cell(raw=text, problem=messages.NOT_TEXT.about())
    if normalized(text) in MISSING:
        return Cell(raw=text, missing=MISSING[normalized(text)])
    return Cell(value=text, raw=text)


def read_identifier(raw: object) -> Cell:
    """A center's own number: full-width digits become half-width, since two spellings would be two patients."""
    return read_text(unicodedata.normalize("NFKC", raw) if isinstance(raw, str) else raw)


def read_date(raw: object, *, epoch_1904: bool = False, may_be_partial: bool = False) -> Cell:
    """A date without its day is read only where its variable can say so."""
    cell = _read_date(raw, epoch_1904=epoch_1904)
    return cell if may_be_partial else _whole(cell)


def _whole(cell: Cell) -> Cell:
    return Cell(raw=cell.raw, problem=messages.PARTIAL_DATE.about(found=cell.raw)) if cell.precision else cell


def _read_date(raw: object, *, epoch_1904: bool) -> Cell:
    text = shown(raw)
    if isinstance(raw, datetime.datetime):
        return _calendar_date(raw.date(), text=text)
    if isinstance(raw, datetime.date):
        return _calendar_date(raw, text=text)
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return _serial_date(float(raw), epoch_1904=epoch_1904, text=text)
    if not isinstance(raw, str):
        return Cell(raw=text, problem=messages.NOT_A_DATE.about(found=text)) if raw is not None else Cell(missing="")
    return _written_date(unicodedata.normalize("NFKC", raw).strip(), text=text.strip())


def _written_date(plain: str, *, text: str) -> Cell:
    if plain.casefold() in MISSING:
        return Cell(raw=text, missing=MISSING[plain.casefold()])
    try:
        found = read_date_text(plain)
    except NotADate as refused:
        problem = FAULTS[refused.fault].about(found=text, first=FIRST_YEAR, last=LAST_YEAR)
        return Cell(raw=text, problem=problem)
    return Cell(value=found.day, raw=text, precision=found.precision)


def _serial_date(serial: float, *, epoch_1904: bool, text: str) -> Cell:
    if serial.is_integer() and FIRST_COMPACT <= serial <= 21001231:
        return _written_date(str(int(serial)), text=text)
    if not math.isfinite(serial):
        return Cell(raw=text, problem=messages.NOT_A_DATE.about(found=text))
    days = math.floor(serial) + (DAYS_FROM_1900_TO_1904 if epoch_1904 else 0)
    if not FIRST_SERIAL <= days <= LAST_SERIAL:
        is_year = serial.is_integer() and FIRST_YEAR <= serial <= LAST_YEAR
        return (
            _written_date(text, text=text) if is_year else Cell(raw=text, problem=messages.NOT_A_DATE.about(found=text))
        )
    return Cell(value=SERIAL_EPOCH + datetime.timedelta(days=days), raw=text)


def _calendar_date(value: datetime.date, *, text: str) -> Cell:
    if FIRST_YEAR <= value.year <= LAST_YEAR:
        return Cell(value=value, raw=text)
    return Cell(raw=text, problem=messages.DATE_TOO_FAR.about(found=text, first=FIRST_YEAR, last=LAST_YEAR))


def read_moment(raw: object, *, zone: datetime.tzinfo, epoch_1904: bool = False) -> Cell:
    """A date with the time of day in this zone, as everybody in it writes and reads it; the day's beginning where no time is given."""
    date = _whole(_read_date(raw, epoch_1904=epoch_1904))
    if date.value is None:
        return date
    time = _time_of_day(raw)
    if time is None:
        return Cell(raw=date.raw, problem=messages.NOT_A_DATE.about(found=date.raw))
    return replace(date, value=datetime.datetime.combine(date.value, time, tzinfo=zone).astimezone(datetime.UTC))


def _time_of_day(raw: object) -> datetime.time | None:
    """None where what is written as one is none, such as 25:70."""
    if isinstance(raw, datetime.datetime):
        return raw.time().replace(microsecond=0)
    if isinstance(raw, float) and raw < FIRST_COMPACT:
        hours, seconds = divmod(min(round(raw % 1 * SECONDS_A_DAY), SECONDS_A_DAY - 1), 3600)
        return datetime.time(hours, *divmod(seconds, 60))
    found = TIME_OF_DAY.search(unicodedata.normalize("NFKC", raw)) if isinstance(raw, str) else None
    hour, minute, second = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    try:
        return datetime.time(hour, minute, second)
    except ValueError:
        return None


def read_number(
    raw: object, *, unit: str = "", factors: Mapping[str, Decimal] = NO_FACTORS, may_compare: bool = False
) -> Cell:
    """A number in `unit`, or in another accepted unit, which is converted by its factor in decimal arithmetic."""
    text = shown(raw).strip()
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return Cell(value=float(raw), number=text, raw=text) if math.isfinite(raw) else _not_a_number(text)
    if raw is None:
        return Cell(missing="")
    if not isinstance(raw, str):
        return _not_a_number(text)
    plain = plain_text(text)
    if plain.casefold() in MISSING or plain == "无":
        return Cell(raw=text, missing=MISSING.get(plain.casefold(), ""))
    try:
        found = read_quantity(text, unit=unit, factors=factors)
    except UnknownUnit as unknown:
        allowed = ", ".join(filter(None, (unit, *factors)))
        return Cell(raw=text, problem=messages.UNKNOWN_UNIT.about(found=unknown.unit, allowed=allowed))
    except NotAQuantity:
        return _not_a_number(text)
    if found.has_comparator and not may_compare:
        return Cell(raw=text, problem=messages.NO_COMPARATOR.about(found=text))
    return Cell(value=found.value, unit=found.unit, number=found.number, comparator=found.comparator, raw=text)


def _not_a_number(text: str) -> Cell:
    readings = possible_readings(text)
    if readings:
        problem = messages.DECIMAL_COMMA.about(found=text, point=readings[0], thousands=readings[1])
        return Cell(raw=text, problem=problem)
    return Cell(raw=text, problem=messages.NOT_A_NUMBER.about(found=text))


def read_code(raw: object, *, names: Mapping[str, str]) -> Cell:
    """A code of one list. `names` maps every normalized spelling (code, label in each language) to its code.

    An unknown spelling stays as written: the schema says which list it is not in.
    """
    text = shown(raw).strip()
    key = normalized(text)
    code = _known(key, names=names)
    if code is not None:
        return Cell(value=code, raw=text)
    if key in MISSING or key == "无":
        reason = MISSING.get(key, "")
        return Cell(value=names.get(reason.casefold()) if reason else None, raw=text, missing=reason)
    return Cell(value=text, raw=text)


def read_codes(raw: object, *, names: Mapping[str, str]) -> Cell:
    """Several codes separated by ; in the order of the list, so that the same set always reads the same."""
    text = shown(raw).strip()
    whole = read_code(raw, names=names)
    if whole.value is None or whole.value in names.values():
        return Cell(value=[whole.value] if whole.value else None, raw=text, missing=whole.missing)
    parts = [part.strip() for part in re.split(r"[;；、]", text) if part.strip()]
    given = {_known(normalized(part), names=names) or part for part in parts}
    order = {code: place for place, code in enumerate(dict.fromkeys(names.values()))}
    return Cell(value=sorted(given, key=lambda code: (order.get(code, len(order)), code)), raw=text)


def _known(key: str, *, names: Mapping[str, str]) -> str | None:
    for spelling in (key, key.removesuffix(".0"), f"{key}.0"):
        if spelling in names:
            return names[spelling]
    codes = set(names.values())
    if key == "无":
        return next((code for code in NONE_CODES if code in codes), None)
    yes_or_no = {"1", "0"} <= codes <= {"1", "0", "UNK", "ND", "NA", "NR"}
    code = SYNONYMS.get(key) if yes_or_no or SYNONYMS.get(key) in {"M", "F"} else WHERE_NOT_YES_OR_NO.get(key)
    return code if code in codes else None
