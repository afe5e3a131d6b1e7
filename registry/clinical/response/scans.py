"""A patient's scans as the criteria read them: the baseline, and what every scan after it shows.

Where the targets of a scan are listed with their diameters, these count; the sum as entered stands where they are not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from registry.clinical.codes import flag
from registry.clinical.response.criteria import Criteria, Reading, Response, Scan, responses
from registry.clinical.response.irecist import immune_responses
from registry.clinical.response.lesions import (
    Lesion,
    chosen_targets,
    either_new_lesion,
    has_no_target,
    reading,
    target_sum_mm,
    targets_on,
)
from registry.clinical.timeline import Event, Kind, Record, Timeline

SUM_OF: Mapping[Criteria, str] = MappingProxyType({"MRECIST": "sum_viable_mm", "RECIST11": "sum_whole_mm"})
BASELINE_ROLE = "BASE"

ByDay = Mapping[date, tuple[Lesion, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingCourse:
    """The last baseline scan that has a sum, and the scans after it; `events` and `scans` are of the same order.

    `baseline_mm` is None where that scan lists its lesions and none of them can be a target.
    """

    criteria: Criteria
    baseline: Event
    baseline_mm: float | None
    events: tuple[Event, ...]
    scans: tuple[Scan, ...]

    def responses(self) -> tuple[Response, ...]:
        return responses(self.scans, baseline_mm=self.baseline_mm, criteria=self.criteria)

    def immune_responses(self) -> tuple[Response, ...]:
        """None without targets: no scan of such a course is called."""
        if self.baseline_mm is None:
            return tuple(Response(scan_date=scan.scan_date, code=None) for scan in self.scans)
        return immune_responses(self.scans, baseline_mm=self.baseline_mm)


def imaging_course(timeline: Timeline, *, criteria: Criteria) -> ImagingCourse | None:
    """None without a scan called a baseline whose targets have a sum by these criteria, or whose lesions can be no targets."""
    scans, listed = timeline.of(Kind.IMAGING), lesions_by_day(timeline.rows("lesionmeasurement"))
    sums = [(scan, baseline_sum_mm(scan.record, lesions=listed.get(scan.day, ()), criteria=criteria)) for scan in scans]
    based = [
        (scan, sum_mm)
        for scan, sum_mm in sums
        if scan.record.get("imaging_role") == BASELINE_ROLE
        and (sum_mm is not None or has_no_target(listed.get(scan.day, ()), criteria=criteria))
    ]
    if not based:
        return None
    baseline, baseline_mm = based[-1]
    later = tuple(scan for scan in scans if scan.day > baseline.day)
    targets = listed.get(baseline.day, ())
    read = (
        replace(
            scan_reading(scan.record, lesions=listed.get(scan.day, ()), baseline=targets, criteria=criteria),
            has_targets=baseline_mm is not None,
        )
        for scan in later
    )
    return ImagingCourse(
        criteria=criteria,
        baseline=baseline,
        baseline_mm=baseline_mm,
        events=later,
        scans=tuple(Scan(scan_date=scan.day, reading=seen) for scan, seen in zip(later, read, strict=True)),
    )


def lesions_by_day(rows: Iterable[Record]) -> ByDay:
    """The lesions measured on each scan; a row without day, number or organ is left out."""
    found: dict[date, tuple[Lesion, ...]] = {}
    for row in rows:
        day = row.get("imaging_date")
        if day is not None and row.get("lesion_no") is not None and row.get("organ") is not None:
            found[day] = (*found.get(day, ()), lesion_of(row))
    return found


def baseline_sum_mm(record: Record, *, lesions: Sequence[Lesion], criteria: Criteria) -> float | None:
    """Of the targets that the criteria accept; the sum as entered where they are not listed or not measured.

    None where targets are listed and none of them is acceptable: an entered sum would be theirs.
    """
    if any(lesion.is_target for lesion in lesions):
        chosen = chosen_targets(lesions, criteria=criteria)
        if not chosen:
            return None
        measured = target_sum_mm(chosen, criteria=criteria)
        if measured is not None:
            return measured
    entered: float | None = record.get(SUM_OF[criteria])
    return entered


def scan_reading(
    record: Record, *, lesions: Sequence[Lesion], criteria: Criteria, baseline: Sequence[Lesion] = ()
) -> Reading:
    """What a scan shows, from its own variables and from its lesions; `baseline` has those of the baseline scan."""
    listed = reading(lesions, criteria=criteria, non_target=record.get("non_target_response"), baseline=baseline)
    told = replace(
        listed,
        new_lesion=either_new_lesion(record.get("new_lesion"), listed=listed.new_lesion or "NO"),
        new_lesion_mm=record.get("new_lesion_mm") if listed.new_lesion_mm is None else listed.new_lesion_mm,
    )
    parts = [lesion.contribution_mm(criteria) for lesion in targets_on(lesions, criteria=criteria, baseline=baseline)]
    if any(part is not None for part in parts):
        return told
    sum_mm: float | None = record.get(SUM_OF[criteria])
    liver_mm = record.get("max_viable_diameter_mm") if criteria == "MRECIST" else None
    is_measurable = (
        sum_mm is not None or not lesions
    )  # of a scan without list and sum nothing is known, and nothing derived
    return replace(told, sum_mm=sum_mm, is_measurable=is_measurable, node_axes_mm=(), liver_mm=liver_mm)


def lesion_of(row: Record) -> Lesion:
    """From a stored or entered row with its variables by name."""
    return Lesion(
        lesion_no=row["lesion_no"],
        organ=row["organ"],
        is_target=flag(row.get("is_target")) is True,
        is_called=flag(row.get("is_target")) is not None,
        whole_mm=row.get("whole_mm"),
        viable_mm=row.get("viable_mm"),
        short_axis_mm=row.get("short_axis_mm"),
        enhancement=row.get("enhancement"),
        is_new=flag(row.get("is_new")) is True,
    )
