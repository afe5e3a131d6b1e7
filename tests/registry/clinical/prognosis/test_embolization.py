"""HAP (Kadalayil 2013), mHAP (Pinato 2015) and mHAP-II (Park 2016): no worked patient is printed; each printed limit on both sides."""

from typing import Any

import pytest

from registry.clinical.prognosis.embolization import hap_class, hap_score, mhap_ii_score, mhap_score

WELL: dict[str, Any] = {"alb": 36.0, "tbil": 17.0, "afp_gt_400": False, "max_diameter_cm": 7.0, "number": 1}


def scores(**changed: Any) -> tuple[int | None, int | None, int | None]:
    """HAP, mHAP, mHAP-II."""
    known = {**WELL, **changed}
    alb, number = known.pop("alb"), known.pop("number")
    without_bilirubin = {name: value for name, value in known.items() if name != "tbil"}
    return hap_score(alb, **known), mhap_score(alb, **without_bilirubin), mhap_ii_score(alb, **known, number=number)


def test_the_limits_themselves_have_no_point() -> None:
    assert scores() == (0, 0, 0)


@pytest.mark.parametrize(
    ("finding", "points"),
    [
        ({"alb": 35.9}, (1, 1, 1)),
        ({"tbil": 17.1}, (1, 0, 1)),
        ({"afp_gt_400": True}, (1, 1, 1)),
        ({"max_diameter_cm": 7.1}, (1, 1, 1)),
        ({"number": 2}, (0, 0, 1)),
        ({"alb": 30.0, "tbil": 40.0, "afp_gt_400": True, "max_diameter_cm": 12.0, "number": 99}, (4, 3, 5)),
    ],
)
def test_each_finding_beyond_its_limit_is_a_point(finding: dict[str, Any], points: tuple[int, int, int]) -> None:
    assert scores(**finding) == points


@pytest.mark.parametrize(
    ("missing", "points"),
    [
        ("alb", (None, None, None)),
        ("tbil", (None, 0, None)),
        ("afp_gt_400", (None, None, None)),
        ("max_diameter_cm", (None, None, None)),
        ("number", (0, 0, None)),
    ],
)
def test_a_missing_input_gives_no_partial_score(missing: str, points: tuple[int | None, ...]) -> None:
    assert scores(**{missing: None}) == points


def test_bilirubin_between_0_9_mg_dl_as_park_rounds_it_and_17_umol_l_has_no_point() -> None:
    assert scores(tbil=16.0) == (0, 0, 0)


def test_without_a_tumor_there_is_nothing_to_count() -> None:
    assert scores(number=0)[2] is None


@pytest.mark.parametrize(
    ("score", "letter"), [(0, "A"), (1, "B"), (2, "C"), (3, "D"), (4, "D"), (5, "D"), (None, None)]
)
def test_class_d_begins_above_two_points(score: int | None, letter: str | None) -> None:
    assert hap_class(score) == letter
