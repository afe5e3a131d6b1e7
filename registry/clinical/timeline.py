"""A patient's records as one dated stream of events. Plain values in, plain values out: no database, no Django.

A record is a mapping of the data dictionary's names, as edit checks see it. Codes are as stored, dates are `datetime.date`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from registry.clinical.sequence import HAIC_MODALITIES, TACE_MODALITIES

Record = Mapping[str, Any]
Made = TypeVar("Made")


class Kind(StrEnum):
    """What an event is. Of events on one day the kind named first here goes first: findings, then acts, then fates."""

    DIAGNOSIS = "DIAGNOSIS"
    ASSESSMENT = "ASSESSMENT"
    IMAGING = "IMAGING"
    PROGRESSION = "PROGRESSION"
    TRANSARTERIAL = "TRANSARTERIAL"
    ABLATION = "ABLATION"
    RESECTION = "RESECTION"
    TRANSPLANT = "TRANSPLANT"
    RADIOTHERAPY = "RADIOTHERAPY"
    OTHER_TREATMENT = "OTHER_TREATMENT"
    SYSTEMIC_START = "SYSTEMIC_START"
    SYSTEMIC_STOP = "SYSTEMIC_STOP"
    ADVERSE_EVENT = "ADVERSE_EVENT"
    FOLLOW_UP = "FOLLOW_UP"
    DEATH = "DEATH"


SAME_DAY_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which date of which entity makes an event; where it `may_be_open`, a record without that date is complete."""

    entity: str
    date_field: str
    kind: Kind
    may_be_open: bool = False


SOURCES = (
    Source(entity="patient", date_field="diagnosis_date", kind=Kind.DIAGNOSIS),
    Source(entity="assessment", date_field="assessment_date", kind=Kind.ASSESSMENT),
    Source(entity="imagingassessment", date_field="imaging_date", kind=Kind.IMAGING),
    Source(entity="progressionevent", date_field="progression_date", kind=Kind.PROGRESSION),
    Source(entity="transarterialsession", date_field="start_date", kind=Kind.TRANSARTERIAL),
    Source(entity="ablationsession", date_field="start_date", kind=Kind.ABLATION),
    Source(entity="resection", date_field="start_date", kind=Kind.RESECTION),
    Source(entity="transplant", date_field="start_date", kind=Kind.TRANSPLANT),
    Source(entity="radiotherapy", date_field="start_date", kind=Kind.RADIOTHERAPY),
    Source(entity="othertreatment", date_field="start_date", kind=Kind.OTHER_TREATMENT),
    Source(entity="systemicagent", date_field="agent_start_date", kind=Kind.SYSTEMIC_START),
    Source(entity="systemicagent", date_field="agent_stop_date", kind=Kind.SYSTEMIC_STOP, may_be_open=True),
    Source(entity="adverseevent", date_field="ae_onset_date", kind=Kind.ADVERSE_EVENT),
    Source(entity="followup", date_field="follow_up_date", kind=Kind.FOLLOW_UP),
    Source(entity="followup", date_field="death_date", kind=Kind.DEATH, may_be_open=True),
)
ENTITIES = frozenset(source.entity for source in SOURCES)

# Records without a day of their own, each with the words of its parent's natural key that tell which day is meant
BELOW: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "labresult": ("assessment_date", "assessment_type"),
        "tumorburden": ("assessment_date", "assessment_type"),
        "transarterialagent": ("start_date", "modality"),
        "ablationlesion": ("start_date", "ablation_modality"),
        "lesionmeasurement": ("imaging_date",),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    day: date
    kind: Kind
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Undated:
    """A record that should have made an event and has no date to stand at."""

    kind: Kind
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """`events` by day, then in the order of Kind, then as their records came; `records` by entity, those below others too."""

    events: tuple[Event, ...]
    undated: tuple[Undated, ...] = ()
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    by_kind: Mapping[Kind, tuple[Event, ...]] = field(init=False, repr=False, compare=False)
    _made: dict[Callable[..., Any], Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        by_kind: dict[Kind, list[Event]] = defaultdict(list)
        for event in self.events:
            by_kind[event.kind].append(event)
        object.__setattr__(self, "by_kind", {kind: tuple(events) for kind, events in by_kind.items()})

    def of(self, *kinds: Kind) -> tuple[Event, ...]:
        if len(kinds) == 1:
            return self.by_kind.get(kinds[0], ())
        return tuple(event for event in self.events if event.kind in kinds)

    def rows(self, entity: str) -> tuple[Record, ...]:
        return self.records.get(entity, ())

    def once(self, make: Callable[["Timeline"], Made]) -> Made:
        """What several checks ask of it in the same form, made for the first of them."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    def first(self, *kinds: Kind) -> Event | None:
        return next(iter(self.of(*kinds)), None)

    def last(self, *kinds: Kind) -> Event | None:
        return next(reversed(self.of(*kinds)), None)

    def between(self, start: date, *, end: date) -> "Timeline":
        """The events from start to end, both days included."""
        inside = tuple(event for event in self.events if start <= event.day <= end)
        return Timeline(events=inside, undated=self.undated, records=self.records)


def build_timeline(records: Mapping[str, Iterable[Record]]) -> Timeline:
    """One patient's timeline from their records by entity (the lower-case name of the model).

    A death told by several follow-ups is one event, on the earliest of its dates. Rows below another record make no event.
    Raises ValueError for an entity that is not known.
    """
    unknown = sorted(set(records) - ENTITIES - BELOW.keys())
    if unknown:
        raise ValueError(f"unknown records in a timeline: {', '.join(unknown)}")
    events: list[Event] = []
    undated: list[Undated] = []
    kept = {entity: tuple(MappingProxyType(dict(row)) for row in rows) for entity, rows in records.items()}
    for source in SOURCES:
        for record in kept.get(source.entity, ()):
            day = record.get(source.date_field)
            if day is not None:
                events.append(Event(day=day, kind=source.kind, record=record))
            elif not source.may_be_open:
                undated.append(Undated(kind=source.kind, record=record))
    events.sort(key=lambda event: (event.day, SAME_DAY_ORDER[event.kind]))
    return Timeline(events=tuple(_one_death(events)), undated=tuple(undated), records=kept)


def tace_dates(timeline: Timeline) -> tuple[date, ...]:
    """The days of TACE, a session of TACE and HAIC included."""
    return _session_dates(timeline, modalities=TACE_MODALITIES)


def haic_dates(timeline: Timeline) -> tuple[date, ...]:
    """The days of HAIC, a session of TACE and HAIC included."""
    return _session_dates(timeline, modalities=HAIC_MODALITIES)


def first_agent_start(timeline: Timeline, *, counts: Callable[[str | None], bool | None]) -> date | None:
    """The first start of an agent that counts, such as `is_anti_angiogenic`; None where none was given."""
    starts = timeline.of(Kind.SYSTEMIC_START)
    return next((event.day for event in starts if counts(event.record.get("agent_code"))), None)


def _session_dates(timeline: Timeline, *, modalities: frozenset[str]) -> tuple[date, ...]:
    sessions = timeline.of(Kind.TRANSARTERIAL)
    return tuple(sorted({event.day for event in sessions if event.record.get("modality") in modalities}))


def _one_death(events: Iterable[Event]) -> list[Event]:
    told: list[Event] = []
    for event in events:
        if event.kind is not Kind.DEATH or all(earlier.kind is not Kind.DEATH for earlier in told):
            told.append(event)
    return told
