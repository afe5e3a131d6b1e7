"""What the checks of a record may ask that stands in other records of its patient: birth, diagnosis, death, the first
treatment, sex, and the size of the body on a day."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from django.apps import apps

from registry.clinical.dosing.doses import body_surface_area, weight_is_current
from registry.models.base.record import MISSING_REASON
from registry.rules.check import Row
from registry.rules.partial_dates import PRECISION

OWN_FACTS = ("birth_date", "diagnosis_date", "sex")
INDEX_DATE, DEATH_DATE = "index_date", "death_date"
WHY_NO_DEATH_DATE = f"{DEATH_DATE}{MISSING_REASON}"  # of a patient known to have died at an unknown time


@cache
def treatment_starts() -> Mapping[str, str]:
    """The variable that says when a treatment began, by entity."""
    models = apps.get_app_config("registry").get_models()
    starts = {model._meta.model_name or "": getattr(model, "treatment_date", None) for model in models}
    return MappingProxyType({entity: start for entity, start in starts.items() if start})


def facts_of_patient(records: Mapping[str, Iterable[Row]]) -> dict[str, Any]:
    """Birth, diagnosis, sex, the earliest death told and the earliest treatment, as far as one patient's records know them."""
    facts: dict[str, Any] = {}
    for patient in records.get("patient", ()):
        for name in OWN_FACTS:
            facts |= _with_precision(patient, name=name, as_=name)
    for name, told in ((DEATH_DATE, _deaths(records)), (INDEX_DATE, _starts(records))):
        first = min(told, key=lambda pair: pair[0], default=None)
        if first is not None:
            facts |= _with_precision(first[1], name=first[2], as_=name)
    told_why = (row.get(WHY_NO_DEATH_DATE) for row in records.get("followup", ()))
    why = next((reason for reason in told_why if reason), None)
    return facts if why is None or DEATH_DATE in facts else {**facts, WHY_NO_DEATH_DATE: why}


def body_on(day: date | None, *, assessments: Iterable[Row]) -> dict[str, float]:
    """`weight_kg` and `body_surface_m2` for a dose of this day, as far as known.

    The weight is the last one taken on the day or in the 14 days before; the height, which lasts, is the last one at all.
    """
    known = sorted((row for row in assessments if row.get("assessment_date")), key=lambda row: row["assessment_date"])
    current = (row for row in known if weight_is_current(row["assessment_date"], on=day))
    weight_kg = next((row["weight_kg"] for row in reversed([*current]) if (row.get("weight_kg") or 0) > 0), None)
    height_cm = next((row["height_cm"] for row in reversed(known) if (row.get("height_cm") or 0) > 0), None)
    body = {"weight_kg": weight_kg, "body_surface_m2": body_surface_area(weight_kg, height_cm=height_cm)}
    return {name: value for name, value in body.items() if value is not None}


def _with_precision(row: Row, *, name: str, as_: str) -> dict[str, Any]:
    given = {as_: row.get(name), f"{as_}{PRECISION}": row.get(f"{name}{PRECISION}")}
    return {known: value for known, value in given.items() if value is not None}


def _deaths(records: Mapping[str, Iterable[Row]]) -> Iterator[tuple[date, Row, str]]:
    for row in records.get("followup", ()):
        if row.get(DEATH_DATE) is not None:
            yield row[DEATH_DATE], row, DEATH_DATE


def _starts(records: Mapping[str, Iterable[Row]]) -> Iterator[tuple[date, Row, str]]:
    for entity, start in treatment_starts().items():
        for row in records.get(entity, ()):
            if row.get(start) is not None:
                yield row[start], row, start
