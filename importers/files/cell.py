"""What one cell says, and how texts are compared."""

import datetime
import unicodedata
from dataclasses import dataclass
from typing import Any

from importers.files.messages import Problem
from registry.clinical.personal_numbers import without_invisible

MISSING = {"": "", "-": "", "--": "", "/": "", "—": "", "na": "NA", "n/a": "NA", "不适用": "NA"}
MISSING |= {"无记录": "NR", "未记录": "NR", "nr": "NR", "不详": "UNK", "未知": "UNK", "unk": "UNK", "unknown": "UNK"}
MISSING |= {"未查": "ND", "未做": "ND", "nd": "ND", "n.d.": "ND", "n.d": "ND", "not done": "ND"}
LONGEST_DASH = 9  # with what may stand around it
LIKE_BLANK = frozenset(spelling for spelling, reason in MISSING.items() if not reason)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says. `value` is None when missing or when there is a problem.

    `precision` is M or Y where a date is known to the month or year only. `raw` is the text as submitted, `number` that text without its unit, `unit` the unit as submitted ("" when none was).
    A `notice` is told and changes nothing.
    """

    value: Any = None
    unit: str = ""
    number: str = ""
    comparator: str = "="
    missing: str | None = None
    raw: str = ""
    problem: Problem | None = None
    precision: str = ""
    notice: Problem | None = None


def normalized(text: str) -> str:
    """Full width to half width, trimmed, lower case, nothing invisible: how names and codes are compared."""
    return " ".join(unicodedata.normalize("NFKC", without_invisible(text)).split()).casefold()


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
    if not isinstance(raw, str):
        return raw is None
    return not raw or raw.isspace() or (not raw.isascii() and not without_invisible(raw).strip())


def says_nothing(raw: object) -> bool:
    """Blank, or a dash where a blank could be."""
    if not isinstance(raw, str):
        return raw is None
    if raw and raw[0].isalnum():  # as nearly every cell of a large sheet
        return False
    return is_blank(raw) or (len(raw) < LONGEST_DASH and normalized(raw) in LIKE_BLANK)
