"""What is computed of scans, progressions, contacts and adverse events: sums from lesions, responses, recurrences."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from registry.clinical.adverse_events.ctcae import lookup
from registry.clinical.response.criteria import Criteria, Reading
from registry.clinical.response.lesions import (
    Lesion,
    chosen_targets,
    either_new_lesion,
    largest_viable_mm,
    new_lesions,
    target_sum_mm,
)
from registry.clinical.response.lesions import reading as lesion_reading
from registry.clinical.response.recicl import area_reduction_pct, recicl_response
from registry.clinical.response.scans import BASELINE_ROLE, SUM_OF, imaging_course, lesions_by_day
from registry.clinical.timeline import Event, Kind, Record, Timeline
from registry.derived.record import DerivedRecord, coded_flag
from registry.requirements.course_facts import course_facts

RESPONSE_OF: Mapping[Criteria, str] = {"MRECIST": "response_mrecist", "RECIST11": "response_recist11"}


RESPONSES_OF: Mapping[Criteria, frozenset[str]] = {
    "MRECIST": frozenset({"response_mrecist"}),
    "RECIST11": frozenset({"response_recist11", "response_irecist", "response_recicl"}),
}


def derived_outcomes(timeline: Timeline) -> Iterator[DerivedRecord]:
    yield from derived_scans(timeline, criteria=tuple(RESPONSES_OF))
    yield from derived_progressions(timeline)
    yield from derived_events(timeline)


def derived_scans(timeline: Timeline, *, criteria: Sequence[Criteria]) -> Iterator[DerivedRecord]:
    """What each scan measured, and the responses that rest on the sums of these criteria."""
    listed, called = lesions_by_day(timeline.rows("lesionmeasurement")), _responses(timeline, criteria=criteria)
    baseline: tuple[Lesion, ...] = ()
    for scan in timeline.of(Kind.IMAGING):
        lesions = listed.get(scan.day, ())
        is_baseline = scan.record.get("imaging_role") == BASELINE_ROLE
        values = _measured(scan.record, lesions=lesions, baseline=lesions if is_baseline else baseline)
        baseline = lesions if is_baseline else baseline
        yield DerivedRecord(
            entity="imagingassessment", record=scan.record, values={**values, **called.get(scan.day, {})}
        )


def _measured(record: Record, *, lesions: Sequence[Lesion], baseline: Sequence[Lesion]) -> dict[str, Any]:
    """From the lesions of one scan; nothing where none is recorded. A sum lacking a target of the baseline is none."""
    if not lesions:
        return dict.fromkeys((*SUM_OF.values(), "max_viable_diameter_mm", "new_lesion"))
    listed = new_lesions(lesions, criteria="MRECIST")
    return {
        **{name: _sum_mm(lesions, baseline=baseline, criteria=criteria) for criteria, name in SUM_OF.items()},
        "max_viable_diameter_mm": largest_viable_mm(lesions),
        "new_lesion": None if listed == "NO" else either_new_lesion(record.get("new_lesion"), listed=listed),
    }


def _sum_mm(lesions: Sequence[Lesion], *, baseline: Sequence[Lesion], criteria: Criteria) -> float | None:
    if lesions is baseline:
        return target_sum_mm(chosen_targets(lesions, criteria=criteria), criteria=criteria)
    read = lesion_reading(lesions, criteria=criteria, non_target=None, baseline=baseline)
    return read.sum_mm if read.is_measurable else None


def _responses(timeline: Timeline, *, criteria: Sequence[Criteria]) -> dict[date, dict[str, Any]]:
    """By day, of the scans after the last one called a baseline; the sums derived from lesions go before those entered."""
    found: dict[date, dict[str, Any]] = {}
    for one in criteria:
        course = imaging_course(timeline, criteria=one)
        if course is None:
            continue
        for response in course.responses():
            found.setdefault(response.scan_date, {})[RESPONSE_OF[one]] = response.code
        if one == "RECIST11":
            for response in course.immune_responses():
                found[response.scan_date]["response_irecist"] = response.code
            for event, scan in zip(course.events, course.scans, strict=True):
                recicl = _recicl(event.record, seen=scan.reading, baseline_mm=course.baseline_mm)
                found[event.day]["response_recicl"] = recicl
    return found


def _recicl(row: Record, *, seen: Reading, baseline_mm: float | None) -> str | None:
    if row.get("necrosis_pct") is None:  # read by these criteria alone
        return None
    return recicl_response(
        row["necrosis_pct"],
        area_reduction_pct=area_reduction_pct(baseline_mm, current_mm=seen.sum_mm if seen.is_measurable else None),
        new_lesion=seen.new_lesion,
        non_target=seen.non_target,
    )


def derived_progressions(timeline: Timeline) -> Iterator[DerivedRecord]:
    curative = course_facts(timeline).curative
    for event in timeline.of(Kind.PROGRESSION):
        after = any(day <= event.day for day in curative)
        yield DerivedRecord(
            entity="progressionevent", record=event.record, values={"after_curative": coded_flag(after)}
        )


def derived_events(timeline: Timeline) -> Iterator[DerivedRecord]:
    for event in timeline.of(Kind.ADVERSE_EVENT):
        yield DerivedRecord(entity="adverseevent", record=event.record, values={"ae_soc": _organ_class(event)})


def _organ_class(event: Event) -> str | None:
    """In the words of the version the event was graded by; None for a term that is not shipped."""
    version = event.record.get("ctcae_version")
    term = lookup(event.record.get("ae_term"), version=version) if version else lookup(event.record.get("ae_term"))
    return None if term is None else term.soc
