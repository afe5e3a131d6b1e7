"""The variables nobody enters: what they are called, in which unit, and by which formula they are computed.

The values come from registry.derived.assessment (an assessment), registry.derived.course (a patient's course) and the de-identified
views; here they are named for the codebook and for readers. Sources: the data dictionary, sections 3 to 9.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedVariable:
    """`entity` is the record it belongs to; `formula` says in short how it is computed, or after whom."""

    entity: str
    name: str
    label: str | Promise
    unit: str = ""
    formula: str = ""


def _of(entity: str, *variables: tuple[str, str | Promise, str, str]) -> tuple[DerivedVariable, ...]:
    return tuple(
        DerivedVariable(entity=entity, name=name, label=label, unit=unit, formula=formula)
        for name, label, unit, formula in variables
    )


DERIVED_VARIABLES: tuple[DerivedVariable, ...] = (
    *_of(
        "patient",
        ("registry_id", _("Registry ID"), "", "center code, serial, Luhn check digit"),
        ("local_id_hash", _("Hashed hospital number"), "", "HMAC-SHA-256"),
        ("linkage_hash", _("Cross-center linkage hash"), "", "HMAC-SHA-256"),
        ("initials_hash", _("Hashed initials"), "", "HMAC-SHA-256"),
        ("age_at_index", _("Age at index treatment"), "a", "completed years"),
        ("successful_downstaging", _("Successful downstaging"), "", "An 2025"),
        ("tace_refractory_jsh", _("TACE refractoriness (JSH-LCSGJ)"), "", "Kudo 2014, 2021; by imaging"),
        ("tace_refractory_cci", _("TACE refractoriness (CCI)"), "", "CCI consensus 2022"),
        ("afp_response", _("AFP response"), "", "AFP down by > 20% after 4 to 8 weeks; Chan 2009"),
        ("treatment_naive", _("Treatment-naive"), "", "prior_hcc_treatment = NONE"),
        ("days_since_last_contact", _("Days since last contact"), "d", "data cutoff − last contact"),
    ),
    *_of(
        "assessment",
        ("bmi", _("Body mass index"), "kg/m2", "weight_kg / (height_cm / 100)²"),
        ("bsa", _("Body surface area"), "m2", "Mosteller"),
        ("albi_score", _("ALBI score"), "", "Johnson 2015"),
        ("albi_grade", _("ALBI grade"), "", "Johnson 2015"),
        ("malbi_grade", _("Modified ALBI grade"), "", "Hiraoka 2019"),
        ("ctp_score", _("Child-Pugh score"), "", "Child-Turcotte-Pugh"),
        ("ctp_class", _("Child-Pugh class"), "", "Child-Turcotte-Pugh"),
        ("meld", _("MELD"), "", "Kamath 2001"),
        ("meld_na", _("MELD-Na"), "", "OPTN 2016"),
        ("meld_3", _("MELD 3.0"), "", "Kim 2021"),
        ("fib4", _("FIB-4 index"), "", "age·AST / (PLT·√ALT)"),
        ("apri", _("APRI"), "", "100·(AST / ULN) / PLT"),
        ("nlr", _("Neutrophil-to-lymphocyte ratio"), "", "NEUT / LYM"),
        ("plr", _("Platelet-to-lymphocyte ratio"), "", "PLT / LYM"),
        ("lmr", _("Lymphocyte-to-monocyte ratio"), "", "LYM / MONO"),
        ("sii", _("Systemic immune-inflammation index"), "", "PLT·NEUT / LYM"),
        ("pni", _("Prognostic nutritional index"), "", "ALB + 5·LYM"),
        ("egfr", _("Estimated glomerular filtration rate"), "mL/min/1.73 m2", "CKD-EPI 2021"),
        ("afp_gt_400", _("AFP above 400 ng/mL"), "", "AFP > 400"),
        ("bclc_stage", _("BCLC stage (2022)"), "", "Reig 2022"),
        ("cnlc_stage", _("CNLC stage"), "", "China NHC 2022"),
        ("ajcc_t", _("AJCC 8 T"), "", "AJCC 8"),
        ("ajcc_n", _("AJCC 8 N"), "", "AJCC 8"),
        ("ajcc_m", _("AJCC 8 M"), "", "AJCC 8"),
        ("ajcc_stage", _("AJCC 8 stage"), "", "AJCC 8"),
        ("hap_score", _("HAP score"), "", "Kadalayil 2013"),
        ("hap_class", _("HAP class"), "", "Kadalayil 2013"),
        ("mhap_score", _("mHAP score"), "", "Pinato 2015"),
        ("mhap_class", _("mHAP class"), "", "Pinato 2015"),
        ("mhap_ii_score", _("mHAP-II score"), "", "Park 2016"),
        ("mhap_ii_class", _("mHAP-II class"), "", "Park 2016"),
        ("six_and_twelve", _("Six-and-twelve score"), "", "tumor_number + max_diameter_cm; Wang 2019"),
        ("six_and_twelve_class", _("Six-and-twelve stratum"), "", "≤ 6, > 6 to 12, > 12; Wang 2019"),
        ("bclc_b_bolondi", _("BCLC B substage (Bolondi)"), "", "Bolondi 2012"),
        ("bclc_b_kinki", _("BCLC B substage (Kinki)"), "", "Kudo 2015"),
        ("crafity_score", _("CRAFITY score"), "", "AFP ≥ 100 ng/mL, CRP ≥ 10 mg/L; Scheiner 2022"),
    ),
    *_of(
        "tumorburden",
        ("within_milan", _("Within Milan criteria"), "", "Mazzaferro 1996"),
        ("within_ucsf", _("Within UCSF criteria"), "", "Yao 2001"),
        ("within_up_to_seven", _("Within up-to-seven criteria"), "", "Mazzaferro 2009"),
        ("within_hangzhou", _("Within Hangzhou criteria"), "", "Zheng 2008"),
    ),
    *_of(
        "treatment",
        ("treatment_type", _("Treatment type"), "", "record type"),
        ("is_index", _("Index treatment"), "", "first treatment of the patient"),
        ("line_no", _("Treatment line"), "", "+1 at each change of strategy"),
    ),
    *_of(
        "transarterialsession",
        ("session_no", _("Session number"), "", "by date"),
        ("cycle_no", _("HAIC cycle"), "", "by date within the course"),
        ("course_id", _("HAIC course"), "", "a gap of more than 42 d starts a new course"),
        ("days_since_previous", _("Days since the previous session"), "d", "of the same type"),
        ("post_embolization_syndrome", _("Post-embolization syndrome"), "", "≥ 2 of its signs"),
    ),
    *_of("transarterialagent", ("dose_per_m2", _("Dose per body surface area"), "mg/m2", "dose_mg / bsa")),
    *_of(
        "ablationsession",
        ("complete_ablation_1m", _("Complete ablation at 1 month"), "", "all lesions completely ablated"),
    ),
    *_of(
        "resection",
        ("pcr", _("Pathological complete response"), "", "viable tumor 0%"),
        ("mpr", _("Major pathological response"), "", "viable tumor ≤ 10%"),
        ("conversion_surgery", _("Conversion surgery"), "", "unresectable at index, previously treated"),
        ("clavien_dindo_max", _("Highest Clavien-Dindo grade"), "", "within 90 d"),
    ),
    *_of("transplant", ("criteria_met", _("Criteria met"), "", "last tumor burden before the transplant")),
    *_of(
        "systemicagent",
        ("regimen_class", _("Regimen class"), "", "agent classes in the line"),
        ("haic_relation", _("Sequence relative to HAIC"), "", "rule S1"),
        ("combo_relation_tat", _("Relation to TACE"), "", "rule S2"),
    ),
    *_of(
        "imagingassessment",
        ("sum_viable_mm", _("Sum of viable diameters"), "mm", "mRECIST targets"),
        ("sum_whole_mm", _("Sum of longest diameters"), "mm", "RECIST 1.1 targets"),
        ("max_viable_diameter_mm", _("Largest viable diameter"), "mm", "over all lesions"),
        ("new_lesion", _("New lesion"), "", "mRECIST, from the list of lesions"),
        ("response_mrecist", _("mRECIST response"), "", "Lencioni 2010"),
        ("response_recist11", _("RECIST 1.1 response"), "", "Eisenhauer 2009"),
        ("response_recicl", _("RECICL response"), "", "Kudo 2020"),
        ("response_irecist", _("iRECIST response"), "", "Seymour 2017"),
    ),
    *_of(
        "progressionevent",
        ("after_curative", _("Recurrence after curative treatment"), "", "prior curative treatment"),
    ),
    *_of("adverseevent", ("ae_soc", _("System organ class"), "", "of the CTCAE term")),
)
