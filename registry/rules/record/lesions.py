"""Checks of the lesions measured on one scan."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Timeline
from registry.rules.check import Check, Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "lesionmeasurement"
MOST_TARGETS, MOST_IN_ONE_ORGAN = 5, 2  # RECIST 1.1 and mRECIST
DAY = date(2021, 6, 1)

CHECKS = (
    Check(
        code="V-R02",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("viable_mm", "whole_mm"),
        message=_("The viable part ({viable_mm} mm) is larger than the lesion ({whole_mm} mm). Correct one of them."),
        fires=lambda row: row["viable_mm"] > row["whole_mm"],
        passing={"whole_mm": 40.0, "viable_mm": 40.0},
        failing={"whole_mm": 40.0, "viable_mm": 40.1},
    ),
)


def _too_many_targets(timeline: Timeline) -> Iterator[Hit]:
    targets: dict[date, list[Row]] = defaultdict(list)
    for row in timeline.rows(ENTITY):
        if row.get("is_target") == "1" and row.get("imaging_date") is not None:
            targets[row["imaging_date"]].append(row)
    for day, rows in targets.items():
        fullest = max(Counter(row["organ"] for row in rows if row.get("organ")).values(), default=0)
        if len(rows) > MOST_TARGETS or fullest > MOST_IN_ONE_ORGAN:
            yield Hit(records=tuple(rows[::-1]), values={"count": len(rows), "fullest": fullest, "day": day})


def _targets(*organs: str) -> dict[str, list[Row]]:
    return {
        ENTITY: [
            {"imaging_date": DAY, "lesion_no": number, "organ": organ, "is_target": "1"}
            for number, organ in enumerate(organs, start=1)
        ]
    }


PATIENT_CHECKS = (
    PatientCheck(
        code="V-R09",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("is_target",),
        message=_(
            "The scan on {day} has {count} target lesions, up to {fullest} in one organ; the "
            "maximum is 5 in total and 2 per organ. Change the others to non-target lesions."
        ),
        hits=_too_many_targets,
        passing=_targets("LIVER", "LIVER", "LUNG", "LUNG", "NODE"),
        failing=_targets("LIVER", "LIVER", "LIVER"),
    ),
)
