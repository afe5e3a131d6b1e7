"""Checks of the response called on a scan against the scans before and after it."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from registry.clinical.response.criteria import NEW_LESION, Criteria, Reading, Scan, responses
from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "imagingassessment"
DAY = date(2021, 6, 1)
MEASURED: dict[Criteria, tuple[str, str, str]] = {
    "MRECIST": ("response_mrecist", "sum_viable_mm", "mRECIST"),
    "RECIST11": ("response_recist11", "sum_whole_mm", "RECIST 1.1"),
}
CONFIRMATION_DAYS = (28, 56)
RECORDED_WITHIN_DAYS = 30
CALLED = ("response_mrecist", "response_recist11")
RESPONDED = frozenset({"CR", "PR", "SD"})


def _reading(scan: Event, *, sum_name: str) -> Reading:
    return Reading(
        sum_mm=scan.record.get(sum_name),
        non_target=scan.record.get("non_target_response"),
        new_lesion=scan.record.get("new_lesion"),
        is_measurable=scan.record.get(sum_name) is not None,
    )


def _is_told_by_itself(record: Row) -> bool:
    """A new lesion, or other lesions that progress, are asked about by a check of the scan alone."""
    return record.get("non_target_response") == "PD" or record.get("new_lesion") in NEW_LESION


def _baseline(timeline: Timeline, *, sum_name: str) -> Event | None:
    """The last scan called a baseline that has the sum."""
    based = [e for e in timeline.of(Kind.IMAGING) if e.record.get("imaging_role") == "BASE"]
    return next((event for event in reversed(based) if event.record.get(sum_name) is not None), None)


def _contradicted(criteria: Criteria) -> PatientCheck:
    name, sum_name, label = MEASURED[criteria]

    def hits(timeline: Timeline) -> Iterator[Hit]:
        baseline = _baseline(timeline, sum_name=sum_name)
        if baseline is None:
            return
        later = [e for e in timeline.of(Kind.IMAGING) if e.day > baseline.day]
        scans = [Scan(scan_date=e.day, reading=_reading(e, sum_name=sum_name)) for e in later]
        derived = responses(scans, baseline_mm=baseline.record[sum_name], criteria=criteria)
        for scan, response in zip(later, derived, strict=True):
            entered = scan.record.get(name)
            if entered is None or response.code in (None, entered) or _is_told_by_itself(scan.record):
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
        if _baseline(timeline, sum_name=sum_name) is not None:
            return
        called = [e for e in timeline.of(Kind.IMAGING) if e.record.get(name) in RESPONDED]
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


def _confirmed_too_early(timeline: Timeline) -> Iterator[Hit]:
    low, high = CONFIRMATION_DAYS
    scans = timeline.of(Kind.IMAGING)
    for scan in scans:
        if scan.record.get("response_irecist") != "iCPD":
            continue
        unconfirmed = [e for e in scans if e.day < scan.day and e.record.get("response_irecist") == "iUPD"]
        if not any(low <= (scan.day - earlier.day).days <= high for earlier in unconfirmed):
            yield Hit(records=(scan.record, *(e.record for e in unconfirmed)), values={"scan": scan.day})


def _unconfirmed_suspicion(timeline: Timeline) -> Iterator[Hit]:
    """Asked once something is recorded that happened after the 56 days."""
    scans, last = timeline.of(Kind.IMAGING), timeline.events[-1].day if timeline.events else date.min
    for scan, following in pairwise([*scans, None]):
        if scan is None or scan.record.get("pseudoprogression_suspected") != "1":
            continue
        due = scan.day + timedelta(days=CONFIRMATION_DAYS[1])
        if last > due and (following is None or following.day > due):
            yield Hit(records=(scan.record,), values={"scan": scan.day})


def _scan(days: int, **values: str) -> Row:
    return {"imaging_date": DAY + timedelta(days=days), **values}


PATIENT_CHECKS = (
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
        message=_("iCPD on {scan} requires iUPD 28 to 56 days earlier. Correct one of the responses."),
        hits=_confirmed_too_early,
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
