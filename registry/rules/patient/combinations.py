"""Checks of treatments against each other, and of adverse events against the treatments they are said to follow."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from registry.clinical.dosing.agents import is_ici, lookup
from registry.clinical.timeline import Kind, Timeline
from registry.rules.check import Severity
from registry.rules.patient_check import Hit, PatientCheck

DAY = date(2021, 6, 1)
EARLIER, LATER = DAY - timedelta(days=1), DAY + timedelta(days=1)
SURGERY = (Kind.RESECTION, Kind.TRANSPLANT)
AT_LEAST_POSSIBLE = frozenset("345")


def _ablated_at_resection(timeline: Timeline) -> Iterator[Hit]:
    resected = {event.day: event.record for event in timeline.of(Kind.RESECTION)}
    for event in timeline.of(Kind.ABLATION):
        if event.day in resected:
            yield Hit(records=(event.record, resected[event.day]), values={"day": event.day})


def _graded_without_surgery(timeline: Timeline) -> Iterator[Hit]:
    first = timeline.first(*SURGERY)
    for event in timeline.of(Kind.ADVERSE_EVENT):
        grade = event.record.get("clavien_dindo")
        if grade not in {None, "0"} and (first is None or first.day > event.day):
            yield Hit(records=(event.record,), values={"grade": grade})


def _had(*kinds: Kind) -> Callable[[Timeline], bool]:
    return lambda timeline: timeline.first(*kinds) is not None


def _took(is_meant: Callable[[str | None], bool | None]) -> Callable[[Timeline], bool]:
    return lambda timeline: any(is_meant(event.record.get("agent_code")) for event in timeline.of(Kind.SYSTEMIC_START))


def _of_class(name: str) -> Callable[[str | None], bool]:
    def is_meant(agent_code: str | None) -> bool:
        agent = lookup(agent_code)
        return agent is not None and agent.agent_class == name

    return is_meant


def _had_chemotherapy(timeline: Timeline) -> bool:
    """Also through the artery, where nearly every session gives a drug."""
    return _had(Kind.TRANSARTERIAL)(timeline) or _took(_of_class("CHEMO"))(timeline)


# Which treatments before the index, not recorded one by one, would also explain an event
EXPOSURES = MappingProxyType(
    {
        "related_tat": (_had(Kind.TRANSARTERIAL), {"TACE", "HAIC", "TARE"}),
        "related_abl": (_had(Kind.ABLATION), {"ABL"}),
        "related_sr": (_had(Kind.RESECTION), {"SR"}),
        "related_rt": (_had(Kind.RADIOTHERAPY), {"RT"}),
        "related_tki": (_took(_of_class("TKI")), {"SYS_TKI"}),
        "related_vegf": (_took(lambda code: _of_class("VEGF_MAB")(code) or _of_class("BISPEC")(code)), {"SYS_VEGF"}),
        "related_ici": (_took(is_ici), {"SYS_ICI"}),
        "related_chemo": (_had_chemotherapy, {"SYS_CHEMO", "TACE", "HAIC"}),
    }
)


def _related_to_nothing_given(name: str) -> Callable[[Timeline], Iterator[Hit]]:
    is_exposed, prior_codes = EXPOSURES[name]

    def hits(timeline: Timeline) -> Iterator[Hit]:
        patients = [event.record for event in timeline.of(Kind.DIAGNOSIS)]
        prior = {code for record in patients for code in record.get("prior_hcc_treatment") or ()}
        if is_exposed(timeline) or prior & prior_codes:
            return
        for event in timeline.of(Kind.ADVERSE_EVENT):
            if event.record.get(name) in AT_LEAST_POSSIBLE:
                yield Hit(records=(event.record,), values={"relatedness": event.record[name]})

    return hits


def _relatedness(name: str) -> PatientCheck:
    event = {"ae_onset_date": DAY, "ae_term": "Fatigue"}
    return PatientCheck(
        code="V-E08",
        severity=Severity.QUERY,
        entity="adverseevent",
        fields=(name,),
        message=_("Relatedness is {relatedness} for a treatment the patient never received. Check both."),
        hits=_related_to_nothing_given(name),
        passing={"adverseevent": [{**event, name: "2"}]},
        failing={"adverseevent": [{**event, name: "3"}]},
    )


PATIENT_CHECKS = (
    PatientCheck(
        code="V-T26",
        severity=Severity.QUERY,
        entity="ablationsession",
        fields=("start_date",),
        message=_("Ablation and resection were both performed on {day}. Did they treat different lesions?"),
        hits=_ablated_at_resection,
        passing={"ablationsession": [{"start_date": DAY}], "resection": [{"start_date": LATER}]},
        failing={"ablationsession": [{"start_date": DAY}], "resection": [{"start_date": DAY}]},
    ),
    PatientCheck(
        code="V-E13",
        severity=Severity.ERROR,
        entity="adverseevent",
        fields=("clavien_dindo",),
        message=_(
            "Clavien-Dindo {grade} is recorded, but there is no earlier operation. Remove "
            "the grade or record the operation."
        ),
        hits=_graded_without_surgery,
        passing={
            "adverseevent": [{"ae_onset_date": DAY, "clavien_dindo": "II"}],
            "resection": [{"start_date": EARLIER}],
        },
        failing={"adverseevent": [{"ae_onset_date": DAY, "clavien_dindo": "II"}], "resection": [{"start_date": LATER}]},
    ),
    *(_relatedness(name) for name in EXPOSURES),
)
