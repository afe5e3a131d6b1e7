"""Which variables may be copied from the record before: how a patient is treated and looked at, never what came of it.

Measurements, results, dates, responses, stages and what happened at a visit are new each time and are typed each time. Even what
is copied counts only once somebody has looked at it; a form marks it until then.
"""

from collections.abc import Mapping
from types import MappingProxyType

MAY_BE_COPIED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "assessment": ("height_cm", "lt_candidate", "dialysis_7d", "cnlc_edition", "staging_edition"),
        "tumorburden": (
            *("diameter_basis", "lobe_distribution", "segments", "growth_pattern", "tumor_number_uncountable"),
            *("extrahepatic_metastasis", "metastasis_sites"),
        ),
        "transarterialsession": (
            *("modality", "treatment_intent", "access_route", "selectivity", "feeding_arteries", "line_no"),
            *("haic_regimen", "regimen_variant", "haic_infusion_hours", "bead_type", "bead_size_um", "embolic_agent"),
            *("operator_code", "operator_years"),
        ),
        "transarterialagent": ("agent_code", "route", "duration_h"),
        "ablationsession": (
            *("ablation_modality", "treatment_intent", "guidance", "approach", "anesthesia"),
            *("line_no", "operator_code", "operator_years"),
        ),
        "systemicagent": ("line_no", "treatment_intent"),
        "imagingassessment": ("imaging_modality", "imaging_role", "criteria"),
        "lesionmeasurement": ("lesion_no", "organ", "is_target"),
        "adverseevent": ("ctcae_version",),
        "followup": ("contact_mode",),
    }
)


def may_be_copied(variable: str, *, entity: str) -> bool:
    """
    >>> may_be_copied("modality", entity="transarterialsession"), may_be_copied("lipiodol_ml", entity="transarterialsession")
    (True, False)
    """
    return variable in MAY_BE_COPIED.get(entity, ())
