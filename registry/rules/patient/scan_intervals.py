"""Checks of when a response was assessed, against the treatments before it."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

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
SEEN_WITHIN = timedelta(days=90)  # the response to a treatment is read within these
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


def _soon_after(timeline: Timeline, *, is_repeated: bool) -> Iterator[Hit]:
    """A scan soon after the first treatment shows no response. After a repeated one it may still be of that before."""
    begun = _begun(timeline)
    for scan in _response_scans(timeline):
        before = [event for event in begun if event.day <= scan.day]
        days = (scan.day - before[-1].day).days if before else LEAST_DAYS
        if days >= LEAST_DAYS:
            continue
        earlier = [event for event in before if scan.day - SEEN_WITHIN <= event.day < before[-1].day]
        if bool(earlier) is is_repeated:
            yield Hit(records=(scan.record, before[-1].record), values={"scan": scan.day, "days": days})


def _course(days: int, *, again: int | None = None) -> dict[str, list[Row]]:
    starts = [DAY] if again is None else [DAY, DAY + timedelta(days=again)]
    return {
        "patient": [{"diagnosis_date": DAY, "prior_hcc_treatment": ["NONE"]}],
        "transarterialsession": [{"start_date": start, "modality": "TAE"} for start in starts],
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
            "The response assessment on {scan} is only {days} days after the treatment, which is too early to judge a "
            "response. Check the dates and the purpose of the scan."
        ),
        hits=partial(_soon_after, is_repeated=False),
        passing=_course(14),
        failing=_course(13),
        source="Lencioni 2010",
    ),
    PatientCheck(
        code="V-L08",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("imaging_date",),
        message=_(
            "The response assessment on {scan} is only {days} days after the last treatment and shows the response to "
            "the one before. Check the dates."
        ),
        hits=partial(_soon_after, is_repeated=True),
        passing=_course(56, again=42),
        failing=_course(55, again=42),
        source="Lencioni 2010",
    ),
)
