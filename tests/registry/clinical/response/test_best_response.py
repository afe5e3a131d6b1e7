from datetime import date, timedelta

import pytest

from registry.clinical.response.best_response import best_overall_response, response_after_tace, response_at_assessment
from registry.clinical.response.criteria import Response

INDEX = date(2020, 1, 1)


def on(day: int) -> date:
    return INDEX + timedelta(days=day)


def seen(*scans: tuple[int, str | None]) -> list[Response]:
    return [Response(scan_date=on(day), code=code) for day, code in scans]


def best(*scans: tuple[int, str | None], until: int | None = None) -> tuple[str | None, str | None]:
    found = best_overall_response(seen(*scans), index_date=INDEX, until=None if until is None else on(until))
    return found.unconfirmed, found.confirmed


@pytest.mark.parametrize(
    ("scans", "unconfirmed", "confirmed"),
    [
        ([(50, "PR"), (78, "PR")], "PR", "PR"),
        ([(50, "PR"), (77, "PR")], "PR", "SD"),
        ([(50, "CR"), (78, "CR")], "CR", "CR"),
        ([(50, "CR"), (78, "PR")], "CR", "PR"),
        ([(50, "PR"), (78, "CR")], "CR", "PR"),
        ([(50, "PR"), (60, "SD"), (90, "PR")], "PR", "PR"),
        ([(50, "PR"), (90, "PD"), (130, "PR")], "PR", "SD"),
        ([(41, "PR"), (60, "PD")], "PR", "PD"),
        ([(42, "PR"), (60, "PD")], "PR", "SD"),
        ([(30, "PR")], "PR", "NE"),
        ([(42, "SD")], "SD", "SD"),
        ([(41, "SD")], "NE", "NE"),
        ([(41, "SD"), (60, "PD")], "PD", "PD"),
        ([(30, "SD"), (60, "SD"), (90, "PD")], "SD", "SD"),
        ([(60, "PD"), (90, "CR")], "PD", "PD"),
        ([(50, "NE")], "NE", "NE"),
        ([(50, "NE"), (70, "PD")], "PD", "PD"),
    ],
)
def test_the_best_response_counts_up_to_progression(
    scans: list[tuple[int, str]], unconfirmed: str, confirmed: str
) -> None:
    assert best(*scans) == (unconfirmed, confirmed)
    assert best(*reversed(scans)) == (unconfirmed, confirmed)


def test_a_new_therapy_or_the_cut_off_ends_the_count_after_its_day() -> None:
    assert best((50, "SD"), (80, "PR"), until=80)[0] == "PR"
    assert best((50, "SD"), (80, "PR"), until=79)[0] == "SD"


def test_two_readings_of_one_day_both_count() -> None:
    assert best((50, "PR"), (50, "PR")) == ("PR", "SD")
    assert best((50, "PD"), (50, "PR")) == best((50, "PR"), (50, "PD")) == ("PR", "SD")


def test_scans_up_to_the_index_date_do_not_count() -> None:
    assert best((-30, "PD"), (0, "CR"), (50, "SD")) == ("SD", "SD")


def test_unknown_responses_are_passed_over_and_none_at_all_leaves_none() -> None:
    assert best((50, None), (60, "PR")) == ("PR", "SD")
    assert best((50, None)) == (None, None)
    assert best() == (None, None)
    unknown = best_overall_response(seen((50, "PR")), index_date=None)
    assert (unknown.unconfirmed, unknown.confirmed) == (None, None)


@pytest.mark.parametrize(("day", "inside"), [(0, False), (1, True), (56, True), (57, False)])
def test_a_response_to_tace_is_seen_within_56_days(day: int, inside: bool) -> None:
    found = response_after_tace(seen((day, "PR")), tace_dates=[INDEX])
    assert (found is not None) is inside


def test_any_tace_opens_the_window_and_the_best_response_in_it_counts() -> None:
    scans = seen((40, "SD"), (80, "PD"), (140, "PR"), (150, "PR"), (200, "CR"))
    found = response_after_tace(scans, tace_dates=[INDEX, on(100)])
    assert found == Response(scan_date=on(140), code="PR")
    assert response_after_tace(scans, tace_dates=[]) is None


@pytest.mark.parametrize(
    ("days", "chosen"),
    [
        ((41,), None),
        ((42,), 42),
        ((56,), 56),
        ((57,), None),
        ((43, 52, 56), 52),
        ((50, 48), 48),
        ((51, 48), 48),
    ],
)
def test_the_assessment_is_the_scan_nearest_day_49_in_its_window(days: tuple[int, ...], chosen: int | None) -> None:
    found = response_at_assessment(seen(*((day, "SD") for day in days)), tace_date=INDEX)
    assert (found and found.scan_date) == (None if chosen is None else on(chosen))


def test_without_a_tace_there_is_no_assessment_window() -> None:
    assert response_at_assessment(seen((49, "CR")), tace_date=None) is None


def test_without_a_target_neither_is_the_best_from_day_42_as_stable_disease_is() -> None:
    """Eisenhauer et al. 2009, Table 2: of non-target disease alone non-CR/non-PD is preferred over stable disease."""
    assert best((41, "NN")) == ("NE", "NE")
    assert best((42, "NN"), (80, "PD")) == ("NN", "NN")
    assert best((50, "CR"), (60, "NN")) == ("CR", "NN")
    assert best((50, "CR"), (80, "CR")) == ("CR", "CR")
