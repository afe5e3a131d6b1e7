"""Whether TACE failed and whether AFP answered, of one patient's course."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry.clinical.codes import any_of
from registry.clinical.response.criteria import NEW_LESION, Reading
from registry.clinical.response.marker import Marker, afp_response
from registry.clinical.response.recicl import area_reduction_pct
from registry.clinical.response.refractoriness import (
    EVALUATION_DAYS,
    NOT_EVALUATED,
    Evaluation,
    evaluating_scan,
    refractory_by_cci,
    refractory_by_jsh,
)
from registry.clinical.response.scans import ImagingCourse, imaging_course
from registry.clinical.timeline import Event, Kind, Record, Timeline, tace_dates
from registry.derived.extent import extent_of
from registry.derived.record import INDEX_ENTITIES, coded_flag

IN_THE_LIVER, OUTSIDE = frozenset({"INTRA", "BOTH"}), frozenset({"EXTRA", "BOTH"})
NEW_VASCULAR, NEW_EXTRAHEPATIC = "VASC_NEW", "EXTRA_NEW"  # types of a progression


def derived_failure(timeline: Timeline) -> dict[str, Any]:
    """`tace_refractory_jsh` and `tace_refractory_cci`, None without TACE, and `afp_response` to the index treatment."""
    index = timeline.first(*INDEX_ENTITIES)
    response = afp_response(_afp_results(timeline), index_date=index.day if index else None)
    found = {"afp_response": coded_flag(response), "tace_refractory_jsh": None, "tace_refractory_cci": None}
    sessions = tace_dates(timeline)
    if not sessions:
        return found
    courses = {criteria: imaging_course(timeline, criteria=criteria) for criteria in ("MRECIST", "RECIST11")}
    readings = _Readings(viable=_by_day(courses["MRECIST"]), whole=_by_day(courses["RECIST11"]))
    evaluations = list(_evaluations(timeline, sessions=sessions, readings=readings))
    time = _Time(first=sessions[0], last=sessions[-1] + timedelta(days=EVALUATION_DAYS[1]))
    jsh = refractory_by_jsh(
        evaluations,
        new_invasion=_appears(timeline, time=time, finding="macrovascular", progression=NEW_VASCULAR),
        new_spread=_appears(timeline, time=time, finding="extrahepatic", progression=NEW_EXTRAHEPATIC),
    )
    cci = refractory_by_cci(evaluations, baseline_mm=_baseline_mm(courses["MRECIST"], before=sessions[0]))
    return {**found, "tace_refractory_jsh": coded_flag(jsh), "tace_refractory_cci": coded_flag(cci)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Readings:
    """What the scans after the baseline show of viable and of whole tumor, by day."""

    viable: Mapping[date, Reading]
    whole: Mapping[date, Reading]

    def viable_pct(self, event: Event) -> float | None:
        """The part of the tumor's area that is viable: what is not necrotic as read, else from the two sums of diameters."""
        necrosis_pct = event.record.get("necrosis_pct")
        if necrosis_pct is not None:
            return 100.0 - float(necrosis_pct)
        gone_pct = area_reduction_pct(
            _sum_mm(self.whole, day=event.day), current_mm=_sum_mm(self.viable, day=event.day)
        )
        return None if gone_pct is None else 100.0 - gone_pct

    def new_lesion(self, event: Event) -> str | None:
        seen = self.viable.get(event.day)
        return event.record.get("new_lesion") if seen is None else seen.new_lesion


@dataclass(frozen=True, slots=True, kw_only=True)
class _Time:
    """From the first TACE, which does not count, to three months after the last."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first < day <= self.last


def _evaluations(timeline: Timeline, *, sessions: tuple[date, ...], readings: _Readings) -> Iterator[Evaluation]:
    scans = {event.day: event for event in timeline.of(Kind.IMAGING)}
    for place in range(len(sessions)):
        day = evaluating_scan(sessions, place=place, scans=list(scans))
        if day is None:
            yield NOT_EVALUATED
            continue
        seen = readings.new_lesion(scans[day])
        yield Evaluation(
            viable_pct=readings.viable_pct(scans[day]),
            new_in_liver=None if seen not in {*NEW_LESION, "NO"} else seen in IN_THE_LIVER,
            sum_mm=_sum_mm(readings.viable, day=day),
        )


def _by_day(course: ImagingCourse | None) -> dict[date, Reading]:
    return {} if course is None else {scan.scan_date: scan.reading for scan in course.scans}


def _sum_mm(readings: Mapping[date, Reading], *, day: date) -> float | None:
    seen = readings.get(day)
    return seen.sum_mm if seen is not None and seen.is_measurable else None


def _baseline_mm(course: ImagingCourse | None, *, before: date) -> float | None:
    return course.baseline_mm if course is not None and course.baseline.day <= before else None


def _appears(timeline: Timeline, *, time: _Time, finding: str, progression: str) -> bool | None:
    """New after TACE: by the type of a progression, by a tumor burden where there was none before, or by a scan's new lesion."""
    told = [event for event in timeline.of(Kind.PROGRESSION) if time.holds(event.day)]
    if any(progression in (event.record.get("progression_type") or ()) for event in told):
        return True
    scans = [event.record.get("new_lesion") for event in timeline.of(Kind.IMAGING) if time.holds(event.day)]
    if finding == "extrahepatic" and OUTSIDE & set(scans):
        return True
    return _is_new(timeline, time=time, finding=finding)


def _is_new(timeline: Timeline, *, time: _Time, finding: str) -> bool | None:
    """From the tumor burdens; none before TACE, or none after it, leaves it open."""
    dated = [row for row in timeline.rows("tumorburden") if row.get("assessment_date") is not None]
    before = [_finding(row, finding=finding) for row in dated if row["assessment_date"] <= time.first]
    after = [_finding(row, finding=finding) for row in dated if time.holds(row["assessment_date"])]
    if not before or not after or any_of(*before) is None:
        return None
    return False if any_of(*before) else any_of(*after)


def _finding(row: Record, *, finding: str) -> bool | None:
    claim: bool | None = getattr(extent_of(row), finding)
    return claim


def _afp_results(timeline: Timeline) -> Iterator[Marker]:
    for row in timeline.rows("labresult"):
        day, value = row.get("assessment_date"), row.get("value")
        if row.get("analyte_code") == "afp" and day is not None and value is not None:
            yield Marker(day=day, value=value, comparator=row.get("comparator") or "=")
    for event in timeline.of(Kind.IMAGING):
        if event.record.get("afp_at_imaging") is not None:
            yield Marker(day=event.day, value=event.record["afp_at_imaging"])
