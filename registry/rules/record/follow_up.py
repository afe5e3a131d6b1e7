"""Checks of follow-up, death and progression."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.rules.check import Check, Severity, is_known, is_missing, with_reason_for

DAY = date(2021, 6, 1)
NEXT_DAY = DAY + timedelta(days=1)

CHECKS = (
    Check(
        code="V-D06",
        severity=Severity.ERROR,
        entity="followup",
        fields=("follow_up_date", "vital_status"),
        needs=("follow_up_date", "vital_status", "death_date"),
        message=_(
            "The patient is recorded as alive on {follow_up_date}, after the recorded "
            "death on {death_date}. Correct one of the dates."
        ),
        fires=lambda row: row["vital_status"] == "ALIVE" and row["follow_up_date"] > row["death_date"],
        passing={"follow_up_date": DAY, "vital_status": "ALIVE", "death_date": NEXT_DAY},
        failing={"follow_up_date": NEXT_DAY, "vital_status": "ALIVE", "death_date": DAY},
    ),
    Check(
        code="V-D07",
        severity=Severity.ERROR,
        entity="followup",
        fields=("last_known_alive_date",),
        needs=("last_known_alive_date", "death_date"),
        message=_(
            "The patient was last known alive on {last_known_alive_date}, after the death "
            "on {death_date}. Correct one of the dates."
        ),
        fires=lambda row: row["last_known_alive_date"] > row["death_date"],
        passing={"last_known_alive_date": DAY, "death_date": DAY},
        failing={"last_known_alive_date": NEXT_DAY, "death_date": DAY},
    ),
    Check(
        code="C9",
        severity=Severity.ERROR,
        entity="followup",
        fields=("death_date",),
        needs=("vital_status",),
        reads=with_reason_for("death_date"),
        message=_("The patient has died, but the death date is missing. Enter the date."),
        fires=lambda row: row["vital_status"] == "DEAD" and is_missing(row, name="death_date"),
        passing={"vital_status": "DEAD", "death_date": DAY},
        failing={"vital_status": "DEAD", "death_date": None},
    ),
    Check(
        code="V-R13",
        severity=Severity.QUERY,
        entity="followup",
        fields=("death_cause",),
        needs=("vital_status",),
        message=_("The cause of death is missing. Enter it, or select UNK if unknown."),
        fires=lambda row: row["vital_status"] == "DEAD" and is_missing(row, name="death_cause"),
        passing={"vital_status": "DEAD", "death_cause": "HCC"},
        failing={"vital_status": "DEAD", "death_cause": None},
    ),
    Check(
        code="V-D23",
        severity=Severity.ERROR,
        entity="progressionevent",
        fields=("progression_date",),
        needs=("progression_date", "death_date"),
        message=_(
            "The progression on {progression_date} is after the death on {death_date}. Correct one of the dates."
        ),
        fires=lambda row: row["progression_date"] > row["death_date"],
        passing={"progression_date": DAY, "death_date": DAY},
        failing={"progression_date": NEXT_DAY, "death_date": DAY},
    ),
    Check(
        code="V-R06",
        severity=Severity.QUERY,
        entity="progressionevent",
        fields=("progression_criteria", "progression_type"),
        needs=("progression_date",),
        message=_("The progression on {progression_date} has no stated basis. Enter the criteria or the type."),
        fires=lambda row: is_missing(row, name="progression_criteria") and not is_known(row.get("progression_type")),
        passing={"progression_date": DAY, "progression_criteria": "MRECIST", "progression_type": []},
        failing={"progression_date": DAY, "progression_criteria": None, "progression_type": []},
    ),
)
