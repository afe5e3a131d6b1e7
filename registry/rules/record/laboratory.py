"""Checks of a laboratory result: values that look like another unit, or like the limit of an assay."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode
from registry.clinical.laboratory.reference_limits import default_limits
from registry.clinical.ranges import ANALYTE_RANGES
from registry.rules.check import Check, Label, Row, Severity

ENTITY = "labresult"
VALUE = ("value",)

# Limits at which assays stop counting, data dictionary V-U12
ASSAY_LIMITS_OF_AFP = frozenset({20, 400, 1000, 1210, 2000, 3000, 60_500, 121_000})


def _upper_limit(row: Row) -> float:
    """The laboratory's own, or the usual one where that is the same for both sexes; -1 where there is none."""
    usual = default_limits(row["analyte_code"], sex=None)
    limits = (row.get("uln"), usual.uln if usual else None)
    return next((limit for limit in limits if limit is not None), -1.0)


def unit_suspicion(
    code: str,
    *,
    analyte: str,
    looks_wrong: Callable[[float], bool],
    unit: str,
    examples: tuple[float, float],
) -> Check:
    """A value given without unit, or in the usual one, that would be plausible in `unit`; `examples` passes, then fails."""
    usual = ANALYTE_RANGES[analyte].unit
    factor = ANALYTE_RANGES[analyte].factors[unit]

    def fires(row: Row) -> bool:
        return row.get("raw_unit") in {None, "", usual} and looks_wrong(row["value"])

    def details(row: Row) -> dict[str, object]:
        converted = Decimal(str(row["value"])) * factor
        return {
            "label": AnalyteCode(analyte).label,
            "unit": unit,
            "converted": f"{float(converted):.4g}",
            "usual": usual,
        }

    passing, failing = ({"analyte_code": analyte, "value": value, "raw_unit": usual} for value in examples)
    return Check(
        code=code,
        severity=Severity.QUERY,
        entity=ENTITY,
        analytes=frozenset({analyte}),
        fields=VALUE,
        reads=("raw_unit",),
        message=_("{label} {value} appears to be in {unit} (equal to {converted} {usual}). Enter the unit."),
        fires=fires,
        details=details,
        passing=passing,
        failing=failing,
    )


def _label(row: Row) -> dict[str, Label]:
    return {"label": AnalyteCode(row["analyte_code"]).label}


def _cell_count_checks() -> Iterator[Check]:
    for analyte in ("wbc", "neut", "lym"):
        yield unit_suspicion(
            "V-U08", analyte=analyte, looks_wrong=lambda x: x > 300, unit="/uL", examples=(4.1, 4100.0)
        )


CHECKS = (
    unit_suspicion("V-U03", analyte="alb", looks_wrong=lambda x: 1.0 <= x <= 6.5, unit="g/dL", examples=(41.7, 4.1)),
    unit_suspicion("V-U04", analyte="tbil", looks_wrong=lambda x: x < 3.0, unit="mg/dL", examples=(16.4, 1.1)),
    unit_suspicion("V-U05", analyte="crea", looks_wrong=lambda x: x < 15, unit="mg/dL", examples=(73.8, 0.9)),
    unit_suspicion("V-U06", analyte="hb", looks_wrong=lambda x: 4 <= x <= 20, unit="g/dL", examples=(132.0, 13.2)),
    unit_suspicion("V-U07", analyte="plt", looks_wrong=lambda x: x > 2000, unit="/uL", examples=(158.0, 158_000.0)),
    unit_suspicion("V-U07", analyte="plt", looks_wrong=lambda x: 0.5 < x < 25, unit="万/uL", examples=(158.0, 15.8)),
    *_cell_count_checks(),
    unit_suspicion("V-U09", analyte="glu", looks_wrong=lambda x: x > 40, unit="mg/dL", examples=(5.2, 94.0)),
    Check(
        code="V-U12",
        severity=Severity.WARNING,
        entity=ENTITY,
        analytes=frozenset({"afp"}),
        fields=VALUE,
        needs=("value", "comparator"),
        message=_("AFP {value} may be the limit of the assay. If it is, enter it with < or >."),
        fires=lambda row: row["comparator"] == "=" and row["value"] in ASSAY_LIMITS_OF_AFP,
        passing={"analyte_code": "afp", "value": 1210.0, "comparator": ">"},
        failing={"analyte_code": "afp", "value": 1210.0, "comparator": "="},
    ),
    Check(
        code="V-U14",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=VALUE,
        needs=("analyte_code", "value", "comparator"),
        message=_("{label} {comparator} {value} is low for an above-limit result. Check the value."),
        reads=("uln",),
        fires=lambda row: row["comparator"] in {">", ">="} and row["value"] <= _upper_limit(row),
        details=_label,
        passing={"analyte_code": "afp", "value": 1210.0, "comparator": ">"},
        failing={"analyte_code": "afp", "value": 20.0, "comparator": ">"},
    ),
    Check(
        code="V-U26",
        severity=Severity.QUERY,
        entity=ENTITY,
        analytes=frozenset({"afp"}),
        fields=VALUE,
        needs=("raw_unit",),
        message=_("AFP in mg/mL is implausible. Should the unit be ng/mL?"),
        fires=lambda row: row["raw_unit"].casefold() == "mg/ml",
        passing={"analyte_code": "afp", "raw_unit": "ng/mL"},
        failing={"analyte_code": "afp", "raw_unit": "mg/mL"},
    ),
    Check(
        code="V-U25",
        severity=Severity.QUERY,
        entity=ENTITY,
        analytes=frozenset({"pivka2"}),
        fields=VALUE,
        needs=("raw_unit",),
        message=_(
            "PIVKA-II in ng/mL cannot be converted because the conversion depends on the assay. Enter it in mAU/mL."
        ),
        fires=lambda row: row["raw_unit"].casefold() == "ng/ml",
        passing={"analyte_code": "pivka2", "raw_unit": "mAU/mL"},
        failing={"analyte_code": "pivka2", "raw_unit": "ng/mL"},
    ),
)
