"""What an endpoint of the registry is, declared once: everything that names, explains or computes one follows from it.

How its dates are found is data as well: facts, such as a patient's first progression or the first record that fits a condition.
What no condition can say is a rule, named here and written in analytics.cohort.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analytics.messages import Message
from analytics.protocol.conditions import Condition
from analytics.protocol.endpoint_times import DeathIs
from analytics.protocol.events import Noun

Among = Literal["unresectable", "resected", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDate:
    """A date that every patient of the cohort has at most once, by its column."""

    column: str

    @property
    def nouns(self) -> frozenset[Noun]:
        return frozenset({Noun.PROGRESSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRecord:
    """The first record of a noun that certainly fulfills `where`, from the start on or only after its day.

    `date` is the variable that tells the day, where it is not that of the record."""

    noun: Noun
    where: Condition | None = None
    date: str = "date"
    since: Literal["start", "day after"] = "day after"

    @property
    def nouns(self) -> frozenset[Noun]:
        return frozenset({self.noun})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A function of the cohort, by its name, and the nouns whose records it reads."""

    name: str
    nouns: frozenset[Noun]


Fact = PatientDate | FirstRecord | Rule

FIRST_PROGRESSION = PatientDate(column="progression_date")
FIRST_EXTRAHEPATIC_PROGRESSION = PatientDate(column="extrahepatic_progression_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What time is counted from: the study's time zero, a procedure that the protocol names in `since`, or a fact after either.

    Whoever lacks the fact has no such time. `axis` stands under a curve, `note` below the figure."""

    axis: Message
    note: Message | None = None
    asks_since: bool = False
    fact: Fact | None = None

    @property
    def nouns(self) -> frozenset[Noun]:
        return self.fact.nouns if self.fact else frozenset()


TIME_ZERO = Start(axis=Message("Months since time zero", "自时间零点起的月数"))
PROCEDURE = Start(axis=Message("Months since the procedure", "自治疗起的月数"), asks_since=True)
PROGRESSION = Start(
    axis=Message("Months since progression", "自进展起的月数"),
    note=Message("Time from first progression, among patients with progression.", "自首次进展起计，仅限有进展者。"),
    fact=FIRST_PROGRESSION,
)
RESPONSE = Start(
    axis=Message("Months since first response", "自首次缓解起的月数"),
    note=Message("Time from first response, among responders.", "自首次缓解起计，仅限缓解者。"),
    fact=Rule(name="first_response", nouns=frozenset({Noun.IMAGING})),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`definition` goes on after the label and a colon. `names` are other names under which protocols ask for it, with labels
    of their own. `readings` are what the sources differ in, for docs/statistics.md."""

    code: str
    label: Message
    definition: Message
    names: Mapping[str, Message] = field(default_factory=dict)
    readings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEndpoint(Endpoint):
    """Time from the start to the first of the facts in `event`; without any it is survival, and death is the event.

    `death` is what it is where the protocol does not say. `growth_pct` and the like are read from the protocol by rules."""

    event: tuple[Fact, ...] = ()
    start: Start = TIME_ZERO
    death: DeathIs = "event"

    @property
    def is_survival(self) -> bool:
        return not self.event

    @property
    def nouns(self) -> frozenset[Noun]:
        return self.start.nouns.union(*(fact.nouns for fact in self.event))


@dataclass(frozen=True, slots=True, kw_only=True)
class RateEndpoint(Endpoint):
    """A value per patient, found by a rule. `among` are those who may be counted, beginning with who is if nothing is said.

    The definition may hold {success}, {days}, {event} and {pct}."""

    value: Rule
    among: tuple[Among, ...] = ()

    @property
    def nouns(self) -> frozenset[Noun]:
        return self.value.nouns
