"""Checks of a patient's identifier, habits and diagnosis."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from registry.clinical.dates import completed_years
from registry.clinical.identifiers import luhn_digit
from registry.rules.check import Check, Row, Severity, is_known

ENTITY = "patient"
USUAL_AGES = (18, 100)  # studies choose their own range
HABITS = {"smoking_status": "pack_years", "alcohol_status": "alcohol_g_per_day"}
NO_CAUSE = {"etiology_alcohol": "0", "etiology_masld": "0", "hbv_status": "NEG", "hcv_status": "NEG"}
BORN = date(1960, 5, 4)


def _has_wrong_digit(row: Row) -> bool:
    """C01-000123-0: the last digit follows from those before it."""
    digits = "".join(filter(str.isdecimal, row["registry_id"]))
    return len(digits) < 2 or luhn_digit(digits[:-1]) != int(digits[-1])


def _age(row: Row) -> int:
    return completed_years(row["birth_date"], on=row["index_date"]) or 0


def _is_of_no_cause(row: Row) -> bool:
    told = row.get("etiology_aflatoxin") == "1" or is_known(row.get("etiology_other"))
    return not told and all(row[name] == code for name, code in NO_CAUSE.items())


def _contradictory_habit(status: str, *, amount: str) -> Check:
    return Check(
        code="V-P16",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=(status, amount),
        message=_("“Never” is recorded, but so is an amount of {amount}. Check both."),
        fires=lambda row: row[status] == "NEV" and row[amount] > 0,
        details=lambda row: {"amount": f"{row[amount]:g}"},
        passing={status: "FOR", amount: 20.0},
        failing={status: "NEV", amount: 20.0},
    )


CHECKS = (
    Check(
        code="V-P01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("registry_id",),
        message=_("Registry identifier {registry_id} has an invalid check digit. Correct it."),
        fires=_has_wrong_digit,
        passing={"registry_id": "C01-000123-8"},
        failing={"registry_id": "C01-000132-8"},
    ),
    Check(
        code="V-P05",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("birth_date",),
        needs=("birth_date", "index_date"),
        message=_("Age {years} at first treatment is unusual. Check the birth date."),
        fires=lambda row: not USUAL_AGES[0] <= _age(row) <= USUAL_AGES[1],
        details=lambda row: {"years": _age(row)},
        passing={"birth_date": BORN, "index_date": date(2061, 5, 3)},
        failing={"birth_date": BORN, "index_date": date(2061, 5, 4)},
    ),
    Check(
        code="V-P15",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("etiology_other",),
        needs=tuple(NO_CAUSE),
        reads=("etiology_aflatoxin", "etiology_other"),
        message=_("No cause of liver disease is recorded. Enter it, or select CRYPTO if no cause was found."),
        fires=_is_of_no_cause,
        passing={**NO_CAUSE, "etiology_other": ["CRYPTO"]},
        failing={**NO_CAUSE, "etiology_other": []},
    ),
    *(_contradictory_habit(status, amount=amount) for status, amount in HABITS.items()),
    Check(
        code="V-P18",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("comorbidity", "comorbidity_list"),
        message=_(
            "“No comorbidity” is recorded, but comorbidities are listed: {comorbidity_list}. Correct one of them."
        ),
        fires=lambda row: row["comorbidity"] == "0",
        passing={"comorbidity": "1", "comorbidity_list": ["DM"]},
        failing={"comorbidity": "0", "comorbidity_list": ["DM"]},
    ),
)
