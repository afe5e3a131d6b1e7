"""Checks of records that may be one, entered twice a few days apart."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.clinical.sequence import HAIC_MODALITIES
from registry.clinical.timeline import Event, Kind, Timeline
from registry.rules.check import Row, Severity, is_known
from registry.rules.patient_check import Hit, PatientCheck, Records
from registry.rules.records import fields_of

DAY = date(2021, 6, 1)
APART_DAYS = 3
FEWEST_ALIKE = 3  # values that agree
DATED = {
    Kind.TRANSARTERIAL: ("transarterialsession", "start_date"),
    Kind.ABLATION: ("ablationsession", "start_date"),
    Kind.RESECTION: ("resection", "start_date"),
    Kind.IMAGING: ("imagingassessment", "imaging_date"),
}
OF_EVERY_RECORD = frozenset({"id", "patient", "record_status", "center", "line_no", "operator_code", "cycle_no"})
EXAMPLES: dict[str, dict[str, Any]] = {
    "transarterialsession": {"modality": "CTACE", "lipiodol_ml": 8.0, "selectivity": "SEG"},
    "ablationsession": {"ablation_modality": "MWA", "guidance": "US", "lesions_ablated": 1},
    "resection": {"extent": "SEG", "resection_margin": "R0", "blood_loss_ml": 250},
    "imagingassessment": {"imaging_modality": "CT", "sum_viable_mm": 42.0, "imaging_role": "FU"},
}


def _values(row: Row, *, entity: str, day: str) -> dict[str, Any]:
    """What was recorded, but the day and what all records of the patient share."""
    names = {field.name for field in fields_of()[entity]} - OF_EVERY_RECORD
    return {name: row[name] for name in names if not name.startswith(day) and is_known(row.get(name))}


def _are_alike(before: Row, after: Row, *, entity: str, day: str) -> bool:
    one, other = (_values(row, entity=entity, day=day) for row in (before, after))
    shared = one.keys() & other.keys()
    return len(shared) >= FEWEST_ALIKE and all(one[name] == other[name] for name in shared)


def _may_be_repeated(event: Event) -> bool:
    """An infusion may be repeated on the next days."""
    return event.record.get("modality") not in HAIC_MODALITIES


def _entered_twice(kind: Kind) -> PatientCheck:
    entity, day = DATED[kind]

    def hits(timeline: Timeline) -> Iterator[Hit]:
        for before, after in pairwise(filter(_may_be_repeated, timeline.of(kind))):
            is_near = 0 < (after.day - before.day).days <= APART_DAYS
            if is_near and _are_alike(before.record, after.record, entity=entity, day=day):
                yield Hit(records=(after.record, before.record), values={"day": after.day, "before": before.day})

    def rows(days: int) -> Records:
        return {entity: [{**EXAMPLES[entity], day: DAY + timedelta(days=number)} for number in (0, days)]}

    return PatientCheck(
        code="V-L13",
        severity=Severity.QUERY,
        entity=entity,
        fields=(day,),
        message=_("The records of {before} and {day} say the same. Was one record entered twice?"),
        hits=hits,
        passing=rows(APART_DAYS + 1),
        failing=rows(APART_DAYS),
        source="Venet 2012",
    )


PATIENT_CHECKS = tuple(map(_entered_twice, DATED))
