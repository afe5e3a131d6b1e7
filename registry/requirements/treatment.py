"""When a variable of a treatment is required: section 5 of the registry's data dictionary.

The record of a drug or a lesion is read together with its session's variables. `today` tells whether what is seen only later is due.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AblationModality,
    RadiotherapyTechnique,
    ResectionMargin,
    TransarterialModality,
    TreatmentIntent,
)
from registry.clinical.sequence import HAIC_MODALITIES, TACE_MODALITIES
from registry.requirements.base import Predicate, Requirement, Row, always, required

SEEN_LATER_DAYS = 90  # when the first scan after a treatment is due at the latest

SESSION, DRUG, ABLATION, LESION = "transarterialsession", "transarterialagent", "ablationsession", "ablationlesion"
RESECTION, SYSTEMIC = "resection", "systemicagent"
WITH_HEADER = (SESSION, ABLATION, RESECTION, "transplant", "radiotherapy", "othertreatment")

TAE = frozenset({TransarterialModality.TAE.value})
TARE = frozenset({TransarterialModality.TARE.value})
CTACE = frozenset({TransarterialModality.CTACE.value})
DEBTACE = frozenset({TransarterialModality.DEBTACE.value})


def _is(row: Row, *, name: str, among: frozenset[str]) -> bool:
    return row.get(name) in among


def _of_modality(among: frozenset[str]) -> Predicate:
    return partial(_is, name="modality", among=among)


def _is_seen_by_now(row: Row) -> bool:
    start, today = row.get("start_date"), row.get("today")
    return isinstance(start, date) and isinstance(today, date) and (today - start).days >= SEEN_LATER_DAYS


HEAT = frozenset({AblationModality.RADIOFREQUENCY.value, AblationModality.MICROWAVE.value})
MEASURED_MARGINS = frozenset({ResectionMargin.R0.value, ResectionMargin.R1.value})
AFTER_OTHER_TREATMENT = frozenset({TreatmentIntent.NEOADJUVANT.value, TreatmentIntent.CONVERSION.value})

# Which modality of a transarterial session needs what
BY_MODALITY: tuple[tuple[frozenset[str], str | Promise, tuple[str, ...]], ...] = (
    (
        HAIC_MODALITIES,
        _("for HAIC sessions"),
        ("cycle_no", "non_main_vessel_embolized", "haic_regimen", "haic_infusion_hours", "intraoperative_pain_mx"),
    ),
    (TACE_MODALITIES | TARE, _("for TACE or TARE sessions"), ("selectivity",)),
    (CTACE, _("for conventional TACE sessions"), ("lipiodol_ml",)),
    (TAE | TACE_MODALITIES, _("for TAE or TACE sessions"), ("embolic_agent", "embolization_endpoint")),
    (DEBTACE, _("for drug-eluting bead TACE sessions"), ("bead_type", "bead_size_um", "bead_volume_ml")),
    (TAE | TACE_MODALITIES | TARE, _("for TAE, TACE or TARE sessions"), ("post_embolization_syndrome",)),
    (
        TARE,
        _("for TARE sessions"),
        ("isotope", "activity_gbq", "tumor_dose_gy", "normal_liver_dose_gy", "lung_shunt_pct"),
    ),
)


def _header() -> Iterator[Requirement]:
    for entity in WITH_HEADER:
        yield from always(entity, "start_date", "treatment_intent", "line_no")
        yield from required(
            entity,
            "stop_reason",
            when=_("once treatment has ended"),
            applies=lambda row: row.get("end_date") is not None,
        )
    yield from always("othertreatment", "treatment_type")


def _transarterial() -> Iterator[Requirement]:
    yield from always(SESSION, "modality", "feeding_arteries", "target_lesions_treated", "technical_success")
    for modalities, when, variables in BY_MODALITY:
        yield from required(SESSION, *variables, when=when, applies=_of_modality(modalities))
    yield from required(
        SESSION,
        "lipiodol_deposition",
        when=_("from 90 days after conventional TACE"),
        applies=lambda row: _is(row, name="modality", among=CTACE) and _is_seen_by_now(row),
    )
    yield from required(
        SESSION,
        "dose_reduction_reason",
        when=_("if the dose was reduced"),
        applies=lambda row: bool(row.get("dose_reduction_pct")),
    )
    yield from always(DRUG, "agent_code", "route", "dose_mg")
    yield from required(DRUG, "duration_h", when=_("for HAIC sessions"), applies=_of_modality(HAIC_MODALITIES))


def _ablation() -> Iterator[Requirement]:
    yield from always(ABLATION, "ablation_modality", "guidance", "approach", "lesions_ablated")
    yield from always(LESION, "lesion_no", "segment", "size_cm", "high_risk_location", "time_min", "applicator_count")
    yield from required(
        LESION,
        "power_w",
        when=_("for radiofrequency or microwave ablation"),
        applies=partial(_is, name="ablation_modality", among=HEAT),
    )
    for entity, variable in ((ABLATION, "complete_ablation_1m"), (LESION, "lesion_complete")):
        yield from required(entity, variable, when=_("from 90 days after ablation"), applies=_is_seen_by_now)


def _surgery() -> Iterator[Requirement]:
    yield from always(
        RESECTION, "approach", "extent", "anatomic", "resection_margin", "blood_loss_ml", "transfusion_ml"
    )
    yield from always(
        RESECTION, "path_tumor_number", "path_max_diameter_cm", "microvascular_invasion", "satellite_path"
    )
    yield from always(RESECTION, "capsule", "clavien_dindo_max", "posthepatectomy_liver_failure")
    yield from required(
        RESECTION,
        "margin_mm",
        when=_("if the margin is R0 or R1"),
        applies=partial(_is, name="resection_margin", among=MEASURED_MARGINS),
    )
    yield from required(
        RESECTION,
        "viable_tumor_pct",
        when=_("after neoadjuvant or conversion therapy"),
        applies=partial(_is, name="treatment_intent", among=AFTER_OTHER_TREATMENT),
    )
    yield from always(
        "transplant", "donor_type", "waitlist_date", "criteria_met", "explant_viable_pct", "immunosuppression"
    )


def _radiotherapy() -> Iterator[Requirement]:
    yield from always("radiotherapy", "technique", "target", "total_dose_gy", "fractions")
    yield from required(
        "radiotherapy",
        "mean_liver_dose_gy",
        when=_("for stereotactic body radiotherapy"),
        applies=lambda row: row.get("technique") == RadiotherapyTechnique.STEREOTACTIC,
    )


def _systemic() -> Iterator[Requirement]:
    yield from always(SYSTEMIC, "line_no", "agent_code", "agent_start_date", "treatment_intent")
    yield from always(SYSTEMIC, "dose", "dose_unit", "schedule")
    yield from required(
        SYSTEMIC,
        "stop_reason",
        when=_("once treatment has ended"),
        applies=lambda row: row.get("agent_stop_date") is not None,
    )


TREATMENT_REQUIREMENTS: tuple[Requirement, ...] = (
    *_header(),
    *_transarterial(),
    *_ablation(),
    *_surgery(),
    *_radiotherapy(),
    *_systemic(),
)
