"""How far the tumor has spread, and the stages that follow from it."""

from dataclasses import dataclass
from typing import Any

from registry.clinical.codes import flag, grade
from registry.clinical.staging.ajcc import LocalSpread, Tnm, tnm
from registry.clinical.staging.bclc import Condition, bclc_stage, macrovascular_invasion, within_milan
from registry.clinical.staging.cnlc import cnlc_stage
from registry.clinical.staging.nodules import nodule_count
from registry.clinical.staging.transplant_criteria import Extent, within_hangzhou, within_ucsf, within_up_to_seven
from registry.derived.inputs import Inputs, Row

SINGLE, MULTIPLE = "single", "multiple"
NO_STAGES = dict.fromkeys(("bclc_stage", "cnlc_stage", "ajcc_t", "ajcc_n", "ajcc_m", "ajcc_stage"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedBurden:
    """Of one diameter basis. Invasion and metastasis are those that were found among the details, else as stated."""

    macrovascular_invasion: bool | None
    extrahepatic_metastasis: bool | None
    within_milan: bool | None
    within_ucsf: bool | None
    within_up_to_seven: bool | None
    within_hangzhou: bool | None


def derived_burden(row: Row, *, inputs: Inputs) -> DerivedBurden:
    extent = extent_of(row)
    return DerivedBurden(
        macrovascular_invasion=extent.macrovascular,
        extrahepatic_metastasis=extent.extrahepatic,
        within_milan=within_milan(
            extent.number,
            max_diameter_cm=extent.max_cm,
            macrovascular=extent.macrovascular,
            extrahepatic=extent.extrahepatic,
            basis=extent.basis,
        ),
        within_ucsf=within_ucsf(extent),
        within_up_to_seven=within_up_to_seven(extent),
        within_hangzhou=within_hangzhou(extent, afp_gt_400=inputs.afp_gt_400, edmondson_grade=inputs.edmondson_grade),
    )


def derived_stages(row: Row | None, *, inputs: Inputs, ctp_class: str | None) -> dict[str, Any]:
    """BCLC, CNLC and TNM of whole lesions; none without them."""
    if row is None:
        return dict(NO_STAGES)
    extent, ecog_ps = extent_of(row), grade(inputs.assessment.get("ecog_ps"))
    condition = Condition(
        ecog_ps=ecog_ps,
        ctp_class=ctp_class,
        ecog_tumor_related=flag(inputs.assessment.get("ecog_tumor_related")),
        lt_candidate=flag(inputs.assessment.get("lt_candidate")),
        ps_strict=inputs.bclc_ps_strict,
    )
    spread: dict[str, Any] = {
        "max_diameter_cm": extent.max_cm,
        "macrovascular": extent.macrovascular,
        "extrahepatic": extent.extrahepatic,
    }
    found = _tnm(row, extent=extent)
    return {
        "bclc_stage": bclc_stage(extent.number, **spread, condition=condition),
        "cnlc_stage": cnlc_stage(extent.number, **spread, ecog_ps=ecog_ps, ctp_class=ctp_class),
        "ajcc_t": found.t,
        "ajcc_n": found.n,
        "ajcc_m": found.m,
        "ajcc_stage": found.stage,
    }


def extent_of(row: Row) -> Extent:
    """Invasion and metastasis as their details say; where these are silent, as the center states them.

    Nodules that are called uncountable count as more than any definition allows.
    """
    invaded = macrovascular_invasion(pvtt_cheng=row.get("pvtt_cheng"), hvtt_vv=row.get("hvtt_vv"))
    return Extent(
        number=number_of_tumors(row),
        max_cm=row.get("max_diameter_cm"),
        second_cm=row.get("second_diameter_cm"),
        third_cm=row.get("third_diameter_cm"),
        sum_cm=row.get("sum_diameter_cm"),
        macrovascular=flag(row.get("macrovascular_invasion")) if invaded is None else invaded,
        extrahepatic=True if row.get("metastasis_sites") else flag(row.get("extrahepatic_metastasis")),
        basis="VIABLE" if row.get("diameter_basis") == "VIABLE" else "WHOLE",
    )


def number_of_tumors(row: Row) -> int | None:
    """As counted; nodules that cannot be counted are more than any criterion allows."""
    return nodule_count(row.get("tumor_number"), is_uncountable=flag(row.get("tumor_number_uncountable")))


def number_class(row: Row) -> str | None:
    """Nodules that cannot be counted are multiple; no tumor left is neither."""
    number = number_of_tumors(row)
    return None if not number else SINGLE if number == 1 else MULTIPLE


def _tnm(row: Row, *, extent: Extent) -> Tnm:
    return tnm(
        extent.number,
        max_diameter_cm=extent.max_cm,
        spread=LocalSpread(
            pvtt_cheng=row.get("pvtt_cheng"),
            hvtt_vv=row.get("hvtt_vv"),
            adjacent_organ=flag(row.get("adjacent_organ_invasion")),
            rupture=flag(row.get("tumor_rupture")),
        ),
        extrahepatic=extent.extrahepatic,
        sites=row.get("metastasis_sites") or (),
    )
