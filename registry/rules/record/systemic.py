"""Checks of one period of a systemic agent: its end, and its dose against the dose expected.

Beside its own variables the row may hold `weight_kg` at the start.
"""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from registry.choices import agent_choices
from registry.clinical.dosing.agents import agent_dose, is_pd1_or_pdl1, lookup
from registry.rules.check import Check, Row, Severity, is_missing

ENTITY = "systemicagent"
DAY = date(2021, 6, 1)
NEXT_DAY = DAY + timedelta(days=1)
DOSE = ("dose",)
DOSED = ("agent_code", "dose", "dose_unit")
PERIOD = ("agent_stop_date", "agent_start_date")
DOSES_PER_DAY = {"QD": 1, "BID": 2, "D1-14/21": 1, "D1-21/28": 1}
LENVATINIB_KG = 60.0  # 12 mg a day from this weight on, 8 mg below
LENVATINIB = {"agent_code": "LENVATINIB", "dose": 12.0, "dose_unit": "mg", "schedule": "QD"}


def _mg(row: Row) -> float | None:
    if row["dose_unit"] == "mg":
        return float(row["dose"])
    weight_kg = row.get("weight_kg")
    return row["dose"] * weight_kg if weight_kg else None


def _comparable(row: Row) -> tuple[float, str] | None:
    """The dose in the unit of the expected one: by day for what is swallowed, by kg or not for an infusion."""
    expected = agent_dose(row["agent_code"])
    if expected is None:
        return None
    if expected.unit == "mg/kg" and row["dose_unit"] == "mg/kg":
        return row["dose"], "mg/kg"
    mg, weight_kg, per_day = _mg(row), row.get("weight_kg"), DOSES_PER_DAY.get(row.get("schedule") or "")
    if mg is None:
        return None
    if expected.unit == "mg/kg":
        return (mg / weight_kg, "mg/kg") if weight_kg else None
    if expected.unit == "mg/d":
        return (mg * per_day, "mg/d") if per_day else None
    return (mg, "mg") if expected.unit == "mg" else None


def _is_unusual(row: Row) -> bool:
    given, expected = _comparable(row), agent_dose(row["agent_code"])
    return given is not None and expected is not None and not expected.expects(given[0])


def _against_expected(row: Row) -> dict[str, object]:
    given, expected = _comparable(row), agent_dose(row["agent_code"])
    if given is None or expected is None:
        return {}
    low, high = expected.soft
    return {
        "agent": dict(agent_choices())[row["agent_code"]],
        "given": f"{given[0]:.6g} {given[1]}",
        "low": f"{low:g}",
        "high": f"{high:g}",
    }


def _contradicts_weight(row: Row) -> bool:
    if row["agent_code"] != "LENVATINIB":
        return False
    given = _comparable(row)
    is_light = row["weight_kg"] < LENVATINIB_KG
    return given is not None and given[0] == (12.0 if is_light else 8.0)


CHECKS = (
    Check(
        code="V-D08",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=PERIOD,
        message=_(
            "The agent's stop date {agent_stop_date} is before its start date "
            "{agent_start_date}. Correct one of the dates."
        ),
        fires=lambda row: row["agent_stop_date"] < row["agent_start_date"],
        passing={"agent_start_date": DAY, "agent_stop_date": DAY},
        failing={"agent_start_date": NEXT_DAY, "agent_stop_date": DAY},
    ),
    Check(
        code="V-U01",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("agent_stop_date",),
        needs=("agent_stop_date", "death_date"),
        message=_(
            "The agent's stop date {agent_stop_date} is after the death on {death_date}. Correct one of the dates."
        ),
        fires=lambda row: row["agent_stop_date"] > row["death_date"],
        passing={"agent_stop_date": DAY, "death_date": DAY},
        failing={"agent_stop_date": NEXT_DAY, "death_date": DAY},
    ),
    Check(
        code="V-D20",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("agent_stop_date",),
        needs=("agent_start_date", "death_date"),
        message=_("The agent has no stop date, but the patient died on {death_date}. Enter the stop date."),
        fires=lambda row: is_missing(row, name="agent_stop_date"),
        passing={"agent_start_date": DAY, "agent_stop_date": NEXT_DAY, "death_date": NEXT_DAY},
        failing={"agent_start_date": DAY, "agent_stop_date": None, "death_date": NEXT_DAY},
    ),
    Check(
        code="V-T20",
        severity=Severity.ERROR,
        entity=ENTITY,
        fields=("agent_code",),
        message=_('Unknown drug "{agent_code}". Choose one from the list.'),
        fires=lambda row: lookup(row["agent_code"]) is None,
        passing=LENVATINIB,
        failing={**LENVATINIB, "agent_code": "LENVATNIB"},
    ),
    Check(
        code="V-T24",
        severity=Severity.QUERY,
        entity=ENTITY,
        fields=("dose_modified",),
        needs=("dose_modified", "agent_code"),
        message=_("The dose of {agent} was modified, which is unusual for PD-1 or PD-L1 antibodies. Check this."),
        fires=lambda row: row["dose_modified"] == "1" and is_pd1_or_pdl1(row["agent_code"]) is True,
        details=lambda row: {"agent": dict(agent_choices())[row["agent_code"]]},
        passing={**LENVATINIB, "dose_modified": "1"},
        failing={"agent_code": "CAMRELIZUMAB", "dose_modified": "1"},
    ),
    Check(
        code="V-T21",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=DOSE,
        needs=DOSED,
        reads=("weight_kg", "schedule"),
        message=_("{agent} {given} is unusual; {low} to {high} is expected. Check the dose, unit and schedule."),
        fires=_is_unusual,
        details=_against_expected,
        passing=LENVATINIB,
        failing={**LENVATINIB, "schedule": "BID"},
    ),
    Check(
        code="V-T22",
        severity=Severity.WARNING,
        entity=ENTITY,
        fields=DOSE,
        needs=(*DOSED, "weight_kg"),
        message=_(
            "Lenvatinib {dose} mg at {weight_kg} kg: the standard dose is 12 mg from 60 kg "
            "and 8 mg below that. Check both."
        ),
        fires=_contradicts_weight,
        passing={**LENVATINIB, "weight_kg": 60.0},
        failing={**LENVATINIB, "weight_kg": 59.0},
    ),
)
