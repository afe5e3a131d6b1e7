"""Checks of a laboratory result against the others of its panel and against the patient.

Beside its own variables the row holds the values of its panel by analyte, and the patient's sex.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.choices import AnalyteCode
from registry.clinical.laboratory.reference_limits import DEFAULT_LIMITS, default_limits
from registry.rules.check import Check, Row, Severity, is_known

ENTITY = "labresult"
VALUE = ("value",)
DIFFERENTIAL_TOLERANCE = 1.05
NEAR_PROTHROMBIN_TIME = 0.2
HIGHEST_INR = 6
USUAL_SECONDS = (9.0, 30.0)
ACTIVITY_PCT = (60, 150)
TRANSAMINASES = ("ast", "alt", "alp")
OF_ONE_SEX = frozenset(limits.analyte for limits in DEFAULT_LIMITS if limits.sex)


def _looks_like_prothrombin_time(row: Row) -> bool:
    usual = default_limits("pt", sex=None)
    is_normal = usual is not None and usual.lln <= row["pt"] <= usual.uln  # both are given
    is_high = row["value"] > HIGHEST_INR
    return (is_high and is_normal) or abs(row["value"] - row["pt"]) <= NEAR_PROTHROMBIN_TIME


def _looks_like_seconds(row: Row) -> bool:
    """Where the time itself is not given. A ratio this high is rarer than a time in its place."""
    return USUAL_SECONDS[0] <= row["value"] <= USUAL_SECONDS[1] and not is_known(row.get("pt"))


def _looks_like_activity(row: Row) -> bool:
    return ACTIVITY_PCT[0] <= row["value"] <= ACTIVITY_PCT[1] and not is_known(row.get("pta"))


def _panel(**values: float) -> dict[str, Any]:
    """The first value is the result looked at."""
    analyte, value = next(iter(values.items()))
    return {"analyte_code": analyte, "value": value, **values}


CHECKS = (
    Check(
        code="V-U10",
        severity=Severity.QUERY,
        entity=ENTITY,
        analytes=frozenset({"inr"}),
        fields=VALUE,
        needs=("value", "pt"),
        message=_("INR {value} looks like a prothrombin time ({pt} s). Check the value."),
        fires=_looks_like_prothrombin_time,
        passing=_panel(inr=1.1, pt=12.1),
        failing=_panel(inr=12.0, pt=12.1),
    ),
    Check(
        code="V-U10",
        severity=Severity.QUERY,
        entity=ENTITY,
        analytes=frozenset({"inr"}),
        fields=VALUE,
        reads=("pt",),
        message=_("INR {value} looks like a prothrombin time in seconds. Check the value."),
        fires=_looks_like_seconds,
        passing=_panel(inr=8.9),
        failing=_panel(inr=12.3),
    ),
    Check(
        code="V-U11",
        severity=Severity.QUERY,
        entity=ENTITY,
        analytes=frozenset({"pt"}),
        fields=VALUE,
        reads=("pta",),
        message=_("Prothrombin time {value} s looks like an activity in %. Check the value."),
        fires=_looks_like_activity,
        passing=_panel(pt=92.0, pta=31.0),
        failing=_panel(pt=92.0),
    ),
    Check(
        code="V-U18",
        severity=Severity.QUERY,
        entity=ENTITY,
        analytes=frozenset({"ast"}),
        fields=VALUE,
        needs=("value", *TRANSAMINASES),
        message=_("AST, ALT and alkaline phosphatase are all {value} U/L. Was the same value entered more than once?"),
        fires=lambda row: len({row[name] for name in TRANSAMINASES}) == 1,
        passing=_panel(ast=40.0, alt=40.0, alp=96.0),
        failing=_panel(ast=40.0, alt=40.0, alp=40.0),
    ),
    Check(
        code="V-U21",
        severity=Severity.ERROR,
        entity=ENTITY,
        analytes=frozenset({"dbil"}),
        fields=VALUE,
        needs=("value", "tbil"),
        message=_("Direct bilirubin {value} exceeds total bilirubin {tbil} µmol/L. Correct one of them."),
        fires=lambda row: row["value"] > row["tbil"],
        passing=_panel(dbil=5.0, tbil=5.0),
        failing=_panel(dbil=5.1, tbil=5.0),
    ),
    Check(
        code="V-U22",
        severity=Severity.ERROR,
        entity=ENTITY,
        analytes=frozenset({"wbc"}),
        fields=VALUE,
        needs=("value", "neut", "lym"),
        message=_(
            "The sum of neutrophils {neut} and lymphocytes {lym} exceeds the white blood "
            "cell count of {value} ×10⁹/L. Correct one of them."
        ),
        fires=lambda row: row["neut"] + row["lym"] > row["value"] * DIFFERENTIAL_TOLERANCE,
        passing=_panel(wbc=6.0, neut=4.3, lym=2.0),
        failing=_panel(wbc=6.0, neut=4.4, lym=2.0),
    ),
    Check(
        code="V-P08",
        severity=Severity.WARNING,
        entity=ENTITY,
        analytes=OF_ONE_SEX,
        fields=VALUE,
        needs=("value", "sex"),
        reads=("lln", "uln"),
        message=_(
            "{label}: the sex is unknown, so no reference limits apply. Enter the sex or the "
            "laboratory's reference limits."
        ),
        fires=lambda row: row["sex"] == "UNK" and not is_known(row.get("lln")) and not is_known(row.get("uln")),
        details=lambda row: {"label": AnalyteCode(row["analyte_code"]).label},
        passing={"analyte_code": "alt", "value": 40.0, "sex": "UNK", "uln": 50.0},
        failing={"analyte_code": "alt", "value": 40.0, "sex": "UNK"},
    ),
)
