"""Conditions of a protocol as data, decided for a whole frame at once, with "cannot be decided" as a third answer.

Kleene's logic: a missing value makes a comparison undecided; `all` is false as soon as one part is false, `any` true as
soon as one part is true, and only otherwise does an undecided part leave the whole undecided.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from analytics.errors import ProtocolError
from analytics.messages import Message
from analytics.protocol.errors import sentence
from analytics.protocol.kinds import Kind, kind_of, require_same_kind

Mask = NDArray[np.bool_]
Value = str | bool | int | float | datetime.date
SEVERAL_CODES = ";"  # a variable with several codes is one text, such as "SR;TACE"


class Operator(StrEnum):
    EQUALS = "eq"
    DIFFERS = "ne"
    IN = "in"
    NOT_IN = "not_in"
    LESS = "lt"
    AT_MOST = "le"
    MORE = "gt"
    AT_LEAST = "ge"
    BETWEEN = "between"  # both ends included
    CONTAINS = "contains"  # one of several codes
    KNOWN = "known"
    MISSING = "missing"


ORDERS = {Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST}
RELATIONS = {Operator.EQUALS, Operator.DIFFERS, *ORDERS}  # of a variable to another one
LISTS = {Operator.IN, Operator.NOT_IN, Operator.BETWEEN}
WITHOUT_VALUE = {Operator.KNOWN, Operator.MISSING}
_NUMBER_OF_VALUES = {**dict.fromkeys(LISTS, "a list"), **dict.fromkeys(WITHOUT_VALUE, "no value")}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Comparison(_Part):
    """A variable against a value, or with `than` against another variable of the same kind: a date against a date, a number
    against a number. `plus_days` is added to the date it is compared with."""

    variable: str
    operator: Operator
    value: Value | tuple[Value, ...] | None = None
    than: str | None = None
    plus_days: int | None = None

    @model_validator(mode="after")
    def _value_fits_the_operator(self) -> "Comparison":
        if self.than is not None:
            return self._than_fits_the_operator(self.than)
        if self.plus_days is not None:
            raise sentence(
                f"{self.variable}: plus_days requires than, the date it is added to",
                zh=f"{self.variable}：plus_days 须与 than（被加的日期）同用",
            )
        is_list = isinstance(self.value, tuple)
        if (self.operator in LISTS) != is_list or (self.operator in WITHOUT_VALUE) != (self.value is None):
            wanted = _NUMBER_OF_VALUES.get(self.operator, "one value")
            raise sentence(
                f"{self.variable}: the operator {self.operator.value} takes {wanted}",
                zh=f"{self.variable}：运算符 {self.operator.value} 的取值个数不对",
            )
        if self.operator is Operator.BETWEEN and (not isinstance(self.value, tuple) or len(self.value) != 2):
            raise sentence(
                f"{self.variable}: between takes two values, the lower and the upper limit",
                zh=f"{self.variable}：between 需要两个值，即最小值和最大值",
            )
        return self

    def _than_fits_the_operator(self, than: str) -> "Comparison":
        if self.value is not None:
            raise sentence(
                f"{self.variable}: compared with either a value or another variable ({than}), not both",
                zh=f"{self.variable}：只能与一个值或另一变量（{than}）比较，不能两者兼有",
            )
        if self.operator not in RELATIONS:
            raise sentence(
                f"{self.variable}: the operator {self.operator.value} does not compare two variables; use eq, ne, lt, le, gt or ge",
                zh=f"{self.variable}：运算符 {self.operator.value} 不能比较两个变量；请用 eq、ne、lt、le、gt 或 ge",
            )
        return self


class AllOf(_Part):
    all: tuple["Condition", ...] = Field(min_length=1)


class AnyOf(_Part):
    any: tuple["Condition", ...] = Field(min_length=1)


class Not(_Part):
    not_: "Condition" = Field(alias="not")


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return next((kind for kind in ("all", "any", "not") if kind in value), "comparison")
    return (
        "all"
        if isinstance(value, AllOf)
        else "any"
        if isinstance(value, AnyOf)
        else "not"
        if isinstance(value, Not)
        else "comparison"
    )


Condition = Annotated[
    Annotated[Comparison, Tag("comparison")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(_kind),
]
for part in (AllOf, AnyOf, Not):
    part.model_rebuild()


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` where the condition holds, `known` where it could be decided; never true where unknown."""

    true: Mask
    known: Mask

    @property
    def false(self) -> Mask:
        return self.known & ~self.true

    @property
    def undecided(self) -> Mask:
        return ~self.known


def decide(condition: Condition, *, frame: pd.DataFrame) -> Truth:
    """The answer for every row of the frame. Raises ProtocolError."""
    match condition:
        case AllOf():
            parts = [decide(part, frame=frame) for part in condition.all]
            false = np.logical_or.reduce([part.false for part in parts])
            true = np.logical_and.reduce([part.true for part in parts])
        case AnyOf():
            parts = [decide(part, frame=frame) for part in condition.any]
            true = np.logical_or.reduce([part.true for part in parts])
            false = np.logical_and.reduce([part.false for part in parts])
        case Not():
            inner = decide(condition.not_, frame=frame)
            true, false = inner.false, inner.true
        case Comparison():
            return _compare(condition, frame=frame)
    return Truth(true=true, known=true | false)


def variables_of(condition: Condition) -> Iterator[str]:
    match condition:
        case Comparison():
            yield condition.variable
            if condition.than is not None:
                yield condition.than
        case Not():
            yield from variables_of(condition.not_)
        case AllOf() | AnyOf():
            for part in condition.all if isinstance(condition, AllOf) else condition.any:
                yield from variables_of(part)


def _compare(comparison: Comparison, *, frame: pd.DataFrame) -> Truth:
    column = _column(comparison.variable, frame=frame)
    if comparison.than is not None:
        return _relate(comparison, column=column, other=_column(comparison.than, frame=frame))
    known = column.notna().to_numpy()
    if comparison.operator in WITHOUT_VALUE:
        return Truth(
            true=known if comparison.operator is Operator.KNOWN else ~known, known=np.ones(len(frame), dtype=bool)
        )
    true = np.zeros(len(frame), dtype=bool)
    if not known.any():  # of a column without values even the kind is unknown
        return Truth(true=true, known=known)
    true[known] = _COMPARE[comparison.operator](column[known], _fitted(comparison, column=column))
    return Truth(true=true, known=known)


def _column(name: str, *, frame: pd.DataFrame) -> pd.Series:
    if name not in frame:
        raise ProtocolError(
            Message(
                en=f"A condition refers to {name}, which is not a variable here. Correct its name.",
                zh=f"条件中的变量 {name} 不存在，请更正名称。",
            )
        )
    return frame[name]


def _relate(comparison: Comparison, *, column: pd.Series, other: pd.Series) -> Truth:
    """Undecided where either of the two is missing."""
    known = (column.notna() & other.notna()).to_numpy()
    true = np.zeros(len(column), dtype=bool)
    if column.notna().any() and other.notna().any():  # of a column without values even the kind is unknown
        plus, operator = comparison.plus_days, comparison.operator
        require_same_kind(column, other=other, asks_order=operator in ORDERS, adds_days=plus is not None)
        wanted = other[known] if plus is None else other[known] + pd.Timedelta(days=plus)
        true[known] = _COMPARE[operator](column[known], wanted)
    return Truth(true=true, known=known)


def _fitted(comparison: Comparison, *, column: pd.Series) -> Any:
    """The value or values in the column's own kind. Compared with another kind nobody would ever fit."""
    given = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
    fitted = [_fit(value, name=comparison.variable, column=column) for value in given]
    return fitted if isinstance(comparison.value, tuple) else fitted[0]


def _fit(value: Any, *, name: str, column: pd.Series) -> Any:
    match kind_of(column):
        case Kind.DATE:
            try:
                return (
                    pd.Timestamp(value)
                    if isinstance(value, str | datetime.date)
                    else _refuse(name, value=value, wanted="dates")
                )
            except ValueError:
                return _refuse(name, value=value, wanted="dates, such as 2022-10-31")
        case Kind.CLAIM:
            return value if isinstance(value, bool) else _refuse(name, value=value, wanted="true or false")
        case Kind.NUMBER:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            return value if fits else _refuse(name, value=value, wanted="numbers")
        case Kind.CODE:
            return (
                value if isinstance(value, str) else _refuse(name, value=value, wanted='codes, in quotes such as "1"')
            )


def _refuse(name: str, *, value: object, wanted: str) -> NoReturn:
    raise ProtocolError(
        Message(
            en=f"{name} is compared with {value!r}, but it contains {wanted}.",
            zh=f"{name} 与 {value!r} 比较，但该变量的类型不同（{wanted}）。",
        )
    )


_COMPARE: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUALS: lambda values, wanted: values == wanted,
    Operator.DIFFERS: lambda values, wanted: values != wanted,
    Operator.IN: lambda values, wanted: values.isin(wanted),
    Operator.NOT_IN: lambda values, wanted: ~values.isin(wanted),
    Operator.LESS: lambda values, wanted: values < wanted,
    Operator.AT_MOST: lambda values, wanted: values <= wanted,
    Operator.MORE: lambda values, wanted: values > wanted,
    Operator.AT_LEAST: lambda values, wanted: values >= wanted,
    Operator.BETWEEN: lambda values, wanted: (values >= wanted[0]) & (values <= wanted[1]),
    Operator.CONTAINS: lambda values, wanted: [wanted in text.split(SEVERAL_CODES) for text in values],
}
