"""Checks of the ends of progression-free and of overall survival against each other."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.facts import facts_of_patient
from registry.rules.patient.exposure import TREATMENTS, is_treated_for_the_first_time
from registry.rules.patient_check import Hit, PatientCheck

DAY = date(2021, 6, 1)
LATER = DAY + timedelta(days=1)
ALIVE = {"follow_up_date": DAY, "vital_status": "ALIVE", "last_known_alive_date": DAY}
DIED = {"follow_up_date": DAY, "vital_status": "DEAD", "death_date": DAY}
SEEN: dict[str, list[Row]] = {
    "resection": [{"start_date": DAY}],
    "progressionevent": [{"progression_date": LATER, "progression_type": ["INTRA_NEW"]}],
}
CALLED = ("response_mrecist", "response_recist11")
READ_ON_A_SCAN = frozenset({"INTRA_TARGET", "INTRA_NEW", "VASC_NEW", "EXTRA_NEW", "EXTRA_GROW"})
AFTER_PROGRESSION = timedelta(days=30)  # a scan may confirm what was seen first in the clinic


def _last_alive(timeline: Timeline) -> date | None:
    """The end of overall survival of those who did not die: the last day that a contact knows them alive."""
    contacts = timeline.rows("followup")
    told = [row.get("last_known_alive_date") for row in contacts]
    seen = [row.get("follow_up_date") for row in contacts if row.get("vital_status") == "ALIVE"]
    return max((day for day in (*told, *seen) if day is not None), default=None)


def _progression_after_survival(timeline: Timeline) -> Iterator[Hit]:
    """Progression-free survival ends at the first progression, else with the last scan; never after overall survival."""
    end = timeline.first(Kind.PROGRESSION) or timeline.last(Kind.IMAGING)
    death, alive = timeline.first(Kind.DEATH), _last_alive(timeline)
    survival = death.day if death else alive
    contact = timeline.last(Kind.FOLLOW_UP)
    if end is None or survival is None or contact is None or end.day <= survival:
        return
    yield Hit(records=(contact.record, end.record), values={"end": end.day, "survival": survival})


def _progression_by_death_alone(timeline: Timeline) -> Iterator[Hit]:
    death = timeline.first(Kind.DEATH)
    seen = any("PD" in [e.record.get(name) for name in CALLED] for e in timeline.of(Kind.IMAGING))
    for event in timeline.of(Kind.PROGRESSION) if death and not seen else ():
        if death and event.day == death.day:
            yield Hit(records=(event.record, death.record), values={"day": event.day})


def _progression_before_index(timeline: Timeline) -> Iterator[Hit]:
    index = facts_of_patient(timeline.records).get("index_date")
    for event in timeline.of(Kind.PROGRESSION) if is_treated_for_the_first_time(timeline) else ():
        if index is not None and event.day < index:
            started = [e.record for e in timeline.of(*TREATMENTS) if e.day == index]
            yield Hit(records=(event.record, *started), values={"progression": event.day, "index": index})


def _was_seen(event: Event) -> bool:
    """Not in the clinic alone."""
    types = set(event.record.get("progression_type") or ())
    return bool(types & READ_ON_A_SCAN) or (not types and event.record.get("progression_criteria") is not None)


def _progression_without_scan(timeline: Timeline) -> Iterator[Hit]:
    """Since the last treatment before it: a scan from before that treatment shows nothing of what came after."""
    for event in timeline.of(Kind.PROGRESSION):
        treated = [each.day for each in timeline.of(*TREATMENTS) if each.day < event.day]
        scans = [each.day for each in timeline.of(Kind.IMAGING) if each.day <= event.day + AFTER_PROGRESSION]
        if treated and _was_seen(event) and all(scan <= treated[0] for scan in scans):
            yield Hit(records=(event.record,), values={"day": event.day, "start": treated[0]})


def _died_of_tumor_without_progression(timeline: Timeline) -> Iterator[Hit]:
    death = timeline.first(Kind.DEATH)
    seen = any("PD" in [e.record.get(name) for name in CALLED] for e in timeline.of(Kind.IMAGING))
    told = any(e.record.get("disease_status") in {"PROG", "REC"} for e in timeline.of(Kind.FOLLOW_UP))
    if death and death.record.get("death_cause") == "HCC" and not (seen or told or timeline.of(Kind.PROGRESSION)):
        yield Hit(records=(death.record,), values={"day": death.day})


def _course(prior: str) -> dict[str, list[Row]]:
    return {
        "patient": [{"diagnosis_date": DAY, "prior_hcc_treatment": [prior]}],
        "progressionevent": [{"progression_date": DAY}],
        "resection": [{"start_date": LATER}],
    }


PATIENT_CHECKS = (
    PatientCheck(
        code="V-D23",
        severity=Severity.WARNING,
        entity="progressionevent",
        fields=("progression_date",),
        message=_(
            "The progression on {progression} is before the first treatment on {index}. Check the dates, or record the "
            "earlier treatment."
        ),
        hits=_progression_before_index,
        passing=_course("TACE"),
        failing=_course("NONE"),
    ),
    PatientCheck(
        code="V-L06",
        severity=Severity.QUERY,
        entity="progressionevent",
        fields=("progression_date",),
        message=_(
            "The progression on {day} was seen on imaging, but no scan is recorded since the treatment on {start}. "
            "Record the scan."
        ),
        hits=_progression_without_scan,
        passing={**SEEN, "imagingassessment": [{"imaging_date": LATER}]},
        failing={**SEEN, "imagingassessment": [{"imaging_date": DAY}]},
        source="Eisenhauer 2009",
    ),
    PatientCheck(
        code="V-L07",
        severity=Severity.WARNING,
        entity="followup",
        fields=("death_cause",),
        message=_(
            "The patient died of liver cancer on {day}, but no progression is recorded. Record it if it was seen."
        ),
        hits=_died_of_tumor_without_progression,
        passing={"followup": [{**DIED, "death_cause": "HCC", "disease_status": "PROG"}]},
        failing={"followup": [{**DIED, "death_cause": "HCC"}]},
        source="Llovet 2021",
    ),
    PatientCheck(
        code="V-D24",
        severity=Severity.ERROR,
        entity="followup",
        fields=("last_known_alive_date",),
        message=_(
            "Progression-free follow-up ends on {end}, after the end of overall survival on "
            "{survival}. Correct one of the dates."
        ),
        hits=_progression_after_survival,
        passing={"followup": [ALIVE], "imagingassessment": [{"imaging_date": DAY}]},
        failing={"followup": [ALIVE], "imagingassessment": [{"imaging_date": LATER}]},
    ),
    PatientCheck(
        code="V-D25",
        severity=Severity.QUERY,
        entity="progressionevent",
        fields=("progression_date",),
        message=_("Progression and death are both dated {day}, and no scan shows progression. Check the progression."),
        hits=_progression_by_death_alone,
        passing={
            "followup": [DIED],
            "progressionevent": [{"progression_date": DAY}],
            "imagingassessment": [{"imaging_date": DAY, "response_mrecist": "PD"}],
        },
        failing={"followup": [DIED], "progressionevent": [{"progression_date": DAY}]},
    ),
)
