"""Checks of when a response was assessed, against the treatments before it."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.clinical.sequence import HAIC_MODALITIES, haic_courses
from registry.clinical.timeline import Event, Kind, Timeline, haic_dates
from registry.rules.check import Row, Severity
from registry.rules.patient.exposure import TREATMENTS, is_treated_for_the_first_time
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "imagingassessment"
DAY = date(2021, 6, 1)
LEAST_DAYS = (
    14  # mRECIST is read at 4 weeks or later; before 2 weeks edema and oil still hide the tumor (Lencioni 2010)
)
LOCAL = (Kind.TRANSARTERIAL, Kind.ABLATION)


def _response_scans(timeline: Timeline) -> list[Event]:
    return [scan for scan in timeline.of(Kind.IMAGING) if scan.record.get("imaging_role") == "RESP"]


def _before_treatment(timeline: Timeline) -> Iterator[Hit]:
    """Of the pre-treated a response to an earlier treatment may be meant."""
    first = timeline.first(*TREATMENTS)
    for scan in _response_scans(timeline) if first and is_treated_for_the_first_time(timeline) else ():
        if first and scan.day < first.day:
            yield Hit(records=(scan.record, first.record), values={"scan": scan.day, "start": first.day})


def _begun(timeline: Timeline) -> list[Event]:
    """Embolizations and ablations, and of the cycles of HAIC the first of each course: the others go on beside the scans."""
    firsts = {course.first for course in haic_courses(haic_dates(timeline))}
    sessions = timeline.of(*LOCAL)
    return [each for each in sessions if each.record.get("modality") not in HAIC_MODALITIES or each.day in firsts]


def _soon_after_treatment(timeline: Timeline) -> Iterator[Hit]:
    begun = _begun(timeline)
    for scan in _response_scans(timeline):
        before = [event for event in begun if event.day <= scan.day]
        days = (scan.day - before[-1].day).days if before else LEAST_DAYS
        if days < LEAST_DAYS:
            yield Hit(records=(scan.record, before[-1].record), values={"scan": scan.day, "days": days})


def _course(days: int) -> dict[str, list[Row]]:
    return {
        "patient": [{"diagnosis_date": DAY, "prior_hcc_treatment": ["NONE"]}],
        "transarterialsession": [{"start_date": DAY, "modality": "TAE"}],
        ENTITY: [{"imaging_date": DAY + timedelta(days=days), "imaging_role": "RESP"}],
    }


PATIENT_CHECKS = (
    PatientCheck(
        code="V-L08",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("imaging_date", "imaging_role"),
        message=_(
            "The response assessment on {scan} is before the first treatment on {start}. Check the dates, or enter it "
            "as a baseline scan."
        ),
        hits=_before_treatment,
        passing=_course(42),
        failing=_course(-1),
        source="Lencioni 2010",
    ),
    PatientCheck(
        code="V-L08",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("imaging_date", "imaging_role"),
        message=_(
            "The response assessment on {scan} is only {days} days after the last treatment, which is too early to "
            "judge a response. Check the dates and the purpose of the scan."
        ),
        hits=_soon_after_treatment,
        passing=_course(14),
        failing=_course(13),
        source="Lencioni 2010",
    ),
)
