from datetime import date, timedelta

import pytest

from registry.clinical.response.criteria import Reading, Scan
from registry.clinical.response.irecist import confirmation_is_timely, first_confirmed_progression, immune_responses

START = date(2021, 1, 1)


def scan(day: int, sum_mm: float, *, new: str = "NO", non_target: str = "NA") -> Scan:
    return Scan(
        scan_date=START + timedelta(days=day), reading=Reading(sum_mm=sum_mm, non_target=non_target, new_lesion=new)
    )


def codes(*scans: Scan) -> list[str | None]:
    return [seen.code for seen in immune_responses(scans, baseline_mm=100)]


def test_without_progression_the_codes_are_those_of_recist_with_an_i() -> None:
    assert codes(scan(50, 90), scan(100, 70), scan(150, 0)) == ["iSD", "iPR", "iCR"]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (scan(78, 130), "iCPD"),  # 28 days later, 5 mm more
        (scan(78, 129.9), "iUPD"),  # grown by less, still above 1.2 times the nadir
        (scan(78, 110), "iSD"),
        (scan(78, 60), "iPR"),
        (scan(106, 130), "iCPD"),  # 56 days later
        (scan(107, 130), "iUPD"),  # too late to confirm
        (scan(77, 130), "iUPD"),  # too early
        (scan(90, 110, new="EXTRA"), "iCPD"),
        (scan(90, 110, non_target="PD"), "iCPD"),
    ],
)
def test_the_first_progression_awaits_a_scan_28_to_56_days_later(second: Scan, code: str) -> None:
    assert codes(scan(50, 125), second) == ["iUPD", code]


def test_a_new_lesion_that_does_not_come_again_was_pseudoprogression() -> None:
    assert codes(scan(50, 90, new="INTRA"), scan(85, 60), scan(130, 60)) == ["iUPD", "iPR", "iPR"]


def test_after_a_reset_progression_must_be_confirmed_anew() -> None:
    seen = codes(scan(50, 125), scan(85, 110), scan(130, 125), scan(165, 131))
    assert seen == ["iUPD", "iSD", "iUPD", "iCPD"]


def test_an_unconfirmed_scan_too_late_begins_a_suspicion_of_its_own() -> None:
    assert codes(scan(50, 125), scan(120, 131), scan(150, 136)) == ["iUPD", "iUPD", "iCPD"]


def test_a_scan_on_the_last_day_to_confirm_takes_the_suspicion_over() -> None:
    assert codes(scan(50, 125), scan(106, 129), scan(140, 134)) == ["iUPD", "iUPD", "iCPD"]


def test_confirmed_progression_stays() -> None:
    assert codes(scan(50, 125), scan(85, 131), scan(120, 40)) == ["iUPD", "iCPD", "iCPD"]


def test_progression_is_dated_to_the_suspicion_that_was_confirmed() -> None:
    confirmed = immune_responses([scan(50, 125), scan(85, 131)], baseline_mm=100)
    assert first_confirmed_progression(confirmed) == START + timedelta(days=50)
    late = immune_responses([scan(50, 125), scan(85, 110), scan(130, 125), scan(165, 131)], baseline_mm=100)
    assert first_confirmed_progression(late) == START + timedelta(days=130)
    assert first_confirmed_progression(immune_responses([scan(50, 125)], baseline_mm=100)) is None


def test_a_scan_without_a_baseline_has_no_response() -> None:
    assert [seen.code for seen in immune_responses([scan(50, 90)], baseline_mm=None)] == [None]


def test_confirmation_is_timely_from_28_to_56_days() -> None:
    days = {day: confirmation_is_timely(START, confirmed=START + timedelta(days=day)) for day in (27, 28, 56, 57)}
    assert days == {27: False, 28: True, 56: True, 57: False}
