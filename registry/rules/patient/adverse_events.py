"""Checks of a patient's adverse events against each other."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "adverseevent"
DAY = date(2021, 6, 1)


def _overlapping(timeline: Timeline) -> Iterator[Hit]:
    """An event that goes on overlaps with whatever begins later."""
    by_term: dict[str, list[Event]] = defaultdict(list)
    for event in timeline.of(Kind.ADVERSE_EVENT):
        by_term[" ".join((event.record.get("ae_term") or "").casefold().split())].append(event)
    for term, events in by_term.items():
        for before, after in pairwise(events if term else ()):
            resolved = before.record.get("ae_resolution_date")
            goes_on = resolved is None and before.record.get("outcome") not in {"REC", "SEQ"}
            if goes_on or (resolved is not None and after.day <= resolved):
                yield Hit(records=(after.record, before.record), values={"before": before.day})


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
)
