import pytest

from registry.clinical.response.recicl import RecicLimits, area_reduction_pct, recicl_response


@pytest.mark.parametrize(
    ("necrosis", "reduction", "response"),
    [
        (100, 0, "CR"),
        (0, 100, "CR"),
        (99.9, 0, "PR"),
        (50, 0, "PR"),
        (0, 50, "PR"),
        (49.9, 49.9, "SD"),
        (0, -24.9, "SD"),
        (0, -25, "PD"),
        (100, -25, "PD"),
        (None, 60, "PR"),
        (None, 10, None),
        (None, -25, "PD"),
        (100, None, None),
    ],
)
def test_the_greater_of_necrosis_and_reduction_counts(
    necrosis: float | None, reduction: float | None, response: str | None
) -> None:
    assert recicl_response(necrosis, area_reduction_pct=reduction, new_lesion="NO") == response


def test_the_growth_that_is_progression_is_configurable() -> None:
    later = RecicLimits(recicl_pd_pct=50)
    assert recicl_response(0, area_reduction_pct=-49.9, new_lesion="NO", limits=later) == "SD"
    assert recicl_response(0, area_reduction_pct=-50, new_lesion="NO", limits=later) == "PD"


@pytest.mark.parametrize(
    ("new", "by_tactics", "strictly"),
    [("INTRA", "PR", "PD"), ("EXTRA", "PD", "PD"), ("BOTH", "PD", "PD"), ("EQUIV", "PR", "PR"), (None, None, None)],
)
def test_a_new_lesion_in_the_liver_is_no_progression_unless_configured(
    new: str | None, by_tactics: str | None, strictly: str | None
) -> None:
    assert recicl_response(60, area_reduction_pct=0, new_lesion=new) == by_tactics
    strict = RecicLimits(counts_new_in_liver=True)
    assert recicl_response(60, area_reduction_pct=0, new_lesion=new, limits=strict) == strictly


def test_a_progressing_non_target_is_progression() -> None:
    assert recicl_response(100, area_reduction_pct=100, new_lesion="NO", non_target="PD") == "PD"
    assert recicl_response(100, area_reduction_pct=100, new_lesion="NO", non_target=None) is None


def test_the_area_follows_the_square_of_the_diameter() -> None:
    assert area_reduction_pct(40, current_mm=20) == pytest.approx(75)
    assert area_reduction_pct(100, current_mm=120) == pytest.approx(-44)
    assert area_reduction_pct(0, current_mm=20) is None
    assert area_reduction_pct(40, current_mm=None) is None
