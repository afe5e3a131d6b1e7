"""What a record's checks may ask that stands in other records of the patient: size of the body, drugs of a session."""

from collections.abc import Iterable
from datetime import date

from registry.clinical.dosing.doses import body_surface_area, weight_is_current
from registry.rules.check import Row


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
