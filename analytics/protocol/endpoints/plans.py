"""The endpoints a study on the registry may ask for, by their definition, with every reading the sources differ in."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from analytics.protocol.endpoint_times import DeathIs
from analytics.protocol.endpoints.catalog import RATES, TIMES, descriptions
from analytics.protocol.endpoints.declaration import Among, RateEndpoint, TimeEndpoint, Variables
from analytics.protocol.errors import KIND, sentence
from analytics.protocol.events import Noun
from analytics.protocol.plan import EndpointPlan, ResponsePlan
from registry.clinical.response.pathology import MAJOR_RESPONSE_PCT

if TYPE_CHECKING:
    TimeKind: TypeAlias = str  # mypy asks for literals written out
    RateKind: TypeAlias = str
else:
    TimeKind, RateKind = Literal[tuple(TIMES)], Literal[tuple(RATES)]


# Keys that only some kinds read
OF_SOME_TIMES = frozenset({"growth_pct", "events"})


class StudyEndpoint(EndpointPlan):
    """A time-to-event endpoint as defined in the registry.

    `death` is an event, a competing event, or censoring. `since` names the event from which time is counted if it is not the
    study's time zero (required for recurrence and local progression). `censor_at` lists events that end follow-up, such as a new
    treatment. With `assessment: imaging`, patients without an event are censored at the last scan, not at the last contact;
    an event more than `missed_after_days` after the previous scan is censored at that scan. Progressions count after the day
    from which time is counted; with `events: ever` the first one ever does, and whoever had it earlier has no time.
    `growth_pct` applies to TTUP. A key that the kind does not read is refused."""

    type: Literal["time"] = "time"
    kind: Annotated[TimeKind, Field(description=descriptions(TIMES))]
    death: DeathIs = "event"
    since: str | None = None
    censor_at: tuple[str, ...] = ()
    assessment: Literal["follow_up", "imaging"] = "follow_up"
    missed_after_days: Annotated[int, Field(gt=0)] | None = None
    growth_pct: Annotated[float, Field(gt=0)] = 25.0
    events: Literal["after_start", "ever"] = "after_start"

    @model_validator(mode="before")
    @classmethod
    def _death_follows_from_the_kind(cls, content: Any) -> Any:
        declared = TIMES.get(str(content.get("kind"))) if isinstance(content, dict) else None
        return content if declared is None else {"death": declared.death, **content}

    @model_validator(mode="after")
    def _options_fit_the_kind(self) -> Self:
        declared = self.declared
        if declared.is_survival and self.death != "event":
            raise sentence(
                "death is the event of a survival endpoint and cannot be censored", zh="死亡是生存期的事件，不能删失"
            )
        if declared.is_survival and (self.assessment == "imaging" or self.missed_after_days):
            raise sentence("survival endpoints are not assessed by imaging", zh="生存期不以影像评估")
        _refuse_unread(self, keys=OF_SOME_TIMES)
        if declared.start.asks_since and self.since is None:
            raise sentence(
                f"{self.kind} is counted from a procedure; name its event in since",
                zh=f"{self.kind} 从治疗起计算：请在 since 中指定事件",
            )
        return self

    @property
    def declared(self) -> TimeEndpoint:
        return TIMES[self.kind]

    @property
    def nouns(self) -> frozenset[Noun]:
        """Whose records it reads."""
        seen = {Noun.IMAGING} if self.assessment == "imaging" or self.missed_after_days else set()
        return self.declared.nouns | seen

    @property
    def variables(self) -> Variables:
        return self.declared.variables

    @property
    def named_events(self) -> set[str]:
        return {*self.censor_at, *([self.since] if self.since else [])}

    @property
    def causes(self) -> tuple[str, ...]:
        return (self.kind.lower(), "death") if self.death == "competing" else ()


class StudyResponse(ResponsePlan):
    """One value per patient: a response, a complication by SIR class (major, minor, none), or yes/no.

    `since` and `until` name events: complications and ablations are counted from `since` (complications within `within_days`),
    responses and downstaging up to `until`. `among` sets the denominator; the default is patients unresectable at index for
    conversion and resected patients for pathology."""

    type: Literal["binary"]
    kind: Annotated[RateKind, Field(description=descriptions(RATES))]
    since: str | None = None
    until: str | None = None
    within_days: int = 30
    among: Among | None = None
    most_viable_pct: Annotated[float, Field(ge=0, le=100)] = MAJOR_RESPONSE_PCT

    @model_validator(mode="after")
    def _among_fits_the_kind(self) -> Self:
        if self.among is not None and self.among not in self.declared.among:
            raise sentence(
                f"among {self.among} does not apply to {self.kind}", zh=f"among {self.among} 不适用于 {self.kind}"
            )
        return self

    @property
    def declared(self) -> RateEndpoint:
        return RATES[self.kind]

    @property
    def nouns(self) -> frozenset[Noun]:
        """Whose records it reads."""
        return self.declared.nouns

    @property
    def variables(self) -> Variables:
        return self.declared.variables

    @property
    def counted(self) -> Among:
        """Who counts where the protocol does not say."""
        default: Among = next(iter(self.declared.among), "all")
        return self.among or default

    @property
    def named_events(self) -> set[str]:
        return {name for name in (self.since, self.until) if name}


def _refuse_unread(plan: "StudyEndpoint | StudyResponse", *, keys: frozenset[str]) -> None:
    """What has no effect on this kind is not to look as if it had."""
    for key in sorted(plan.model_fields_set & keys - plan.declared.options):
        raise sentence(f"{key} does not apply to {plan.kind}", zh=f"{key} 不适用于 {plan.kind}")


def _type(content: Any) -> str:
    return KIND + str(content.get("type", "time") if isinstance(content, dict) else getattr(content, "type", "time"))


StudyEndpointOrResponse = Annotated[
    Annotated[StudyEndpoint, Tag(f"{KIND}time")] | Annotated[StudyResponse, Tag(f"{KIND}binary")], Discriminator(_type)
]
