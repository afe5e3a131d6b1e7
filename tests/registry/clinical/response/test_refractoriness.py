"""JSH-LCSGJ 2014/2021 and CCI 2022: the definitions print no patient; each finding alone, and each limit on both sides."""

from datetime import date, timedelta

import pytest

from registry.clinical.response.refractoriness import (
    NOT_EVALUATED,
    Evaluation,
    evaluating_scan,
    refractory_by_cci,
    refractory_by_jsh,
)

START = date(2021, 1, 4)
GOOD = Evaluation(viable_pct=50.0, new_in_liver=False, sum_mm=40.0)
INSUFFICIENT = Evaluation(viable_pct=50.1, new_in_liver=False, sum_mm=40.0)
MORE = Evaluation(viable_pct=10.0, new_in_liver=True, sum_mm=40.0)
GROWN = Evaluation(viable_pct=90.0, new_in_liver=False, sum_mm=60.0)


def day(number: int) -> date:
    return START + timedelta(days=number)


def by_jsh(*evaluations: Evaluation, invasion: bool | None = False, spread: bool | None = False) -> bool | None:
    return refractory_by_jsh(evaluations, new_invasion=invasion, new_spread=spread)


def test_two_insufficient_responses_running_are_refractoriness() -> None:
    assert by_jsh(INSUFFICIENT, INSUFFICIENT) is True
    assert by_jsh(GOOD, INSUFFICIENT, INSUFFICIENT) is True
    assert by_jsh(INSUFFICIENT, GOOD, INSUFFICIENT) is False
    assert by_jsh(INSUFFICIENT) is False


def test_two_increases_of_number_running_are_refractoriness() -> None:
    assert by_jsh(MORE, MORE) is True
    assert by_jsh(MORE, INSUFFICIENT) is False


@pytest.mark.parametrize(("invasion", "spread"), [(True, False), (False, True), (True, None)])
def test_new_invasion_or_spread_alone_is_enough(invasion: bool | None, spread: bool | None) -> None:
    assert by_jsh(GOOD, invasion=invasion, spread=spread) is True


def test_a_session_nobody_evaluated_leaves_it_open() -> None:
    assert by_jsh(INSUFFICIENT, NOT_EVALUATED) is None
    assert by_jsh(INSUFFICIENT, NOT_EVALUATED, INSUFFICIENT) is None
    assert by_jsh(GOOD, NOT_EVALUATED) is False
    assert by_jsh(GOOD, GOOD, invasion=None) is None


@pytest.mark.parametrize(("sum_mm", "verdict"), [(59.9, False), (60.0, True), (None, None)])
def test_targets_a_fifth_larger_than_before_three_sessions_are_refractoriness(
    sum_mm: float | None, verdict: bool | None
) -> None:
    assert refractory_by_cci([GOOD, GOOD, Evaluation(sum_mm=sum_mm)], baseline_mm=50.0) is verdict


def test_growth_before_the_third_session_does_not_count() -> None:
    assert refractory_by_cci([GROWN, GROWN, GOOD], baseline_mm=50.0) is False
    assert refractory_by_cci([GROWN, GROWN], baseline_mm=50.0) is False
    assert refractory_by_cci([GOOD, GOOD, GOOD, GROWN], baseline_mm=50.0) is True
    assert refractory_by_cci([GOOD, GOOD, GROWN], baseline_mm=None) is None


@pytest.mark.parametrize(
    ("scan", "evaluates"), [(27, False), (28, True), (92, True), (93, False)], ids=["27 d", "28 d", "92 d", "93 d"]
)
def test_a_scan_one_to_three_months_after_evaluates_the_session(scan: int, evaluates: bool) -> None:
    assert evaluating_scan([START], place=0, scans=[day(scan)]) == (day(scan) if evaluates else None)


def test_the_next_session_ends_the_time_of_the_one_before() -> None:
    sessions = [START, day(40)]
    assert evaluating_scan(sessions, place=0, scans=[day(35), day(40)]) == day(35)
    assert evaluating_scan(sessions, place=0, scans=[day(40)]) == day(40)
    assert evaluating_scan(sessions, place=0, scans=[day(41)]) is None
    assert evaluating_scan(sessions, place=1, scans=[day(41), day(80)]) == day(80)
