import pytest

from registry.clinical.liver_function.meld import (
    meld,
    meld_3,
    meld_3_unrounded,
    meld_na,
    meld_na_unrounded,
    meld_unrounded,
)

SICK = {"tbil": 51.3, "inr": 1.8, "crea": 132.6}
SICK_WOMAN = {**SICK, "sex": "F", "na": 130.0, "alb": 30.0}


def test_meld_of_the_worked_examples() -> None:
    assert meld_unrounded(**SICK) == pytest.approx(21.05, abs=0.005)
    assert meld(**SICK) == 21
    assert meld_unrounded(tbil=16.45, inr=1.08, crea=73.82) == pytest.approx(7.29, abs=0.005)
    assert meld(tbil=16.45, inr=1.08, crea=73.82) == 7


def test_meld_na_starts_from_the_rounded_meld() -> None:
    assert meld_na_unrounded(21, na=130) == pytest.approx(25.39, abs=0.005)
    assert meld_na(21, na=130) == 25


def test_meld_3_of_the_worked_example() -> None:
    assert meld_3_unrounded(**SICK_WOMAN) == pytest.approx(26.65, abs=0.005)
    assert meld_3(**SICK_WOMAN) == 27
    assert meld_3_unrounded(**{**SICK_WOMAN, "sex": "M"}) == pytest.approx(26.65 - 1.33, abs=0.005)


def test_values_below_1_count_as_1_and_scores_stay_within_6_and_40() -> None:
    assert meld_unrounded(tbil=5, inr=0.8, crea=40) == pytest.approx(6.43)
    assert meld(tbil=5, inr=0.8, crea=40) == 6
    assert meld(tbil=900, inr=9, crea=900) == 40
    assert meld_3(sex="F", tbil=900, na=110, inr=9, crea=900, alb=12) == 40


def test_dialysis_sets_creatinine_to_its_most() -> None:
    assert meld(**SICK, dialysis=True) == meld(**{**SICK, "crea": 4 * 88.4})
    assert meld(**{**SICK, "crea": 4 * 88.4}) == meld(**{**SICK, "crea": 900})
    assert meld_3(**SICK_WOMAN, dialysis=True) == meld_3(**{**SICK_WOMAN, "crea": 3 * 88.4})
    assert meld(**SICK, dialysis=None) == meld(**SICK, dialysis=False) == 21


@pytest.mark.parametrize(("na", "same_as"), [(110, 125), (150, 137)])
def test_sodium_counts_within_125_and_137(na: float, same_as: float) -> None:
    assert meld_na_unrounded(21, na=na) == meld_na_unrounded(21, na=same_as)
    assert meld_3_unrounded(**{**SICK_WOMAN, "na": na}) == meld_3_unrounded(**{**SICK_WOMAN, "na": same_as})


def test_sodium_counts_above_a_meld_of_11_only() -> None:
    assert meld_na(11, na=125) == 11
    assert meld_na(12, na=125) == 23  # 12 + 15.84 - 4.752 = 23.088


@pytest.mark.parametrize("missing", ["tbil", "inr", "crea"])
def test_a_missing_input_gives_no_meld(missing: str) -> None:
    assert meld(**{**SICK, missing: None}) is None


@pytest.mark.parametrize("missing", [*SICK_WOMAN])
def test_a_missing_input_gives_no_meld_3(missing: str) -> None:
    assert meld_3(**{**SICK_WOMAN, missing: None}) is None
    assert meld_3(**{**SICK_WOMAN, "sex": "UNK"}) is None


def test_meld_na_needs_meld_and_sodium() -> None:
    assert meld_na(None, na=130) is None
    assert meld_na(21, na=None) is None
