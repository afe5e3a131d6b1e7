"""Imaging of the synthetic patients: sums of diameters, and the responses that the registry's own definitions give them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from demo.cohort.timetable import Calendar, Progression, Row
from registry.clinical.response.criteria import Criteria, Reading, responses
from registry.clinical.response.criteria import Scan as Seen

GROWTH = 1.22
NEW_TARGET_MM = 14.0
LARGEST_SUM_MM = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """`day` from the first treatment. Sums in mm; `whole_mm` is None where longest diameters were not measured."""

    day: int
    role: str
    viable_mm: float
    largest_mm: float
    whole_mm: float | None = None
    non_target: str | None = None  # of a baseline scan there is no response
    new_lesion: str | None = None


def at_progression(progression: Progression, *, last: Scan) -> Scan:
    """The scan that shows it, after the one named; targets that could not be larger yet grow together with the others."""
    grows = progression.kind == "INTRA_TARGET" and last.viable_mm * GROWTH <= LARGEST_SUM_MM
    is_told_by_others = progression.kind == "VASC_NEW" or (progression.kind == "INTRA_TARGET" and not grows)
    viable = _grown(last.viable_mm) if grows else last.viable_mm
    whole = _grown(last.whole_mm) if grows and last.whole_mm is not None else last.whole_mm
    return Scan(
        day=progression.day,
        role="PROG",
        viable_mm=viable,
        largest_mm=round(max(last.largest_mm, viable / 2), 1) if grows else last.largest_mm,
        whole_mm=whole,
        non_target="PD" if is_told_by_others else last.non_target or "NA",
        new_lesion=progression.new_lesion,
    )


def _grown(size_mm: float) -> float:
    return round(max(size_mm * GROWTH, size_mm + NEW_TARGET_MM), 1)


def imaging_rows(calendar: Calendar, *, scans: Sequence[Scan], modality: str) -> Iterator[Row]:
    """The first scan is the baseline; no scan follows the last contact."""
    seen = [scan for scan in scans if scan.day <= calendar.last_day]
    by_mrecist = _derived(calendar, scans=seen, criteria="MRECIST")
    by_recist = _derived(calendar, scans=seen, criteria="RECIST11")
    for scan, mrecist, recist in zip(seen, by_mrecist, by_recist, strict=True):
        yield {
            "imaging_date": calendar.on(scan.day),
            "imaging_modality": modality,
            "imaging_role": scan.role,
            "sum_viable_mm": scan.viable_mm,
            "sum_whole_mm": scan.whole_mm,
            "max_viable_diameter_mm": scan.largest_mm,
            "non_target_response": scan.non_target,
            "new_lesion": scan.new_lesion,
            "response_mrecist": mrecist,
            "response_recist11": recist,
        }


def _derived(calendar: Calendar, *, scans: Sequence[Scan], criteria: Criteria) -> list[str | None]:
    def size(scan: Scan) -> float | None:
        return scan.viable_mm if criteria == "MRECIST" else scan.whole_mm

    baseline, *later = scans
    seen = [
        Seen(
            scan_date=calendar.on(scan.day),
            reading=Reading(sum_mm=size(scan), non_target=scan.non_target, new_lesion=scan.new_lesion),
        )
        for scan in later
    ]
    return [None, *(found.code for found in responses(seen, baseline_mm=size(baseline), criteria=criteria))]
