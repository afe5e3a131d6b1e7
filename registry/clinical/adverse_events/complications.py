"""Complications of a procedure: the SIR classes beside CTCAE grades, and the syndrome after embolization."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

# Society of Interventional Radiology, Sacks et al., J Vasc Interv Radiol 2003;14:S199-202; grades as the registry reads them
GRADES_OF_SIR: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        "A": frozenset({1, 2}),
        "B": frozenset({1, 2}),
        "C": frozenset({2, 3}),
        "D": frozenset({2, 3}),
        "E": frozenset({3, 4}),
        "F": frozenset({5}),
    }
)
SIR_MAJOR = frozenset("CDEF")

SYNDROME_BEGINS_WITHIN_DAYS = 3
SYNDROME_ENDS_WITHIN_DAYS = 10
SYNDROME_NEEDS = 2
SYNDROME_PART_OF_TERM: Mapping[str, str] = MappingProxyType(
    {
        "Fever": "FEVER",
        "Abdominal pain": "PAIN",
        "Hepatic pain": "PAIN",
        "Nausea": "NAUSEA",
        "Vomiting": "NAUSEA",
        "Alanine aminotransferase increased": "ENZYMES",
        "Aspartate aminotransferase increased": "ENZYMES",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One adverse event by its CTCAE term; `resolution` None while it goes on or where it is not known."""

    term: str
    onset: date
    resolution: date | None = None


def is_major(sir_class: str | None) -> bool | None:
    """Whether an SIR class is a major complication: C to F."""
    return sir_class in SIR_MAJOR if sir_class in GRADES_OF_SIR else None


def sir_classes(grade: int | None) -> frozenset[str]:
    """The SIR classes that a CTCAE grade may stand for; none for a missing grade.

    >>> sorted(sir_classes(3))
    ['C', 'D', 'E']
    """
    return frozenset(code for code, grades in GRADES_OF_SIR.items() if grade in grades)


def sir_agrees(sir_class: str | None, *, grade: int | None) -> bool | None:
    """Whether an SIR class and a CTCAE grade can describe one event; None where either is missing."""
    known = GRADES_OF_SIR.get(sir_class or "")
    return None if known is None or grade is None else grade in known


def post_embolization_syndrome(events: Iterable[Event], *, session_date: date | None) -> bool | None:
    """Whether two of fever, pain, nausea or vomiting, and raised ALT or AST began within 3 days and ended within 10.

    Both are counted in days from the session. None without a session, and where an event that still goes on decides.
    """
    if session_date is None:
        return None
    begun = [
        event
        for event in events
        if event.term in SYNDROME_PART_OF_TERM and 0 <= (event.onset - session_date).days <= SYNDROME_BEGINS_WITHIN_DAYS
    ]
    ended = {SYNDROME_PART_OF_TERM[event.term] for event in begun if _ended_in_time(event, session_date=session_date)}
    unsure = {SYNDROME_PART_OF_TERM[event.term] for event in begun if event.resolution is None}
    if len(ended) >= SYNDROME_NEEDS:
        return True
    return None if len(ended | unsure) >= SYNDROME_NEEDS else False


def _ended_in_time(event: Event, *, session_date: date) -> bool:
    return event.resolution is not None and (event.resolution - session_date).days <= SYNDROME_ENDS_WITHIN_DAYS
