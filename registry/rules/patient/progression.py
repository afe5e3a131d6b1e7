"""Checks of the ends of progression-free and of overall survival against each other."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Kind, Timeline
from registry.rules.check import Severity
from registry.rules.patient_check import Hit, PatientCheck

DAY = date(2021, 6, 1)
LATER = DAY + timedelta(days=1)
ALIVE = {"follow_up_date": DAY, "vital_status": "ALIVE", "last_known_alive_date": DAY}
DIED = {"follow_up_date": DAY, "vital_status": "DEAD", "death_date": DAY}
CALLED = ("response_mrecist", "response_recist11")


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


PATIENT_CHECKS = (
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
