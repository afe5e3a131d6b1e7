"""Checks of a patient's laboratory panels against each other: values copied, and changes that no blood makes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from math import isclose, log2

from django.utils.translation import gettext_lazy as _

from registry.clinical.timeline import Timeline
from registry.rules.check import Row, Severity
from registry.rules.patient_check import Hit, PatientCheck, Records

ENTITY = "labresult"
DAY = date(2021, 6, 1)
FEWEST_ALIKE = 6  # values that agree; fewer may by chance
DECIMAL_FACTORS = (10.0, 100.0, 1000.0)
LEAST_DIGITS = 3  # a shifted decimal point is told from a change by these
LEAST_JUMP = 10.0
# AFP halves in 5 to 7 days once its source is gone and doubles in weeks: Johnson, Clin Liver Dis 2001;5:145-59. What is
# faster than these is no course of a tumor.
FASTEST_HALVING_DAYS, FASTEST_DOUBLING_DAYS = 3.0, 7.0

Panels = Mapping[date, Mapping[str, Row]]


def _panels(timeline: Timeline) -> Panels:
    """Measured values by day and analyte; those beyond a limit of the assay are not measured."""
    panels: dict[date, dict[str, Row]] = defaultdict(dict)
    for row in timeline.rows(ENTITY):
        if row.get("assessment_date") and row.get("value") is not None and row.get("comparator") in {None, "="}:
            panels[row["assessment_date"]][row.get("analyte_code") or ""] = row
    return dict(sorted(panels.items()))


def _repeated_panels(timeline: Timeline) -> Iterator[Hit]:
    for (earlier, former), (_day, panel) in pairwise(timeline.once(_panels).items()):
        shared = [analyte for analyte in panel if analyte in former]
        if len(shared) >= FEWEST_ALIKE and all(panel[name]["value"] == former[name]["value"] for name in shared):
            values = {"count": len(shared), "former": earlier}
            yield Hit(records=(panel[shared[0]], former[shared[0]]), values=values)


def _pairs_of_afp(timeline: Timeline) -> Iterator[tuple[Row, Row]]:
    found = [panel["afp"] for panel in timeline.once(_panels).values() if "afp" in panel and panel["afp"]["value"] > 0]
    return pairwise(found)


def _factor(before: Row, after: Row) -> float:
    """How many times the larger is the smaller."""
    return float(max(before["value"], after["value"]) / min(before["value"], after["value"]))


def _has_shifted(before: Row, after: Row) -> bool:
    digits = f"{min(before['value'], after['value']):.12g}".replace(".", "").strip("0")
    is_power = any(isclose(_factor(before, after), factor, rel_tol=1e-9) for factor in DECIMAL_FACTORS)
    return is_power and len(digits) >= LEAST_DIGITS


def _shifted_point(timeline: Timeline) -> Iterator[Hit]:
    for before, after in _pairs_of_afp(timeline):
        if _has_shifted(before, after):
            yield _hit(before, after)


def _too_fast(timeline: Timeline) -> Iterator[Hit]:
    for before, after in _pairs_of_afp(timeline):
        days = (after["assessment_date"] - before["assessment_date"]).days
        has_fallen = after["value"] < before["value"]
        doublings = days / (
            FASTEST_HALVING_DAYS if has_fallen else FASTEST_DOUBLING_DAYS
        )  # over ten years 2 to this is no float
        if (
            _factor(before, after) >= LEAST_JUMP
            and log2(_factor(before, after)) > doublings
            and not _has_shifted(before, after)
        ):
            yield _hit(before, after)


def _hit(before: Row, after: Row) -> Hit:
    values = {
        "value": after["value"],
        "before": before["value"],
        "former": before["assessment_date"],
        "days": (after["assessment_date"] - before["assessment_date"]).days,
    }
    return Hit(records=(after, before), values=values)


def _results(analyte: str, *, values: tuple[float, float], days: int) -> list[Row]:
    return [
        {
            "assessment_date": DAY + timedelta(days=day),
            "assessment_type": "BASE",
            "analyte_code": analyte,
            "value": value,
            "comparator": "=",
        }
        for day, value in zip((0, days), values, strict=True)
    ]


def _afp(*values: float, days: int) -> Records:
    before, after = values
    return {ENTITY: _results("afp", values=(before, after), days=days)}


def _panel_twice(crea: float) -> Records:
    alike = {"alb": 41.2, "tbil": 14.7, "alt": 38.0, "ast": 44.0, "plt": 152.0}
    rows = [row for analyte, value in alike.items() for row in _results(analyte, values=(value, value), days=40)]
    return {ENTITY: [*rows, *_results("crea", values=(71.0, crea), days=40)]}


PATIENT_CHECKS = (
    PatientCheck(
        code="V-L09",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("value",),
        message=_(
            "All {count} values of this panel are the same as on {former}. Were the results of another day entered?"
        ),
        hits=_repeated_panels,
        passing=_panel_twice(72.0),
        failing=_panel_twice(71.0),
        source="Venet 2012",
    ),
    PatientCheck(
        code="V-L10",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("value",),
        message=_(
            "AFP is {value}, but was {before} on {former}: the same digits with another decimal point. Check the value "
            "and the unit."
        ),
        hits=_shifted_point,
        passing=_afp(121.5, 1216.0, days=60),
        failing=_afp(121.5, 1215.0, days=60),
        source="Johnson 2001",
    ),
    PatientCheck(
        code="V-L10",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("value",),
        message=_(
            "AFP is {value}, but was {before} on {former}. It cannot change that fast in {days} days. Check the value "
            "and the unit."
        ),
        hits=_too_fast,
        passing=_afp(8200.0, 43.0, days=30),
        failing=_afp(43.0, 8200.0, days=30),
        source="Johnson 2001",
    ),
)
