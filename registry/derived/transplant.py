"""Which transplant criteria the last tumor burden before a transplant met."""

from datetime import date
from typing import Any

from registry.clinical.codes import exceeds
from registry.clinical.staging.bclc import within_milan
from registry.clinical.staging.transplant_criteria import Extent, within_hangzhou, within_ucsf, within_up_to_seven
from registry.clinical.timeline import Event, Timeline
from registry.derived.extent import extent_of

AFP_LIMIT_NG_ML = 400


def criteria_met(event: Event, *, timeline: Timeline) -> dict[str, Any]:
    """`criteria_met` in the vocabulary's order; None where a missing finding decides about one of the criteria."""
    burdens = [row for row in timeline.rows("tumorburden") if row.get("diameter_basis") == "WHOLE"]
    before = [row for row in burdens if row.get("assessment_date") and row["assessment_date"] <= event.day]
    if not before:
        return {"criteria_met": None}
    verdicts = _verdicts(
        extent_of(max(before, key=lambda row: row["assessment_date"])), timeline=timeline, on=event.day
    )
    if None in verdicts.values():
        return {"criteria_met": None}
    return {"criteria_met": [code for code, met in verdicts.items() if met] or ["NONE"]}


def _verdicts(extent: Extent, *, timeline: Timeline, on: date) -> dict[str, bool | None]:
    patient = next(iter(timeline.rows("patient")), {})
    return {
        "MILAN": within_milan(
            extent.number,
            max_diameter_cm=extent.max_cm,
            macrovascular=extent.macrovascular,
            extrahepatic=extent.extrahepatic,
            basis=extent.basis,
        ),
        "UCSF": within_ucsf(extent),
        "HZ": within_hangzhou(
            extent, afp_gt_400=_afp_gt_400(timeline, on=on), edmondson_grade=patient.get("edmondson_grade")
        ),
        "UP7": within_up_to_seven(extent),
    }


def _afp_gt_400(timeline: Timeline, *, on: date) -> bool | None:
    results = [row for row in timeline.rows("labresult") if row.get("analyte_code") == "afp" and row.get("value")]
    before = [row for row in results if row.get("assessment_date") and row["assessment_date"] <= on]
    if not before:
        return None
    last = max(before, key=lambda row: row["assessment_date"])
    return exceeds(last["value"], limit=AFP_LIMIT_NG_ML, comparator=last.get("comparator") or "=")
