"""Checks of the lesions measured on one scan."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.clinical.response.lesions import MOST_TARGETS, TargetProblem, target_problems
from registry.clinical.response.scans import BASELINE_ROLE, lesions_by_day
from registry.clinical.timeline import Kind, Timeline
from registry.rules.check import Check, Row, Severity
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "lesionmeasurement"
TOO_MANY = {TargetProblem.TOO_MANY, TargetProblem.TOO_MANY_IN_ONE_ORGAN}
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
        problems = target_problems(lesions_by_day(rows).get(day, ()), at_baseline=False)
        if len(rows) > MOST_TARGETS or TOO_MANY & set(problems):
            yield Hit(records=tuple(rows[::-1]), values={"count": len(rows), "fullest": fullest, "day": day})


def _thrombus_as_target(timeline: Timeline) -> Iterator[Hit]:
    yield from _unfit(timeline, problem=TargetProblem.NEVER_A_TARGET)


def _target_too_small(timeline: Timeline) -> Iterator[Hit]:
    yield from _unfit(timeline, problem=TargetProblem.NOT_MEASURABLE)


def _unfit(timeline: Timeline, *, problem: TargetProblem) -> Iterator[Hit]:
    """Each lesion once, on the first scan that has it so; only on a baseline scan can a target be too small."""
    based = {e.day for e in timeline.of(Kind.IMAGING) if e.record.get("imaging_role") == BASELINE_ROLE}
    told: set[int] = set()
    for row in sorted(timeline.rows(ENTITY), key=lambda row: row.get("imaging_date") or date.max):
        for day, (lesion,) in lesions_by_day([row]).items():
            found = target_problems([lesion], at_baseline=day in based)
            if problem in found and lesion.lesion_no not in told:
                told.add(lesion.lesion_no)
                yield Hit(records=(row,), values={"lesion_no": lesion.lesion_no, "day": day, "size": lesion.size_mm})


def _targets(*organs: str) -> dict[str, list[Row]]:
    return {
        ENTITY: [
            {"imaging_date": DAY, "lesion_no": number, "organ": organ, "is_target": "1"}
            for number, organ in enumerate(organs, start=1)
        ]
    }


def _baseline_target(**lesion: Any) -> dict[str, list[Row]]:
    target = {"imaging_date": DAY, "lesion_no": 1, "is_target": "1", **lesion}
    return {"imagingassessment": [{"imaging_date": DAY, "imaging_role": BASELINE_ROLE}], ENTITY: [target]}


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
    PatientCheck(
        code="V-R10",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("is_target", "organ"),
        message=_(
            "Lesion {lesion_no} on {day} is a tumor thrombus, which cannot be a target lesion, and is left out of the "
            "sum of diameters. Change it to a non-target lesion."
        ),
        hits=_thrombus_as_target,
        passing=_baseline_target(organ="LIVER", whole_mm=50.0),
        failing=_baseline_target(organ="PVTT", whole_mm=50.0),
    ),
    PatientCheck(
        code="V-R10",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("is_target", "whole_mm", "short_axis_mm"),
        message=_(
            "Target lesion {lesion_no} measures {size} mm on the baseline scan of {day}; a target lesion has at least "
            "10 mm, a lymph node a short axis of 15 mm. It is left out of the sum of diameters. Check the size, or "
            "change it to a non-target lesion."
        ),
        hits=_target_too_small,
        passing=_baseline_target(organ="NODE", whole_mm=20.0, short_axis_mm=15.0),
        failing=_baseline_target(organ="NODE", whole_mm=20.0, short_axis_mm=14.9),
    ),
)
