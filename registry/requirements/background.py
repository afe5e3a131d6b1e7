"""When a variable of center, patient, assessment, laboratory or tumor burden is required: sections 2 to 4 of the data dictionary.

A row below an assessment is read together with its variables, an assessment with its laboratory panel (analyte → value). What is
asked of the treatment reads `course`, the patient's CourseFacts; without it the variable is not asked for. What the registry
derives itself is not asked for either.
"""

from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AnalyteCode,
    AssessmentType,
    ChildPughClass,
    ConsentStatus,
    DiagnosisBasis,
    Habit,
    HepatitisB,
    PortalVeinThrombus,
    YesNo,
)
from registry.clinical.codes import grade
from registry.clinical.dates import in_baseline_window
from registry.requirements.base import Predicate, Requirement, Row, always, required
from registry.requirements.course_facts import CourseFacts

CENTER, PATIENT, ASSESSMENT, RESULT, BURDEN = "center", "patient", "assessment", "labresult", "tumorburden"

EVER = frozenset({Habit.FORMER.value, Habit.CURRENT.value})
CREATININE_OF_DIALYSIS = 177  # umol/L, 2 mg/dL: above it MELD asks for dialysis
GRADED_PROTEIN = frozenset({"2+", "3+", "4+"})
PORTAL_THROMBUS = frozenset(PortalVeinThrombus.values) - {PortalVeinThrombus.NONE.value}
VEGF = ("vegf", "tki")
ICI = ("ici",)
BODY_DOSED = ("chemo", "vegf", "tki")


def _equals(name: str, code: str) -> Predicate:
    return lambda row: row.get(name) == code


def _is_among(name: str, codes: frozenset[str]) -> Predicate:
    return lambda row: row.get(name) in codes


def is_baseline(row: Row) -> bool:
    """Of an assessment, and of what hangs below one."""
    return row.get("assessment_type") == AssessmentType.BASELINE or row.get("is_baseline") == YesNo.YES


def _is_before_treatment(row: Row) -> bool:
    return is_baseline(row) or row.get("assessment_type") == AssessmentType.BEFORE_TREATMENT


def _course(row: Row) -> CourseFacts | None:
    known = row.get("course")
    return known if isinstance(known, CourseFacts) else None


def _ever(row: Row, *, therapies: tuple[str, ...]) -> bool:
    known = _course(row)
    return known is not None and any(therapy in known.given for therapy in therapies)


def _before(row: Row, *, therapies: tuple[str, ...]) -> bool:
    """An assessment in the 28 days up to one of these therapies."""
    known, assessed = _course(row), row.get("assessment_date")
    days = (day for therapy in therapies for day in known.given.get(therapy, ())) if known else ()
    return any(in_baseline_window(assessed, index_date=day) for day in days)


def _was_converted(row: Row) -> bool:
    """A curative treatment after one through the artery."""
    known = _course(row)
    first = min(known.given.get("tat", ()), default=None) if known else None
    return known is not None and first is not None and any(day > first for day in known.curative)


def _is_before_converted_resection(row: Row) -> bool:
    return _was_converted(row) and _before(row, therapies=("sr",))


def _is_at_least(row: Row, *, name: str, least: int) -> bool:
    return (grade(row.get(name)) or 0) >= least


def _exceeds(row: Row, *, name: str, limit: float) -> bool:
    value = row.get(name)
    return isinstance(value, int | float) and value > limit


def _has_nodules(row: Row, *, least: int) -> bool:
    number = row.get("tumor_number")
    return isinstance(number, int | float) and least <= number <= 3


def _needs_control(row: Row) -> bool:
    """Child-Pugh reads the prothrombin time against its control where the INR is missing."""
    return row.get(AnalyteCode.PROTHROMBIN_TIME) is not None and row.get(AnalyteCode.INR) is None


def _has_known_infection(row: Row) -> bool:
    return is_baseline(row) and "POS" in {row.get(AnalyteCode.HBSAG), row.get("hbv_status")}


def _center() -> Iterator[Requirement]:
    yield from always(CENTER, "center_code", "center_name_en", "center_name_zh", "province_code", "hospital_level")
    yield from always(CENTER, "ethics_approval_no", "ethics_approval_date", "activation_date")
    yield from always(CENTER, "enrollment_start", "enrollment_end")


def _patient() -> Iterator[Requirement]:
    yield from always(PATIENT, "local_id", "sex", "birth_date", "consent_status", "enrollment_mode")
    yield from always(PATIENT, "diagnosis_date", "diagnosis_basis", "tumor_type", "icd10_code", "icdo3_topography")
    yield from always(PATIENT, "other_malignancy", "prior_hcc_treatment")
    yield from required(
        PATIENT,
        *("smoking_status", "alcohol_status", "hbv_status", "hcv_status", "etiology_alcohol", "etiology_masld"),
        *("cirrhosis", "portal_hypertension", "comorbidity", "serious_chronic_disease", "resectability_index"),
        when=_("at baseline"),
        applies=lambda _row: True,  # a patient has one background, that of the baseline
    )
    for variable, words, applies in (
        ("consent_date", _("if consent was obtained"), _equals("consent_status", ConsentStatus.OBTAINED)),
        (
            "consent_withdrawn_date",
            _("if consent was withdrawn"),
            _equals("consent_status", ConsentStatus.WITHDRAWN),
        ),
        ("pack_years", _("for current or former smokers"), _is_among("smoking_status", EVER)),
        ("alcohol_g_per_day", _("for current or former drinkers"), _is_among("alcohol_status", EVER)),
        (
            "edmondson_grade",
            _("if the diagnosis is based on histology"),
            _equals("diagnosis_basis", DiagnosisBasis.HISTOLOGY),
        ),
        ("antiviral_therapy", _("for patients with hepatitis B"), _equals("hbv_status", HepatitisB.POSITIVE)),
        ("cirrhosis_basis", _("for patients with cirrhosis"), _equals("cirrhosis", YesNo.YES)),
        ("comorbidity_list", _("for patients with any comorbidity"), _equals("comorbidity", YesNo.YES)),
        ("varices", _("before anti-angiogenic therapy"), partial(_ever, therapies=("vegf",))),
        ("mdt_review_date", _("if conversion led to curative treatment"), _was_converted),
    ):
        yield from required(PATIENT, variable, when=words, applies=applies)
    yield from required(
        PATIENT,
        *("other_malignancy_type", "other_malignancy_date", "other_malignancy_status"),
        when=_("for patients with another malignancy"),
        applies=_equals("other_malignancy", YesNo.YES),
    )


def _assessment() -> Iterator[Requirement]:
    yield from always(ASSESSMENT, "assessment_date", "assessment_type")
    yield from required(
        ASSESSMENT,
        *("ecog_ps", "ascites_grade", "encephalopathy_grade"),
        *("bclc_stage", "cnlc_stage", "ajcc_t", "ajcc_n", "ajcc_m", "ajcc_stage", "staging_date", "staging_edition"),
        when=_("at baseline"),
        applies=is_baseline,
    )
    before_vegf = partial(_before, therapies=VEGF)
    for variables, words, applies in (
        (
            ("height_cm", "weight_kg"),
            _("before treatment dosed by body size"),
            partial(_before, therapies=BODY_DOSED),
        ),
        (("systolic_bp", "diastolic_bp"), _("before anti-angiogenic therapy"), before_vegf),
        (
            ("body_temperature",),
            _("at adverse event assessments"),
            _equals("assessment_type", AssessmentType.ADVERSE_EVENT),
        ),
        (
            ("future_liver_remnant_pct",),
            _("before resection after conversion therapy"),
            _is_before_converted_resection,
        ),
        (("ecog_tumor_related",), _("if ECOG is 1 or higher"), partial(_is_at_least, name="ecog_ps", least=1)),
        (
            ("dialysis_7d",),
            _("if creatinine is above 177 µmol/L"),
            partial(_exceeds, name=AnalyteCode.CREATININE.value, limit=CREATININE_OF_DIALYSIS),
        ),
        (("lt_candidate",), _("if Child-Pugh class is C"), _equals("ctp_class", ChildPughClass.C)),
    ):
        yield from required(ASSESSMENT, *variables, when=words, applies=applies)


BASELINE_ANALYTES = (
    *("ggt", "alp", "pta", "aptt", "fib", "crp", "urea", "na", "k", "glu", "pivka2"),
    *("hbsag_q", "hcv_ab"),
)
EVERY_TREATMENT_ANALYTES = (
    *("alb", "tbil", "alt", "ast", "pt", "inr", "wbc", "neut", "lym", "hb", "plt", "crea", "afp"),
)


def _laboratory() -> Iterator[Requirement]:
    """`variable` is an analyte; the row is that of the assessment with its panel."""
    yield from required(RESULT, *BASELINE_ANALYTES, when=_("at baseline"), applies=is_baseline)
    yield from required(
        RESULT,
        *EVERY_TREATMENT_ANALYTES,
        when=_("at baseline and before each HAIC or TACE session"),
        applies=_is_before_treatment,
    )
    yield from required(
        RESULT,
        *("ck", "tni", "tsh", "ft4"),
        when=_("before immune checkpoint inhibitor therapy"),
        applies=partial(_before, therapies=ICI),
    )
    for analyte, words, applies in (
        ("pt_control", _("if prothrombin time is given without INR"), _needs_control),
        (
            "nh3",
            _("if hepatic encephalopathy is present"),
            partial(_is_at_least, name="encephalopathy_grade", least=1),
        ),
        ("hbv_dna", _("at baseline for patients with hepatitis B"), _has_known_infection),
        ("u_pro_dip", _("before anti-angiogenic therapy"), partial(_before, therapies=VEGF)),
        ("u_pro_24h", _("if the urine protein dipstick is 2+ or higher"), _is_among("u_pro_dip", GRADED_PROTEIN)),
    ):
        yield from required(RESULT, analyte, when=words, applies=applies)


def _tumor_burden() -> Iterator[Requirement]:
    yield from always(BURDEN, "diameter_basis")
    yield from required(
        BURDEN,
        *("tumor_number", "max_diameter_cm", "lobe_distribution", "segments", "satellite_nodules", "tumor_rupture"),
        *("macrovascular_invasion", "pvtt_cheng", "hvtt_vv", "bile_duct_invasion", "extrahepatic_metastasis"),
        "adjacent_organ_invasion",
        when=_("at baseline"),
        applies=is_baseline,
    )
    for variable, words, applies in (
        ("second_diameter_cm", _("if there are two or three nodules"), partial(_has_nodules, least=2)),
        ("third_diameter_cm", _("if there are three nodules"), partial(_has_nodules, least=3)),
        ("pvtt_vp", _("if portal vein tumor thrombus is present"), _is_among("pvtt_cheng", PORTAL_THROMBUS)),
        ("metastasis_sites", _("if extrahepatic metastasis is present"), _equals("extrahepatic_metastasis", YesNo.YES)),
        ("arterioportal_shunt", _("before TACE or TARE"), partial(_before, therapies=("tat",))),
    ):
        yield from required(BURDEN, variable, when=words, applies=applies)


BACKGROUND_REQUIREMENTS: tuple[Requirement, ...] = (
    *_center(),
    *_patient(),
    *_assessment(),
    *_laboratory(),
    *_tumor_burden(),
)
