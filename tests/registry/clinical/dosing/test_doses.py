from datetime import date, timedelta

import pytest

from registry.clinical.dosing.doses import (
    NOTABLE_DEVIATION,
    SurfaceFormula,
    body_surface_area,
    dose_per_m2,
    folfox_deviation,
    folfox_doses,
    weight_is_current,
)

SESSION = date(2021, 6, 15)


@pytest.mark.parametrize(("formula", "surface"), [("MOSTELLER", 1.752), ("DUBOIS", 1.754), ("STEVENSON", 1.716)])
def test_each_formula_gives_the_dictionary_example(formula: SurfaceFormula, surface: float) -> None:
    assert body_surface_area(65, height_cm=170, formula=formula) == pytest.approx(surface, abs=5e-4)


def test_mosteller_is_the_default() -> None:
    assert body_surface_area(100, height_cm=144) == 2.0


def test_a_missing_measure_gives_no_surface_and_no_dose() -> None:
    assert body_surface_area(None, height_cm=170) is None
    assert body_surface_area(65, height_cm=None) is None
    assert dose_per_m2(None, surface_m2=1.7) is None
    assert dose_per_m2(150, surface_m2=None) is None
    assert folfox_doses(None) is None
    assert folfox_deviation(None, agent_code="OXALIPLATIN") is None


@pytest.mark.parametrize(("weight", "height"), [(0, 170), (65, 0), (-1, 170)])
def test_a_body_without_weight_or_height_is_refused(weight: float, height: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        body_surface_area(weight, height_cm=height)


def test_a_surface_of_zero_is_refused_and_a_small_one_is_not() -> None:
    assert dose_per_m2(85, surface_m2=0.85) == pytest.approx(100)
    with pytest.raises(ValueError, match="above 0"):
        dose_per_m2(150, surface_m2=0)


@pytest.mark.parametrize(("days_before", "current"), [(-1, False), (0, True), (14, True), (15, False)])
def test_a_weight_serves_for_14_days(days_before: int, current: bool) -> None:
    assert weight_is_current(SESSION - timedelta(days=days_before), on=SESSION) is current


def test_a_weight_without_date_serves_for_nothing_known() -> None:
    assert weight_is_current(None, on=SESSION) is None
    assert weight_is_current(SESSION, on=None) is None


def test_folfox_for_an_average_body_gives_the_dictionary_example() -> None:
    doses = folfox_doses(1.752)
    assert doses == pytest.approx({"OXALIPLATIN": 148.9, "FOLINATE_CA": 350.4, "FLUOROURACIL": 4380}, abs=0.05)


def test_the_dose_per_surface_undoes_the_dose() -> None:
    doses = folfox_doses(1.6, variant="FOHAIC")
    assert doses is not None
    assert {agent: dose_per_m2(dose, surface_m2=1.6) for agent, dose in doses.items()} == pytest.approx(
        {"OXALIPLATIN": 130, "FOLINATE_CA": 200, "FLUOROURACIL": 2800}
    )


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(KeyError):
        folfox_doses(1.7, variant="OTHER")


@pytest.mark.parametrize(
    ("agent", "per_m2", "deviation"),
    [
        ("OXALIPLATIN", 85, 0.0),
        ("OXALIPLATIN", 68, -0.2),
        ("FLUOROURACIL", 3000, 0.2),
        ("FOLINATE_CA", 400, 1.0),
        ("LEVOFOLINATE_CA", 100, 0.0),
        ("CISPLATIN", 50, None),
    ],
)
def test_a_deviation_is_the_fraction_missing_or_added(agent: str, per_m2: float, deviation: float | None) -> None:
    assert folfox_deviation(per_m2, agent_code=agent) == pytest.approx(deviation)


def test_130_mg_of_oxaliplatin_is_the_full_dose_of_the_other_variant_only() -> None:
    assert folfox_deviation(130, agent_code="OXALIPLATIN", variant="FOHAIC") == 0
    assert (folfox_deviation(130, agent_code="OXALIPLATIN") or 0) > NOTABLE_DEVIATION
