"""What is computed from an assessment as stored: shown beside the entered values, never stored itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.clinical.codes import flag, grade
from registry.clinical.scores import albi_grade, albi_score, child_pugh_class, child_pugh_score
from registry.clinical.staging import Condition, bclc_stage, within_milan
from registry.models import Assessment, TumorBurden


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """None where an input is missing. `milan` has one entry per diameter basis recorded."""

    albi_score: float | None
    albi_grade: str | None
    child_pugh_score: int | None
    child_pugh_class: str | None
    bclc_stage: str | None
    milan: Mapping[str, bool | None]


def derived_of(assessment: Assessment) -> Derived:
    laboratory = {result.analyte_code: result.value for result in assessment.labresult_set.all()}
    burdens = {burden.diameter_basis: burden for burden in assessment.tumorburden_set.all()}
    albi = albi_score(laboratory.get("alb"), tbil=laboratory.get("tbil"))
    child_pugh = child_pugh_score(
        alb=laboratory.get("alb"),
        tbil=laboratory.get("tbil"),
        inr=laboratory.get("inr"),
        ascites_grade=grade(assessment.ascites_grade),
        encephalopathy_grade=grade(assessment.encephalopathy_grade),
    )
    condition = Condition(
        ecog_ps=grade(assessment.ecog_ps),
        ctp_class=child_pugh_class(child_pugh) or assessment.ctp_class,
        ecog_tumor_related=flag(assessment.ecog_tumor_related),
    )
    return Derived(
        albi_score=albi,
        albi_grade=albi_grade(albi),
        child_pugh_score=child_pugh,
        child_pugh_class=child_pugh_class(child_pugh),
        bclc_stage=_stage(burdens.get("WHOLE"), condition=condition),
        milan={basis: _milan(burden) for basis, burden in burdens.items()},
    )


def _stage(burden: TumorBurden | None, *, condition: Condition) -> str | None:
    if burden is None:
        return None
    invaded, spread = flag(burden.macrovascular_invasion), flag(burden.extrahepatic_metastasis)
    return bclc_stage(
        burden.tumor_number,
        max_diameter_cm=burden.max_diameter_cm,
        macrovascular=invaded,
        extrahepatic=spread,
        condition=condition,
    )


def _milan(burden: TumorBurden) -> bool | None:
    return within_milan(
        burden.tumor_number,
        max_diameter_cm=burden.max_diameter_cm,
        macrovascular=flag(burden.macrovascular_invasion),
        extrahepatic=flag(burden.extrahepatic_metastasis),
        basis=burden.diameter_basis,  # type: ignore[arg-type]  # its codes are the two bases
    )
