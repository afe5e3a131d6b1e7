"""The endpoints a study on the registry may ask for, by their definition, with every reading the sources differ in."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from analytics.protocol.endpoint_times import DeathIs
from analytics.protocol.errors import KIND, sentence
from analytics.protocol.plan import EndpointPlan, ResponsePlan
from registry.clinical.response.pathology import MAJOR_RESPONSE_PCT

TimeKind = Literal["OS", "PFS", "TTP", "EPFS", "PPS", "TTUP", "TACE_PFS", "RFS", "DOR", "LTP"]
RateKind = Literal[
    "BEST_RESPONSE",
    "RESPONSE_TO_TACE",
    "COMPLICATION",
    "CONVERSION",
    "PCR",
    "MPR",
    "DOWNSTAGING",
    "COMPLETE_ABLATION",
]
SURVIVAL = frozenset({"OS", "PPS"})
DEATH_BY_KIND: dict[str, DeathIs] = {"TTP": "censored", "TTUP": "censored", "LTP": "competing"}
FROM_A_PROCEDURE = frozenset({"RFS", "LTP"})


class StudyEndpoint(EndpointPlan):
    """An endpoint by its definition in the registry.

    `death` is an event, competes, or ends follow-up. `since` names the event that time is counted from, where that is not the
    study's time zero (needed for recurrence and local progression). `censor_at` are events that end follow-up, such as a new
    treatment. `assessment` imaging ends follow-up without an event at the last scan, not at the last contact; an event more
    than `missed_after_days` after the scan before it counts as censored there. `growth_pct` is of TTUP."""

    type: Literal["time"] = "time"
    kind: TimeKind
    death: DeathIs = "event"
    since: str | None = None
    censor_at: tuple[str, ...] = ()
    assessment: Literal["follow_up", "imaging"] = "follow_up"
    missed_after_days: Annotated[int, Field(gt=0)] | None = None
    growth_pct: Annotated[float, Field(gt=0)] = 25.0

    @model_validator(mode="before")
    @classmethod
    def _death_follows_from_the_kind(cls, content: Any) -> Any:
        if isinstance(content, dict) and "death" not in content and content.get("kind") in DEATH_BY_KIND:
            return {**content, "death": DEATH_BY_KIND[content["kind"]]}
        return content

    @model_validator(mode="after")
    def _options_fit_the_kind(self) -> Self:
        if self.kind in SURVIVAL and self.death != "event":
            raise sentence("death is the event of survival and cannot be censored", zh="死亡是生存期的事件，不能删失")
        if self.kind in SURVIVAL and (self.assessment == "imaging" or self.missed_after_days):
            raise sentence("survival is not assessed by imaging", zh="生存期不以影像评估")
        if self.kind in FROM_A_PROCEDURE and self.since is None:
            raise sentence(
                f"{self.kind} is counted from a procedure: name its event in since",
                zh=f"{self.kind} 从治疗起计算：请在 since 中指定事件",
            )
        return self

    @property
    def events(self) -> set[str]:
        return {*self.censor_at, *([self.since] if self.since else [])}

    @property
    def causes(self) -> tuple[str, ...]:
        return (self.kind.lower(), "death") if self.death == "competing" else ()


class StudyResponse(ResponsePlan):
    """A value per patient: the best response (up to the event `until`), the response within eight weeks of a TACE, the worst
    complication by SIR class (major, minor, none) from the event `since` over `within_days`; or yes and no: conversion to
    resection, pathological complete or major response, downstaging to within Milan (before the event `until`), complete
    ablation at one month. `among` says who counts: of conversion those unresectable at index, of pathology those resected."""

    type: Literal["binary"]
    kind: RateKind
    since: str | None = None
    until: str | None = None
    within_days: int = 30
    among: Literal["unresectable", "resected", "all"] | None = None
    most_viable_pct: Annotated[float, Field(ge=0, le=100)] = MAJOR_RESPONSE_PCT

    @model_validator(mode="after")
    def _among_fits_the_kind(self) -> Self:
        fits = {"CONVERSION": ("unresectable", "all"), "PCR": ("resected", "all"), "MPR": ("resected", "all")}
        if self.among is not None and self.among not in fits.get(self.kind, ()):
            raise sentence(f"among {self.among} is not of {self.kind}", zh=f"among {self.among} 不适用于 {self.kind}")
        return self

    @property
    def counted(self) -> str:
        """Who counts where the protocol does not say."""
        return self.among or {"CONVERSION": "unresectable"}.get(self.kind, "resected")

    @property
    def events(self) -> set[str]:
        return {name for name in (self.since, self.until) if name}


def _type(content: Any) -> str:
    return KIND + str(content.get("type", "time") if isinstance(content, dict) else getattr(content, "type", "time"))


StudyEndpointOrResponse = Annotated[
    Annotated[StudyEndpoint, Tag(f"{KIND}time")] | Annotated[StudyResponse, Tag(f"{KIND}binary")], Discriminator(_type)
]
