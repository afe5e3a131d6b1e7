"""Checks of the intervals between a patient's transarterial sessions, and of TACE within a course of HAIC."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from registry.clinical.sequence import (
    COURSE_GAP_DAYS,
    HAIC_MODALITIES,
    STANDARD_HAIC_LIMITS,
    TACE_MODALITIES,
    haic_courses,
)
from registry.clinical.timeline import Event, Kind, Timeline, haic_dates
from registry.rules.check import Severity
from registry.rules.patient_check import Hit, PatientCheck, Records

ENTITY = "transarterialsession"
# Regimens with an infusion of fluorouracil over two days come every three weeks: Cao 2024, Lyu 2022, Li 2022. FP is given
# weekly or daily as well (New FP: Nagamatsu 2016; low-dose FP: Ando 2002), and so may be what has no name.
FOLFOX_LIKE = frozenset({"FOLFOX", "FOLFIRI", "FOLFIRINOX", "RALOX"})
WEEKLY = frozenset({"FP", "CDDP", "OTH"})
FOLFOX_LEAST_DAYS, OTHER_LEAST_DAYS = 14, 5
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


def _intervals(
    modalities: frozenset[str], *, is_found: Callable[[int, Event], bool]
) -> Callable[[Timeline], Iterable[Hit]]:
    def hits(timeline: Timeline) -> Iterator[Hit]:
        for before, after in pairwise(_sessions(timeline, modalities=modalities)):
            days = (after.day - before.day).days
            if is_found(days, after):
                values = {"days": days, "before": before.day, "regimen": after.record.get("haic_regimen") or "HAIC"}
                yield Hit(records=(after.record, before.record), values=values)

    return hits


def _least_days(after: Event) -> int:
    return FOLFOX_LEAST_DAYS if after.record.get("haic_regimen") in FOLFOX_LIKE else OTHER_LEAST_DAYS


def _is_short_for_haic(days: int, after: Event) -> bool:
    return days < _least_days(after)


def _is_unusual_for_haic(days: int, after: Event) -> bool:
    """A weekly regimen has no rhythm of three weeks to keep."""
    low, high = HAIC_USUAL_DAYS
    is_weekly = after.record.get("haic_regimen") in WEEKLY
    return days >= _least_days(after) and not low <= days <= high and not is_weekly


def _is_short_for_tace(days: int, _after: Event) -> bool:
    return days < TACE_USUAL_DAYS


def _tace_within_haic(timeline: Timeline) -> Iterator[Hit]:
    """A session of both is a cycle of the course. One cycle alone makes no course to be within."""
    courses = haic_courses(haic_dates(timeline))
    for event in _sessions(timeline, modalities=TACE_MODALITIES - HAIC_MODALITIES):
        for course in courses:
            if course.cycles > 1 and course.first <= event.day <= course.last:
                cycles = [cycle.record for cycle in _sessions(timeline, modalities=HAIC_MODALITIES)]
                values = {"tace": event.day, "first": course.first, "last": course.last}
                yield Hit(records=(event.record, *cycles), values=values)


def _out_of_order(timeline: Timeline) -> Iterator[Hit]:
    """Cycle numbers rise within a course; the number of a session among all follows from its date and is never entered."""
    for course in haic_courses(haic_dates(timeline)):
        cycles = [event for event in _sessions(timeline, modalities=HAIC_MODALITIES) if event.day in course.dates]
        numbered = [event for event in cycles if event.record.get("cycle_no") is not None]
        for before, after in pairwise(numbered):
            first, second = before.record["cycle_no"], after.record["cycle_no"]
            if second <= first:
                values = {"number": second, "before": before.day, "first": first}
                yield Hit(records=(after.record, before.record), values=values)


def _twice_a_day(timeline: Timeline) -> Iterator[Hit]:
    seen: dict[tuple[date, object], Event] = {}
    for event in timeline.of(Kind.TRANSARTERIAL):
        first = seen.setdefault((event.day, event.record.get("modality")), event)
        if first is not event and event.record.get("modality") is not None:
            values = {"day": event.day, "modality": event.record["modality"]}
            yield Hit(records=(event.record, first.record), values=values)


def _unusual_courses(timeline: Timeline) -> Iterator[Hit]:
    """A course of one cycle is asked about once it is over: when something is recorded that no cycle can follow."""
    until = timeline.events[-1].day - timedelta(days=COURSE_GAP_DAYS) if timeline.events else DAY
    low, high = STANDARD_HAIC_LIMITS.min_cycles, STANDARD_HAIC_LIMITS.max_cycles
    for course in haic_courses(haic_dates(timeline)):
        is_short = course.cycles < low and course.last < until
        is_long = course.cycles > high or course.span_days > STANDARD_HAIC_LIMITS.max_span_days
        if not is_short and not is_long:
            continue
        cycles = [e.record for e in _sessions(timeline, modalities=HAIC_MODALITIES) if e.day in course.dates]
        values = {"cycles": course.cycles, "first": course.first, "days": course.span_days}
        yield Hit(records=tuple(cycles), values=values)


def _example(*sessions: tuple[int, str]) -> Records:
    return {ENTITY: [{"start_date": DAY + timedelta(days=days), "modality": modality} for days, modality in sessions]}


def _cycles(regimen: str, *, days: int) -> Records:
    return {
        ENTITY: [
            {"start_date": DAY + timedelta(days=number), "modality": "HAIC", "haic_regimen": regimen}
            for number in (0, days)
        ]
    }


def _numbered(*cycles: tuple[int, int]) -> Records:
    return {
        ENTITY: [
            {"start_date": DAY + timedelta(days=days), "modality": "HAIC", "cycle_no": number}
            for days, number in cycles
        ]
    }


PATIENT_CHECKS = (
    PatientCheck(
        code="V-D14",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("cycle_no",),
        message=_("Cycle {number} comes after cycle {first} on {before}. Check the cycle numbers and dates."),
        hits=_out_of_order,
        passing=_numbered((0, 1), (21, 2)),
        failing=_numbered((0, 2), (21, 1)),
    ),
    PatientCheck(
        code="V-D15",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("start_date", "modality"),
        message=_("There are two {modality} sessions on {day}. Keep one, or correct the date of the other."),
        hits=_twice_a_day,
        passing=_example((0, "HAIC"), (0, "CTACE")),
        failing=_example((0, "CTACE"), (0, "CTACE")),
    ),
    PatientCheck(
        code="V-D19",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("start_date",),
        message=_(
            "The HAIC course starting on {first} has {cycles} cycles over {days} days; 2 to 6 "
            "cycles within 18 weeks are usual."
        ),
        hits=_unusual_courses,
        passing=_example((0, "HAIC"), (42, "CTACE")),
        failing=_example((0, "HAIC"), (43, "CTACE")),
    ),
    PatientCheck(
        code="V-D16",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("start_date",),
        message=_(
            "This HAIC session is {days} days after the one on {before}, which is a short interval for {regimen}. "
            "Check the dates and the regimen."
        ),
        hits=_intervals(HAIC_MODALITIES, is_found=_is_short_for_haic),
        passing=_cycles("FP", days=7),
        failing=_cycles("FOLFOX", days=13),
    ),
    PatientCheck(
        code="V-D17",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("start_date",),
        message=_(
            "This HAIC session is {days} days after the one on {before}; 18 to 42 days are usual. Check the dates."
        ),
        hits=_intervals(HAIC_MODALITIES, is_found=_is_unusual_for_haic),
        passing=_example((0, "HAIC"), (42, "HAIC")),
        failing=_example((0, "HAIC"), (43, "HAIC")),
    ),
    PatientCheck(
        code="V-D18",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("start_date",),
        message=_(
            "This TACE session is {days} days after the one on {before}, which is a short interval. Check the dates."
        ),
        hits=_intervals(TACE_MODALITIES, is_found=_is_short_for_tace),
        passing=_example((0, "CTACE"), (21, "CTACE")),
        failing=_example((0, "CTACE"), (20, "DEBTACE")),
    ),
    PatientCheck(
        code="V-T11",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("modality", "start_date"),
        message=_(
            "The TACE session on {tace} falls within the HAIC course from {first} to {last}. Was it really TACE?"
        ),
        hits=_tace_within_haic,
        passing=_example((0, "HAIC"), (21, "TACE_HAIC"), (42, "HAIC"), (43, "CTACE")),
        failing=_example((0, "HAIC"), (10, "CTACE"), (21, "HAIC")),
    ),
)
