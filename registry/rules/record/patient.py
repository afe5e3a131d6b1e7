"""Checks of a patient and the diagnosis."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from registry.clinical.dates import completed_years
from registry.rules.check import Check, Severity

OLDEST_YEARS = 110

CHECKS = (
    Check(
        code="V-P06",
        severity=Severity.ERROR,
        entity="patient",
        fields=("birth_date", "diagnosis_date"),
        message=_("Age {years} at diagnosis is impossible. Correct the birth date or the diagnosis date."),
        fires=lambda row: (completed_years(row["birth_date"], on=row["diagnosis_date"]) or 0) > OLDEST_YEARS,
        details=lambda row: {"years": completed_years(row["birth_date"], on=row["diagnosis_date"])},
        passing={"birth_date": date(1910, 3, 1), "diagnosis_date": date(2021, 2, 28)},
        failing={"birth_date": date(1910, 3, 1), "diagnosis_date": date(2021, 3, 1)},
    ),
    Check(
        code="V-P17",
        severity=Severity.WARNING,
        entity="patient",
        fields=("prior_hcc_treatment",),
        message=_(
            "Prior HCC treatment cannot combine “no treatment” with other entries: "
            "{prior_hcc_treatment}. Keep only the treatments that were given."
        ),
        fires=lambda row: "NONE" in row["prior_hcc_treatment"] and len(row["prior_hcc_treatment"]) > 1,
        passing={"prior_hcc_treatment": ["NONE"]},
        failing={"prior_hcc_treatment": ["NONE", "TACE"]},
    ),
)
