"""The protocol of a study on anybody's flat table: the plan, and which columns and codes hold it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from analytics.plan_part import Part
from analytics.protocol import (
    DAYS_PER_MONTH,
    AnalysisPlan,
    Arm,
    Arms,
    EndpointPlan,
    ResponsePlan,
    SafetyPlan,
    Tokens,
    as_tuple,
    token_text,
)
from analytics.protocol_errors import KIND, only, sentence, validate_plan
from analytics.protocol_text import parse_protocol, read_protocol_text
from analytics.stats.event_times import Floats

Unit = Literal["days", "weeks", "months", "years"]

MONTHS_PER_UNIT: dict[str, float] = {"months": 1.0, "years": 12.0}
DAYS_PER_UNIT: dict[str, float] = {"days": 1.0, "weeks": 7.0}


class TableColumns(Part):
    """Which columns of a flat table hold the person, the arm and the center."""

    id: str
    arm: str
    center: str | None = None
    defining: str | None = None


class TableArm(Arm):
    """An arm by the value, or values, of the arm column; the label is the first value unless given."""

    value: Tokens
    label: str = ""

    @model_validator(mode="before")
    @classmethod
    def _label_from_value(cls, content: Any) -> Any:
        if isinstance(content, dict) and "value" in content and content.get("label") in (None, ""):
            first = as_tuple(content["value"])
            return {**content, "label": token_text(first[0]) if isinstance(first, tuple) and first else ""}
        return content


class TableArms(Arms):
    focal: TableArm
    reference: TableArm

    @model_validator(mode="after")
    def _values_differ(self) -> Self:
        shared = {token_text(t) for t in self.focal.value} & {token_text(t) for t in self.reference.value}
        for value in sorted(shared):
            raise sentence(f"the value {value} stands for both arms", zh=f"值 {value} 同时表示两组")
        return self


class TableEndpoint(EndpointPlan):
    """A time-to-event endpoint by its columns, codes and unit."""

    type: Literal["time"] = "time"
    time: str
    event: str
    event_code: Tokens = (1,)
    censor_code: Tokens = (0,)
    competing_code: Annotated[Any, only(None)] = None
    unit: Unit = "days"

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        shared = {token_text(t) for t in self.event_code} & {token_text(t) for t in self.censor_code}
        for value in sorted(shared):
            raise sentence(f"the code {value} means both event and censored", zh=f"编码 {value} 同时表示事件和删失")
        return self


class TableResponse(ResponsePlan):
    """A binary endpoint by the column of its graded value; a blank cell is not evaluable."""

    type: Literal["binary"]
    value: str


class TableSafety(SafetyPlan):
    """A second file beside the first, one row per adverse event.

    `id` is the first file's id column where not given. `start` is the time from time zero to the event, `exposure` the time
    at risk of a person (a column of either file), both in the unit of the first endpoint with a time."""

    table: str
    id: str | None = None
    term: str = "term"
    grade: str = "grade"
    class_: Annotated[str | None, Field(alias="class")] = None
    start: str | None = None
    exposure: str | None = None


def _kind(content: Any) -> str:
    return KIND + str(content.get("type", "time") if isinstance(content, dict) else getattr(content, "type", "time"))


Endpoint = Annotated[
    Annotated[TableEndpoint, Tag(f"{KIND}time")] | Annotated[TableResponse, Tag(f"{KIND}binary")], Discriminator(_kind)
]


class TableProtocol(AnalysisPlan):
    """A study on anybody's flat table."""

    table: TableColumns
    arms: TableArms
    endpoints: Mapping[str, Endpoint] = {}
    safety: TableSafety | None = None

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
