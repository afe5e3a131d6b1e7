from datetime import date, timedelta
from typing import Any

import pytest

from registry.clinical.response.criteria import Reading, Scan
from registry.clinical.response.irecist import confirmation_is_timely, first_confirmed_progression, immune_responses

START = date(2021, 1, 1)


def scan(day: int, sum_mm: float | None, *, new: str = "NO", non_target: str = "NA", **more: Any) -> Scan:
    seen = Reading(sum_mm=sum_mm, non_target=non_target, new_lesion=new, is_measurable=sum_mm is not None, **more)
    return Scan(scan_date=START + timedelta(days=day), reading=seen)


def codes(*scans: Scan, baseline_mm: float = 100) -> list[str | None]:
    return [seen.code for seen in immune_responses(scans, baseline_mm=baseline_mm)]


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
        (scan(107, 130), "iCPD"),  # later than asked for, but the next assessment
        (scan(77, 130), "iUPD"),  # too early
        (scan(90, 110, new="EXTRA"), "iCPD"),
        (scan(90, 110, non_target="PD"), "iCPD"),
    ],
)
def test_the_first_progression_awaits_the_next_scan_from_28_days_on(second: Scan, code: str) -> None:
    assert codes(scan(50, 125), second) == ["iUPD", code]


def test_a_new_lesion_that_does_not_come_again_was_pseudoprogression() -> None:
    assert codes(scan(50, 90, new="INTRA"), scan(85, 60), scan(130, 60)) == ["iUPD", "iPR", "iPR"]


def test_after_a_reset_progression_must_be_confirmed_anew() -> None:
    seen = codes(scan(50, 125), scan(85, 110), scan(130, 125), scan(165, 131))
    assert seen == ["iUPD", "iSD", "iUPD", "iCPD"]


def test_growth_counts_from_the_first_suspicion() -> None:
    """Sequential increases are additive: recist.eortc.org, "How do new lesions define progression?"."""
    assert codes(scan(50, 125), scan(106, 129), scan(140, 130)) == ["iUPD", "iUPD", "iCPD"]
    assert codes(scan(50, 125), scan(60, 131), scan(80, 131)) == ["iUPD", "iUPD", "iCPD"]  # the second was too early


def test_a_further_lesion_seen_too_early_counts_on_the_next_scan() -> None:
    one, two = frozenset({5}), frozenset({5, 6})
    seen = [scan(day, 90, new="INTRA", new_numbers=known) for day, known in ((42, one), (60, two), (90, two))]
    assert codes(*seen) == ["iUPD", "iUPD", "iCPD"]


# The courses of the finding, from a baseline of 50 mm; Seymour et al., Lancet Oncol 2017;18:e143-52, Tables 2 and 3
@pytest.mark.parametrize(
    ("scans", "expected"),
    [
        ([scan(42, 65), scan(77, 66), scan(112, 80)], ["iUPD", "iUPD", "iCPD"]),  # Table 3, example 7
        ([scan(42, 65), scan(99, 80)], ["iUPD", "iCPD"]),  # eight weeks and a day
        ([scan(42, 50, new="INTRA"), scan(77, 50, new="INTRA")], ["iUPD", "iUPD"]),
        ([scan(42, 50, non_target="PD"), scan(77, 50, non_target="PD")], ["iUPD", "iUPD"]),
        ([scan(42, 50, new="INTRA", new_lesion_mm=12), scan(77, 50, new_lesion_mm=17)], ["iUPD", "iCPD"]),
        ([scan(42, 50, new="INTRA", new_lesion_mm=12), scan(77, 50, new_lesion_mm=16.9)], ["iUPD", "iUPD"]),
        ([scan(42, 35), scan(77, 35, new="INTRA"), scan(112, 35)], ["iPR", "iUPD", "iUPD"]),  # scenario F
        ([scan(42, 35), scan(77, 35, new="INTRA"), scan(112, 35, new="INTRA")], ["iPR", "iUPD", "iUPD"]),
    ],
)
def test_a_course_is_called_as_the_paper_calls_it(scans: list[Scan], expected: list[str]) -> None:
    assert codes(*scans, baseline_mm=50) == expected


NON_CR = "NONCRNONPD"


# Table 2, the column with a previous iUPD: row by row, what the next scan says after each kind of iUPD
@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (scan(42, 125), scan(77, 0, non_target="CR"), "iCR"),
        (scan(42, 125), scan(77, 0, non_target=NON_CR), "iPR"),
        (scan(42, 125), scan(77, 60, non_target=NON_CR), "iPR"),
        (scan(42, 125), scan(77, 100, non_target=NON_CR), "iSD"),
        # targets unchanged or less, a new lesion: by its size or number
        (scan(42, 125, new="INTRA", new_lesion_mm=12), scan(77, 122, new="INTRA", new_lesion_mm=17), "iCPD"),
        (
            scan(42, 125, new="INTRA", new_numbers=frozenset({5})),
            scan(77, 125, new="INTRA", new_numbers=frozenset({5, 6})),
            "iCPD",
        ),
        (scan(42, 125, new="INTRA"), scan(77, 125, new="BOTH"), "iCPD"),
        (scan(42, 125, new="INTRA", new_lesion_mm=12), scan(77, 122, new="INTRA", new_lesion_mm=12), "iUPD"),
        (
            scan(42, 125, new="INTRA", new_numbers=frozenset({5})),
            scan(77, 125, new="INTRA", new_numbers=frozenset({5})),
            "iUPD",
        ),
        # non-targets alone: any further increase, however good the targets
        (
            scan(42, 90, non_target="PD", non_target_mm=((7, 20),)),
            scan(77, 60, non_target="PD", non_target_mm=((7, 21),)),
            "iCPD",
        ),
        (
            scan(42, 90, non_target="PD", non_target_mm=((7, 20),)),
            scan(77, 0, non_target="PD", non_target_mm=((7, 20),)),
            "iUPD",
        ),
        # targets alone
        (scan(42, 125, non_target=NON_CR), scan(77, 130, non_target=NON_CR), "iCPD"),
        (scan(42, 125, non_target="CR"), scan(77, 129, non_target="CR"), "iUPD"),
        # targets and non-targets: either
        (scan(42, 125, non_target="PD"), scan(77, 130, non_target="PD"), "iCPD"),
        (
            scan(42, 125, non_target="PD", non_target_mm=((7, 20),)),
            scan(77, 125, non_target="PD", non_target_mm=((7, 22),)),
            "iCPD",
        ),
        (scan(42, 125, non_target="PD"), scan(77, 126, non_target="PD"), "iUPD"),
        # all three
        (scan(42, 125, non_target="PD", new="EXTRA"), scan(77, 131, non_target="PD", new="EXTRA"), "iCPD"),
        (scan(42, 125, non_target="PD", new="EXTRA"), scan(77, 125, non_target="PD", new="EXTRA"), "iUPD"),
        # new lesions alone, and another category that was not progressive before
        (scan(42, 90, new="INTRA"), scan(77, 90, new="INTRA", non_target="PD"), "iCPD"),
        (scan(42, 90, new="INTRA"), scan(77, 120, new="INTRA"), "iCPD"),
        (scan(42, 125), scan(77, 125, new="EXTRA"), "iCPD"),
        (scan(42, 90, non_target="PD"), scan(77, 90, non_target="PD", new="INTRA"), "iCPD"),
        # not evaluable
        (scan(42, 125), scan(77, None), "NE"),
    ],
)
def test_the_second_table_of_the_paper(first: Scan, second: Scan, code: str) -> None:
    assert codes(first, second) == ["iUPD", code]


# Table 3, examples 1 to 8
@pytest.mark.parametrize(
    ("scans", "expected"),
    [
        (
            [scan(42, 0), scan(84, 0), scan(126, 0), scan(168, 12), scan(210, 18)],
            ["iCR", "iCR", "iCR", "iUPD", "iCPD"],
        ),
        ([scan(42, 125), scan(84, 60), scan(126, 0), scan(168, 0), scan(210, 0)], ["iUPD", "iPR", "iCR", "iCR", "iCR"]),
        (
            [scan(42, 125), scan(84, 60), scan(126, 73), scan(168, None), scan(210, 80)],
            ["iUPD", "iPR", "iUPD", "NE", "iCPD"],
        ),
        (
            [scan(42, 125), scan(84, 100), scan(126, 60), scan(168, 60), scan(210, 75)],
            ["iUPD", "iSD", "iPR", "iPR", "iUPD"],
        ),
        (
            [scan(42, 125), scan(84, 100), scan(126, 125), scan(168, 126), scan(210, 131)],
            ["iUPD", "iSD", "iUPD", "iUPD", "iCPD"],
        ),
        ([scan(42, 125), scan(84, 130), scan(126, 60), scan(168, None)], ["iUPD", "iCPD", "iCPD", "iCPD"]),
        ([scan(42, 125), scan(84, 126), scan(126, 131), scan(168, 60)], ["iUPD", "iUPD", "iCPD", "iCPD"]),
        ([scan(42, 125), *(scan(day, None) for day in (84, 126, 168, 210))], ["iUPD", "NE", "NE", "NE", "NE"]),
    ],
)
def test_the_third_table_of_the_paper(scans: list[Scan], expected: list[str]) -> None:
    assert codes(*scans) == expected


def test_a_lasting_new_lesion_does_not_stand_in_the_way_of_shrinkage() -> None:
    """Scenario B of the paper's figure; complete it cannot be while the lesion is there."""
    assert codes(scan(42, 90, new="INTRA"), scan(84, 60, new="INTRA"), scan(126, 60, new="INTRA")) == [
        *("iUPD", "iPR", "iPR")
    ]
    assert codes(scan(42, 90, new="INTRA"), scan(84, 0, new="INTRA"))[1] == "iPR"
    assert codes(scan(42, 90, new="INTRA", new_lesion_mm=12), scan(84, 90, new_lesion_mm=0))[1] == "iSD"


def test_after_a_reset_the_new_lesion_must_be_another_or_grow_as_targets_do() -> None:
    """recist.eortc.org, "How do new lesions define progression?": 20 % and 5 mm above the smallest size, or a further lesion."""
    reset = [scan(42, 90, new="INTRA", new_lesion_mm=12), scan(84, 60, new="INTRA", new_lesion_mm=12)]
    assert codes(*reset, scan(126, 60, new="INTRA", new_lesion_mm=16))[2] == "iPR"
    assert codes(*reset, scan(126, 60, new="INTRA", new_lesion_mm=17))[2] == "iUPD"
    assert codes(*reset, scan(126, 60, new="BOTH", new_lesion_mm=12))[2] == "iUPD"
    again = codes(*reset, scan(126, 60, new="BOTH", new_lesion_mm=12), scan(168, 60, new="BOTH", new_lesion_mm=17))
    assert again == ["iUPD", "iPR", "iUPD", "iCPD"]


def test_confirmed_progression_stays() -> None:
    assert codes(scan(50, 125), scan(85, 131), scan(120, 40)) == ["iUPD", "iCPD", "iCPD"]


def test_progression_is_dated_to_the_suspicion_that_was_confirmed() -> None:
    confirmed = immune_responses([scan(50, 125), scan(85, 131)], baseline_mm=100)
    assert first_confirmed_progression(confirmed) == START + timedelta(days=50)
    late = immune_responses([scan(50, 125), scan(85, 110), scan(130, 125), scan(165, 131)], baseline_mm=100)
    assert first_confirmed_progression(late) == START + timedelta(days=130)


# Seymour et al. 2017, event date: the first iUPD, unless iSD, iPR or iCR follows
@pytest.mark.parametrize(
    ("seen", "day"),
    [
        ([scan(50, 125)], 50),  # death or no further scan
        ([scan(50, 125), scan(85, None)], 50),
        ([scan(50, 125), scan(85, 126), scan(120, 127)], 50),  # iUPD to the end
        ([scan(50, 125), scan(85, 126), scan(120, 131)], 50),
        ([scan(50, 125), scan(85, 110)], None),
        ([scan(50, 125), scan(85, 110), scan(120, 125)], 120),
        ([scan(50, 110)], None),
    ],
)
def test_progression_without_confirmation_counts_unless_it_was_taken_back(seen: list[Scan], day: int | None) -> None:
    found = first_confirmed_progression(immune_responses(seen, baseline_mm=100))
    assert found == (None if day is None else START + timedelta(days=day))


def test_a_tumor_without_a_target_is_neither_gone_nor_progressive() -> None:
    seen = [
        scan(day, None, non_target=code, has_targets=False)
        for day, code in ((50, "NONCRNONPD"), (90, "PD"), (130, "NONCRNONPD"), (170, "CR"))
    ]
    responses = immune_responses(seen, baseline_mm=None)
    assert [one.code for one in responses] == ["iNN", "iUPD", "iNN", "iCR"]
    assert first_confirmed_progression(responses) is None


def test_a_scan_without_a_baseline_has_no_response() -> None:
    assert [seen.code for seen in immune_responses([scan(50, 90)], baseline_mm=None)] == [None]


def test_confirmation_is_timely_from_28_to_56_days() -> None:
    days = {day: confirmation_is_timely(START, confirmed=START + timedelta(days=day)) for day in (27, 28, 56, 57)}
    assert days == {27: False, 28: True, 56: True, 57: False}
