"""What is computed of scans, progressions, contacts and adverse events: sums from lesions, responses, recurrences."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from registry.clinical.adverse_events.ctcae import lookup
from registry.clinical.codes import flag
from registry.clinical.response.criteria import Criteria, Reading, Scan, responses
from registry.clinical.response.irecist import immune_responses
from registry.clinical.response.lesions import Lesion, largest_viable_mm, target_sum_mm
from registry.clinical.response.recicl import area_reduction_pct, recicl_response
from registry.clinical.timeline import Event, Kind, Record, Timeline
from registry.derived.record import DerivedRecord, coded_flag
from registry.requirements.course_facts import course_facts

SUM_OF: Mapping[Criteria, str] = {"MRECIST": "sum_viable_mm", "RECIST11": "sum_whole_mm"}
RESPONSE_OF: Mapping[Criteria, str] = {"MRECIST": "response_mrecist", "RECIST11": "response_recist11"}
BASELINE_ROLE = "BASE"


def derived_outcomes(timeline: Timeline) -> Iterator[DerivedRecord]:
    yield from _scans(timeline)
    yield from _progressions(timeline)
    yield from _events(timeline)


def lesions_of(record: Record, *, rows: Sequence[Record]) -> tuple[Lesion, ...]:
    """The lesions measured on a scan, as the clinical definitions take them; a row without number or organ is left out."""
    mine = [row for row in rows if row.get("imaging_date") == record.get("imaging_date")]
    return tuple(
        Lesion(
            lesion_no=row["lesion_no"],
            organ=row["organ"],
            is_target=flag(row.get("is_target")) is True,
            whole_mm=row.get("whole_mm"),
            viable_mm=row.get("viable_mm"),
            short_axis_mm=row.get("short_axis_mm"),
            enhancement=row.get("enhancement"),
            is_new=flag(row.get("is_new")) is True,
        )
        for row in mine
        if row.get("lesion_no") is not None and row.get("organ") is not None
    )


def _scans(timeline: Timeline) -> Iterator[DerivedRecord]:
    rows = timeline.rows("lesionmeasurement")
    scans = timeline.of(Kind.IMAGING)
    measured = [_measured(lesions_of(scan.record, rows=rows)) for scan in scans]
    seen = [{**scan.record, **_known(values)} for scan, values in zip(scans, measured, strict=True)]
    called = _responses(seen)
    for scan, values in zip(scans, measured, strict=True):
        yield DerivedRecord(
            entity="imagingassessment", record=scan.record, values={**values, **called.get(scan.day, {})}
        )


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _measured(lesions: Sequence[Lesion]) -> dict[str, Any]:
    """From the lesions of one scan; nothing where none is recorded."""
    if not lesions:
        return dict.fromkeys((*SUM_OF.values(), "max_viable_diameter_mm"))
    return {
        **{name: target_sum_mm(lesions, criteria=criteria) for criteria, name in SUM_OF.items()},
        "max_viable_diameter_mm": largest_viable_mm(lesions),
    }


def _responses(scans: Sequence[Record]) -> dict[date, dict[str, Any]]:
    """By day, of the scans after the last one called a baseline; the sums derived from lesions go before those entered."""
    found: dict[date, dict[str, Any]] = {}
    for criteria, sum_name in SUM_OF.items():
        baseline, later = _after_baseline(scans, sum_name=sum_name)
        if baseline is None:
            continue
        read = [Scan(scan_date=row["imaging_date"], reading=_reading(row, sum_name=sum_name)) for row in later]
        for response in responses(read, baseline_mm=baseline[sum_name], criteria=criteria):
            found.setdefault(response.scan_date, {})[RESPONSE_OF[criteria]] = response.code
        if criteria == "RECIST11":
            for response in immune_responses(read, baseline_mm=baseline[sum_name]):
                found.setdefault(response.scan_date, {})["response_irecist"] = response.code
            for row in later:
                found[row["imaging_date"]]["response_recicl"] = _recicl(row, baseline_mm=baseline[sum_name])
    return found


def _after_baseline(scans: Sequence[Record], *, sum_name: str) -> tuple[Record | None, list[Record]]:
    based = [row for row in scans if row.get("imaging_role") == BASELINE_ROLE and row.get(sum_name) is not None]
    if not based:
        return None, []
    return based[-1], [row for row in scans if row["imaging_date"] > based[-1]["imaging_date"]]


def _reading(row: Record, *, sum_name: str) -> Reading:
    return Reading(
        sum_mm=row.get(sum_name),
        non_target=row.get("non_target_response"),
        new_lesion=row.get("new_lesion"),
        is_measurable=row.get(sum_name) is not None,
    )


def _recicl(row: Record, *, baseline_mm: float) -> str | None:
    if row.get("necrosis_pct") is None:  # read by these criteria alone
        return None
    return recicl_response(
        row["necrosis_pct"],
        area_reduction_pct=area_reduction_pct(baseline_mm, current_mm=row.get("sum_whole_mm")),
        new_lesion=row.get("new_lesion"),
        non_target=row.get("non_target_response"),
    )


def _progressions(timeline: Timeline) -> Iterator[DerivedRecord]:
    curative = course_facts(timeline).curative
    for event in timeline.of(Kind.PROGRESSION):
        after = any(day <= event.day for day in curative)
        yield DerivedRecord(
            entity="progressionevent", record=event.record, values={"after_curative": coded_flag(after)}
        )


def _events(timeline: Timeline) -> Iterator[DerivedRecord]:
    for event in timeline.of(Kind.ADVERSE_EVENT):
        yield DerivedRecord(entity="adverseevent", record=event.record, values={"ae_soc": _organ_class(event)})


def _organ_class(event: Event) -> str | None:
    """In the words of the version the event was graded by; None for a term that is not shipped."""
    version = event.record.get("ctcae_version")
    term = lookup(event.record.get("ae_term"), version=version) if version else lookup(event.record.get("ae_term"))
    return None if term is None else term.soc
