"""What an endpoint of the registry is, declared once: everything that names, explains or computes one follows from it.

How its dates are found is data as well: facts, such as a patient's first progression or the first record that fits a condition.
What no condition can say is a rule, named here and written in analytics.cohort.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from analytics.messages import Message
from analytics.protocol.conditions import AnyOf, Comparison, Condition, Operator, variables_of
from analytics.protocol.endpoint_times import DeathIs
from analytics.protocol.events import Noun

Variables = Mapping[Noun, frozenset[str]]
Among = Literal["unresectable", "resected", "all"]


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

    @property
    def variables(self) -> Variables:
        return {} if self.where is None else {self.noun: frozenset(variables_of(self.where))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A function of the cohort, by its name, the nouns whose records it reads, and which of their derived variables."""

    name: str
    nouns: frozenset[Noun]
    variables: Variables = field(default_factory=dict)


Fact = FirstRecord | Rule


def variables_read(facts: Iterable[Fact]) -> Variables:
    """The variables of each noun that some facts read, those aside that nothing is derived of."""
    found: dict[Noun, frozenset[str]] = {}
    for fact in facts:
        for noun, names in fact.variables.items():
            found[noun] = found.get(noun, frozenset()) | names
    return found


FIRST_PROGRESSION = Rule(name="first_progression", nouns=frozenset({Noun.PROGRESSION}))  # of records, scans or either
FIRST_EXTRAHEPATIC_PROGRESSION = FirstRecord(
    noun=Noun.PROGRESSION,
    where=AnyOf(
        any=tuple(
            Comparison(variable="progression_type", operator=Operator.CONTAINS, value=code)
            for code in ("EXTRA_NEW", "EXTRA_GROW")
        )
    ),
)


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

    @property
    def variables(self) -> Variables:
        return variables_read([self.fact] if self.fact else [])


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
    fact=Rule(
        name="first_response",
        nouns=frozenset({Noun.IMAGING, Noun.PROGRESSION}),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`definition` goes on after the label and a colon. `names` are other names under which protocols ask for it, with labels
    of their own. `readings` are what the sources differ in, for docs/statistics.md. `options` are the keys of a protocol that
    this kind reads beside those that every kind does; others are refused."""

    code: str
    label: Message
    definition: Message
    names: Mapping[str, Message] = field(default_factory=dict)
    readings: str = ""
    options: frozenset[str] = frozenset()


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

    @property
    def variables(self) -> Variables:
        return variables_read([*self.event, *([self.start.fact] if self.start.fact else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class RateEndpoint(Endpoint):
    """A value per patient, found by a rule. `among` are those who may be counted, beginning with who is if nothing is said.

    The definition may hold {success}, {days}, {event}, {pct}, {criteria}, {confirmation}, {window} and {nearest}. `within_days` is
    what it is where the protocol does not say."""

    value: Rule
    among: tuple[Among, ...] = ()
    within_days: int = 0

    @property
    def nouns(self) -> frozenset[Noun]:
        return self.value.nouns

    @property
    def variables(self) -> Variables:
        return self.value.variables
