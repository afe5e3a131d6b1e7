"""What a patient has been given so far, and when first: what edit checks and required variables ask about the course."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from registry.clinical.dosing.agents import Agent, is_ici, lookup
from registry.clinical.sequence import TACE_MODALITIES
from registry.clinical.timeline import Event, Kind, Timeline

CURATIVE = (Kind.ABLATION, Kind.RESECTION, Kind.TRANSPLANT)

# The therapy of a treatment, named as the adverse events' `related_…` variables name it
THERAPY_OF_KIND: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TRANSARTERIAL: "tat",
        Kind.ABLATION: "abl",
        Kind.RESECTION: "sr",
        Kind.TRANSPLANT: "lt",
        Kind.RADIOTHERAPY: "rt",
    }
)
THERAPY_OF_CLASS: Mapping[str, str] = MappingProxyType({"TKI": "tki", "VEGF_MAB": "vegf", "CHEMO": "chemo"})
ICI = "ici"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFacts:
    """`given` holds the days on which each therapy was given or begun, ascending; a therapy never given is not in it."""

    given: Mapping[str, tuple[date, ...]]
    tace: tuple[date, ...] = ()
    curative: tuple[date, ...] = ()

    def had(self, therapy: str, *, by: date | None) -> bool:
        """Whether a therapy had been given or begun on or before this day."""
        return by is not None and any(day <= by for day in self.given.get(therapy, ()))

    def had_within(self, therapy: str, *, days: int, before: date | None) -> bool:
        """Whether a therapy was given at most so many days before this day, or on it."""
        return before is not None and any(0 <= (before - day).days <= days for day in self.given.get(therapy, ()))


def course_facts(timeline: Timeline) -> CourseFacts:
    """The days of every therapy of one patient. A drug given into the artery counts as chemotherapy too."""
    given: dict[str, set[date]] = {}
    for kind, therapy in THERAPY_OF_KIND.items():
        for event in timeline.of(kind):
            given.setdefault(therapy, set()).add(event.day)
    for day, code in (*_systemic(timeline), *_arterial(timeline)):
        agent = lookup(code)
        for therapy in () if agent is None else _therapies(agent):
            given.setdefault(therapy, set()).add(day)
    sessions = timeline.of(Kind.TRANSARTERIAL)
    return CourseFacts(
        given={therapy: tuple(sorted(days)) for therapy, days in given.items()},
        tace=_days(event for event in sessions if event.record.get("modality") in TACE_MODALITIES),
        curative=_days(timeline.of(*CURATIVE)),
    )


def _therapies(agent: Agent) -> tuple[str, ...]:
    if is_ici(agent.agent_code):
        return (ICI,)
    return (THERAPY_OF_CLASS[agent.agent_class],) if agent.agent_class in THERAPY_OF_CLASS else ()


def _systemic(timeline: Timeline) -> tuple[tuple[date, Any], ...]:
    return tuple((event.day, event.record.get("agent_code")) for event in timeline.of(Kind.SYSTEMIC_START))


def _arterial(timeline: Timeline) -> tuple[tuple[date, Any], ...]:
    rows = timeline.rows("transarterialagent")
    return tuple((row["start_date"], row.get("agent_code")) for row in rows if row.get("start_date") is not None)


def _days(events: Iterable[Event]) -> tuple[date, ...]:
    return tuple(sorted({event.day for event in events}))
