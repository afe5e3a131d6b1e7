"""One cell → value, unit, comparator, missing reason, or a problem. Pure; nothing is guessed.

What may be written follows the data dictionary, section 0. A cell arrives as the reader gives it: text, float, bool, date,
date-time, time, or "" when empty.
"""

import re
import unicodedata
from collections.abc import Mapping

from importers.files import messages
from importers.files.cell import MISSING, Cell, is_blank, normalized, says_nothing, shown
from importers.files.characters import unmarked
from importers.files.dates import read_date, read_moment
from importers.files.identifiers import read_identifier
from importers.files.numbers import read_number
from registry.clinical.date_text import FIRST_YEAR, LAST_YEAR

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MISSING",
    "Cell",
    "is_blank",
    "normalized",
    "read_code",
    "read_codes",
    "read_date",
    "read_identifier",
    "read_moment",
    "read_number",
    "read_text",
    "says_nothing",
    "shown",
]

NONE_CODES = ("NONE", "0", "VP0", "VV0", "B0")  # what 无 means, in the first list that has one of these
SYNONYMS = {"男": "M", "男性": "M", "male": "M", "女": "F", "女性": "F", "female": "F"}
SYNONYMS |= {"是": "1", "有": "1", "阳性": "1", "y": "1", "yes": "1", "true": "1", "positive": "1"}
SYNONYMS |= {"否": "0", "阴性": "0", "n": "0", "no": "0", "false": "0", "negative": "0"}
WHERE_NOT_YES_OR_NO = {"阳性": "POS", "positive": "POS", "阴性": "NEG", "negative": "NEG"}


def read_text(raw: object) -> Cell:
    """A number loses only the .0 that Excel adds."""
    text = unicodedata.normalize("NFC", shown(raw)).strip()
    if any(unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t\r" for character in text):
        return Cell(raw=text, problem=messages.NOT_TEXT.about())
    if normalized(text) in MISSING:
        return Cell(raw=text, missing=MISSING[normalized(text)])
    return Cell(value=text, raw=text)


def read_code(raw: object, *, names: Mapping[str, str]) -> Cell:
    """A code of one list. `names` maps every normalized spelling (code, label in each language) to its code.

    An unknown spelling stays as written: the schema says which list it is not in.
    """
    text = shown(raw).strip()
    key = unmarked(normalized(text))
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
