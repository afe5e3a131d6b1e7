"""The endpoints a study on the registry may ask for, by their definition, with every reading the sources differ in."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from analytics.messages import Message
from analytics.protocol.endpoint_times import DeathIs
from analytics.protocol.endpoints.catalog import RATES, TIMES, descriptions
from analytics.protocol.endpoints.criteria import (
    DEFAULT,
    IMMUNE,
    Criteria,
    ProgressionSource,
    ResponseSource,
    progression_reading,
    response_variable,
)
from analytics.protocol.endpoints.declaration import RESPONSE, Among, RateEndpoint, TimeEndpoint, Variables
from analytics.protocol.errors import KIND, sentence
from analytics.protocol.events import Noun
from analytics.protocol.plan import EndpointPlan, ResponsePlan
from registry.clinical.response.best_response import ASSESSMENT_DAY, ASSESSMENT_WINDOW_DAYS
from registry.clinical.response.pathology import MAJOR_RESPONSE_PCT

if TYPE_CHECKING:
    TimeKind: TypeAlias = str  # mypy asks for literals written out
    RateKind: TypeAlias = str
else:
    TimeKind, RateKind = Literal[tuple(TIMES)], Literal[tuple(RATES)]


# Keys that only some kinds read
OF_SOME_TIMES = frozenset({"growth_pct", "events", "progression", "criteria", "confirmed"})
OF_SOME_RATES = frozenset(
    {"since", "until", "within_days", "among", "most_viable_pct"}
    | {"criteria", "confirmed", "response", "window_days", "nearest_day"}
)


class StudyEndpoint(EndpointPlan):
    """A time-to-event endpoint as defined in the registry.

    `death` is an event, a competing event, or censoring. `since` names the event from which time is counted if it is not the
    study's time zero (required for recurrence and local progression). `censor_at` lists events that end follow-up, such as a new
    treatment. With `assessment: imaging`, patients without an event are censored at the last scan, not at the last contact;
    an event more than `missed_after_days` after the previous scan is censored at that scan. Progressions count after the day
    from which time is counted; with `events: ever` the first one ever does, and whoever had it earlier has no time.
    `progression` is as recorded, PD on a scan by `criteria` (mRECIST if nothing is said), or the first of both; records are those
    made by `criteria` if it is given. `confirmed` is of iRECIST on scans, and of the response of DOR. `growth_pct` applies to
    TTUP. A key that the kind does not read is refused."""

    type: Literal["time"] = "time"
    kind: Annotated[TimeKind, Field(description=descriptions(TIMES))]
    death: DeathIs = "event"
    since: str | None = None
    censor_at: tuple[str, ...] = ()
    assessment: Literal["follow_up", "imaging"] = "follow_up"
    missed_after_days: Annotated[int, Field(gt=0)] | None = None
    growth_pct: Annotated[float, Field(gt=0)] = 25.0
    events: Literal["after_start", "ever"] = "after_start"
    progression: ProgressionSource = "records"
    criteria: Criteria | None = None
    confirmed: bool = False

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
        of_response = declared.start is RESPONSE
        if self.confirmed and not of_response and (self.criteria != IMMUNE or self.progression == "records"):
            raise sentence(
                "confirmed progression is that of iRECIST on scans: criteria: iRECIST with progression: scans or either",
                zh="确认进展仅指影像按 iRECIST 判定者：请设 criteria: iRECIST 且 progression: scans 或 either",
            )
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
        reads_scans = self.assessment == "imaging" or self.missed_after_days or self.progression != "records"
        return self.declared.nouns | ({Noun.IMAGING} if reads_scans else set())

    @property
    def variables(self) -> Variables:
        own = self.declared.variables
        if self.declared.start is RESPONSE or self.progression != "records":
            return {**own, Noun.IMAGING: own.get(Noun.IMAGING, frozenset()) | {response_variable(self.scan_criteria)}}
        return own

    @property
    def scan_criteria(self) -> Criteria:
        """By which scans are read."""
        return self.criteria or DEFAULT

    @property
    def reading(self) -> Message | None:
        """How progression is told, where the protocol says so."""
        if "progression" not in self.declared.options and self.criteria is None:
            return None
        is_confirmed = self.confirmed and self.criteria == IMMUNE
        return progression_reading(source=self.progression, criteria=self.criteria, confirmed=is_confirmed)

    @property
    def named_events(self) -> set[str]:
        return {*self.censor_at, *([self.since] if self.since else [])}

    @property
    def causes(self) -> tuple[str, ...]:
        return (self.kind.lower(), "death") if self.death == "competing" else ()


class StudyResponse(ResponsePlan):
    """One value per patient: a response, a complication by SIR class (major, minor, none), or yes/no.

    `since` and `until` name events: responses, complications and ablations are counted from `since` (complications and responses to
    TACE within `within_days`), responses and downstaging up to `until`. Responses are by `criteria`, as derived, or as entered
    with `response: entered`; `confirmed` asks for a scan at least 28 days later that is as good. RESPONSE_AT_ASSESSMENT is the one on
    the scan within `window_days` that is nearest to `nearest_day`. `among` sets the denominator; the default is patients
    unresectable at index for conversion and resected patients for pathology. A key that the kind does not read is refused."""

    type: Literal["binary"]
    kind: Annotated[RateKind, Field(description=descriptions(RATES))]
    since: str | None = None
    until: str | None = None
    within_days: Annotated[int, Field(gt=0)] | None = None
    among: Among | None = None
    most_viable_pct: Annotated[float, Field(ge=0, le=100)] = MAJOR_RESPONSE_PCT
    criteria: Criteria = DEFAULT
    confirmed: bool = False
    response: ResponseSource = "derived"
    window_days: tuple[int, int] = ASSESSMENT_WINDOW_DAYS
    nearest_day: int = ASSESSMENT_DAY

    @model_validator(mode="after")
    def _the_day_is_in_the_window(self) -> Self:
        first, last = self.window_days
        if not 0 < first <= self.nearest_day <= last:
            raise sentence(
                f"nearest_day {self.nearest_day} is not within window_days {first} to {last}",
                zh=f"nearest_day {self.nearest_day} 不在 window_days {first}–{last} 之内",
            )
        return self

    @model_validator(mode="after")
    def _options_fit_the_kind(self) -> Self:
        if self.among is not None and self.among not in self.declared.among:
            raise sentence(
                f"among {self.among} does not apply to {self.kind}", zh=f"among {self.among} 不适用于 {self.kind}"
            )
        _refuse_unread(self, keys=OF_SOME_RATES)
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
        own = self.declared.variables
        return {**own, Noun.IMAGING: frozenset({response_variable(self.criteria)})} if self.reads_responses else own

    @property
    def reads_responses(self) -> bool:
        return "response" in self.declared.options

    @property
    def days(self) -> int:
        """Within which the value is looked for, where the kind counts days."""
        return self.declared.within_days if self.within_days is None else self.within_days

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
