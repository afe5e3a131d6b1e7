"""Checks of tumor burdens against each other, and of an assessment against the operation that followed it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.facts import facts_of_patient
from registry.rules.patient.curative_treatment import burdens, is_within_milan
from registry.rules.patient_check import Hit, PatientCheck

DAY = date(2021, 6, 1)
SURGERY = DAY + timedelta(days=30)
MAJOR = frozenset({"LHEP", "RHEP", "EXT", "CENTRAL", "ALPPS"})
LEAST_REMNANT_PCT: Mapping[str, float] = {"1": 40.0, "0": 30.0}  # by cirrhosis; An 2025
LONG_PROTHROMBIN_S, LOW_ACTIVITY_PCT, LOW_PLATELETS = 15, 40, 50  # An 2025, indication (e)


def _viable_larger(timeline: Timeline) -> Iterator[Hit]:
    whole = {
        row.get("assessment_date"): row
        for row in timeline.rows("tumorburden")
        if row.get("diameter_basis") == "WHOLE" and row.get("max_diameter_cm") is not None
    }
    for row in timeline.rows("tumorburden"):
        other = whole.get(row.get("assessment_date"))
        if row.get("diameter_basis") != "VIABLE" or row.get("max_diameter_cm") is None or other is None:
            continue
        if row["max_diameter_cm"] > other["max_diameter_cm"]:
            values = {"viable": row["max_diameter_cm"], "whole": other["max_diameter_cm"]}
            yield Hit(records=(row, other), values=values)


def _panel(timeline: Timeline, *, visit: Row) -> dict[str, float]:
    return {
        row["analyte_code"]: row["value"]
        for row in timeline.rows("labresult")
        if row.get("assessment_date") == visit["assessment_date"]
        and row.get("assessment_type") == visit.get("assessment_type")
        and row.get("value") is not None
    }


def _last_visit(timeline: Timeline, *, before: Event) -> Row | None:
    visits = [event.record for event in timeline.of(Kind.ASSESSMENT) if event.day <= before.day]
    return visits[-1] if visits else None


def _coagulation_before_surgery(timeline: Timeline) -> Iterator[Hit]:
    for event in timeline.of(Kind.RESECTION):
        visit = _last_visit(timeline, before=event)
        if event.record.get("treatment_intent") != "CONV" or visit is None:
            continue
        panel = _panel(timeline, visit=visit)
        is_outside = (
            panel.get("pt", 0) >= LONG_PROTHROMBIN_S
            or panel.get("pta", 100) <= LOW_ACTIVITY_PCT
            or panel.get("plt", 1000) <= LOW_PLATELETS
        )
        if is_outside:
            yield Hit(records=(visit, event.record), values={"surgery": event.day})


def _small_remnant(timeline: Timeline) -> Iterator[Hit]:
    cirrhosis = next((row.get("cirrhosis") for row in timeline.rows("patient")), None)
    least = LEAST_REMNANT_PCT.get(str(cirrhosis))
    for event in timeline.of(Kind.RESECTION) if least is not None else ():
        measured = [
            visit.record
            for visit in timeline.of(Kind.ASSESSMENT)
            if visit.day <= event.day and visit.record.get("future_liver_remnant_pct") is not None
        ]
        if event.record.get("extent") not in MAJOR or not measured or least is None:
            continue
        remnant = measured[-1]["future_liver_remnant_pct"]
        if remnant < least:
            values = {"remnant": remnant, "least": f"{least:g}", "surgery": event.day}
            yield Hit(records=(measured[-1], event.record), values=values)


def _downstaged_from_within(timeline: Timeline) -> Iterator[Hit]:
    claimed = [row for row in timeline.rows("tumorburden") if row.get("successful_downstaging") == "1"]
    index = facts_of_patient(timeline.records).get("index_date")
    if not claimed or index is None:
        return
    before = [*burdens(timeline, basis="WHOLE", first=date.min, last=index)]
    if before and is_within_milan(before[-1]):
        yield Hit(records=(claimed[0], before[-1]), values={"index": before[-1]["assessment_date"]})


def _burden(basis: str, *, cm: float, **values: Any) -> Row:
    return {
        "assessment_date": DAY,
        "assessment_type": "BASE",
        "diameter_basis": basis,
        "tumor_number": 1,
        "max_diameter_cm": cm,
        "macrovascular_invasion": "0",
        "extrahepatic_metastasis": "0",
        **values,
    }


VISIT = {"assessment_date": DAY, "assessment_type": "BASE"}
CONVERSION = {"start_date": SURGERY, "treatment_intent": "CONV"}
PLATELETS = {**VISIT, "analyte_code": "plt"}
INDEX = {"start_date": SURGERY, "modality": "CTACE"}

PATIENT_CHECKS = (
    PatientCheck(
        code="V-S25",
        severity=Severity.QUERY,
        entity="tumorburden",
        fields=("max_diameter_cm",),
        message=_("The viable part ({viable} cm) is larger than the whole lesion ({whole} cm). Check both."),
        hits=_viable_larger,
        passing={"tumorburden": [_burden("VIABLE", cm=5.0), _burden("WHOLE", cm=5.0)]},
        failing={"tumorburden": [_burden("VIABLE", cm=5.1), _burden("WHOLE", cm=5.0)]},
    ),
    PatientCheck(
        code="V-S26",
        severity=Severity.WARNING,
        entity="assessment",
        fields=("assessment_date",),
        message=_("Coagulation or platelets did not meet the indication for the conversion resection on {surgery}."),
        hits=_coagulation_before_surgery,
        passing={"assessment": [VISIT], "resection": [CONVERSION], "labresult": [{**PLATELETS, "value": 51.0}]},
        failing={"assessment": [VISIT], "resection": [CONVERSION], "labresult": [{**PLATELETS, "value": 50.0}]},
    ),
    PatientCheck(
        code="V-S27",
        severity=Severity.QUERY,
        entity="assessment",
        fields=("future_liver_remnant_pct",),
        message=_(
            "The future liver remnant of {remnant}% is below the {least}% needed for the "
            "major resection on {surgery}. Check both."
        ),
        hits=_small_remnant,
        passing={
            "patient": [{"diagnosis_date": DAY, "cirrhosis": "1"}],
            "assessment": [{**VISIT, "future_liver_remnant_pct": 40.0}],
            "resection": [{"start_date": SURGERY, "extent": "RHEP"}],
        },
        failing={
            "patient": [{"diagnosis_date": DAY, "cirrhosis": "1"}],
            "assessment": [{**VISIT, "future_liver_remnant_pct": 39.9}],
            "resection": [{"start_date": SURGERY, "extent": "RHEP"}],
        },
    ),
    PatientCheck(
        code="V-R11",
        severity=Severity.QUERY,
        entity="tumorburden",
        fields=("within_milan",),
        message=_(
            "Downstaging is not possible: the tumor was already within the Milan criteria "
            "on {index}, before the first treatment."
        ),
        hits=_downstaged_from_within,
        passing={
            "tumorburden": [_burden("WHOLE", cm=8.0), _burden("VIABLE", cm=3.0, successful_downstaging="1")],
            "transarterialsession": [INDEX],
        },
        failing={
            "tumorburden": [_burden("WHOLE", cm=5.0), _burden("VIABLE", cm=3.0, successful_downstaging="1")],
            "transarterialsession": [INDEX],
        },
    ),
)
