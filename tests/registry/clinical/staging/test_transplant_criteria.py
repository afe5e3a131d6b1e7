from dataclasses import replace

import pytest

from registry.clinical.staging.nodules import UNCOUNTABLE
from registry.clinical.staging.transplant_criteria import Extent, within_hangzhou, within_ucsf, within_up_to_seven

ONE = Extent(number=1, max_cm=3.0, macrovascular=False, extrahepatic=False)


@pytest.mark.parametrize(
    ("number", "largest", "total", "inside"),
    [
        (1, 6.5, None, True),
        (1, 6.6, None, False),
        (3, 4.5, 8.0, True),
        (3, 4.5, 8.1, False),
        (3, 4.6, 8.0, False),
        (4, 1.0, 4.0, False),
        (2, 4.5, None, None),
    ],
)
def test_ucsf_allows_6_5_cm_or_three_of_4_5_and_8_together(
    number: int, largest: float, total: float | None, inside: bool | None
) -> None:
    assert within_ucsf(replace(ONE, number=number, max_cm=largest, sum_cm=total)) is inside


def test_the_sum_follows_from_the_diameters_of_the_worked_example() -> None:
    three = replace(ONE, number=3, max_cm=4.5, second_cm=2.0, third_cm=1.5)
    assert three.total_cm == pytest.approx(8.0)
    assert within_ucsf(three) is True
    assert within_ucsf(replace(three, third_cm=1.6)) is False
    assert replace(three, number=4).total_cm is None
    assert replace(three, number=4, sum_cm=9.0).total_cm == 9.0
    assert replace(three, second_cm=None).total_cm is None


@pytest.mark.parametrize(
    ("number", "largest", "inside"), [(3, 4.0, True), (3, 4.1, False), (1, 6.0, True), (1, 6.1, False)]
)
def test_up_to_seven_adds_number_and_diameter(number: int, largest: float, inside: bool) -> None:
    assert within_up_to_seven(replace(ONE, number=number, max_cm=largest)) is inside


@pytest.mark.parametrize(
    ("total", "afp_gt_400", "grade", "inside"),
    [
        (8.0, None, None, True),
        (8.1, False, "II", True),
        (8.1, False, "III", False),
        (8.1, True, "I", False),
        (8.1, True, None, False),
        (8.1, None, "IV", False),
        (8.1, None, "I", None),
        (8.1, False, "ND", None),
        (8.1, False, None, None),
        (None, False, "I", None),
    ],
)
def test_hangzhou_asks_for_afp_and_grade_beyond_8_cm(
    total: float | None, afp_gt_400: bool | None, grade: str | None, inside: bool | None
) -> None:
    several = replace(ONE, number=5, max_cm=4.0, sum_cm=total)
    assert within_hangzhou(several, afp_gt_400=afp_gt_400, edmondson_grade=grade) is inside


def verdicts(extent: Extent) -> set[bool | None]:
    by_hangzhou = within_hangzhou(extent, afp_gt_400=False, edmondson_grade="I")
    return {within_ucsf(extent), within_up_to_seven(extent), by_hangzhou}


def test_invasion_puts_a_small_tumor_outside_all() -> None:
    assert verdicts(replace(ONE, macrovascular=True)) == {False}
    assert verdicts(replace(ONE, extrahepatic=True)) == {False}


def test_no_tumor_left_is_within_on_the_viable_basis_only() -> None:
    assert verdicts(replace(ONE, number=0, max_cm=None, basis="VIABLE")) == {True}
    assert verdicts(replace(ONE, number=0, max_cm=None)) == {False}


@pytest.mark.parametrize("missing", ["number", "max_cm", "macrovascular", "extrahepatic"])
def test_a_missing_finding_gives_no_verdict(missing: str) -> None:
    assert verdicts(replace(ONE, **{missing: None})) == {None}


@pytest.mark.parametrize("invaded", ["macrovascular", "extrahepatic"])
def test_invasion_decides_though_nobody_counted_the_nodules(invaded: str) -> None:
    assert verdicts(replace(ONE, number=None, max_cm=None, **{invaded: True})) == {False}


@pytest.mark.parametrize("number", [UNCOUNTABLE, 7])
def test_uncountable_nodules_are_outside_ucsf_and_up_to_seven_at_any_size(number: int) -> None:
    many = replace(ONE, number=number, max_cm=0.1)
    assert (within_ucsf(many), within_up_to_seven(many)) == (False, False)


def test_one_tumor_over_6_cm_is_outside_up_to_seven_however_many_there_are() -> None:
    assert within_up_to_seven(replace(ONE, number=None, max_cm=6.1)) is False
    assert within_up_to_seven(replace(ONE, number=None, max_cm=6.0)) is None
    assert within_up_to_seven(replace(ONE, number=UNCOUNTABLE, max_cm=None)) is False
    assert within_up_to_seven(replace(ONE, number=6, max_cm=None)) is None


def test_hangzhou_of_uncountable_nodules_asks_for_their_sum() -> None:
    many = replace(ONE, number=UNCOUNTABLE)
    assert within_hangzhou(many, afp_gt_400=False, edmondson_grade="I") is None
    assert within_hangzhou(replace(many, sum_cm=8.0), afp_gt_400=None, edmondson_grade=None) is True
