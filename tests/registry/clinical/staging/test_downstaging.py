from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.clinical.staging.downstaging import Burden, Downstaging, successful_downstaging
from registry.clinical.staging.nodules import UNCOUNTABLE

TACE = date(2020, 1, 1)
CURATIVE = date(2020, 6, 1)
INDEX = Burden(
    scan_date=date(2019, 12, 20), tumor_number=1, max_diameter_cm=8.0, macrovascular=False, extrahepatic=False
)
SUCCESS = Burden(
    scan_date=date(2020, 3, 1), tumor_number=1, max_diameter_cm=4.0, macrovascular=False, extrahepatic=False
)
UNKNOWN = replace(SUCCESS, max_diameter_cm=None)
FAILURE = replace(SUCCESS, max_diameter_cm=6.0)
NOT_SHOWN = Downstaging(on=None, is_successful=False)
NOT_KNOWN = Downstaging(on=None, is_successful=None)


def downstaging(
    *later: Burden, index: Burden | None = INDEX, tace: tuple[date, ...] = (TACE,), curative: date | None = CURATIVE
) -> Downstaging:
    return successful_downstaging(index, later=later, tace_dates=tace, curative_date=curative)


def test_the_first_viable_scan_within_milan_dates_the_success() -> None:
    again = replace(SUCCESS, scan_date=date(2020, 4, 1))
    shown = Downstaging(on=SUCCESS.scan_date, is_successful=True)
    assert downstaging(replace(FAILURE, scan_date=date(2020, 2, 1)), again, SUCCESS) == shown


@pytest.mark.parametrize(
    ("number", "diameter", "shown"),
    [(1, 5.0, True), (1, 5.1, False), (3, 3.0, True), (3, 3.1, False), (4, 1.0, False), (0, None, True)],
)
def test_the_viable_tumor_must_meet_milan(number: int, diameter: float | None, shown: bool) -> None:
    scan = replace(SUCCESS, tumor_number=number, max_diameter_cm=diameter)
    assert downstaging(scan).is_successful is shown


@pytest.mark.parametrize("invaded", ["macrovascular", "extrahepatic"])
def test_an_invasion_is_no_success(invaded: str) -> None:
    assert downstaging(replace(SUCCESS, **{invaded: True})) == NOT_SHOWN


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (TACE, False),
        (TACE + timedelta(days=1), True),
        (CURATIVE - timedelta(days=1), True),
        (CURATIVE, False),
        (CURATIVE + timedelta(days=1), False),
    ],
)
def test_the_scan_lies_after_a_tace_and_before_the_procedure(day: date, counts: bool) -> None:
    assert downstaging(replace(SUCCESS, scan_date=day)).is_successful is counts


def test_the_first_of_several_tace_opens_the_time() -> None:
    assert downstaging(SUCCESS, tace=(date(2020, 4, 1), TACE)).is_successful
    assert downstaging(SUCCESS, tace=(date(2020, 4, 1),)) == NOT_SHOWN


def test_without_a_procedure_every_later_scan_counts() -> None:
    assert downstaging(replace(SUCCESS, scan_date=date(2024, 1, 1)), curative=None).is_successful


def test_without_tace_or_later_scan_nothing_is_shown() -> None:
    assert downstaging(SUCCESS, tace=()) == NOT_SHOWN
    assert downstaging() == NOT_SHOWN


def test_a_tumor_within_milan_from_the_start_cannot_be_downstaged() -> None:
    assert downstaging(SUCCESS, index=replace(INDEX, max_diameter_cm=5.0)) == NOT_SHOWN


def test_an_unknown_start_leaves_it_unknown() -> None:
    assert downstaging(SUCCESS, index=None) == NOT_KNOWN
    assert downstaging(SUCCESS, index=replace(INDEX, max_diameter_cm=None)) == NOT_KNOWN


def test_a_tumor_of_8_cm_starts_outside_whatever_it_has_invaded() -> None:
    assert downstaging(SUCCESS, index=replace(INDEX, macrovascular=None)).is_successful


def test_uncountable_nodules_start_outside_and_are_no_success() -> None:
    many = {"tumor_number": UNCOUNTABLE, "max_diameter_cm": None}
    assert downstaging(SUCCESS, index=replace(INDEX, **many)).is_successful
    assert downstaging(replace(SUCCESS, **many)) == NOT_SHOWN


def test_an_unknown_scan_decides_only_where_no_other_shows_success() -> None:
    assert downstaging(UNKNOWN) == NOT_KNOWN
    assert downstaging(UNKNOWN, replace(FAILURE, scan_date=date(2020, 4, 1))) == NOT_KNOWN
    assert downstaging(UNKNOWN, replace(SUCCESS, scan_date=date(2020, 4, 1))).on == date(2020, 4, 1)
    assert downstaging(replace(UNKNOWN, scan_date=CURATIVE)) == NOT_SHOWN
