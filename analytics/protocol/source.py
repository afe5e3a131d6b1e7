"""What the source of a study prints: shown beside our results, never used in computing them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from analytics.protocol.errors import sentence
from analytics.protocol.part import Part
from analytics.protocol.records import Text

Measure = Literal["hazard_ratio", "median_months", "rate_pct", "n"]


class PrintedResult(Part):
    """One number that the source prints, with its limits. `rate_pct` with `months` is survival at that time, without it the share of
    successes of a binary endpoint. A hazard ratio is of the arms as `arms.hr` says, or of the further contrast of
    which `arm` is the first; everything else names its arm. `cohort` is that of the source, by default the one that the design makes."""

    endpoint: str | None = None
    measure: Measure
    arm: str | None = None
    value: float
    lower: float | None = None
    upper: float | None = None
    months: Annotated[float, Field(gt=0)] | None = None
    cohort: Literal["unmatched", "matched", "weighted"] | None = None
    note: Text | str | None = None

    @model_validator(mode="after")
    def _names_what_it_is_of(self) -> Self:
        if (self.endpoint is None) != (self.measure == "n"):
            raise sentence(
                "every measure but n names its endpoint, and n names none", zh="除 n 外均须指定 endpoint，n 则不指定"
            )
        if self.arm is None and self.measure != "hazard_ratio":
            raise sentence("every measure but hazard_ratio names its arm", zh="除 hazard_ratio 外均须指定 arm")
        if self.months is not None and self.measure != "rate_pct":
            raise sentence("months is only for rate_pct", zh="months 仅用于 rate_pct")
        if None not in (self.lower, self.upper) and not (self.lower or 0) <= self.value <= (self.upper or 0):
            raise sentence("the value is not between lower and upper", zh="value 不在 lower 与 upper 之间")
        return self
