"""A center's own number of a patient. Two spellings of it would be two patients, and a number that lost digits one patient of two."""

import datetime
import re
import unicodedata

from importers.files import messages
from importers.files.cell import MISSING, Cell, normalized, shown
from importers.files.characters import written
from importers.files.message import Message
from registry.clinical.personal_numbers import HIDDEN, names_a_person

KEPT_BY_EXCEL = 10**15  # from here on a number has lost its last digits
SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?e\+\d{1,3}|[+-]?\d+\.\d+e\d{1,3}", re.IGNORECASE)
LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
UNSEEN = frozenset({"Cc", "Cs"})

LOST_DIGITS = Message(
    "C-ID-DIGITS",
    "The identifier is stored as a number of more than 15 digits or in scientific notation ({found}), so its last digits are lost. Format the column as text and enter the identifier again.",
    "编号以超过 15 位的数字或科学计数法保存（{found}），末尾数字已丢失。请将该列设为文本格式后重新填写编号。",
)
FRACTION_IDENTIFIER = Message(
    "C-ID-FRACTION",
    "“{found}” is a number with decimals, not an identifier. Format the column as text and enter the identifier again.",
    "“{found}”是小数，不是编号。请将该列设为文本格式后重新填写编号。",
)
BOOLEAN_IDENTIFIER = Message(
    "C-ID-BOOLEAN",
    "“{found}” is a logical value, not an identifier. Format the column as text and enter the identifier again.",
    "“{found}”是逻辑值，不是编号。请将该列设为文本格式后重新填写编号。",
)
DATED_IDENTIFIER = Message(
    "C-ID-DATE",
    "Excel has made the date {found} of this identifier. Format the column as text and enter the identifier again.",
    "Excel 已将该编号转换为日期 {found}。请将该列设为文本格式后重新填写编号。",
)


def read_identifier(raw: object) -> Cell:
    """Full-width digits become half-width, and what nobody sees goes, inner line breaks as well."""
    text = " ".join(written(raw).split()) if isinstance(raw, str) else shown(raw).strip()
    if isinstance(raw, float | int) and names_a_person(f"{raw:.0f}", is_identifier=True):
        return Cell(raw=HIDDEN, problem=messages.NAMES_A_PERSON.about())
    problem = _lost(raw, text=text)
    if problem is not None:
        return Cell(raw=text, problem=problem.about(found=text))
    if any(unicodedata.category(character) in UNSEEN for character in text):
        return Cell(raw=text, problem=messages.NOT_TEXT.about())
    if normalized(text) in MISSING:
        return Cell(raw=text, missing=MISSING[normalized(text)])
    return Cell(value=unicodedata.normalize("NFC", text), raw=text)


def _lost(raw: object, *, text: str) -> Message | None:
    """Why the cell cannot be the number that somebody entered."""
    if isinstance(raw, bool) or text in {"TRUE", "FALSE"}:
        return BOOLEAN_IDENTIFIER
    if isinstance(raw, datetime.date | datetime.time | datetime.timedelta):
        return DATED_IDENTIFIER
    if isinstance(raw, float | int):
        if not abs(raw) < KEPT_BY_EXCEL:
            return LOST_DIGITS
        return None if float(raw).is_integer() else FRACTION_IDENTIFIER
    return LOST_DIGITS if SCIENTIFIC.fullmatch(text) else None


def likeness(identifier: str) -> str:
    """The same for identifiers that differ only in case, spaces, leading zeros or the .0 of a number.

    >>> likeness("a 007") == likeness("A7"), likeness("7.0") == likeness("07"), likeness("A70") == likeness("A7")
    (True, True, False)
    """
    plain = "".join(written(identifier).split()).casefold().removesuffix(".0")
    return LEADING_ZEROS.sub("", plain)
