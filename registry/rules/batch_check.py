"""Checks over one upload as a whole, against the registry and against the upload before it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median

from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode
from registry.rules.check import Finding, Label, Severity, readable
from registry.rules.patient_check import Hit

SHIFT = 3.0
FEWEST_VALUES = 10  # fewer have no distribution to speak of
NOTABLE_CHANGE = 0.2
PART = 0.5  # a file with less than this share of the rows is taken for a part of the data
# Days of the month that are written where the day is not known. They make up 2 of 30.4: a share above 30 % of 30 dates
# comes about by chance once in 100,000 (Venet et al., Clin Trials 2012;9:705-13, on digits that are preferred).
WRITTEN_FOR_UNKNOWN = frozenset({1, 15})
MOST_WRITTEN, FEWEST_DATES = 0.3, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The values of a file by analyte, the registry's medians, and the rows of each sheet, now and in the upload before.

    `days` are those of the month of all dates known to the day, by sheet and variable.
    """

    values: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    registry_medians: Mapping[str, float] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    rows_before: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCheck:
    """One rule about a file: of the data dictionary, section 13, or of the registry's own.

    `place` in a hit's values is the sheet or column meant.
    """

    code: str
    severity: Severity
    entity: str
    fields: tuple[str, ...]
    message: Label
    hits: Callable[[Batch], Iterable[Hit]]
    passing: Batch
    failing: Batch
    source: str = ""


def batch_findings(batch: Batch) -> list[Finding]:
    return [
        Finding(check=check, values={name: readable(value) for name, value in hit.values.items()})
        for check in CHECKS
        for hit in check.hits(batch)
    ]


def _shifted(batch: Batch) -> Iterator[Hit]:
    for analyte, values in batch.values.items():
        usual = batch.registry_medians.get(analyte)
        if usual is None or usual <= 0 or len(values) < FEWEST_VALUES:
            continue
        found = median(values)
        if not usual / SHIFT <= found <= usual * SHIFT:
            label = AnalyteCode(analyte).label
            yield Hit(records=(), values={"place": analyte, "label": label, "found": found, "usual": usual})


def _fewer(batch: Batch) -> Iterator[Hit]:
    """Rows that are missing remove nothing, for an upload never takes a record away; still something may be forgotten.

    Told once of a file, and of one that has the same sheets as that before: one with fewer sheets, or with a handful of the
    rows, is meant as a part, and says so itself.
    """
    filled, filled_before = (
        {name for name, count in rows.items() if count} for rows in (batch.rows, batch.rows_before)
    )
    if filled != filled_before or sum(batch.rows.values()) < PART * sum(batch.rows_before.values()):
        return
    told = {
        sheet: f"{sheet} {batch.rows[sheet]}/{before}"
        for sheet, before in batch.rows_before.items()
        if before and before - batch.rows[sheet] > NOTABLE_CHANGE * before
    }
    if told:
        yield Hit(records=(), values={"place": next(iter(told)), "sheets": ", ".join(told.values())})


def _heaped(batch: Batch) -> Iterator[Hit]:
    for (sheet, name), days in batch.days.items():
        share = sum(day in WRITTEN_FOR_UNKNOWN for day in days) / max(len(days), 1)
        if len(days) >= FEWEST_DATES and share > MOST_WRITTEN:
            yield Hit(records=(), values={"place": sheet, "name": name, "count": len(days), "share": f"{share:.0%}"})


CHECKS = (
    BatchCheck(
        code="V-U24",
        severity=Severity.WARNING,
        entity="labresult",
        fields=("value",),
        message=_(
            "{label}: the median in this file is {found}, compared with {usual} in the registry. "
            "Is the whole column in a different unit?"
        ),
        hits=_shifted,
        passing=Batch(values={"alb": (40.0,) * 10}, registry_medians={"alb": 41.0}),
        failing=Batch(values={"alb": (4.0,) * 10}, registry_medians={"alb": 41.0}),
    ),
    BatchCheck(
        code="V-B05",
        severity=Severity.WARNING,
        entity="batch",
        fields=(),
        message=_(
            "Fewer rows than in the previous upload of these sheets ({sheets}). No records will be "
            "removed. Is anything missing?"
        ),
        hits=_fewer,
        passing=Batch(rows={"patient": 80}, rows_before={"patient": 100}),
        failing=Batch(rows={"patient": 79}, rows_before={"patient": 100}),
    ),
    BatchCheck(
        code="V-L11",
        severity=Severity.WARNING,
        entity="batch",
        fields=(),
        message=_(
            "{name}: {share} of {count} dates are on the 1st or the 15th. If the day is not known, enter the month alone."
        ),
        hits=_heaped,
        passing=Batch(days={("imaging", "imaging_date"): (*(15,) * 9, *range(2, 15), *range(16, 24))}),
        failing=Batch(days={("imaging", "imaging_date"): (*(15,) * 10, *range(2, 15), *range(16, 24))}),
        source="Venet 2012",
    ),
)
