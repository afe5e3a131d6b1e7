"""Checks of the response called on a scan against the scans before and after it."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.clinical.response.criteria import NEITHER, NEW_LESION, Criteria
from registry.clinical.response.irecist import CONFIRMATION_WINDOW_DAYS, confirmation_is_timely
from registry.clinical.response.lesions import Lesion
from registry.clinical.response.scans import imaging_course, lesions_by_day
from registry.clinical.timeline import Kind, Timeline
from registry.models.base.record import MISSING_REASON
from registry.rules.check import Row, Severity, is_known
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "imagingassessment"
DAY = date(2021, 6, 1)
MEASURED: dict[Criteria, tuple[str, str, str]] = {
    "MRECIST": ("response_mrecist", "sum_viable_mm", "mRECIST"),
    "RECIST11": ("response_recist11", "sum_whole_mm", "RECIST 1.1"),
}
RECORDED_WITHIN_DAYS = 30
CALLED = ("response_mrecist", "response_recist11")
RESPONDED = frozenset({"CR", "PR", "SD", NEITHER})
ALIKE = frozenset({"SD", NEITHER})  # a tumor without a target is often called stable


def _is_told_by_itself(record: Row) -> bool:
    """A new lesion, or other lesions that progress, are asked about by a check of the scan alone."""
    return record.get("non_target_response") == "PD" or record.get("new_lesion") in NEW_LESION


def _contradicted(criteria: Criteria) -> PatientCheck:
    name, sum_name, label = MEASURED[criteria]

    def hits(timeline: Timeline) -> Iterator[Hit]:
        course = imaging_course(timeline, criteria=criteria)
        if course is None:
            return
        baseline = course.baseline
        for scan, response in zip(course.events, course.responses(), strict=True):
            entered = scan.record.get(name)
            is_alike = response.code in (None, entered) or {response.code, entered} <= ALIKE
            if entered is None or is_alike or _is_told_by_itself(scan.record):
                continue
            values = {"criteria": label, "entered": entered, "derived": response.code}
            yield Hit(records=(scan.record, baseline.record), values=values)

    def course(entered: str) -> dict[str, list[Row]]:
        clear = {"non_target_response": "NA", "new_lesion": "NO"}
        return {
            ENTITY: [
                {"imaging_date": DAY, "imaging_role": "BASE", sum_name: 100.0, **clear},
                {"imaging_date": DAY + timedelta(days=42), sum_name: 70.0, **clear, name: entered},
            ]
        }

    return PatientCheck(
        code="V-R03",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=(name,),
        message=_(
            "{criteria} {entered} was entered, but the sums of diameters since baseline give {derived}. Check both."
        ),
        hits=hits,
        passing=course("PR"),
        failing=course("SD"),
    )


def _without_baseline(criteria: Criteria) -> PatientCheck:
    """Asked once of a patient, on the first scan whose response cannot be derived."""
    name, sum_name, label = MEASURED[criteria]

    def hits(timeline: Timeline) -> Iterator[Hit]:
        if imaging_course(timeline, criteria=criteria) is not None:
            return
        scans = timeline.of(Kind.IMAGING)
        called = [e for e in scans if e.record.get(name) in RESPONDED]
        based = [e.record for e in scans if e.record.get("imaging_role") == "BASE"]
        if any(is_known(row.get(f"{sum_name}{MISSING_REASON}")) for row in based):
            return
        for scan in called[:1]:
            if scan.record.get("imaging_role") != "BASE":
                yield Hit(records=(scan.record,), values={"criteria": label})

    base = {"imaging_date": DAY, "imaging_role": "BASE"}
    scan = {"imaging_date": DAY + timedelta(days=42), "imaging_role": "RESP", name: "SD"}
    return PatientCheck(
        code="V-R10",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=(name,),
        message=_("{criteria} cannot be derived because no baseline scan has a sum of diameters. Enter it."),
        hits=hits,
        passing={ENTITY: [{**base, sum_name: 100.0}, scan]},
        failing={ENTITY: [base, scan]},
    )


def _unrecorded_progression(timeline: Timeline) -> Iterator[Hit]:
    progressive = [e for e in timeline.of(Kind.IMAGING) if "PD" in [e.record.get(name) for name in CALLED]]
    for scan in progressive[:1]:
        gaps = [abs((event.day - scan.day).days) for event in timeline.of(Kind.PROGRESSION)]
        if min(gaps, default=RECORDED_WITHIN_DAYS + 1) > RECORDED_WITHIN_DAYS:
            yield Hit(records=(scan.record,), values={"scan": scan.day})


def _confirmed(timeline: Timeline) -> Iterator[tuple[Row, list[Row]]]:
    """Every scan called iCPD, with those before it called iUPD."""
    scans = timeline.of(Kind.IMAGING)
    for scan in scans:
        if scan.record.get("response_irecist") == "iCPD":
            before = [e for e in scans if e.day < scan.day]
            yield scan.record, [e.record for e in before if e.record.get("response_irecist") == "iUPD"]


def _confirmed_without_suspicion(timeline: Timeline) -> Iterator[Hit]:
    """An earlier scan whose response is missing for a reason may have been the suspicion."""
    unread = [e.day for e in timeline.of(Kind.IMAGING) if is_known(e.record.get(f"response_irecist{MISSING_REASON}"))]
    for scan, suspected in _confirmed(timeline):
        if not suspected and all(day >= scan["imaging_date"] for day in unread):
            yield Hit(records=(scan,), values={"scan": scan["imaging_date"]})


def _confirmed_at_another_time(timeline: Timeline) -> Iterator[Hit]:
    for scan, suspected in _confirmed(timeline):
        day = scan["imaging_date"]
        if suspected and not any(confirmation_is_timely(one["imaging_date"], confirmed=day) for one in suspected):
            yield Hit(records=(scan, *suspected), values={"scan": day})


def _complete_with_tumor_left(timeline: Timeline) -> Iterator[Hit]:
    """By the list of lesions: a node of normal size is no tumor left, however much it adds to the sum."""
    listed = lesions_by_day(timeline.rows("lesionmeasurement"))
    for scan in timeline.of(Kind.IMAGING):
        if scan.record.get("response_mrecist") == "CR":
            left = [(_viable_mm(lesion), lesion.lesion_no) for lesion in listed.get(scan.day, ())]
            largest, number = max(left, default=(0.0, 0))
            if largest > 0:
                yield Hit(records=(scan.record,), values={"viable_mm": largest, "lesion_no": number})


def _viable_mm(lesion: Lesion) -> float:
    """What contradicts a complete response; a lesion whose viable part was not measured does not."""
    is_told = lesion.is_node or lesion.viable_mm is not None
    return lesion.left_mm("MRECIST") if is_told else 0.0


def _unconfirmed_suspicion(timeline: Timeline) -> Iterator[Hit]:
    """Asked once something is recorded that happened after the 56 days."""
    scans, last = timeline.of(Kind.IMAGING), timeline.events[-1].day if timeline.events else date.min
    for scan, following in pairwise([*scans, None]):
        if scan is None or scan.record.get("pseudoprogression_suspected") != "1":
            continue
        due = scan.day + timedelta(days=CONFIRMATION_WINDOW_DAYS[1])
        if last > due and (following is None or following.day > due):
            yield Hit(records=(scan.record,), values={"scan": scan.day})


def _listed(**lesion: Any) -> dict[str, list[Row]]:
    return {
        ENTITY: [_scan(0, response_mrecist="CR")],
        "lesionmeasurement": [{"imaging_date": DAY, "lesion_no": 1, "is_target": "1", **lesion}],
    }


def _scan(days: int, **values: str) -> Row:
    return {"imaging_date": DAY + timedelta(days=days), **values}


PATIENT_CHECKS = (
    PatientCheck(
        code="V-R01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("response_mrecist",),
        message=_("Complete response is inconsistent with lesion {lesion_no} ({viable_mm} mm). Correct one of them."),
        hits=_complete_with_tumor_left,
        passing=_listed(organ="NODE", short_axis_mm=9.9),
        failing=_listed(organ="NODE", short_axis_mm=10.0),
    ),
    _contradicted("MRECIST"),
    _contradicted("RECIST11"),
    _without_baseline("MRECIST"),
    _without_baseline("RECIST11"),
    PatientCheck(
        code="V-R05",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("imaging_date",),
        message=_("The scan on {scan} shows progression, but no progression is recorded within 30 days. Record it."),
        hits=_unrecorded_progression,
        passing={ENTITY: [_scan(0, response_mrecist="PD")], "progressionevent": [{"progression_date": DAY}]},
        failing={ENTITY: [_scan(0, response_mrecist="PD")]},
    ),
    PatientCheck(
        code="V-R07",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("response_irecist",),
        message=_("iCPD on {scan} requires an earlier iUPD. Correct one of the responses."),
        hits=_confirmed_without_suspicion,
        passing={ENTITY: [_scan(0, response_irecist="iUPD"), _scan(70, response_irecist="iCPD")]},
        failing={ENTITY: [_scan(0, response_irecist="iSD"), _scan(70, response_irecist="iCPD")]},
    ),
    PatientCheck(
        code="V-R07",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("response_irecist",),
        message=_("iCPD on {scan} is not 28 to 56 days after the iUPD. Check both dates."),
        hits=_confirmed_at_another_time,
        passing={ENTITY: [_scan(0, response_irecist="iUPD"), _scan(28, response_irecist="iCPD")]},
        failing={ENTITY: [_scan(0, response_irecist="iUPD"), _scan(27, response_irecist="iCPD")]},
    ),
    PatientCheck(
        code="V-R08",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("pseudoprogression_suspected",),
        message=_("Pseudoprogression was suspected on {scan}, but no scan within 56 days confirms or refutes it."),
        hits=_unconfirmed_suspicion,
        passing={ENTITY: [_scan(0, pseudoprogression_suspected="1"), _scan(56)]},
        failing={ENTITY: [_scan(0, pseudoprogression_suspected="1"), _scan(57)]},
    ),
)
