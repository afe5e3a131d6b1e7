"""The protocol of a study on anybody's flat table: the plan, and which columns and codes hold it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from analytics.protocol.errors import KIND, sentence, validate_plan
from analytics.protocol.part import Part
from analytics.protocol.plan import (
    CENTER,
    DAYS_PER_MONTH,
    AnalysisPlan,
    Arm,
    Arms,
    EndpointPlan,
    ResponsePlan,
    SafetyPlan,
    Token,
    Tokens,
    token_text,
)
from analytics.protocol.sensitivity import CenterStratified, LeaveOneCenterOut, LostCensored, as_tuple
from analytics.protocol.text import parse_protocol, read_protocol_text
from analytics.stats.event_times import Floats

Unit = Literal["days", "weeks", "months", "years"]

MONTHS_PER_UNIT: dict[str, float] = {"months": 1.0, "years": 12.0}
DAYS_PER_UNIT: dict[str, float] = {"days": 1.0, "weeks": 7.0}
CODE_KINDS = {"event": "事件", "censored": "删失", "competing": "竞争事件"}


class TableColumns(Part):
    """The columns of a flat table that identify the patient, the arm and the center.

    `defining` is the time of the arm-defining event and `entry` the time at which a patient came under observation and is at risk
    (delayed entry, left truncation), both from time zero in the unit of the first time-to-event endpoint."""

    id: str
    arm: str
    center: str | None = None
    defining: str | None = None
    entry: str | None = None


class TableArm(Arm):
    """An arm defined by one or more values of the arm column. The label defaults to the first value."""

    value: Tokens
    label: str = ""

    @model_validator(mode="before")
    @classmethod
    def _label_from_value(cls, content: Any) -> Any:
        if isinstance(content, dict) and "value" in content and content.get("label") in (None, ""):
            first = as_tuple(content["value"])
            return {**content, "label": token_text(first[0]) if isinstance(first, tuple) and first else ""}
        return content

    def answers_to(self, name: str) -> bool:
        return name == self.label or name in map(token_text, self.value)


class TableArms(Arms):
    focal: TableArm
    reference: TableArm
    others: tuple[TableArm, ...] = ()

    @property
    def all_arms(self) -> tuple[TableArm, ...]:
        return (self.focal, self.reference, *self.others)

    @model_validator(mode="after")
    def _values_differ(self) -> Self:
        seen: set[str] = set()
        for arm in self.all_arms:
            values = {token_text(token) for token in arm.value}
            for value in sorted(values & seen):
                raise sentence(f"the value {value} is assigned to two arms", zh=f"值 {value} 同时表示两组")
            seen |= values
        return self


class TableEndpoint(EndpointPlan):
    """A time-to-event endpoint defined by its columns, codes and unit.

    `entry` replaces table.entry where the endpoint is counted from another day than the others, in its own unit."""

    type: Literal["time"] = "time"
    time: str
    event: str
    entry: str | None = None
    event_code: Tokens = (1,)
    censor_code: Tokens = (0,)
    competing_code: Tokens | None = None
    unit: Unit = "days"

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        seen: dict[str, str] = {}
        for kind, tokens in self._codes:
            for token in tokens:
                if token_text(token) in seen:
                    other, code = seen[token_text(token)], token_text(token)
                    en = f"the code {code} is assigned to both {other} and {kind}"
                    raise sentence(en, zh=f"编码 {code} 重复使用（{CODE_KINDS[other]}、{CODE_KINDS[kind]}）")
            seen |= {token_text(token): kind for token in tokens}
        return self

    @property
    def _codes(self) -> tuple[tuple[str, tuple[Token, ...]], ...]:
        return (("event", self.event_code), ("censored", self.censor_code), ("competing", self.competing_code or ()))

    @property
    def causes(self) -> tuple[str, ...]:
        if self.competing_code is None:
            return ()
        return (token_text(self.event_code[0]), *map(token_text, self.competing_code))


class TableResponse(ResponsePlan):
    """A binary endpoint derived from a column with a graded value. A blank cell is not evaluable."""

    type: Literal["binary"]
    value: str


class TableSafety(SafetyPlan):
    """A second file in the same folder as the first, with one row per adverse event.

    `id` defaults to the ID column of the first file. `start` is the time from time zero to the event and `exposure` the time
    at risk of a patient (a column in either file), both in the unit of the first time-to-event endpoint."""

    table: str
    id: str | None = None
    term: str = "term"
    grade: str = "grade"
    class_: Annotated[str | None, Field(alias="class")] = None
    start: str | None = None
    exposure: str | None = None

    @model_validator(mode="after")
    def _stands_beside_the_table(self) -> Self:
        if self.table in ("", ".", "..") or "/" in self.table or "\\" in self.table or "\0" in self.table:
            raise sentence(
                "table must be the name of a file in the same folder as the first, without a path",
                zh="table 必须是与主数据表同一文件夹中的文件名，不含路径",
            )
        return self


def _kind(content: Any) -> str:
    return KIND + str(content.get("type", "time") if isinstance(content, dict) else getattr(content, "type", "time"))


Endpoint = Annotated[
    Annotated[TableEndpoint, Tag(f"{KIND}time")] | Annotated[TableResponse, Tag(f"{KIND}binary")], Discriminator(_kind)
]


class TableProtocol(AnalysisPlan):
    """A study on a flat table."""

    table: TableColumns
    arms: TableArms
    endpoints: Mapping[str, Endpoint] = {}
    safety: TableSafety | None = None

    @model_validator(mode="after")
    def _table_has_what_is_asked(self) -> Self:
        if self.immortal_time is not None and self.table.defining is None:
            raise sentence(
                "immortal_time requires the time of the arm-defining event; name its column in table.defining",
                zh="immortal_time 需要分组确定行为的时间：请在 table.defining 中指定其列",
            )
        late = [self.table.entry, *(plan.entry for plan in self.endpoints.values() if isinstance(plan, TableEndpoint))]
        if self.immortal_time is not None and any(late):
            raise sentence(
                "immortal_time is not available with delayed entry; remove immortal_time or table.entry",
                zh="immortal_time 不能与延迟进入同时使用：请去掉 immortal_time 或 table.entry",
            )
        by_center = CENTER in self.cox.strata or CENTER in {plan.name for plan in self.subgroups}
        by_center = by_center or any(isinstance(row, CenterStratified | LeaveOneCenterOut) for row in self.sensitivity)
        named = {covariate.name for covariate in self.covariates}
        if by_center and self.table.center is None and CENTER not in named:
            raise sentence(
                "analyses by center require a center column; name it in table.center",
                zh="按中心的分析需要中心列：请在 table.center 中指定",
            )
        if any(isinstance(row, LostCensored) for row in self.sensitivity):
            raise sentence(
                "the sensitivity analysis lost_censored is available only for studies on the registry",
                zh="敏感性分析 lost_censored 仅用于登记库上的研究",
            )
        return self

    @property
    def first_unit(self) -> Unit:
        """The unit of the first endpoint with a time, in which times outside the endpoints are given; days without one."""
        return next((plan.unit for plan in self.endpoints.values() if isinstance(plan, TableEndpoint)), "days")


def months(time: Floats, *, unit: Unit) -> Floats:
    """Times in months of 30.4375 days."""
    if unit in MONTHS_PER_UNIT:
        return time * MONTHS_PER_UNIT[unit]
    return time * DAYS_PER_UNIT[unit] / DAYS_PER_MONTH


def read_table_protocol(path: Path) -> TableProtocol:
    """A protocol file for `compare --table`; ProtocolError with every key at fault."""
    return validate_plan(TableProtocol, content=parse_protocol(read_protocol_text(path)))
