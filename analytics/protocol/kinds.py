"""What a variable of a frame contains: dates, numbers, yes/no values or codes. Only like is compared with like."""

from enum import StrEnum

import pandas as pd

from analytics.errors import ProtocolError
from analytics.messages import Message


class Kind(StrEnum):
    DATE = "dates"
    NUMBER = "numbers"
    CLAIM = "yes/no values"
    CODE = "codes"

    @property
    def has_order(self) -> bool:
        return self in {Kind.DATE, Kind.NUMBER}

    @property
    def zh(self) -> str:
        return {Kind.DATE: "日期", Kind.NUMBER: "数值", Kind.CLAIM: "是/否", Kind.CODE: "编码"}[self]


def kind_of(column: pd.Series) -> Kind:
    """Of a column with at least one value."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return Kind.DATE
    if pd.api.types.is_bool_dtype(column):
        return Kind.CLAIM
    return Kind.NUMBER if pd.api.types.is_numeric_dtype(column) else Kind.CODE


def require_same_kind(column: pd.Series, *, other: pd.Series, asks_order: bool, adds_days: bool) -> None:
    """ProtocolError where the two variables, by their names, cannot be compared."""
    kind, theirs = kind_of(column), kind_of(other)
    if kind is not theirs:
        raise ProtocolError(
            Message(
                en=f"{column.name} contains {kind.value}, but {other.name} contains {theirs.value}. Compare like with like.",
                zh=f"{column.name} 为{kind.zh}，而 {other.name} 为{theirs.zh}；只能比较同类变量。",
            )
        )
    if adds_days and kind is not Kind.DATE:
        raise ProtocolError(
            Message(
                en=f"plus_days can be added only to a date, and {other.name} contains {kind.value}.",
                zh=f"plus_days 只能加在日期上，而 {other.name} 为{kind.zh}。",
            )
        )
    if asks_order and not kind.has_order:
        raise ProtocolError(
            Message(
                en=f"{column.name} and {other.name} contain {kind.value}, which have no order. Use eq or ne.",
                zh=f"{column.name} 与 {other.name} 为{kind.zh}，没有大小顺序；请用 eq 或 ne。",
            )
        )
