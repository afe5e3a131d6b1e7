"""Counts in classes, and why no sum gives one back: Note [Classes of eight]."""

import json
from itertools import product

import pytest

from analytics.result.disclosure.classes import Classes, Few, as_published, coarse

EIGHTS = Classes(width=8)


@pytest.mark.parametrize(("count", "told"), [(0, "<8"), (7, "<8"), (8, "12"), (15, "12"), (16, "20"), (148, "148")])
def test_a_count_is_told_as_the_middle_of_its_class(count: int, told: str) -> None:
    assert str(EIGHTS.at(count)) == told


def test_what_is_below_the_threshold_prints_as_such_however_it_is_formatted() -> None:
    assert (f"{Few(8)}", f"{Few(8):d}", "{:.1f}".format(Few(8)), "%s" % Few(8)) == ("<8",) * 4  # noqa: UP031, UP032
    assert json.dumps(as_published({"arms": {"A": Few(8), "B": 12}, "list": [Few(8)]})) == json.dumps(
        {"arms": {"A": None, "B": 12, "why": {"A": "suppressed"}}, "list": [None]}
    )


def test_a_share_is_told_of_enough_patients_alone() -> None:
    assert EIGHTS.share(0.04, n=150) is None
    assert EIGHTS.share(0.1, n=7) is None
    assert EIGHTS.share(0.1, n=150) == 12 / 148
    assert [EIGHTS.steps(share, n=80) for share in (0, 0.09, 0.1, 1)] == [0, 0, 8 / 84, 80 / 84]


def test_numbers_are_coarse_to_their_digits() -> None:
    assert [coarse(value) for value in (1.0521, 0.0374, 123.4, 0, None)] == [1.1, 0.037, 120, 0, None]


@pytest.mark.parametrize("width", [4, 5])
def test_no_partition_of_a_total_settles_it_or_a_part(width: int) -> None:
    """In smaller classes, so that all cases can be tried: any number of parts that is allowed, any known difference."""
    classes = Classes(width=width)
    both_fit = {1, 2}
    for parts in range(2, classes.most_parts + 1):
        sums = {}
        for remainders in product(range(width), repeat=parts):
            if remainders[0]:  # the part whose absence would be told is there
                sums.setdefault(sum(remainders), []).append(remainders)
        for known in range(parts):
            fitting = {total: sums.get(known * width + total, []) for total in range(width)}
            if any(fitting.values()):
                assert all(fitting[total] for total in both_fit), (parts, known)
                possible = [one for total in both_fit for one in fitting[total]]
                assert all(len({one[place] for one in possible}) > 1 for place in range(parts))
