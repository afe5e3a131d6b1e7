"""Checks of every measured variable against its possible and its expected range."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode
from registry.clinical.ranges import ANALYTE_RANGES, RANGES, Range
from registry.rules.check import Check, Label, Row, Severity
from registry.rules.records import fields_of

IMPOSSIBLE = _("{field} {value} is outside the possible range of {low} to {high}. Check the value and unit.")
UNUSUAL = _("{field} {value} is unusual; {low} to {high} is expected. Check the value and unit.")

# Variables whose impossible values have a rule of their own, which says the same
OWN_CODES = {"power_w": "V-T14", "time_min": "V-T14"}

Measure = Callable[[Row], tuple[Label, float, Range]]  # label, value and range of what the row measured


def range_checks() -> Iterator[Check]:
    for entity, fields in fields_of().items():
        for field in fields:
            if field.name in RANGES:
                yield from _checks(
                    entity,
                    name=field.name,
                    needs=(field.name,),
                    measure=_variable(field.name, label=field.verbose_name),
                )
    yield from _checks("labresult", name="value", needs=("value", "analyte_code"), measure=_analyte)


def _checks(entity: str, *, name: str, needs: tuple[str, ...], measure: Measure) -> Iterator[Check]:
    example = {"analyte_code": AnalyteCode.ALBUMIN.value} if "analyte_code" in needs else {}
    limits = ANALYTE_RANGES[AnalyteCode.ALBUMIN] if example else RANGES[name]
    usual = {name: limits.soft[1], **example}
    unusual = _unusual_example(limits)
    yield Check(
        code=OWN_CODES.get(name, "V-U01"),
        severity=Severity.ERROR,
        entity=entity,
        fields=(name,),
        needs=needs,
        message=IMPOSSIBLE,
        fires=lambda row: _is_impossible(*measure(row)),
        details=lambda row: described(*measure(row), soft=False),
        passing=usual,
        failing={name: limits.hard[1] + 1, **example},
    )
    if unusual is None:
        return
    yield Check(
        code="V-U02",
        severity=Severity.WARNING,
        entity=entity,
        fields=(name,),
        needs=needs,
        message=UNUSUAL,
        fires=lambda row: _is_unusual(*measure(row)),
        details=lambda row: described(*measure(row), soft=True),
        passing=usual,
        failing={name: unusual, **example},
    )


def _unusual_example(limits: Range) -> float | None:
    """A value that is possible and not expected; None where all that is possible is expected."""
    return next((limit for limit in reversed(limits.hard) if not limits.expects(limit)), None)


def _variable(name: str, *, label: Label) -> Measure:
    return lambda row: (label, row[name], RANGES[name])


def _analyte(row: Row) -> tuple[Label, float, Range]:
    code = AnalyteCode(row["analyte_code"])
    return code.label, row["value"], ANALYTE_RANGES[code]


def _is_impossible(_label: Label, value: float, limits: Range) -> bool:
    return not limits.allows(value)


def _is_unusual(_label: Label, value: float, limits: Range) -> bool:
    return limits.allows(value) and not limits.expects(value)


def described(label: Label, value: float, limits: Range, *, soft: bool) -> dict[str, object]:
    low, high = limits.soft if soft else limits.hard
    measured = f"{value:.6g}" if limits.unit in {"", "1"} else f"{value:.6g} {limits.unit}"
    return {"field": label, "value": measured, "low": f"{low:,g}", "high": f"{high:,g}"}


CHECKS = range_checks
