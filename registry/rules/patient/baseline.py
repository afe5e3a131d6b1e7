"""Checks of the baseline: the one assessment that a first treatment is judged by."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.clinical.dates import BASELINE_WINDOW_DAYS
from registry.clinical.timeline import Kind, Timeline
from registry.rules.check import Check, Row, Severity
from registry.rules.facts import facts_of_patient
from registry.rules.patient_check import Hit, PatientCheck

ENTITY = "assessment"
LONGEST_GAP_DAYS = 90
DAY = date(2021, 6, 1)
FLAGGED = ("is_baseline", "assessment_date", "index_date")


def _gap_days(row: Row) -> int:
    return (row["index_date"] - row["assessment_date"]).days


def _is_old(row: Row) -> bool:
    return row["is_baseline"] == "1" and BASELINE_WINDOW_DAYS < _gap_days(row) <= LONGEST_GAP_DAYS


def _is_none(row: Row) -> bool:
    return row["is_baseline"] == "1" and not 0 <= _gap_days(row) <= LONGEST_GAP_DAYS


def _example(days: int) -> Row:
    return {"is_baseline": "1", "assessment_date": DAY - timedelta(days=days), "index_date": DAY}


CHECKS = (
    Check(
        code="V-D10",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=("assessment_date",),
        needs=FLAGGED,
        message=_(
            "The baseline assessment on {assessment_date} is {days} days before the first "
            "treatment; 28 days or less is usual."
        ),
        fires=_is_old,
        details=lambda row: {"days": _gap_days(row)},
        passing=_example(28),
        failing=_example(29),
    ),
    Check(
        code="V-D11",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("assessment_date",),
        needs=FLAGGED,
        message=_(
            "The assessment on {assessment_date} cannot be the baseline for the treatment on "
            "{index_date}: it must be no more than 90 days before the treatment. Correct the "
            "date or the flag."
        ),
        fires=_is_none,
        passing=_example(90),
        failing=_example(-1),
    ),
)


def _not_one_baseline(timeline: Timeline) -> Iterator[Hit]:
    """Only where the flag is used at all: without it the baseline is derived from the dates."""
    flagged = [event.record for event in timeline.of(Kind.ASSESSMENT) if event.record.get("is_baseline") is not None]
    baselines = [record for record in flagged if record["is_baseline"] == "1"]
    if flagged and len(baselines) != 1 and "index_date" in facts_of_patient(timeline.records):
        yield Hit(records=tuple(baselines[::-1] or flagged[::-1]), values={"count": len(baselines)})


def _visits(*flags: str) -> list[Row]:
    return [
        {"assessment_date": DAY - timedelta(days=number), "assessment_type": "BASE", "is_baseline": flag}
        for number, flag in enumerate(flags)
    ]


PATIENT_CHECKS = (
    PatientCheck(
        code="V-D12",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("is_baseline",),
        message=_("{count} assessments are marked as baseline; there must be exactly one. Correct the flags."),
        hits=_not_one_baseline,
        passing={"assessment": _visits("1", "0"), "resection": [{"start_date": DAY}]},
        failing={"assessment": _visits("1", "1"), "resection": [{"start_date": DAY}]},
    ),
)
