"""Checks of a patient's heights against each other."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from registry.clinical.dates import completed_years
from registry.clinical.timeline import Kind, Timeline
from registry.rules.check import Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "assessment"
DAY = date(2021, 6, 1)
GROWN_UP_YEARS = 20
# Adults lose 3 cm (men) to 5 cm (women) from 30 to 70 years of age: Sorkin et al., Am J Epidemiol 1999;150:969-77
LARGEST_CHANGE_CM = 5.0


def _changed_height(timeline: Timeline) -> Iterator[Hit]:
    born = next((row.get("birth_date") for row in timeline.rows("patient")), None)
    measured = [visit for visit in timeline.of(Kind.ASSESSMENT) if visit.record.get("height_cm")]
    for before, after in pairwise(measured):
        change = abs(after.record["height_cm"] - before.record["height_cm"])
        may_grow = born is not None and (completed_years(born, on=before.day) or 0) < GROWN_UP_YEARS
        if change > LARGEST_CHANGE_CM and not may_grow:
            values = {"height": after.record["height_cm"], "former": before.record["height_cm"], "visit": before.day}
            yield Hit(records=(after.record, before.record), values=values)


def _visits(*heights: float) -> dict[str, list[Row]]:
    return {
        ENTITY: [
            {"assessment_date": DAY + timedelta(days=90 * number), "assessment_type": "BASE", "height_cm": height}
            for number, height in enumerate(heights)
        ]
    }


PATIENT_CHECKS = (
    PatientCheck(
        code="V-L03",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("height_cm",),
        message=_("A height of {height} cm was entered, but it was {former} cm on {visit}. Check both."),
        hits=_changed_height,
        passing=_visits(170.0, 165.0),
        failing=_visits(170.0, 164.9),
        source="Sorkin 1999",
    ),
)
