"""Checks of what is said and done where the last scan shows no viable tumor, or shows one."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.clinical.sequence import HAIC_MODALITIES
from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.patient.exposure import TREATMENTS
from registry.rules.patient_check import Hit, PatientCheck, Records
from registry.rules.record.imaging import has_tumor_left

DAY = date(2021, 6, 1)
STILL_HOLDS = timedelta(days=90)  # what a scan shows; scans are due every 2 to 3 months
TREATED_LOCALLY = {Kind.TRANSARTERIAL: "transarterialsession", Kind.ABLATION: "ablationsession"}
NOT_OF_A_TUMOR = frozenset({"ADJ"})  # what is given after a resection against a recurrence
MEASURABLE_MM = 10.0  # what is smaller may be a trace of the treatment: mRECIST, Lencioni 2010


def _last_scan(timeline: Timeline, *, before: date) -> Event | None:
    """The last scan up to this day that measured the viable tumor, if what it shows still holds."""
    known = [
        scan
        for scan in timeline.of(Kind.IMAGING)
        if before - STILL_HOLDS <= scan.day <= before and scan.record.get("sum_viable_mm") is not None
    ]
    return known[-1] if known else None


def _was_treated_between(timeline: Timeline, *, scan: Event, day: date) -> bool:
    return any(scan.day <= event.day <= day for event in timeline.of(*TREATMENTS))


def _free_of_disease_with_tumor(timeline: Timeline) -> Iterator[Hit]:
    for contact in timeline.of(Kind.FOLLOW_UP):
        scan = _last_scan(timeline, before=contact.day) if contact.record.get("disease_status") == "NED" else None
        if scan is None or _was_treated_between(timeline, scan=scan, day=contact.day):
            continue
        viable_mm = max(_viable_mm(scan.record))
        if viable_mm >= MEASURABLE_MM and has_tumor_left(scan.record):
            yield Hit(records=(contact.record, scan.record), values={"scan": scan.day, "viable": viable_mm})


def _viable_mm(scan: Row) -> tuple[float, float]:
    return scan.get("sum_viable_mm") or 0.0, scan.get("max_viable_diameter_mm") or 0.0


def _shows_nothing(scan: Row) -> bool:
    """Nothing viable, and nothing else either: no other lesion and no new one."""
    is_clear = scan.get("non_target_response") in {None, "CR", "NA"} and scan.get("new_lesion") in {None, "NO"}
    return max(_viable_mm(scan)) == 0 and is_clear


def _treated_without_tumor(kind: Kind) -> PatientCheck:
    entity = TREATED_LOCALLY[kind]

    def hits(timeline: Timeline) -> Iterator[Hit]:
        for event in timeline.of(kind):
            is_cycle = event.record.get("modality") in HAIC_MODALITIES  # a course is completed after a response
            if is_cycle or event.record.get("treatment_intent") in NOT_OF_A_TUMOR:
                continue
            scan = _last_scan(timeline, before=event.day)
            if scan is not None and _shows_nothing(scan.record):
                yield Hit(records=(event.record, scan.record), values={"scan": scan.day})

    def course(viable_mm: float) -> Records:
        scan = {"imaging_date": DAY, "imaging_role": "FU", "sum_viable_mm": viable_mm, "new_lesion": "NO"}
        return {"imagingassessment": [scan], entity: [{"start_date": DAY + timedelta(days=20)}]}

    return PatientCheck(
        code="V-L05",
        severity=Severity.QUERY,
        entity=entity,
        fields=("start_date",),
        message=_(
            "The last scan before this treatment, on {scan}, shows no viable tumor. Check the scan and the date, or "
            "record the scan that showed the tumor."
        ),
        hits=hits,
        passing=course(12.0),
        failing=course(0.0),
        source="Lencioni 2010",
    )


def _contact(viable_mm: float) -> Records:
    return {
        "imagingassessment": [{"imaging_date": DAY, "sum_viable_mm": viable_mm, "max_viable_diameter_mm": viable_mm}],
        "followup": [
            {"follow_up_date": DAY + timedelta(days=3), "vital_status": "ALIVE", "disease_status": "NED"},
        ],
    }


PATIENT_CHECKS = (
    PatientCheck(
        code="V-L02",
        severity=Severity.QUERY,
        entity="followup",
        fields=("disease_status",),
        message=_(
            "No evidence of disease is recorded, but the last scan, on {scan}, shows {viable} mm of viable tumor. "
            "Check both."
        ),
        hits=_free_of_disease_with_tumor,
        passing=_contact(0.0),
        failing=_contact(40.0),
        source="Lencioni 2010",
    ),
    *map(_treated_without_tumor, TREATED_LOCALLY),
)
