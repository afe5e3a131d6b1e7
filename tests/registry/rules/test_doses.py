"""Doses at the limits: of a drug through the artery, by body surface or not, and of a systemic one."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from registry.rules import body_on, findings

SURFACE_M2 = 2.0
HAIC = {"modality": "HAIC", "haic_regimen": "FOLFOX", "body_surface_m2": SURFACE_M2}


def codes_found(entity: str, row: dict[str, Any]) -> list[str]:
    return [finding.code for finding in findings(entity, row)]


@pytest.mark.parametrize(
    ("agent", "per_m2", "session", "codes"),
    [
        ("OXALIPLATIN", 85.0, {}, []),
        ("OXALIPLATIN", 97.0, {}, []),
        ("OXALIPLATIN", 98.0, {}, ["V-T08"]),
        ("OXALIPLATIN", 73.0, {}, []),
        ("OXALIPLATIN", 72.0, {}, ["V-T08"]),
        ("OXALIPLATIN", 72.0, {"dose_reduction_pct": 15}, []),
        ("OXALIPLATIN", 72.0, {"dose_reduction_pct": 0}, ["V-T08"]),
        ("OXALIPLATIN", 130.0, {}, ["V-T09"]),
        ("OXALIPLATIN", 130.0, {"regimen_variant": "STD"}, ["V-T08"]),
        ("OXALIPLATIN", 130.0, {"regimen_variant": "FOHAIC"}, []),
        ("OXALIPLATIN", 85.0, {"regimen_variant": "FOHAIC"}, ["V-T08"]),
        ("OXALIPLATIN", 19.9, {"haic_regimen": "RALOX"}, ["V-T07"]),
        ("OXALIPLATIN", 20.0, {"haic_regimen": "RALOX"}, []),
        ("OXALIPLATIN", 180.0, {"haic_regimen": "RALOX", "body_surface_m2": 1.6}, []),
        ("OXALIPLATIN", 180.1, {"haic_regimen": "RALOX", "body_surface_m2": 1.6}, ["V-T07"]),
        ("OXALIPLATIN", 10.0, {"modality": "CTACE", "haic_regimen": None}, []),
        ("OXALIPLATIN", 10.0, {"body_surface_m2": None}, []),
        ("FOLINATE_CA", 200.0, {}, []),
        ("FOLINATE_CA", 100.0, {}, ["V-T10"]),
        ("FOLINATE_CA", 100.0, {"dose_reduction_pct": 50}, []),
        ("FOLINATE_CA", 150.0, {}, ["V-T08"]),
        ("FOLINATE_CA", 400.0, {}, []),  # Li et al. 2022
        ("FOLINATE_CA", 400.0, {"regimen_variant": "FOHAIC"}, []),
        ("FOLINATE_CA", 300.0, {"regimen_variant": "FOHAIC"}, ["V-T08"]),
        ("LEVOFOLINATE_CA", 100.0, {}, []),
        ("LEVOFOLINATE_CA", 150.0, {}, ["V-T08"]),
        ("LEVOFOLINATE_CA", 200.0, {}, []),  # as folinate 400
        ("FLUOROURACIL", 2500.0, {}, []),
        ("FLUOROURACIL", 399.0, {"dose_reduction_pct": 84}, ["V-T07"]),
        ("EPIRUBICIN", 20.0, {}, []),
    ],
)
def test_a_dose_of_haic_is_judged_by_body_surface(
    agent: str, per_m2: float, session: dict[str, Any], codes: list[str]
) -> None:
    row = {**HAIC, **session, "agent_code": agent}
    row["dose_mg"] = per_m2 * (row["body_surface_m2"] or SURFACE_M2)
    assert codes_found("transarterialagent", row) == codes


@pytest.mark.parametrize(
    ("agent", "dose_mg", "route", "codes"),
    [
        ("EPIRUBICIN", 20.0, "IA", []),
        ("EPIRUBICIN", 19.9, "IA", ["V-U02"]),
        ("EPIRUBICIN", 4.9, "IA", ["V-U01"]),
        ("DOXORUBICIN", 101.0, "IA", ["V-U02"]),
        ("DOXORUBICIN", 101.0, "IA_BEAD", []),
        ("DOXORUBICIN", 201.0, "IA_BEAD", ["V-U01"]),
        ("OXALIPLATIN", 300.0, "IA", []),
        ("OXALIPLATIN", 301.0, "IA", ["V-U01"]),
        ("FLUOROURACIL", 10_000.0, "IA", []),
        ("FLUOROURACIL", 10_001.0, "IA", ["V-U01", "V-U01"]),  # of every drug, and of this one
        ("CARBOPLATIN", 9000.0, "IA", []),  # no range is agreed
    ],
)
def test_a_dose_of_a_session_keeps_the_limits_of_its_drug(
    agent: str, dose_mg: float, route: str, codes: list[str]
) -> None:
    assert codes_found("transarterialagent", {"agent_code": agent, "dose_mg": dose_mg, "route": route}) == codes


def test_an_impossible_dose_is_told_with_drug_and_limits() -> None:
    (finding,) = findings("transarterialagent", {"agent_code": "EPIRUBICIN", "dose_mg": 500.0})
    with translation.override("en"):
        assert finding.text.startswith("epirubicin 500 mg is outside the possible range of 5 to 150.")
    with translation.override("zh-hans"):
        assert "表柔比星" in finding.text


@pytest.mark.parametrize(
    ("agent", "dose", "unit", "schedule", "weight_kg", "codes"),
    [
        ("SORAFENIB", 400.0, "mg", "BID", None, []),
        ("SORAFENIB", 500.0, "mg", "BID", None, ["V-T21"]),
        ("SORAFENIB", 500.0, "mg", None, None, []),  # how often is not known
        ("ANLOTINIB", 12.0, "mg", "D1-14/21", None, []),
        ("CAMRELIZUMAB", 200.0, "mg", "Q3W", None, []),
        ("CAMRELIZUMAB", 100.0, "mg", "Q3W", None, ["V-T21"]),
        ("CAMRELIZUMAB", 3.0, "mg/kg", "Q3W", 70.0, ["V-T21"]),
        ("CAMRELIZUMAB", 3.0, "mg/kg", "Q3W", None, []),
        ("NIVOLUMAB", 3.0, "mg/kg", "Q2W", 80.0, []),
        ("BEVACIZUMAB", 15.0, "mg/kg", "Q3W", None, []),
        ("BEVACIZUMAB", 16.0, "mg/kg", "Q3W", None, ["V-T21"]),
        ("BEVACIZUMAB", 900.0, "mg", "Q3W", 60.0, []),
        ("BEVACIZUMAB", 900.0, "mg", "Q3W", 50.0, ["V-T21"]),
        ("PENPULIMAB", 9999.0, "mg", "Q3W", None, ["V-U02"]),  # no range is agreed but that of every dose
        ("LENVATINIB", 12.0, "mg", "QD", 60.0, []),
        ("LENVATINIB", 12.0, "mg", "QD", 59.9, ["V-T22"]),
        ("LENVATINIB", 8.0, "mg", "QD", 59.9, []),
        ("LENVATINIB", 8.0, "mg", "QD", 60.0, ["V-T22"]),
        ("LENVATINIB", 4.0, "mg", "QD", 60.0, []),
        ("LENVATINIB", 4.0, "mg", "BID", 60.0, ["V-T22"]),
    ],
)
def test_a_systemic_dose_is_compared_in_the_unit_of_its_drug(
    *, agent: str, dose: float, unit: str, schedule: str | None, weight_kg: float | None, codes: list[str]
) -> None:
    row = {"agent_code": agent, "dose": dose, "dose_unit": unit, "schedule": schedule, "weight_kg": weight_kg}
    assert codes_found("systemicagent", row) == codes


VISITS: list[dict[str, Any]] = [
    {"assessment_date": date(2021, 6, 10), "weight_kg": 72.0, "height_cm": None},
    {"assessment_date": date(2021, 5, 1), "weight_kg": 65.0, "height_cm": 170.0},
    {"assessment_date": date(2021, 6, 1), "weight_kg": None, "height_cm": None},
    {"assessment_date": None, "weight_kg": 200.0, "height_cm": 200.0},
]


@pytest.mark.parametrize(
    ("day", "weight_kg", "surface_m2"),
    [
        (date(2021, 5, 1), 65.0, 1.752),
        (date(2021, 5, 15), 65.0, 1.752),
        (date(2021, 5, 16), None, None),
        (date(2021, 6, 9), None, None),
        (date(2021, 6, 24), 72.0, 1.844),
        (None, None, None),
    ],
)
def test_a_dose_is_judged_by_a_weight_of_the_last_14_days(
    day: date | None, weight_kg: float | None, surface_m2: float | None
) -> None:
    known = body_on(day, assessments=VISITS)
    assert known.get("weight_kg") == weight_kg
    assert known.get("body_surface_m2") == (surface_m2 and pytest.approx(surface_m2, abs=0.001))


def test_a_weight_that_cannot_be_is_not_used() -> None:
    assert body_on(date(2021, 5, 1), assessments=[{**VISITS[1], "weight_kg": 0.0}]) == {}
