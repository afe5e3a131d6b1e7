"""A cell → a number with its comparator and unit, or a problem. Nothing is guessed."""

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from importers.files import messages
from importers.files.cell import MISSING, Cell, normalized, shown
from importers.files.characters import unmarked, written
from importers.files.message import Message
from importers.files.unit_words import COUNTED, usual_unit
from registry.clinical.laboratory.quantities import (
    NO_FACTORS,
    NotAQuantity,
    Quantity,
    UnknownUnit,
    plain_text,
    possible_readings,
    read_quantity,
)
from registry.clinical.personal_numbers import without_invisible

NOT_DETECTED = frozenset(
    {"未检出", "未检测到", "未测出", "未测到", "检测不到", "测不出", "低于检测下限", "低于检测限", "低于检出限", "低于检出下限"}
    | {"低于最低检测限", "低于最低检出限", "低于检测线", "低于下限", "小于检测下限", "小于检测限", "小于最低检测限", "小于检出限", "阴性"}
    | {"tnd", "target not detected", "not detected", "not detectable", "undetected", "undetectable", "negative", "bdl"}
    | {"below detection limit", "below the detection limit", "below limit of detection", "below lod", "blq", "<lod", "<loq"}
)  # fmt: skip
OVER_LIMIT = frozenset(
    {"高于检测上限", "超出检测上限", "超过检测上限", "高于上限", "超出上限", "超过上限", "大于检测上限", "大于上限"}
    | {"above detection limit", "above the detection limit", "above upper limit", "over range", ">uloq", ">uln"}
)
NOT_DONE_OR_DETECTED = frozenset({"nd", "n.d.", "n.d"})  # as likely the one as the other

ONE_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
DIMENSIONS = re.compile(
    rf"{ONE_NUMBER}\s*(?:[cm]m)?(?:\s*[*×xX]\s*(?!10\s*(?:\^|\*))(?P<other>{ONE_NUMBER})\s*(?:[cm]m)?){{1,2}}",
    re.IGNORECASE,
)
# What a laboratory's system prints beside a value out of its limits
ARROWS = "↑↓⇑⇓⬆⬇▲▼△▽"
FLAG = rf"(?:[{ARROWS}]+|\*+|HH?|LL?|偏高|偏低|\((?:HH?|LL?|高|低|偏高|偏低|[{ARROWS}]+)\))"
FLAG_BEFORE = re.compile(rf"(?:[{ARROWS}]+|(?:HH?|LL?|\*+)\s)\s*(?=[<>=≤≥≦≧.\d])")
FLAG_AFTER_NUMBER = re.compile(rf"(?<=[\d.])\s*{FLAG}(?=$|\s)|(?<=[\d.])[{ARROWS}]+")
FLAG_AT_END = re.compile(rf"\s+{FLAG}$|(?<=\S)[{ARROWS}*]+$")

DATE_FOR_NUMBER = Message(
    "V-U13",
    "The cell is stored as the date {found}, not as a number. Format it as a number and enter the value again.",
    "单元格保存为日期 {found}，不是数字。请将格式改为数值后重新填写。",
)
SEVERAL_DIMENSIONS = Message(
    "C-DIMENSIONS",
    "“{found}” gives several dimensions; this column takes one number. Enter only the one it asks for, and others in their own columns.",
    "“{found}”为多个径线，此列只填一个数值。请只填写该列所要求的径线，其余填入相应列。",
)
PERCENTAGE = Message(
    "C-PERCENT",
    "“{found}” is a percentage, which this column does not take. Enter the value itself, and check the number format of the cell.",
    "“{found}”是百分数，此列不接受。请填写数值本身，并检查单元格的数字格式。",
)
ASK_FOR_LIMIT = Message(
    "C-NOT-DETECTED",
    "“{found}” gives no number. Enter < and the limit of detection, such as <0.5.",
    "“{found}”不是数值。请填写“<”和检测下限，如 <0.5。",
)
ASK_FOR_UPPER_LIMIT = Message(
    "C-OVER-LIMIT",
    "“{found}” gives no number. Enter > and the upper limit of the assay, such as >1210.",
    "“{found}”不是数值。请填写“>”和检测上限，如 >1210。",
)
ASK_WHICH = Message(
    "C-ND",
    "“{found}” was read as “not done”. If it means “not detected”, enter < and the limit of detection, such as <0.5.",
    "“{found}”按“未做”读取。如指“未检出”，请填写“<”和检测下限，如 <0.5。",
    is_warning=True,
)
NO_UNIT = Message(
    "V-U23",
    "“{found}” follows the number, but this column takes a number without a unit. Enter only the number.",
    "数字后有“{found}”，而此列不带单位。请只填写数字。",
)


def read_number(
    raw: object,
    *,
    unit: str = "",
    factors: Mapping[str, Decimal] = NO_FACTORS,
    may_compare: bool = False,
    has_limit: bool = False,
) -> Cell:
    """A number in `unit`, or in another accepted unit, which is converted by its factor in decimal arithmetic.

    A laboratory's value, which `may_compare`, may carry the flag of a laboratory's system; of one that `has_limit` of
    detection, ND says either of two things.
    """
    text = shown(raw).strip()
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return Cell(value=float(raw) + 0.0, number=text, raw=text) if math.isfinite(raw) else _not_a_number(text)
    if raw is None:
        return Cell(missing="")
    if not isinstance(raw, str):
        return _no_number(raw, text=text)
    plain = normalized(written(text))
    if plain in MISSING or plain == "无":
        is_either = has_limit and plain in NOT_DONE_OR_DETECTED
        notice = ASK_WHICH.about(found=text) if is_either else None
        return Cell(raw=text, missing=MISSING.get(plain, ""), notice=notice)
    return _read_written(text, unit=unit, factors=factors, may_compare=may_compare)


def _read_written(text: str, *, unit: str, factors: Mapping[str, Decimal], may_compare: bool) -> Cell:
    plain = unmarked(without_invisible(text).strip())
    try:
        found = _quantity(plain, unit=unit, factors=factors, may_be_flagged=may_compare)
    except UnknownUnit as unknown:
        return _of_unknown_unit(text, found=unknown.unit, unit=unit, factors=factors, may_compare=may_compare)
    except NotAQuantity:
        return _not_a_number(text, may_compare=may_compare)
    if found.has_comparator and not may_compare:
        return Cell(raw=text, problem=messages.NO_COMPARATOR.about(found=text))
    return Cell(
        value=found.value + 0.0, unit=found.unit, number=found.number, comparator=found.comparator, raw=text
    )  # -0.0 + 0.0 is 0.0


def _quantity(text: str, *, unit: str, factors: Mapping[str, Decimal], may_be_flagged: bool) -> Quantity:
    """Read as it stands, if it can be; else without its flag, or with its unit in the usual spelling."""
    try:
        return _in_usual_unit(text, unit=unit, factors=factors)
    except (UnknownUnit, NotAQuantity):
        unflagged = without_flags(text) if may_be_flagged else text
        if unflagged == text:
            raise
    return _in_usual_unit(unflagged, unit=unit, factors=factors)


def without_flags(text: str) -> str:
    """Of a laboratory's system, around a number or behind its unit: 35.2↓, 98 L, H 4.1 g/dL, 35.2 ↓ g/L."""
    plain = FLAG_BEFORE.sub("", plain_text(text), count=1) if FLAG_BEFORE.match(plain_text(text)) else plain_text(text)
    return FLAG_AT_END.sub("", FLAG_AFTER_NUMBER.sub("", plain, count=1), count=1).strip()


def _in_usual_unit(text: str, *, unit: str, factors: Mapping[str, Decimal]) -> Quantity:
    """As it stands or, if its unit is not known so, with everyday words in their usual spelling; its unit is the one as typed."""
    plain = plain_text(text)
    try:
        return read_quantity(text, unit=unit, factors=factors)
    except UnknownUnit as unknown:
        typed, usual = unknown.unit, usual_unit(unknown.unit)
        if usual == typed:
            raise
        return replace(read_quantity(plain.removesuffix(typed) + usual, unit=unit, factors=factors), unit=typed)
    except NotAQuantity:
        usual = usual_unit(plain) if unit else COUNTED.sub("", plain)
        if usual == plain:
            raise
        found = read_quantity(usual, unit=unit, factors=factors)
        return replace(found, unit=plain.removeprefix(found.number).strip() if unit else "")


def _of_unknown_unit(text: str, *, found: str, unit: str, factors: Mapping[str, Decimal], may_compare: bool) -> Cell:
    if DIMENSIONS.fullmatch(plain_text(text)):
        return Cell(raw=text, problem=SEVERAL_DIMENSIONS.about(found=text))
    if found == "%":
        return Cell(raw=text, problem=PERCENTAGE.about(found=text))
    if NOT_DETECTED & {normalized(text), normalized(found)}:
        return _not_a_number(text, may_compare=may_compare)
    allowed = ", ".join(filter(None, (unit if unit != "1" else "", *factors)))
    if not allowed:
        return Cell(raw=text, problem=NO_UNIT.about(found=found))
    return Cell(raw=text, problem=messages.UNKNOWN_UNIT.about(found=found, allowed=allowed))


def _no_number(raw: object, *, text: str) -> Cell:
    if isinstance(raw, datetime.date):
        return Cell(raw=text, problem=DATE_FOR_NUMBER.about(found=text))
    return _not_a_number(text)


def _not_a_number(text: str, *, may_compare: bool = False) -> Cell:
    plain, folded = written(text), normalized(text)
    if readings := possible_readings(plain):
        return Cell(
            raw=text, problem=messages.DECIMAL_COMMA.about(found=text, point=readings[0], thousands=readings[1])
        )
    if DIMENSIONS.fullmatch(plain):
        return Cell(raw=text, problem=SEVERAL_DIMENSIONS.about(found=text))
    if may_compare and folded in NOT_DETECTED | OVER_LIMIT:
        message = ASK_FOR_UPPER_LIMIT if folded in OVER_LIMIT else ASK_FOR_LIMIT
        return Cell(raw=text, problem=message.about(found=text))
    if plain.endswith("%") and re.fullmatch(rf"[+-]?{ONE_NUMBER}\s*%", plain):
        return Cell(raw=text, problem=PERCENTAGE.about(found=text))
    return Cell(raw=text, problem=messages.NOT_A_NUMBER.about(found=text))
