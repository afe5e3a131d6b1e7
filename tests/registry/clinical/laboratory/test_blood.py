import pytest

from registry.clinical.laboratory.chemistry import corrected_calcium, filtration_rate
from registry.clinical.laboratory.inflammation import (
    immune_inflammation_index,
    lymphocyte_monocyte_ratio,
    neutrophil_lymphocyte_ratio,
    platelet_lymphocyte_ratio,
    prognostic_nutritional_index,
)
from registry.clinical.liver_function.fibrosis import apri, apri_class, fib4, fib4_class


def test_fibrosis_indices_of_the_worked_example() -> None:
    assert fib4(55, ast=55.58, alt=65.67, plt=208.02) == pytest.approx(1.813, abs=0.0005)
    assert apri(55.58, ast_uln=40, plt=208.02) == pytest.approx(0.668, abs=0.0005)


@pytest.mark.parametrize(
    ("index", "named"), [(1.449, "LOW"), (1.45, "INTERMEDIATE"), (3.25, "INTERMEDIATE"), (3.251, "HIGH"), (None, None)]
)
def test_fib4_is_classed_at_1_45_and_3_25(index: float | None, named: str | None) -> None:
    assert fib4_class(index) == named


@pytest.mark.parametrize(
    ("index", "named"), [(0.49, "LOW"), (0.5, "INTERMEDIATE"), (1.5, "INTERMEDIATE"), (1.51, "HIGH"), (None, None)]
)
def test_apri_is_classed_at_0_5_and_1_5(index: float | None, named: str | None) -> None:
    assert apri_class(index) == named


@pytest.mark.parametrize("missing", ["age", "ast", "alt", "plt"])
@pytest.mark.parametrize("nothing", [None, 0])
def test_fib4_needs_every_input_and_no_divisor_of_0(missing: str, nothing: float | None) -> None:
    given = {"age": 55.0, "ast": 50.0, "alt": 50.0, "plt": 200.0, missing: nothing}
    expected = 0.0 if nothing == 0 and missing in {"age", "ast"} else None
    assert fib4(given.pop("age"), **given) == expected


def test_apri_needs_every_input() -> None:
    assert apri(None, ast_uln=40, plt=200) is None
    assert apri(50, ast_uln=None, plt=200) is None
    assert apri(50, ast_uln=40, plt=0) is None


def test_inflammation_ratios_of_the_worked_example() -> None:
    assert neutrophil_lymphocyte_ratio(4.38, lym=1.70) == pytest.approx(2.576, abs=0.0005)
    assert platelet_lymphocyte_ratio(208.02, lym=1.70) == pytest.approx(122.36, abs=0.005)
    assert prognostic_nutritional_index(41.75, lym=1.70) == pytest.approx(50.25)
    assert lymphocyte_monocyte_ratio(1.70, mono=0.5) == pytest.approx(3.4)
    assert immune_inflammation_index(200, neut=4, lym=2) == pytest.approx(400)


def test_ratios_by_0_or_of_something_missing_are_unknown() -> None:
    assert neutrophil_lymphocyte_ratio(4, lym=0) is None
    assert platelet_lymphocyte_ratio(None, lym=2) is None
    assert lymphocyte_monocyte_ratio(2, mono=None) is None
    assert immune_inflammation_index(200, neut=None, lym=2) is None
    assert immune_inflammation_index(200, neut=4, lym=0) is None
    assert prognostic_nutritional_index(40, lym=None) is None


def test_filtration_rate_of_the_worked_example() -> None:
    assert filtration_rate(90, age=55, sex="M") == pytest.approx(87, abs=0.5)


def test_filtration_rate_bends_at_kappa_and_differs_by_sex() -> None:
    # by hand: 142 x 0.9938^50 at creatinine = kappa, and x 1.012 in women
    at_kappa = 142 * 0.9938**50
    assert filtration_rate(0.9 * 88.4, age=50, sex="M") == pytest.approx(at_kappa)
    assert filtration_rate(0.7 * 88.4, age=50, sex="F") == pytest.approx(at_kappa * 1.012)
    assert filtration_rate(1.8 * 88.4, age=50, sex="M") == pytest.approx(at_kappa * 2**-1.2)
    assert filtration_rate(0.45 * 88.4, age=50, sex="M") == pytest.approx(at_kappa * 0.5**-0.302)


def test_filtration_rate_needs_creatinine_age_and_sex() -> None:
    assert filtration_rate(None, age=55, sex="M") is None
    assert filtration_rate(90, age=None, sex="M") is None
    assert filtration_rate(90, age=55, sex="UNK") is None
    with pytest.raises(ValueError, match="above 0"):
        filtration_rate(0, age=55, sex="M")


def test_calcium_is_corrected_by_albumin_below_and_above_40() -> None:
    assert corrected_calcium(2.0, alb=30) == pytest.approx(2.2)
    assert corrected_calcium(2.5, alb=50) == pytest.approx(2.3)
    assert corrected_calcium(2.5, alb=None) is None
    assert corrected_calcium(None, alb=40) is None
