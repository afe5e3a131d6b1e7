"""Checks of death and loss to follow-up against all that is recorded later."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Severity, is_missing
from registry.rules.patient_check import Hit, PatientCheck

DAY = date(2021, 6, 1)
LATER = DAY + timedelta(days=1)
LONGEST_GAP_DAYS = 183
ONLY_OF_THE_LIVING = (
    Kind.IMAGING,
    Kind.TRANSARTERIAL,
    Kind.ABLATION,
    Kind.RESECTION,
    Kind.TRANSPLANT,
    Kind.RADIOTHERAPY,
    Kind.SYSTEMIC_START,
)
DIED = {"follow_up_date": DAY, "vital_status": "DEAD", "death_date": DAY}
ALIVE = {"follow_up_date": DAY, "vital_status": "ALIVE"}
LOST = {"follow_up_date": DAY, "vital_status": "LTFU", "death_date": None}


def _status(event: Event) -> str | None:
    return event.record.get("vital_status") if event.kind is Kind.FOLLOW_UP else None


def _events_after_death(timeline: Timeline) -> Iterator[Hit]:
    death = timeline.first(Kind.DEATH)
    if death is None:
        return
    later = [
        event
        for event in timeline.events
        if event.day > death.day and (event.kind in ONLY_OF_THE_LIVING or _status(event) == "ALIVE")
    ]
    if later:
        values = {"death": death.day, "later": later[-1].day}
        yield Hit(records=(death.record, *(event.record for event in later)), values=values)


def _agents_open_after_loss(timeline: Timeline) -> Iterator[Hit]:
    last = timeline.last(Kind.FOLLOW_UP)
    if last is None or _status(last) != "LTFU":
        return
    for event in timeline.of(Kind.SYSTEMIC_START):
        if is_missing(event.record, name="agent_stop_date"):
            yield Hit(records=(event.record, last.record), values={"lost": last.day})


def _events_after_loss(timeline: Timeline) -> Iterator[Hit]:
    """A later contact that finds the patient lost again contradicts nothing."""
    for lost in timeline.of(Kind.FOLLOW_UP):
        if _status(lost) != "LTFU":
            continue
        later = [event for event in timeline.events if event.day > lost.day and _status(event) != "LTFU"]
        if later:
            values = {"lost": lost.day, "later": later[-1].day}
            yield Hit(records=(lost.record, *(event.record for event in later)), values=values)


def _revived(timeline: Timeline) -> Iterator[Hit]:
    contacts = timeline.of(Kind.FOLLOW_UP)
    dead = next((event for event in contacts if _status(event) == "DEAD"), None)
    for event in contacts if dead else ():
        if dead and event.day > dead.day and _status(event) == "ALIVE":
            yield Hit(records=(event.record, dead.record), values={"day": event.day, "dead": dead.day})


def _long_gaps(timeline: Timeline) -> Iterator[Hit]:
    for before, after in pairwise(timeline.of(Kind.FOLLOW_UP)):
        days = (after.day - before.day).days
        if days > LONGEST_GAP_DAYS:
            yield Hit(records=(after.record, before.record), values={"days": days, "before": before.day})


PATIENT_CHECKS = (
    PatientCheck(
        code="V-R14",
        severity=Severity.ERROR,
        entity="followup",
        fields=("vital_status",),
        message=_("The patient is recorded as alive on {day} but as dead on {dead}. Correct one of the follow-ups."),
        hits=_revived,
        passing={"followup": [{"follow_up_date": DAY, "vital_status": "ALIVE"}, {**DIED, "follow_up_date": LATER}]},
        failing={"followup": [DIED, {"follow_up_date": LATER, "vital_status": "ALIVE"}]},
    ),
    PatientCheck(
        code="V-D21",
        severity=Severity.WARNING,
        entity="followup",
        fields=("follow_up_date",),
        message=_(
            "There is no follow-up for {days} days (more than 6 months) after {before}. Record any contact in between."
        ),
        hits=_long_gaps,
        passing={"followup": [ALIVE, {**ALIVE, "follow_up_date": DAY + timedelta(days=183)}]},
        failing={"followup": [ALIVE, {**ALIVE, "follow_up_date": DAY + timedelta(days=184)}]},
    ),
    PatientCheck(
        code="V-D04",
        severity=Severity.ERROR,
        entity="followup",
        fields=("death_date",),
        message=_("The death on {death} is before an event recorded on {later}. Correct one of the dates."),
        hits=_events_after_death,
        passing={"followup": [DIED], "imagingassessment": [{"imaging_date": DAY}]},
        failing={"followup": [DIED], "imagingassessment": [{"imaging_date": LATER}]},
    ),
    PatientCheck(
        code="V-D20",
        severity=Severity.QUERY,
        entity="systemicagent",
        fields=("agent_stop_date",),
        message=_(
            "The agent has no stop date, but the patient was lost to follow-up on {lost}. "
            "Enter the last known date of use."
        ),
        hits=_agents_open_after_loss,
        passing={"followup": [LOST], "systemicagent": [{"agent_start_date": DAY, "agent_stop_date": DAY}]},
        failing={"followup": [LOST], "systemicagent": [{"agent_start_date": DAY, "agent_stop_date": None}]},
    ),
    PatientCheck(
        code="V-R15",
        severity=Severity.QUERY,
        entity="followup",
        fields=("vital_status",),
        message=_(
            "The patient was lost to follow-up on {lost}, but there is a later record dated {later}. Check the status."
        ),
        hits=_events_after_loss,
        passing={"followup": [LOST, {**LOST, "follow_up_date": LATER}]},
        failing={"followup": [LOST, {"follow_up_date": LATER, "vital_status": "ALIVE"}]},
    ),
)
