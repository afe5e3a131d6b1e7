"""Drugs of the synthetic patients: systemic agents over time, and what was given through the artery."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from demo.cohort.patients import Random
from demo.cohort.timetable import Calendar, Row
from registry.clinical.dosing.doses import body_surface_area, folfox_doses
from registry.workbook.sheets import sheet_of

# dose, unit, schedule; lenvatinib goes by weight
USUAL: Mapping[str, tuple[float, str, str]] = {
    "LENVATINIB": (12, "mg", "QD"),
    "SORAFENIB": (400, "mg", "BID"),
    "APATINIB": (250, "mg", "QD"),
    "DONAFENIB": (200, "mg", "BID"),
    "BEVACIZUMAB": (7.5, "mg/kg", "Q3W"),
    "CAMRELIZUMAB": (200, "mg", "Q3W"),
    "TISLELIZUMAB": (200, "mg", "Q3W"),
    "SINTILIMAB": (200, "mg", "Q3W"),
    "TORIPALIMAB": (240, "mg", "Q3W"),
    "PEMBROLIZUMAB": (200, "mg", "Q3W"),
}
ANTI_ANGIOGENIC = ("LENVATINIB", "LENVATINIB", "SORAFENIB", "APATINIB", "DONAFENIB", "BEVACIZUMAB")
PD1 = ("CAMRELIZUMAB", "TISLELIZUMAB", "SINTILIMAB", "TORIPALIMAB", "PEMBROLIZUMAB")
LOW_LENVATINIB_MG, LENVATINIB_WEIGHT_KG = 8.0, 60
REDUCTION_PCT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An agent from a day to another; `stop` None while it goes on."""

    agent: str
    start: int
    stop: int | None
    reason: str | None = None


def one_of(agents: tuple[str, ...], *, random: Random) -> str:
    return agents[int(random.integers(len(agents)))]


def until_progression(agent: str, *, start: int, calendar: Calendar) -> Given:
    reason = "PD" if calendar.progression_day else "DEATH" if calendar.is_dead else None
    stop = calendar.treated_until
    return Given(agent=agent, start=start, stop=None if stop is None else max(stop, start), reason=reason)


def systemic_rows(calendar: Calendar, *, given: list[Given], weight_kg: float) -> Iterator[Row]:
    for each in given:
        dose, unit, schedule = USUAL[each.agent]
        is_light = each.agent == "LENVATINIB" and weight_kg < LENVATINIB_WEIGHT_KG
        yield {
            "line_no": 1,
            "agent_code": each.agent,
            "agent_start_date": calendar.on(each.start),
            "agent_stop_date": None if each.stop is None else calendar.on(each.stop),
            "dose": LOW_LENVATINIB_MG if is_light else dose,
            "dose_unit": unit,
            "schedule": schedule,
            "stop_reason": each.reason,
        }


def arterial_cells(*agents: tuple[str, str, float]) -> Row:
    """Agent, route and dose in mg, in the groups of columns that the sheet of sessions has for them."""
    given = [dict(zip(("agent_code", "route", "dose_mg"), agent, strict=True)) for agent in agents]
    columns = sheet_of("transarterialsession").columns
    return {
        column.name: given[column.group - 1][column.variable]
        for column in columns
        if 0 < column.group <= len(given) and column.variable in given[column.group - 1]
    }


def folfox_cells(weight_kg: float, *, height_cm: float, reduction_pct: int = 0) -> Row:
    """One cycle of FOLFOX by its surface, in whole milligrams."""
    surface = body_surface_area(weight_kg, height_cm=height_cm)
    doses = folfox_doses(surface) or {}
    given = [(code, "IA", float(round(dose * (1 - reduction_pct / 100)))) for code, dose in doses.items()]
    return {
        "haic_regimen": "FOLFOX",
        "regimen_variant": "STD",
        "haic_infusion_hours": 46.0,
        "dose_reduction_pct": reduction_pct or None,
        **arterial_cells(*given),
    }
