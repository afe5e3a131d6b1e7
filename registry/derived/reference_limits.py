"""Which limits of normal hold for a result: its own, else its center's for sex, age and day, else those of adults."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from registry.clinical.laboratory.reference_limits import Limits, default_limits
from registry.models import Assessment, LabReferenceLimit


class Measured(Protocol):
    """A result with the limits of its own report, if it has any: a stored one, or a row of a view."""

    @property
    def analyte_code(self) -> str: ...
    @property
    def lln(self) -> float | None: ...
    @property
    def uln(self) -> float | None: ...


def limits_of_results(
    results: Iterable[Measured], *, sex: str | None, of_center: Mapping[str, Limits] | None = None
) -> dict[str, Limits]:
    """By analyte, without asking the database. An analyte without any limits is not in it."""
    found = {
        result.analyte_code: _own(result)
        or (of_center or {}).get(result.analyte_code)
        or default_limits(result.analyte_code, sex=sex)
        for result in results
    }
    return {analyte: limits for analyte, limits in found.items() if limits is not None}


def center_limits(center: int, *, sex: str | None, age: int | None, on: date | None) -> dict[str, Limits]:
    """A center's limits for a patient of this sex and age on this day; the latest, and the one for the sex, go first."""
    if age is None or on is None:
        return {}
    profile = LabReferenceLimit.objects.filter(
        center=center, valid_from__lte=on, age_from__lte=age, age_to__gte=age
    ).exclude(sex__in={"M", "F"} - {sex})
    ordered = sorted(profile, key=lambda limit: (limit.valid_from, limit.sex is not None))
    return {limit.analyte_code: Limits(lln=limit.lln, uln=limit.uln) for limit in ordered}


def limits_for(assessment: Assessment) -> dict[str, Limits]:
    """Of every analyte measured at an assessment."""
    patient = assessment.patient
    age = patient.age_on(assessment.assessment_date)
    of_center = center_limits(assessment.center_id, sex=patient.sex, age=age, on=assessment.assessment_date)
    return limits_of_results(assessment.labresult_set.all(), sex=patient.sex, of_center=of_center)


def abnormal_flag(value: float | None, *, limits: Limits | None) -> str | None:
    """ "L" below, "H" above, "N" within the limits; None where either is unknown."""
    if value is None or limits is None:
        return None
    if limits.lln is not None and value < limits.lln:
        return "L"
    return "H" if limits.uln is not None and value > limits.uln else "N"


def _own(result: Measured) -> Limits | None:
    return Limits(lln=result.lln, uln=result.uln) if (result.lln, result.uln) != (None, None) else None
