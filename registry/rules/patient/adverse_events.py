"""Checks of a patient's adverse events against each other."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "adverseevent"
DAY = date(2021, 6, 1)
COUNTED = frozenset({"ae_occurrence"})
# How the variables begin that describe an event, rather than its record
SAYS = ("ae_", "serious", "outcome", "action_taken", "related_", "immune_related", "hospitalized", "sir_", "clavien_")


def _overlapping(timeline: Timeline) -> Iterator[Hit]:
    """An event that goes on overlaps with whatever begins later."""
    by_term: dict[str, list[Event]] = defaultdict(list)
    for event in timeline.of(Kind.ADVERSE_EVENT):
        by_term[" ".join((event.record.get("ae_term") or "").casefold().split())].append(event)
    for term, events in by_term.items():
        for before, after in pairwise(events if term else ()):
            resolved = before.record.get("ae_resolution_date")
            goes_on = resolved is None and before.record.get("outcome") not in {"REC", "SEQ"}
            if after.day == before.day:
                continue  # asked of events of one day by what else they say
            if goes_on or (resolved is not None and after.day <= resolved):
                yield Hit(records=(after.record, before.record), values={"before": before.day})


def _alike(timeline: Timeline) -> Iterator[Hit]:
    """Two events of one day and one term that nothing tells apart but their number."""
    by_day: dict[tuple[str, date], list[Row]] = defaultdict(list)
    for event in timeline.of(Kind.ADVERSE_EVENT):
        term = " ".join((event.record.get("ae_term") or "").casefold().split())
        if term:
            by_day[term, event.day].append(event.record)
    for (_term, day), rows in by_day.items():
        for before, after in combinations(rows, 2):
            if not _are_told_apart(before, after):
                yield Hit(records=(after, before), values={"term": after["ae_term"], "day": day})


def _are_told_apart(before: Row, after: Row) -> bool:
    """By what both say, or by what only one says."""
    names = {name for name in before.keys() | after.keys() if name.startswith(SAYS) and name not in COUNTED}
    return any((before.get(name) or None) != (after.get(name) or None) for name in names)


def _twins(**values: object) -> dict[str, list[Row]]:
    first = {"ae_term": "Fever", "ae_onset_date": DAY, "ae_grade": "1", "ae_occurrence": 1}
    return {ENTITY: [first, {**first, "ae_occurrence": 2, **values}]}


def _events(resolved: int) -> dict[str, list[Row]]:
    first = {"ae_term": "Nausea", "ae_onset_date": DAY, "ae_resolution_date": DAY + timedelta(days=resolved)}
    return {ENTITY: [first, {"ae_term": "Nausea", "ae_onset_date": DAY + timedelta(days=10)}]}


PATIENT_CHECKS = (
    PatientCheck(
        code="V-E14",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("ae_onset_date",),
        message=_("The same event with onset on {before} has not ended. Are these one event?"),
        hits=_overlapping,
        passing=_events(9),
        failing=_events(10),
    ),
    PatientCheck(
        code="V-L14",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("ae_onset_date", "ae_term"),
        message=_("Two events “{term}” began on {day}, and nothing tells them apart. Is this one event entered twice?"),
        hits=_alike,
        passing=_twins(ae_grade="2"),
        failing=_twins(),
        source="ICH E2B(R3)",
    ),
)
