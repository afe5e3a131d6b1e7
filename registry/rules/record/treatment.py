"""Checks of treatments: what all have in common, then what the curative ones are held to."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.rules.check import Check, Row, Severity, is_missing, with_reason_for

STARTS = {
    "transarterialsession": "start_date",
    "ablationsession": "start_date",
    "resection": "start_date",
    "transplant": "start_date",
    "radiotherapy": "start_date",
    "systemicagent": "agent_start_date",
}
SUPPORTIVE = "othertreatment"  # supportive care, traditional medicine, cells
EARLIEST = timedelta(days=30)  # before the diagnosis
POSTOPERATIVE = timedelta(days=90)
DAY = date(2021, 6, 1)


def _common() -> Iterator[Check]:
    for entity, start in STARTS.items():
        yield _not_after_death(entity, start=start)
        yield _not_long_before_diagnosis(entity, start=start)
        yield _not_before_diagnosis(entity, start=start)
    yield _not_after_death(SUPPORTIVE, start="start_date")
    for entity in (*STARTS, SUPPORTIVE):
        if entity != "systemicagent":
            yield _not_ending_before_start(entity)
            yield _not_ending_after_death(entity)


def _not_after_death(entity: str, *, start: str) -> Check:
    return Check(
        code="V-D05",
        severity=Severity.ERROR,
        entity=entity,
        fields=(start,),
        needs=(start, "death_date"),
        message=_("The treatment starts on {start_date}, after the death on {death_date}. Correct one of the dates."),
        fires=lambda row: row[start] > row["death_date"],
        details=lambda row: {"start_date": row[start]},
        passing={start: DAY, "death_date": DAY},
        failing={start: DAY + timedelta(days=1), "death_date": DAY},
    )


def _not_long_before_diagnosis(entity: str, *, start: str) -> Check:
    return Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=entity,
        fields=(start,),
        needs=(start, "diagnosis_date"),
        message=_(
            "The treatment starts on {start_date}, more than 30 days before the diagnosis on "
            "{diagnosis_date}. Correct one of the dates."
        ),
        fires=lambda row: row[start] < row["diagnosis_date"] - EARLIEST,
        details=lambda row: {"start_date": row[start]},
        passing={start: DAY - EARLIEST, "diagnosis_date": DAY},
        failing={start: DAY - timedelta(days=31), "diagnosis_date": DAY},
    )


def _not_ending_before_start(entity: str) -> Check:
    return Check(
        code="V-D08",
        severity=Severity.ERROR,
        entity=entity,
        fields=("end_date", "start_date"),
        message=_("The treatment ends on {end_date}, before its start on {start_date}. Correct one of the dates."),
        fires=lambda row: row["end_date"] < row["start_date"],
        passing={"start_date": DAY, "end_date": DAY},
        failing={"start_date": DAY, "end_date": DAY - timedelta(days=1)},
    )


def _not_ending_after_death(entity: str) -> Check:
    return Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=entity,
        fields=("end_date",),
        needs=("end_date", "death_date"),
        message=_("The treatment ends on {end_date}, after the death on {death_date}. Correct one of the dates."),
        fires=lambda row: row["end_date"] > row["death_date"],
        passing={"end_date": DAY, "death_date": DAY},
        failing={"end_date": DAY + timedelta(days=1), "death_date": DAY},
    )


def _not_before_diagnosis(entity: str, *, start: str) -> Check:
    return Check(
        code="V-D09",
        severity=Severity.WARNING,
        entity=entity,
        fields=(start,),
        needs=(start, "diagnosis_date"),
        message=_("The diagnosis date {diagnosis_date} is after the treatment on {start_date}."),
        fires=lambda row: row["diagnosis_date"] - EARLIEST <= row[start] < row["diagnosis_date"],
        details=lambda row: {"start_date": row[start]},
        passing={start: DAY, "diagnosis_date": DAY},
        failing={start: DAY - timedelta(days=1), "diagnosis_date": DAY},
    )


def _lacks_death(row: Row) -> bool:
    """Clavien-Dindo V is a death from the operation, counted over 90 days."""
    died = row.get("death_date")
    is_late = died is not None and died > row["start_date"] + POSTOPERATIVE
    return row["clavien_dindo_max"] == "V" and (is_late or is_missing(row, name="death_date"))


CURATIVE = (
    Check(
        code="V-T19",
        severity=Severity.ERROR,
        entity="resection",
        fields=("clavien_dindo_max",),
        needs=("clavien_dindo_max", "start_date"),
        reads=with_reason_for("death_date"),
        message=_(
            "Clavien-Dindo V means death, but no death is recorded within 90 days after "
            "{start_date}. Correct one of them."
        ),
        fires=_lacks_death,
        passing={"clavien_dindo_max": "V", "start_date": DAY, "death_date": DAY + POSTOPERATIVE},
        failing={"clavien_dindo_max": "V", "start_date": DAY, "death_date": DAY + timedelta(days=91)},
    ),
    Check(
        code="V-T29",
        severity=Severity.QUERY,
        entity="resection",
        fields=("treatment_intent", "resection_margin"),
        message=_("The intent was curative, but the result was R2. Check both."),
        fires=lambda row: row["treatment_intent"] == "CUR" and row["resection_margin"] == "R2",
        passing={"treatment_intent": "CUR", "resection_margin": "R0"},
        failing={"treatment_intent": "CUR", "resection_margin": "R2"},
    ),
    Check(
        code="V-T29",
        severity=Severity.QUERY,
        entity="ablationsession",
        fields=("treatment_intent", "complete_ablation_1m"),
        message=_("The intent was curative, but the ablation was incomplete. Check both."),
        fires=lambda row: row["treatment_intent"] == "CUR" and row["complete_ablation_1m"] == "0",
        passing={"treatment_intent": "CUR", "complete_ablation_1m": "1"},
        failing={"treatment_intent": "CUR", "complete_ablation_1m": "0"},
    ),
)

CHECKS = (*_common(), *CURATIVE)
