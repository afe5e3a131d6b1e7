"""Six-and-twelve (Wang 2019) and CRAFITY (Scheiner 2022): no worked patient is printed; each printed limit on both sides."""

import pytest

from registry.clinical.prognosis.immunotherapy import crafity_score
from registry.clinical.prognosis.tumor_burden import six_and_twelve, six_and_twelve_class
from registry.clinical.staging.nodules import UNCOUNTABLE


@pytest.mark.parametrize(
    ("number", "diameter", "score", "stratum"),
    [
        (1, 5.0, 6.0, "<=6"),
        (1, 5.1, 6.1, ">6-12"),
        (4, 8.0, 12.0, ">6-12"),
        (4, 8.1, 12.1, ">12"),
        (UNCOUNTABLE, 3.0, None, ">12"),
        (UNCOUNTABLE, None, None, ">12"),
        (0, 0.0, None, None),
        (None, 8.0, None, None),
        (2, None, None, None),
    ],
)
def test_six_and_twelve_adds_number_and_largest_diameter(
    number: int | None, diameter: float | None, score: float | None, stratum: str | None
) -> None:
    assert six_and_twelve(number, max_diameter_cm=diameter) == (None if score is None else pytest.approx(score))
    assert six_and_twelve_class(number, max_diameter_cm=diameter) == stratum


@pytest.mark.parametrize(
    ("afp", "crp", "score"),
    [(False, False, 0), (True, False, 1), (False, True, 1), (True, True, 2), (None, True, None), (True, None, None)],
)
def test_crafity_counts_afp_and_crp(afp: bool | None, crp: bool | None, score: int | None) -> None:
    assert crafity_score(afp_ge_100=afp, crp_ge_10=crp) == score
