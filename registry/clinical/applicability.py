"""Which variables of a record apply only under one of its codes: said once for forms, checks and the codebook.

A form folds away what does not apply, as long as nothing stands in it; V-L15 asks about a value that stands there all the same.
A code that is missing says nothing, and all applies. Source: the registry's data dictionary, sections 2, 5 and 9.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from registry.clinical.sequence import HAIC_MODALITIES, TACE_MODALITIES

SESSION = "transarterialsession"
THROUGH_A_CATHETER = HAIC_MODALITIES | {"TAI"}
EMBOLIZED = TACE_MODALITIES | {"TAE"}
YES = frozenset({"1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicability:
    """`variables` of `entity` apply only where `depends_on` has one of `codes`.

    `is_asked` where a check of the data dictionary, or a code among the values that says "none", asks already.
    """

    entity: str
    depends_on: str
    codes: frozenset[str]
    variables: tuple[str, ...]
    is_asked: bool = False


def _of(entity: str, depends_on: str, codes: frozenset[str], *variables: str, is_asked: bool = False) -> Applicability:
    return Applicability(entity=entity, depends_on=depends_on, codes=codes, variables=variables, is_asked=is_asked)


APPLICABLE: tuple[Applicability, ...] = (
    _of(
        SESSION,
        "modality",
        THROUGH_A_CATHETER,
        *("haic_regimen", "regimen_variant", "haic_infusion_hours", "cycle_no"),
        *("dose_reduction_pct", "dose_reduction_reason", "non_main_vessel_embolized"),
    ),
    _of(SESSION, "modality", EMBOLIZED | {"TAI"}, "lipiodol_ml", "lipiodol_deposition"),
    _of(SESSION, "modality", EMBOLIZED, "embolic_agent", "embolization_endpoint"),
    _of(SESSION, "modality", TACE_MODALITIES - {"CTACE"}, "bead_type", "bead_size_um", "bead_volume_ml"),
    _of(
        SESSION,
        "modality",
        frozenset({"TARE"}),
        *("isotope", "activity_gbq", "tumor_dose_gy", "normal_liver_dose_gy", "lung_shunt_pct"),
    ),
    _of("resection", "resection_margin", frozenset({"R0", "R1"}), "margin_mm"),
    _of("systemicagent", "dose_modified", YES, "modification_reason"),
    _of("progressionevent", "untaceable", YES, "untaceable_reason"),
    _of(
        "followup",
        "vital_status",
        frozenset({"DEAD"}),
        *("death_cause", "death_cause_icd10"),
    ),
    # Among what a check reads, death_date is the patient's: an earlier contact alive is no contradiction, a later one is asked about.
    _of("followup", "vital_status", frozenset({"DEAD"}), "death_date", "death_date_precision", is_asked=True),
    _of("adverseevent", "serious", YES, "serious_criteria", is_asked=True),
    _of("patient", "comorbidity", YES, "comorbidity_list", is_asked=True),
    _of(
        "patient",
        "other_malignancy",
        YES,
        *("other_malignancy_type", "other_malignancy_date", "other_malignancy_status"),
    ),
    _of("patient", "smoking_status", frozenset({"FOR", "CUR"}), "pack_years", is_asked=True),
    _of("patient", "alcohol_status", frozenset({"FOR", "CUR"}), "alcohol_g_per_day", is_asked=True),
    _of("patient", "cirrhosis", YES, "cirrhosis_basis"),
    _of("patient", "consent_status", frozenset({"WDR"}), "consent_withdrawn_date"),
    _of("tumorburden", "extrahepatic_metastasis", YES, "metastasis_sites", is_asked=True),
)


def applies(variable: str, *, entity: str, row: Mapping[str, object]) -> bool:
    """Whether the variable has a meaning in this record.

    >>> applies("haic_regimen", entity="transarterialsession", row={"modality": "CTACE"})
    False
    >>> applies("haic_regimen", entity="transarterialsession", row={})
    True
    """
    return all(
        row.get(rule.depends_on) in {None, "", *rule.codes} for rule in rules_of(entity) if variable in rule.variables
    )


def rules_of(entity: str) -> Iterator[Applicability]:
    """Those about the records of this kind."""
    return (rule for rule in APPLICABLE if rule.entity == entity)
