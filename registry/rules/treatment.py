"""Checks of treatments: what all have in common, then each kind's own."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.rules.base import Check, Row, Severity, is_known

TREATMENTS = ("transarterialsession", "ablationsession", "resection")
EARLIEST = timedelta(days=30)  # before the diagnosis
DAY = date(2021, 6, 1)


def _common() -> Iterator[Check]:
    for entity in TREATMENTS:
        yield from (_not_after_death(entity), _not_long_before_diagnosis(entity), _not_before_diagnosis(entity))


def _not_after_death(entity: str) -> Check:
    return Check(
        code="V-D05",
        severity=Severity.ERROR,
        entity=entity,
        fields=("start_date",),
        needs=("start_date", "death_date"),
        message=_("The treatment starts on {start_date}, after the death on {death_date}. Correct one of the dates."),
        fires=lambda row: row["start_date"] > row["death_date"],
        passing={"start_date": DAY, "death_date": DAY},
        failing={"start_date": DAY + timedelta(days=1), "death_date": DAY},
    )


def _not_long_before_diagnosis(entity: str) -> Check:
    return Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=entity,
        fields=("start_date",),
        needs=("start_date", "diagnosis_date"),
        message=_(
            "The treatment starts on {start_date}, over 30 days before the diagnosis {diagnosis_date}. Correct one."
        ),
        fires=lambda row: row["start_date"] < row["diagnosis_date"] - EARLIEST,
        passing={"start_date": DAY - EARLIEST, "diagnosis_date": DAY},
        failing={"start_date": DAY - timedelta(days=31), "diagnosis_date": DAY},
    )


def _not_before_diagnosis(entity: str) -> Check:
    return Check(
        code="V-D09",
        severity=Severity.WARNING,
        entity=entity,
        fields=("start_date",),
        needs=("start_date", "diagnosis_date"),
        message=_("The diagnosis {diagnosis_date} was recorded after the treatment of {start_date}."),
        fires=lambda row: row["diagnosis_date"] - EARLIEST <= row["start_date"] < row["diagnosis_date"],
        passing={"start_date": DAY, "diagnosis_date": DAY},
        failing={"start_date": DAY - timedelta(days=1), "diagnosis_date": DAY},
    )


def _lacks_oil_and_embolic(row: Row) -> bool:
    """An oil volume of 0 contradicts the modality; one not recorded is excused by a named embolic agent."""
    oil, agents = row.get("lipiodol_ml"), row.get("embolic_agent") or []
    return row["modality"] == "CTACE" and (oil == 0 or (not is_known(oil) and set(agents) <= {"NONE"}))


TRANSARTERIAL = (
    Check(
        code="V-T01",
        severity=Severity.ERROR,
        entity="transarterialsession",
        fields=("haic_regimen",),
        needs=("modality",),
        message=_("{modality} needs a regimen. Give the HAIC regimen or correct the modality."),
        fires=lambda row: row["modality"] in {"HAIC", "TACE_HAIC"} and not is_known(row.get("haic_regimen")),
        passing={"modality": "HAIC", "haic_regimen": "FOLFOX"},
        failing={"modality": "HAIC", "haic_regimen": None},
    ),
    Check(
        code="V-T03",
        severity=Severity.ERROR,
        entity="transarterialsession",
        fields=("lipiodol_ml",),
        needs=("modality",),
        message=_("Conventional TACE needs iodized oil. Give its volume or correct the modality."),
        fires=_lacks_oil_and_embolic,
        passing={"modality": "CTACE", "lipiodol_ml": 8.0, "embolic_agent": ["GELFOAM"]},
        failing={"modality": "CTACE", "lipiodol_ml": 0.0, "embolic_agent": ["GELFOAM"]},
    ),
    Check(
        code="V-T04",
        severity=Severity.QUERY,
        entity="transarterialsession",
        fields=("modality", "lipiodol_ml"),
        message=_("Drug-eluting beads with {lipiodol_ml} mL iodized oil: was it a mixed session?"),
        fires=lambda row: row["modality"] == "DEBTACE" and row["lipiodol_ml"] > 0,
        passing={"modality": "DEBTACE", "lipiodol_ml": 0.0},
        failing={"modality": "DEBTACE", "lipiodol_ml": 5.0},
    ),
)

CURATIVE = (
    Check(
        code="V-T29",
        severity=Severity.QUERY,
        entity="resection",
        fields=("treatment_intent", "resection_margin"),
        message=_("The intent was curative, the result R2. Check both."),
        fires=lambda row: row["treatment_intent"] == "CUR" and row["resection_margin"] == "R2",
        passing={"treatment_intent": "CUR", "resection_margin": "R0"},
        failing={"treatment_intent": "CUR", "resection_margin": "R2"},
    ),
    Check(
        code="V-T29",
        severity=Severity.QUERY,
        entity="ablationsession",
        fields=("treatment_intent", "complete_ablation_1m"),
        message=_("The intent was curative, the ablation incomplete. Check both."),
        fires=lambda row: row["treatment_intent"] == "CUR" and row["complete_ablation_1m"] == "0",
        passing={"treatment_intent": "CUR", "complete_ablation_1m": "1"},
        failing={"treatment_intent": "CUR", "complete_ablation_1m": "0"},
    ),
)

CHECKS = (*_common(), *TRANSARTERIAL, *CURATIVE)
