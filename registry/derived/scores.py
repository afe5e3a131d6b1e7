"""The scores of the field that papers report, of one assessment: of whole lesions and of the blood of its day."""

from collections.abc import Mapping
from typing import Any

from registry.clinical.codes import reaches
from registry.clinical.prognosis.embolization import hap_class, hap_score, mhap_ii_score, mhap_score
from registry.clinical.prognosis.immunotherapy import CRAFITY_AFP_NG_ML, CRAFITY_CRP_MG_L, crafity_score
from registry.clinical.prognosis.tumor_burden import six_and_twelve, six_and_twelve_class
from registry.clinical.staging.intermediate import bolondi_substage, kinki_substage
from registry.clinical.staging.transplant_criteria import within_up_to_seven
from registry.derived.extent import extent_of
from registry.derived.inputs import NO_RESULT, Inputs

WHOLE = "WHOLE"
SCORES = (
    *("hap_score", "hap_class", "mhap_score", "mhap_class", "mhap_ii_score", "mhap_ii_class"),
    *("six_and_twelve", "six_and_twelve_class", "bclc_b_bolondi", "bclc_b_kinki", "crafity_score"),
)


def derived_scores(inputs: Inputs, *, known: Mapping[str, Any]) -> dict[str, Any]:
    """By name; `known` has the Child-Pugh score and the BCLC stage as derived."""
    found: dict[str, Any] = dict.fromkeys(SCORES)
    found["crafity_score"] = crafity_score(
        afp_ge_100=_reaches(inputs, analyte="afp", limit=CRAFITY_AFP_NG_ML),
        crp_ge_10=_reaches(inputs, analyte="crp", limit=CRAFITY_CRP_MG_L),
    )
    row = inputs.burdens.get(WHOLE)
    return found if row is None else {**found, **_of_tumor(inputs, row=row, known=known)}


def _of_tumor(inputs: Inputs, *, row: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    extent, alb = extent_of(row), inputs.measured("alb")
    common: dict[str, Any] = {"afp_gt_400": inputs.afp_gt_400, "max_diameter_cm": extent.max_cm}
    blood = {**common, "tbil": inputs.measured("tbil")}
    points = {
        "hap": hap_score(alb, **blood),
        "mhap": mhap_score(alb, **common),
        "mhap_ii": mhap_ii_score(alb, **blood, number=extent.number),
    }
    state: dict[str, Any] = {
        "ctp_score": _derived_or_entered(inputs, name="ctp_score", known=known),
        "up_to_seven": within_up_to_seven(extent),
    }
    stage = _derived_or_entered(inputs, name="bclc_stage", known=known)
    return {
        **{f"{name}_score": score for name, score in points.items()},
        **{f"{name}_class": hap_class(score) for name, score in points.items()},
        "six_and_twelve": six_and_twelve(extent.number, max_diameter_cm=extent.max_cm),
        "six_and_twelve_class": six_and_twelve_class(extent.number, max_diameter_cm=extent.max_cm),
        "bclc_b_bolondi": bolondi_substage(stage, **state),
        "bclc_b_kinki": kinki_substage(stage, **state),
    }


def _derived_or_entered(inputs: Inputs, *, name: str, known: Mapping[str, Any]) -> Any:
    derived = known.get(name)
    return inputs.assessment.get(name) if derived is None else derived


def _reaches(inputs: Inputs, *, analyte: str, limit: float) -> bool | None:
    result = inputs.laboratory.get(analyte, NO_RESULT)
    return reaches(inputs.measured(analyte), limit=limit, comparator=result.comparator)
