"""AFP response: more than 20 % down (Chan 2009, Lee 2015); no worked patient is printed, each limit on both sides."""

from datetime import date, timedelta

import pytest

from registry.clinical.response.marker import Marker, afp_response

INDEX = date(2021, 1, 4)


def afp(day: int, value: float, comparator: str = "=") -> Marker:
    return Marker(day=INDEX + timedelta(days=day), value=value, comparator=comparator)


def response(*results: Marker) -> bool | None:
    return afp_response(results, index_date=INDEX)


@pytest.mark.parametrize(("later", "verdict"), [(79.9, True), (80.0, False), (120.0, False)])
def test_a_fall_of_more_than_20_percent_is_a_response(later: float, verdict: bool) -> None:
    assert response(afp(0, 100.0), afp(28, later)) is verdict


@pytest.mark.parametrize(
    ("day", "counts"), [(27, False), (28, True), (56, True), (57, False)], ids=["27 d", "28 d", "56 d", "57 d"]
)
def test_the_later_result_is_of_weeks_four_to_eight(day: int, counts: bool) -> None:
    assert response(afp(0, 100.0), afp(day, 50.0)) is (True if counts else None)


@pytest.mark.parametrize(("day", "counts"), [(-29, False), (-28, True), (0, True), (1, False)])
def test_the_baseline_is_of_the_28_days_before(day: int, counts: bool) -> None:
    assert response(afp(day, 100.0), afp(40, 50.0)) is (True if counts else None)


def test_the_last_result_before_and_the_first_after_count() -> None:
    assert response(afp(-20, 1000.0), afp(-2, 100.0), afp(30, 90.0), afp(50, 10.0)) is False


def test_a_normal_baseline_cannot_respond() -> None:
    assert response(afp(0, 19.9), afp(40, 5.0)) is None
    assert response(afp(0, 20.0), afp(40, 5.0)) is True
    assert afp_response([afp(0, 100.0), afp(40, 50.0)], index_date=None) is None


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (afp(0, 1210.0, ">"), afp(40, 900.0), True),
        (afp(0, 1210.0, ">"), afp(40, 1000.0), None),
        (afp(0, 1210.0, ">"), afp(40, 1210.0, ">"), None),
        (afp(0, 100.0), afp(40, 20.0, "<"), True),
        (afp(0, 21.0), afp(40, 20.0, "<"), None),
        (afp(0, 100.0), afp(40, 1210.0, ">"), False),
        (afp(0, 100.0), afp(40, 50.0, ">"), None),
        (afp(0, 100.0, "<"), afp(40, 50.0), None),
    ],
)
def test_a_result_beyond_the_assay_may_leave_it_open(before: Marker, after: Marker, verdict: bool | None) -> None:
    assert response(before, after) is verdict
