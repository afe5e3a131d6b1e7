"""Checks of the intervals between a patient's transarterial sessions, and of TACE within a course of HAIC."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from registry.clinical.sequence import HAIC_MODALITIES, TACE_MODALITIES, haic_courses
from registry.rules.base import Severity
from registry.rules.patient_check import Hit, PatientCheck, Records
from registry.timeline import Event, Kind, Timeline, haic_dates

ENTITY = "transarterialsession"
HAIC_LEAST_DAYS = 14
HAIC_USUAL_DAYS = (18, 42)  # cycles come about every 3 weeks
TACE_USUAL_DAYS = 21
DAY = date(2021, 6, 1)


def _sessions(timeline: Timeline, *, modalities: frozenset[str]) -> Iterator[Event]:
    """One session a day; a second on that day is the same cycle."""
    seen: set[date] = set()
    for event in timeline.of(Kind.TRANSARTERIAL):
        if event.record.get("modality") in modalities and event.day not in seen:
            seen.add(event.day)
            yield event


def _intervals(modalities: frozenset[str], *, is_found: Callable[[int], bool]) -> Callable[[Timeline], Iterable[Hit]]:
    def hits(timeline: Timeline) -> Iterator[Hit]:
        for before, after in pairwise(_sessions(timeline, modalities=modalities)):
            days = (after.day - before.day).days
            if is_found(days):
                yield Hit(records=(after.record, before.record), values={"days": days, "before": before.day})

    return hits


def _is_unusual_for_haic(days: int) -> bool:
    low, high = HAIC_USUAL_DAYS
    return days >= HAIC_LEAST_DAYS and not low <= days <= high


def _tace_within_haic(timeline: Timeline) -> Iterator[Hit]:
    """A session of both is a cycle of the course. One cycle alone makes no course to be within."""
    courses = haic_courses(haic_dates(timeline))
    for event in _sessions(timeline, modalities=TACE_MODALITIES - HAIC_MODALITIES):
        for course in courses:
            if course.cycles > 1 and course.first <= event.day <= course.last:
                cycles = [cycle.record for cycle in _sessions(timeline, modalities=HAIC_MODALITIES)]
                values = {"tace": event.day, "first": course.first, "last": course.last}
                yield Hit(records=(event.record, *cycles), values=values)


def _example(*sessions: tuple[int, str]) -> Records:
    return {ENTITY: [{"start_date": DAY + timedelta(days=days), "modality": modality} for days, modality in sessions]}


CHECKS = (
    PatientCheck(
        code="V-D16",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("start_date",),
        message=_("This HAIC follows that of {before} by {days} days; at least 14 are needed. Correct one date."),
        hits=_intervals(HAIC_MODALITIES, is_found=lambda days: days < HAIC_LEAST_DAYS),
        passing=_example((0, "HAIC"), (14, "HAIC")),
        failing=_example((0, "HAIC"), (13, "TACE_HAIC")),
    ),
    PatientCheck(
        code="V-D17",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("start_date",),
        message=_("This HAIC follows that of {before} by {days} days; 18 to 42 are usual. Check the dates."),
        hits=_intervals(HAIC_MODALITIES, is_found=_is_unusual_for_haic),
        passing=_example((0, "HAIC"), (42, "HAIC")),
        failing=_example((0, "HAIC"), (43, "HAIC")),
    ),
    PatientCheck(
        code="V-D18",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("start_date",),
        message=_("This TACE follows that of {before} by {days} days, which is short. Check the dates."),
        hits=_intervals(TACE_MODALITIES, is_found=lambda days: days < TACE_USUAL_DAYS),
        passing=_example((0, "CTACE"), (21, "CTACE")),
        failing=_example((0, "CTACE"), (20, "DEBTACE")),
    ),
    PatientCheck(
        code="V-T11",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("modality", "start_date"),
        message=_("TACE on {tace} within a course of HAIC from {first} to {last}. Was it one?"),
        hits=_tace_within_haic,
        passing=_example((0, "HAIC"), (21, "TACE_HAIC"), (42, "HAIC"), (43, "CTACE")),
        failing=_example((0, "HAIC"), (10, "CTACE"), (21, "HAIC")),
    ),
)
