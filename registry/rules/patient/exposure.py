"""Checks of adverse events and of hepatitis B against the treatments given, by time and by kind."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.clinical.dosing.agents import is_ici
from registry.clinical.sequence import HAIC_MODALITIES
from registry.clinical.timeline import Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

DAY = date(2021, 6, 1)
THERAPIES = (
    Kind.TRANSARTERIAL,
    Kind.ABLATION,
    Kind.RESECTION,
    Kind.TRANSPLANT,
    Kind.RADIOTHERAPY,
    Kind.SYSTEMIC_START,
    Kind.SYSTEMIC_STOP,
)
TREATMENTS = (*(kind for kind in THERAPIES if kind is not Kind.SYSTEMIC_STOP), Kind.OTHER_TREATMENT)
AFTER_TREATMENT = timedelta(days=90)
CAMRELIZUMAB = {"agent_code": "CAMRELIZUMAB", "agent_start_date": DAY, "agent_stop_date": DAY}


def took_ici(timeline: Timeline) -> bool:
    return any(is_ici(event.record.get("agent_code")) for event in timeline.of(Kind.SYSTEMIC_START))


def is_treated_for_the_first_time(timeline: Timeline) -> bool:
    """Of the pre-treated a progression or a response may have been before the first treatment recorded here."""
    return any([*(row.get("prior_hcc_treatment") or ())] == ["NONE"] for row in timeline.rows("patient"))


def _outside_treatment(timeline: Timeline) -> Iterator[Hit]:
    """While an agent is open the treatment goes on."""
    therapies = timeline.of(*THERAPIES)
    if not therapies:
        return
    is_open = any(e.record.get("agent_stop_date") is None for e in timeline.of(Kind.SYSTEMIC_START))
    first = therapies[0].day
    ends = [end for event in therapies if isinstance(end := event.record.get("end_date"), date)]
    last = max([therapies[-1].day, *ends])
    for event in timeline.of(Kind.ADVERSE_EVENT):
        is_late = not is_open and event.day > last + AFTER_TREATMENT
        if event.day < first or is_late:
            yield Hit(records=(event.record,), values={"onset": event.day, "first": first, "last": last})


def _immune_without_ici(timeline: Timeline) -> Iterator[Hit]:
    """Treatment before the index counts, though its agents are not recorded one by one."""
    prior = {code for row in timeline.rows("patient") for code in row.get("prior_hcc_treatment") or ()}
    if took_ici(timeline) or "SYS_ICI" in prior:
        return
    for event in timeline.of(Kind.ADVERSE_EVENT):
        if event.record.get("immune_related") == "1":
            yield Hit(records=(event.record,))


def _without_prophylaxis(timeline: Timeline) -> Iterator[Hit]:
    sessions = timeline.of(Kind.TRANSARTERIAL)
    was_at_risk = took_ici(timeline) or any(e.record.get("modality") in HAIC_MODALITIES for e in sessions)
    for patient in timeline.rows("patient") if was_at_risk else ():
        if patient.get("hbv_status") == "POS" and "NONE" in (patient.get("antiviral_therapy") or ()):
            yield Hit(records=(patient,))


def _event(days: int, **values: object) -> dict[str, list[Row]]:
    return {"adverseevent": [{"ae_onset_date": DAY + timedelta(days=days), "ae_term": "Rash", **values}]}


PATIENT_CHECKS = (
    PatientCheck(
        code="V-D27",
        severity=Severity.WARNING,
        entity="adverseevent",
        fields=("ae_onset_date",),
        message=_(
            "Onset {onset} is outside the treatment period ({first} to {last}, plus 90 days). Check the relatedness."
        ),
        hits=_outside_treatment,
        passing={**_event(90), "resection": [{"start_date": DAY}]},
        failing={**_event(91), "resection": [{"start_date": DAY}]},
    ),
    PatientCheck(
        code="V-E09",
        severity=Severity.QUERY,
        entity="adverseevent",
        fields=("immune_related",),
        message=_("The event is marked as immune-related, but no checkpoint inhibitor is recorded. Check both."),
        hits=_immune_without_ici,
        passing={**_event(1, immune_related="1"), "systemicagent": [CAMRELIZUMAB]},
        failing={**_event(1, immune_related="1"), "systemicagent": [{**CAMRELIZUMAB, "agent_code": "SORAFENIB"}]},
    ),
    PatientCheck(
        code="V-P13",
        severity=Severity.WARNING,
        entity="patient",
        fields=("antiviral_therapy",),
        message=_(
            "The patient has hepatitis B and received immunotherapy or HAIC, but no "
            "antiviral therapy is recorded. Record it if it was given."
        ),
        hits=_without_prophylaxis,
        passing={
            "patient": [{"diagnosis_date": DAY, "hbv_status": "POS", "antiviral_therapy": ["ETV"]}],
            "systemicagent": [CAMRELIZUMAB],
        },
        failing={
            "patient": [{"diagnosis_date": DAY, "hbv_status": "POS", "antiviral_therapy": ["NONE"]}],
            "systemicagent": [CAMRELIZUMAB],
        },
    ),
)
